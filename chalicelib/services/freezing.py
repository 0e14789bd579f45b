"""Having a freeze carried out, or lifted, by the client's own systems.

The decision is on the case before they are asked.  What they say is kept there too, and a freeze
that they did not carry out pages whoever is on call: the subject is still at large.
"""

import logging

from chalicelib.audit.canonical import decode
from chalicelib.audit.entry import Cause
from chalicelib.cases import lane_events
from chalicelib.cases.commands import MACHINE, NoteStall
from chalicelib.services.caller import Caller
from chalicelib.services.client_saying import keep
from chalicelib.services.client_systems import NoClientSystems, Outcome, Question, State, Subject
from chalicelib.services.engine import Applied, apply, chain_of, from_machine
from chalicelib.services.parts import Parts
from chalicelib.services.vault_reading import Reading

log = logging.getLogger(__name__)

# The client does not do what its own person decided (T27).
CLIENT_SITS = "T27"
CARRIED_OUT = frozenset({State.DONE, State.QUEUED})


def carry_out(parts: Parts, caller: Caller, applied: Applied) -> None:
    """Tell the client's systems of a freeze that was just decided on or lifted; never raises."""
    kinds = {event["e"] for event in applied.decision.events}
    frozen, lifted = lane_events.FROZEN in kinds, lane_events.UNFROZEN in kinds
    if not (frozen or lifted) or isinstance(parts.client_systems, NoClientSystems):
        return
    case = applied.case.id
    try:
        outcomes = _ask(parts, caller, case, on=frozen)
        for outcome in outcomes:
            keep(parts, caller, case, outcome, {"asked": "freeze" if frozen else "unfreeze"})
        if frozen and not any(outcome.state in CARRIED_OUT for outcome in outcomes):
            stall = NoteStall(by=MACHINE, tactic=CLIENT_SITS, who="client_systems")
            apply(parts, from_machine(Cause("http", caller.request)), case, stall)
    except Exception:  # the decision stands on the case; whoever froze reads what became of it
        log.exception("the client's systems were not told", extra={"case": case})


def _ask(parts: Parts, caller: Caller, case: str, *, on: bool) -> list[Outcome]:
    subjects = _subjects(parts, caller, case)
    return [parts.client_systems.freeze(subject, case, on=on) for subject in subjects]


def _subjects(parts: Parts, caller: Caller, case: str) -> tuple[Subject, ...]:
    """Whom the opening complaint names; else whom the client's own record of the order names."""
    first = parts.ledger.entries(chain_of(case), 0, 1)
    sid = str(decode(first[0])["events"][0].get("sid", "")) if first else ""
    if not sid:
        return ()
    reading = Reading(
        caller.kind, caller.role, proved=True, behalf=caller.person, request=caller.request
    )
    words = parts.vault.open([sid], caller.id, "freeze", reading).get(sid, {})
    named = words.get("subject") or {}
    if named.get("id"):
        return (Subject(str(named.get("kind", "")), str(named["id"])),)
    order = str(words.get("order", ""))
    return parts.client_systems.look_up(Question(order=order)).subjects if order else ()
