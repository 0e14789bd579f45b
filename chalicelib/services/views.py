"""What a caller is shown of a case: roles and times, never a phone number or a word."""

from typing import Any

from chalicelib.cases.model import Case
from chalicelib.services.ports import Beside
from chalicelib.terms import VENDOR_ROLES, Role, iso


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


def whole(case: Case, role: Role) -> dict[str, Any]:
    """A case as ``GET /v1/cases/{id}`` shows it; a vendor does not see who was paged."""
    view: dict[str, Any] = {
        "case": case.id,
        "code": case.code,
        "tier": case.tier.value,
        "suspect": case.suspect,
        "degraded": case.degraded,
        "status": case.status.value,
        "opened_at": iso(case.opened),
        "last_at": iso(case.last),
        "due_at": None if case.due is None else iso(case.due),
        "vendor": case.vendor,
        "brand": case.brand,
        "region": case.region,
        "site": case.site,
        "policies": list(case.policies),
        "counts": dict(case.counts),
        "first": {name: iso(at) for name, at in case.first.items()},
        "recent_messages": list(case.recent),
        "ladder": who_is_paged(case),
        "clocks": duties(case),
    }
    return view if role in VENDOR_ROLES else view | _for_the_client(case)


def _for_the_client(case: Case) -> dict[str, Any]:
    ack, acted = case.ack, case.acted
    return {
        "subject": case.subject,
        "linked": list(case.linked),
        "vendors": list(case.vendors),
        "acknowledged": ack
        and {"person": ack.person, "role": ack.role, "at": iso(ack.at), "holds": ack.holds},
        "acted": acted and {"person": acted.person, "action": acted.code, "at": iso(acted.at)},
        "people_paged": [
            {"person": person, "role": p.role, "pages": p.n, "failed": list(p.failed)}
            for person, p in case.paged.items()
        ],
        "pages_waiting": len(case.sending),
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
