"""Taking a vendor's heartbeat, ending the watch over one, and showing them all."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.audit.entry import Cause, SealedEntry, seal
from chalicelib.cases.roles import Act
from chalicelib.services import alarms
from chalicelib.services.access import permit
from chalicelib.services.alarms import Alarm
from chalicelib.services.caller import Caller, machine
from chalicelib.services.complaint import Answer
from chalicelib.services.engine import Origin, code_of, from_http, pause
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.services.heartbeats import INTERVAL_MS, Kept, Vitals, chain_of
from chalicelib.services.parts import Parts
from chalicelib.services.ports import ConflictError, UncertainError
from chalicelib.services.pulse import Beat, Step, follow, is_repeat, quarter_of
from chalicelib.services.refusals import record
from chalicelib.terms import VENDOR_ROLES, Tier, iso

log = logging.getLogger(__name__)

OK = 200
TRIES = 8
LIMIT_MAX = 100
BACK = "alarm.vendor_back"

type Event = dict[str, Any]
# From the vitals (None: none yet, or none that can be read) to what they become and why.
type Change = Callable[[Vitals | None, int], tuple[Vitals, Event] | None]


def take(parts: Parts, caller: Caller, beat: Beat) -> Answer:
    """A vendor is alive.  Whose beat it is comes from the credential and from nothing else.

    Raises RefusedError(403) for other roles, and for a vendor's credential without a vendor;
    BusyError when it could not be written.
    """
    permit(parts, caller, Act.SEND_HEARTBEAT)
    if not caller.org:
        record(parts, caller, Act.SEND_HEARTBEAT.value, "role_may_not")
        raise RefusedError(403, "role_may_not")
    found = parts.heartbeats.load(caller.org)
    before = found.vitals if found else None
    if before and is_repeat(before, beat, parts.clock.now()):
        return _answer(before, Step(before, {}, beat.problems), "")
    steps: list[Step] = []
    befores: list[Vitals | None] = []

    def change(vitals: Vitals | None, at: int) -> tuple[Vitals, Event]:
        step = follow(vitals, caller.org, beat, at)
        steps.append(step)
        befores.append(vitals)
        return step.vitals, step.event

    entry = keep(parts, from_http(caller), caller.org, change)
    dark = befores[-1]
    if dark and dark.case:
        _tell(parts, caller, dark)
    return _answer(steps[-1].vitals, steps[-1], entry.hash if entry else "")


def _answer(vitals: Vitals, step: Step, receipt: str) -> Answer:
    body = {
        "vendor": vitals.vendor,
        "received_at": iso(vitals.at),
        "next_by": iso(vitals.at + INTERVAL_MS),
        "seq": vitals.seq,
        "missed": vitals.missed,
        "problems": [problem.plain() for problem in step.problems],
        "receipt": receipt,
    }
    return Answer(OK, body, replayed=not receipt)


def _tell(parts: Parts, caller: Caller, dark: Vitals) -> None:
    """Say on the alarm's case that the vendor is back; it closes nothing and stops no clock."""
    facts = {"vendor": dark.vendor, "dark_since": dark.dark_since}
    alarm = Alarm(
        policy=BACK, about=about(dark.vendor), since=dark.dark_since, tier=Tier.S4, facts=facts
    )
    try:
        alarms.note(parts, Cause("http", caller.request), dark.case, alarm)
    except Exception:  # the beat is kept, and whoever owns the case can look at the list
        log.exception("alarm not told that the vendor is back", extra={"case": dark.case})


def about(vendor: str) -> str:
    """What has one alarm case at a time: everything about one vendor."""
    return f"vendor#{vendor}"


def keep(
    parts: Parts, origin: Origin, vendor: str, change: Change, kind: str = "heartbeat"
) -> SealedEntry | None:
    """Write what a change makes of the vitals, with its entry; None when it makes nothing.

    Raises BusyError when ``TRIES`` races were lost.
    """
    entry: SealedEntry | None = None
    for attempt in range(TRIES):
        found = parts.heartbeats.load(vendor)
        if entry and found and found.head == entry.head:
            return entry  # the store did not say so, but it was written
        # An item that cannot be read may not know its chain's head either.
        head = found.head if found and found.vitals else parts.ledger.head(chain_of(vendor))
        at = parts.clock.now()
        made = change(found.vitals if found else None, at)
        if made is None:
            return None
        vitals, event = made
        entry = seal(
            head=head,
            chain=chain_of(vendor),
            eid=parts.ids.new("ent", at),
            type=kind,
            at_ms=at,
            cause=origin.cause,
            actor=origin.caller.actor,
            code=code_of(parts),
            events=(event,),
        )
        try:
            parts.heartbeats.save(vitals, entry, head)
        except (ConflictError, UncertainError):
            pause(parts, attempt)
        else:
            return entry
    raise BusyError(chain_of(vendor))


def end(parts: Parts, vendor: str, request: str = "tools") -> bool:
    """The contract is over: watch this vendor no more, until it beats again.

    False when there is nothing to end.  One that cannot be read is ended, too.
    """
    if parts.heartbeats.load(vendor) is None:
        return False

    def change(vitals: Vitals | None, at: int) -> tuple[Vitals, Event] | None:
        if vitals and vitals.ended:
            return None
        before = vitals or Vitals(vendor=vendor, at=at)
        event = {"e": "heartbeat.ended.v1", "vendor": vendor, "last_at": before.at}
        return replace(before, ended=at, dark_since=0, case="", windows={}), event

    origin = Origin(machine(request), Cause("tool", request))
    return keep(parts, origin, vendor, change) is not None


def count_contact(parts: Parts, caller: Caller) -> None:
    """A vendor has logged one contact; never raises, since the complaint is in.

    A count that is lost makes the vendor look worse than it is, which somebody then looks at.
    """
    if caller.role not in VENDOR_ROLES or not caller.org:
        return
    try:
        parts.heartbeats.count(caller.org, quarter_of(parts.clock.now()))
    except Exception:
        log.exception("contact not counted", extra={"metric": "ContactsUncounted"})


def listing(parts: Parts, caller: Caller, after: str, limit: int) -> Answer:
    """Vendors by name, those after ``after``: when each last beat, and what it told."""
    permit(parts, caller, Act.READ_HEARTBEATS)
    most = max(1, min(limit, LIMIT_MAX))
    found = parts.heartbeats.vendors(after, most)
    now = parts.clock.now()
    following = found[-1].vendor if len(found) == most else ""
    return Answer(OK, {"vendors": [_row(kept, now) for kept in found], "next": following})


def _row(kept: Kept, now: int) -> dict[str, Any]:
    vitals = kept.vitals
    if vitals is None:
        return {"vendor": kept.vendor, "readable": False, "dark": True}
    row = {
        "vendor": vitals.vendor,
        "readable": True,
        "dark": vitals.is_dark(now),
        "last_at": iso(vitals.at),
        "seq": vitals.seq,
        "missed": vitals.missed,
        "newest": dict(vitals.newest),
        "compared_until": iso(vitals.compared) if vitals.compared else None,
        "case": vitals.case,
    }
    return row | ({"ended_at": iso(vitals.ended)} if vitals.ended else {})
