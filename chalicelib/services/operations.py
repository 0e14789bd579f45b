"""Every minute, after the sweep: how Tocsin stands, and its operators told of what does not hold.

While a check fails the canaries' heartbeat is withheld, so that the monitor outside alarms too.
One case is open for one failing check; it rings on the operators' ladder until somebody has it.
"""

import logging
from dataclasses import dataclass, replace

from chalicelib.audit.entry import Cause
from chalicelib.services import canary
from chalicelib.services.alarms import Alarm, note, raise_alarm
from chalicelib.services.parts import Parts
from chalicelib.services.self_checks import NOT_ASKED, look
from chalicelib.services.watching import Check, Found, Running, Standing, State
from chalicelib.terms import MINUTE, Tier

log = logging.getLogger(__name__)

POLICY = "alarm.self_check"
# Before this the operators are not paged: functions that change in a deployment disagree for a
# while, a service that gives no answer may give one in a minute, a canary that was just opened
# has not sung yet.  The heartbeat is withheld at once, and the monitor has its own patience.
PATIENCE_MS = {Check.RELEASES: 15 * MINUTE, Check.CANARY: 5 * MINUTE}
NOT_ASKED_MS = 3 * MINUTE
REPORT_MS = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Watched:
    """How many checks fail, how many operators' cases are open, and whether the round failed."""

    failing: int = 0
    told: int = 0
    failed: int = 0

    @property
    def numbers(self) -> dict[str, int]:
        """As metrics."""
        return {
            "ChecksFailing": self.failing,
            "ChecksTold": self.told,
            "ChecksFailed": self.failed,
        }


def watch(parts: Parts, cause_id: str = "sweep") -> Watched:
    """Open the canaries, look, tell and write down; never raises."""
    if parts.outside is None:
        return Watched()
    cause = Cause("sweep", cause_id)
    try:
        canary.open_missing(parts, cause)
        before = parts.watching.state()
        now = parts.clock.now()
        checks = {found.check: _stand(parts, cause, found, before, now) for found in look(parts)}
        parts.watching.save(State(at=now, checks=checks))
    except Exception:  # nothing is written, so the state grows stale and the heartbeat stops
        log.exception("self-checks could not be completed")
        return Watched(failed=1)
    return Watched(
        sum(bool(one.since) for one in checks.values()),
        sum(bool(one.case) for one in checks.values()),
    )


def _stand(parts: Parts, cause: Cause, found: Found, before: State, now: int) -> Standing:
    was = before.checks.get(found.check, Standing())
    if found.holds:
        if was.case:
            _mended(parts, cause, found.check, was)
        return Standing(figure=found.figure)
    stands = Standing(figure=found.figure, since=was.since or now, case=was.case)
    patience = NOT_ASKED_MS if found.figure == NOT_ASKED else 0
    if now - stands.since < max(patience, PATIENCE_MS.get(found.check, 0)):
        return stands
    try:
        case = raise_alarm(parts, cause, _alarm(found.check, stands), told=was.case)
    except Exception:  # the heartbeat is withheld all the same, and the next minute tries again
        log.exception("operators not told", extra={"check": found.check.value})
        return stands
    return replace(stands, case=case)


def _alarm(check: Check, stands: Standing) -> Alarm:
    facts = {
        "check": check.value,
        "figure": stands.figure,
        "since": stands.since,
        "runbook": check.runbook,
    }
    return Alarm(
        policy=POLICY,
        about=f"check/{check.value}",
        since=stands.since,
        tier=Tier.S1,
        facts=facts,
        to_operators=True,
    )


def _mended(parts: Parts, cause: Cause, check: Check, was: Standing) -> None:
    """Say so on the case; whoever has it ends it."""
    facts = {"check": check.value, "holds": True, "since": was.since}
    alarm = Alarm(
        policy=POLICY,
        about=f"check/{check.value}",
        since=-was.since,
        tier=Tier.S4,
        facts=facts,
        loud=False,
        to_operators=True,
    )
    try:
        note(parts, cause, was.case, alarm)
    except Exception:  # it holds, and that is in the state; the case stays with its people
        log.exception("mending not noted", extra={"check": check.value})


class Reporter:
    """Says now and then, from each function that works, with which policies it does."""

    def __init__(self) -> None:
        """Nothing said yet; one for each process."""
        self._said: dict[str, int] = {}

    def report(self, parts: Parts) -> None:
        """At most every five minutes; never raises, since a function's work comes first."""
        now, function = parts.clock.now(), parts.release.fn
        if parts.outside is None or now - self._said.get(function, 0) < REPORT_MS:
            return
        self._said[function] = now  # whether it is heard or not: its work must not wait again
        try:
            parts.watching.report(Running(function, parts.release.policies, now))
        except Exception:  # said again in five minutes
            log.exception("function not reported", extra={"function": function})
