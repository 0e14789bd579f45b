"""Every minute: which vendor has gone dark, and whose telephone rang more often than it logged.

No vendor keeps another from being looked at, and one whose item cannot be read counts as dark.
"""

import logging
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.audit.entry import Cause
from chalicelib.services.alarms import Alarm, raise_alarm
from chalicelib.services.beating import about, keep
from chalicelib.services.engine import from_machine
from chalicelib.services.heartbeats import Kept, Vitals
from chalicelib.services.parts import Parts
from chalicelib.services.pulse import compared, is_short, ripe, told
from chalicelib.terms import Tier

log = logging.getLogger(__name__)

DARK = "alarm.vendor_dark"
UNDERCOUNT = "alarm.undercount"
TACTIC = "T16"
PAGE = 50
# Vendors looked at in one minute; a client has a handful.
PAGES = 10


@dataclass(frozen=True, slots=True)
class Checked:
    """How many vendors were dark, whose counts fell short, and that could not be looked at."""

    dark: int = 0
    short: int = 0
    failed: int = 0


def check(parts: Parts, cause_id: str = "sweep") -> Checked:
    """Look at every vendor that has ever beaten; never raises."""
    cause = Cause("sweep", cause_id)
    outcomes: Counter[str] = Counter()
    after = ""
    for _ in range(PAGES):
        found = _some(parts, after, outcomes)
        for kept in found:
            _look_safely(parts, cause, kept, outcomes)
        if len(found) < PAGE:
            break
        after = found[-1].vendor
    return Checked(outcomes["dark"], outcomes["short"], outcomes["failed"])


def _some(parts: Parts, after: str, outcomes: Counter[str]) -> tuple[Kept, ...]:
    try:
        return parts.heartbeats.vendors(after, PAGE)
    except Exception:  # the sweep must go on, and asks again in a minute
        log.exception("vendors could not be asked for")
        outcomes["failed"] += 1
        return ()


def _look_safely(parts: Parts, cause: Cause, kept: Kept, outcomes: Counter[str]) -> None:
    looks = (_look_for_a_pulse, _look_at_counts)
    for look in looks:
        try:
            look(parts, cause, kept, outcomes)
        except Exception:  # the next look and the next vendor have their turn
            log.exception("vendor could not be looked at", extra={"look": look.__name__})
            outcomes["failed"] += 1


def _look_for_a_pulse(parts: Parts, cause: Cause, kept: Kept, outcomes: Counter[str]) -> None:
    vitals = kept.vitals
    if vitals is None:
        outcomes["dark"] += 1
        raise_alarm(parts, cause, _dark(kept.vendor, 0))
        return
    if not vitals.is_dark(parts.clock.now()):
        return
    outcomes["dark"] += 1
    told_already = vitals.case if vitals.dark_since == vitals.at else ""
    case = raise_alarm(parts, cause, _dark(kept.vendor, vitals.at), told_already)
    if case != told_already:
        _remember(parts, cause, vitals, case)


def _dark(vendor: str, since: int) -> Alarm:
    facts = {"vendor": vendor, "vendor_dark": True, "last_beat": since}
    return Alarm(policy=DARK, about=about(vendor), since=since, tier=Tier.S1, facts=facts)


def _remember(parts: Parts, cause: Cause, dark: Vitals, case: str) -> None:
    """Write down since when it is dark and which case knows; unless it has beaten since."""

    def change(vitals: Vitals | None, _at: int) -> tuple[Vitals, dict[str, Any]] | None:
        if vitals is None or vitals.at != dark.at:
            return None
        event = {"e": "vendor.dark.v1", "vendor": dark.vendor, "since": dark.at, "case": case}
        return replace(vitals, dark_since=dark.at, case=case), event

    keep(parts, from_machine(cause), dark.vendor, change)


def _look_at_counts(parts: Parts, cause: Cause, kept: Kept, outcomes: Counter[str]) -> None:
    if kept.vitals is None or kept.vitals.ended:
        return
    for quarter in ripe(kept.vitals, parts.clock.now()):
        logged = parts.heartbeats.counted(kept.vendor, quarter)
        outcomes["short"] += _compare(parts, cause, kept.vitals, quarter, logged)


def _compare(parts: Parts, cause: Cause, seen: Vitals, quarter: int, logged: int) -> bool:
    """Compare one quarter of an hour; whether contacts are missing in the log.

    The alarm comes first: a crash after it tells the case once more, which changes nothing.
    """
    telephony = told(seen, quarter)
    short = is_short(telephony, logged)
    facts = {
        "vendor": seen.vendor,
        "window": quarter,
        "telephony": telephony,
        "logged": logged,
    }
    more: dict[str, Any] = {}
    if short:
        facts |= {"short": telephony - logged}
        alarm = Alarm(
            policy=UNDERCOUNT,
            about=about(seen.vendor),
            since=quarter,
            tier=Tier.S2,
            facts=facts,
            loud=False,
            tactic=TACTIC,
        )
        more = {"tactic": TACTIC, "case": raise_alarm(parts, cause, alarm)}

    def change(vitals: Vitals | None, _at: int) -> tuple[Vitals, dict[str, Any]] | None:
        if vitals is None or vitals.compared > quarter:
            return None
        name = "contacts.undercounted.v1" if short else "contacts.compared.v1"
        return compared(vitals, quarter), {"e": name, **facts, **more}

    keep(parts, from_machine(cause), seen.vendor, change)
    return short
