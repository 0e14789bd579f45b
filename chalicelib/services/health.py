"""How Tocsin itself stands, for the people who run it."""

from typing import Any

from chalicelib.cases.roles import Act
from chalicelib.services.access import permit
from chalicelib.services.caller import Caller
from chalicelib.services.canaries import PATHS
from chalicelib.services.complaint import Answer
from chalicelib.services.parts import Parts
from chalicelib.services.watching import FRESH_MS, Check, Standing, State
from chalicelib.terms import iso

OK = 200


def checks(parts: Parts, caller: Caller) -> Answer:
    """Every check as the sweep last found it, and when each canary last came through."""
    permit(parts, caller, Act.READ_CHECKS)
    now, state = parts.clock.now(), parts.watching.state()
    songs = {path: parts.watching.song(path) for path in PATHS.values()}
    return Answer(
        OK,
        {
            "watched": parts.outside is not None,
            "at": iso(state.at) if state.at else None,
            "fresh": now - state.at <= FRESH_MS,
            "heartbeat_withheld_for": list(state.failing(now)) if parts.outside else [],
            "checks": [_row(check, state) for check in Check],
            "canaries": {
                path: {
                    "came_through": iso(song.at) if song.at else None,
                    "taken_outside": iso(song.taken) if song.taken else None,
                }
                for path, song in songs.items()
            },
        },
    )


def _row(check: Check, state: State) -> dict[str, Any]:
    stands = state.checks.get(check, Standing())
    known = check in state.checks
    return {
        "check": check.value,
        "holds": known and not stands.since,
        "figure": stands.figure,
        "failing_since": iso(stands.since) if stands.since else None,
        "case": stands.case or None,
        "runbook": check.runbook,
    }
