"""What an intake says of the case, and what of the complaint goes to the vault."""

from typing import Any

from chalicelib.cases.model import Case
from chalicelib.judging.judgment import Judgment
from chalicelib.services.complaint import Complaint
from chalicelib.services.reaching import reporter_words
from chalicelib.services.views import duties, who_is_paged


def of_case(case: Case) -> dict[str, Any]:
    """The case as it stands after the complaint."""
    return {
        "case": case.id,
        "code": case.code,
        "tier": case.tier.value,
        "suspect": case.suspect,
        "degraded": case.degraded,
        "status": case.status.value,
        "paged": who_is_paged(case),
        "clocks": duties(case),
    }


def of_message(judgment: Judgment) -> dict[str, Any]:
    """How the complaint alone was judged, for whoever may not know of the case."""
    return {
        "tier": judgment.tier.value,
        "suspect": judgment.suspect,
        "degraded": judgment.degraded,
    }


def words_of(complaint: Complaint) -> dict[str, Any]:
    """Everything personal, for the vault; empty fields are left out."""
    fields = {
        "text": complaint.text,
        "reporter": reporter_words(complaint),
        "subject": {"kind": complaint.subject_kind, "id": complaint.subject_id},
        "order": complaint.order,
        "attributes": dict(complaint.attributes),
        "received": dict(complaint.received),
    }
    return {name: value for name, value in fields.items() if value}
