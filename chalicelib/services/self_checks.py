"""Asking each minute whether Tocsin itself is well.

A check that cannot be asked does not hold: nobody knows.
"""

import logging
from collections.abc import Callable, Mapping

from chalicelib.services.canaries import PATHS, is_canary
from chalicelib.services.parts import Parts
from chalicelib.services.slots import SLOTS
from chalicelib.services.watching import Check, Found
from chalicelib.terms import MINUTE, SECOND

log = logging.getLogger(__name__)

# A wake-up rings within seconds and the sweep within a minute; what is later has been missed by
# both.
LATE_MS = 2 * MINUTE
# Cases looked at in each slot; the canary may be the first of them.
OLDEST = 3
# Both canaries sing each minute or two.
SILENT_MS = 5 * MINUTE
# Longer than a deployment takes; as long again after a function's last word it is not asked.
DISAGREE_MS = 15 * MINUTE
# Of the month's limit: a mass event spends the rest in an hour.
NEARLY_SPENT = 0.8
NOT_ASKED = "not_asked"


def look(parts: Parts) -> tuple[Found, ...]:
    """Every check, each by itself; never raises."""
    return tuple(_ask(parts, check, ask) for check, ask in _CHECKS.items())


def _ask(parts: Parts, check: Check, ask: Callable[[Parts], tuple[bool, str]]) -> Found:
    try:
        holds, figure = ask(parts)
    except Exception:  # the others are asked all the same
        log.exception("check could not be asked", extra={"check": check.value})
        return Found(check, holds=False, figure=NOT_ASKED)
    return Found(check, holds, figure)


def _late_pages(parts: Parts) -> tuple[bool, str]:
    """Seconds by which the longest overdue case is late."""
    now = parts.clock.now()
    late = [
        now - beside.due
        for slot in range(SLOTS)
        for beside in parts.ledger.due(slot, now - LATE_MS, OLDEST)
        if not is_canary(beside.case)
    ]
    return not late, str(max(late, default=0) // SECOND)


def _dead_letters(parts: Parts) -> tuple[bool, str]:
    """How many there are."""
    found = sum(parts.watching.dead_letters().values())
    return found == 0, str(found)


def _audit_stream(parts: Parts) -> tuple[bool, str]:
    on = parts.watching.stream_is_on()
    return on, "on" if on else "off"


def _releases(parts: Parts) -> tuple[bool, str]:
    """How many sets of policies are in use, once the functions have had time to agree.

    One that has been heard since another one changed, by longer than a deployment takes, disagrees.
    """
    now = parts.clock.now()
    heard = [one for one in parts.watching.running() if now - one.at <= DISAGREE_MS]
    policies = {one.policies for one in heard} | {parts.release.policies}
    return len(policies) == 1, str(len(policies))


def _sms_spend(parts: Parts) -> tuple[bool, str]:
    """Per cent of the month's limit."""
    spent, limit = parts.watching.sms_spend()
    share = spent / limit if limit > 0 else 1.0
    return share < NEARLY_SPENT, f"{share:.0%}"


def _canary(parts: Parts) -> tuple[bool, str]:
    """The path whose canary has been silent, or that the monitor has not taken from."""
    now, state = parts.clock.now(), parts.watching.state()
    songs = {path: parts.watching.song(path) for path in PATHS.values()}
    silent = [path for path, song in songs.items() if now - song.at > SILENT_MS]
    if silent:
        return False, f"{'+'.join(sorted(silent))}_silent"
    heard = not state.failing(now)
    refused = [path for path, song in songs.items() if now - song.taken > SILENT_MS]
    if heard and len(refused) == len(songs):
        return False, "not_taken"
    return True, ""


_CHECKS: Mapping[Check, Callable[[Parts], tuple[bool, str]]] = {
    Check.LATE_PAGES: _late_pages,
    Check.DEAD_LETTERS: _dead_letters,
    Check.AUDIT_STREAM: _audit_stream,
    Check.RELEASES: _releases,
    Check.SMS_SPEND: _sms_spend,
    Check.CANARY: _canary,
}
