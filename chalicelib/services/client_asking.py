"""Asking the client's own systems for what a person has asked for on a case.

The case comes first: its clock runs and its people are told, whatever the systems then say.
"""

import logging
from typing import Any

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import MACHINE, AddMessage, Message
from chalicelib.services.acts_give import answer, give, seal, sid_of
from chalicelib.services.acts_model import Given, Spec
from chalicelib.services.caller import Caller
from chalicelib.services.client_systems import NOBODY, Outcome
from chalicelib.services.complaint import Answer
from chalicelib.services.engine import Extras, apply, from_machine
from chalicelib.services.parts import Parts
from chalicelib.terms import Direction, Kind, Speaker

log = logging.getLogger(__name__)

WANTS_MAX = 20


def request_data(parts: Parts, caller: Caller, case: str, spec: Spec, given: Given) -> Answer:
    """Start the department's clock, then ask its systems; ``client_systems`` says what they said.

    ``wants`` among what was sent names the data.  What the systems said is on the case as well,
    and answers nothing: that the data was delivered is told by an event or by a person.
    """
    words = seal(parts, spec, given)
    command = spec.make(by=caller.by, sid=sid_of(words), **given.values)
    applied = give(parts, caller, case, spec.act, command, words)
    wants = given.sealed.get("wants")
    listed = wants if isinstance(wants, list | tuple) else ()
    named = [want for want in listed if isinstance(want, str)][:WANTS_MAX]
    department = str(given.values["department"])
    outcome = parts.client_systems.request_data(department, case, named)
    if outcome.source == NOBODY:
        return answer(caller, applied)
    _tell(parts, caller, case, outcome, {"department": department})
    return answer(caller, applied, {"client_systems": outcome.state.value})


def _tell(parts: Parts, caller: Caller, case: str, outcome: Outcome, about: dict[str, Any]) -> None:
    """Keep what the systems said, with their reference in the vault."""
    at = parts.clock.now()
    said = {"state": outcome.state.value, "source": outcome.source, **about}
    fact = said | ({"reference": outcome.reference} if outcome.reference else {})
    try:
        words = parts.vault.seal(parts.ids.new("vlt", at), {"fact": fact})
        message = Message(
            id=parts.ids.new("msg", at),
            direction=Direction.INTERNAL,
            speaker=Speaker.CLIENT,
            kind=Kind.NOTE,
            channel=f"data.{outcome.state.value}",
            sid=words.sid,
        )
        origin = from_machine(Cause("http", caller.request))
        apply(parts, origin, case, AddMessage(by=MACHINE, message=message), Extras(words=(words,)))
    except Exception:  # the request stands on the case, and its clock runs
        log.exception("the answer of the client's systems was not kept", extra={"case": case})
