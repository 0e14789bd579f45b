"""Keeping what the client's own systems said on the case that they were asked about."""

import logging
from typing import Any

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import MACHINE, AddMessage, Message
from chalicelib.services.caller import Caller
from chalicelib.services.client_systems import Outcome
from chalicelib.services.engine import Extras, apply, from_machine
from chalicelib.services.parts import Parts
from chalicelib.terms import Direction, Kind, Speaker

log = logging.getLogger(__name__)


def keep(parts: Parts, caller: Caller, case: str, outcome: Outcome, about: dict[str, Any]) -> None:
    """Keep what the systems said on the case, with their reference in the vault; never raises."""
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
            channel=f"{about['asked']}.{outcome.state.value}",
            sid=words.sid,
        )
        origin = from_machine(Cause("http", caller.request))
        apply(parts, origin, case, AddMessage(by=MACHINE, message=message), Extras(words=(words,)))
    except Exception:  # the request stands on the case, and its clock runs
        log.exception("the answer of the client's systems was not kept", extra={"case": case})
