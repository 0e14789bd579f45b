"""What a caller is shown of a case: roles and times, never a phone number or a word."""

from typing import Any

from chalicelib.cases.model import Case
from chalicelib.services.ports import Beside
from chalicelib.services.views_lanes import ending, eyes, lanes, reporters, tally, waiting
from chalicelib.terms import VENDOR_ROLES, Role, iso

# What a vendor is told of: what it said itself, and how far the client has come.
VENDOR_COUNTS = frozenset(
    {"inbound", "outbound", "internal", "contacts", "escalated", "promised", "kept", "broken"}
)
VENDOR_FIRST = frozenset(
    {"received", "inbound", "outbound", "internal", "paged", "acknowledged", "acted", "resolved"}
) | {"closed"}


def who_is_paged(case: Case) -> list[dict[str, Any]]:
    """Every rung of the case's tier: the roles, and by when they are paged unless someone acts."""
    rungs = case.ladder.plan(case.tier).rungs
    waiting = {**case.held, **case.clocks}
    return [
        {
            "rung": number,
            "roles": list(rung.roles),
            "by": iso(waiting.get(f"rung.{number}", case.last)),
            "paged": number < case.fired,
        }
        for number, rung in enumerate(rungs)
        if number < case.fired or f"rung.{number}" in waiting
    ]


def duties(case: Case) -> list[dict[str, str]]:
    """The running K clocks, the soonest first."""
    running = sorted((due, name) for name, due in case.clocks.items() if name.startswith("K"))
    return [{"clock": name, "due_at": iso(due)} for due, name in running]


def whole(case: Case, role: Role, *, by: str = "", now: int | None = None) -> dict[str, Any]:
    """A case as ``GET /v1/cases/{id}`` shows it, to ``by``, at ``now`` (ms; else its last change).

    A vendor sees tier, status and what is due when, and nothing of persons, reporters' links,
    proposals or the police.
    """
    at = case.last if now is None else max(now, case.last)
    view = brief(case) | {
        "suspect": case.suspect,
        "degraded": case.degraded,
        "opened_at": iso(case.opened),
        "received_at": iso(case.first["received"]),
        "age_ms": at - case.first["received"],
        "last_at": iso(case.last),
        "due_at": None if case.due is None else iso(case.due),
        "vendor": case.vendor,
        "brand": case.brand,
        "region": case.region,
        "site": case.site,
        "counts": dict(case.counts),
        "first": {name: iso(at) for name, at in case.first.items()},
        "recent_messages": list(case.recent),
        "ladder": who_is_paged(case),
        "clocks": duties(case),
    }
    if role in VENDOR_ROLES:
        return view | _for_a_vendor(case, by)
    return view | _for_the_client(case, at)


def brief(case: Case) -> dict[str, Any]:
    """As much as whoever may add to a case, and not read it, is answered with."""
    return {
        "case": case.id,
        "code": case.code,
        "tier": case.tier.value,
        "status": case.status.value,
    }


def _for_a_vendor(case: Case, by: str) -> dict[str, Any]:
    freeze = case.freeze
    return {
        "counts": {name: n for name, n in case.counts.items() if name in VENDOR_COUNTS},
        "first": {name: iso(at) for name, at in case.first.items() if name in VENDOR_FIRST},
        "freeze_asked": bool(freeze and freeze.state == "asked" and freeze.by == by),
    }


def _for_the_client(case: Case, now: int) -> dict[str, Any]:
    ack, acted = case.ack, case.acted
    return {
        # For a vendor each answer says why; here stands also what was said past it, such as duress.
        "policies": list(case.policies),
        "subject": case.subject,
        "hazards": list(case.hazards),
        "duress": case.duress,
        "gravest": case.worst.value,
        "linked": list(case.linked),
        "parent": case.parent,
        "vendors": list(case.vendors),
        "acknowledged": ack
        and {"person": ack.person, "role": ack.role, "at": iso(ack.at), "holds": ack.holds},
        "acted": acted and {"person": acted.person, "action": acted.code, "at": iso(acted.at)},
        "done": {name: iso(at) for name, at in case.done.items()},
        "people_paged": [
            {"person": person, "role": p.role, "pages": p.n, "failed": list(p.failed)}
            for person, p in case.paged.items()
        ],
        "pages_waiting": len(case.sending),
        "reporters": reporters(case),
        "waiting": waiting(case, now),
        **lanes(case),
        **eyes(case),
        **ending(case),
        **tally(case),
    }


def row(beside: Beside) -> dict[str, Any]:
    """A case as the board shows it."""
    return {
        "case": beside.case,
        "code": beside.code,
        "tier": beside.tier.value,
        "status": beside.status,
        "opened_at": iso(beside.opened),
        "due_at": iso(beside.due),
        "vendor": beside.vendor,
        "rungs_fired": beside.rung,
    }
