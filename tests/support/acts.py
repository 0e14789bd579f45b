"""Acts in stories: one line each, by whom and on which case, as the routes would give them."""

from typing import Any

import pytest

from chalicelib.cases.model import Case
from chalicelib.services import acts, messages
from chalicelib.services.acts_model import Given
from chalicelib.services.acts_table import ACTS
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.errors import RefusedError
from chalicelib.web.act_body import given_from
from tests.support.world import World


def reading(world: World, case: str, caller: Caller) -> list[str]:
    """Open all of the case's words, as a person at the API does; the proof of each part."""
    after, readings = 0, []
    while True:
        body = messages.listing(world.parts, caller, case, after).body
        readings.append(str(body["reading"]))
        if not body["next"]:
            return readings
        after = int(body["next"])


def give(world: World, case: str, by: Caller | str, act: str, **fields: Any) -> Answer:
    """One act, by a caller or by whoever has this roster role; words are opened if it asks so."""
    caller = world.client(by) if isinstance(by, str) else by
    spec = ACTS.get(act)
    if spec is None:
        return acts.perform(world.parts, caller, case, act, Given())
    if spec.seen and "reading" not in fields:
        fields["reading"] = reading(world, case, caller)
    return acts.perform(world.parts, caller, case, act, given_from(fields, spec))


def refused(world: World, case: str, by: Caller | str, act: str, **fields: Any) -> str:
    """The code that this act is refused with; fails where it is not."""
    with pytest.raises(RefusedError) as error:
        give(world, case, by, act, **fields)
    return error.value.code


def stored(world: World, case: str) -> Case:
    """The case as it is in the store."""
    loaded = world.ledger.load(case)
    assert loaded is not None
    assert loaded.case is not None
    return loaded.case
