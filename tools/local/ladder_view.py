"""One case as the outbox shows it: its ladder, its K clocks, and who owns it."""

from collections.abc import Mapping
from typing import Any

from chalicelib.cases.model import Case
from tools.local.chronicle import Chronicle

K_CLOCKS = ("K3", "K4", "K9", "K10")


def view(case: Case, told: Chronicle, names: Mapping[str, str]) -> dict[str, Any]:
    """JSON-able; times in ms UTC, so that the page counts down by itself."""
    ack, acted = case.ack, case.acted
    return {
        "id": case.id,
        "code": case.code,
        "tier": case.tier.value,
        "suspect": case.suspect,
        "status": case.status.value,
        "opened": case.opened,
        "vendor": case.vendor,
        "policies": list(case.policies),
        "due": case.due,
        "acknowledged": ack
        and {"who": names.get(ack.person, ack.person), "at": ack.at, "holds": ack.holds},
        "acted": acted
        and {"who": names.get(acted.person, acted.person), "at": acted.at, "what": acted.code},
        "rungs": _rungs(case, told, names),
        "again": _again(case),
        "clocks": _clocks(case, told),
        "waiting": len(case.sending),
        "failed": told.failed,
    }


def _rungs(case: Case, told: Chronicle, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every rung of the case's tier: fired, coming, held by an acknowledgement, or called off."""
    found = []
    for number, rung in enumerate(case.ladder.plan(case.tier).rungs):
        clock = f"rung.{number}"
        paged = [names.get(p, p) for p, row in case.paged.items() if row.rung == number]
        state, at = "off", 0
        if number < case.fired:
            state, at = "fired", told.rang.get(number, 0)
        elif clock in case.clocks:
            state, at = "coming", case.clocks[clock]
        elif clock in case.held:
            state, at = "held", case.held[clock]
        found.append(
            {
                "rung": number,
                "after": str(rung.at),
                "roles": list(rung.roles),
                "people": paged,
                "state": "empty" if number in told.empty and not paged else state,
                "at": at,
            }
        )
    return found


def _again(case: Case) -> int:
    """When somebody who was paged already is paged again next; 0 when nobody is."""
    dues = [due for name, due in case.clocks.items() if name == "top" or name.startswith("repeat.")]
    return min(dues, default=0)


def _clocks(case: Case, told: Chronicle) -> list[dict[str, Any]]:
    running = [
        {"clock": name, "due": case.clocks[name], "state": "running"}
        for name in K_CLOCKS
        if name in case.clocks
    ]
    return running + [
        {"clock": name, "due": told.lapsed[name], "state": "lapsed"}
        for name in K_CLOCKS
        if name in told.lapsed and name not in case.clocks
    ]
