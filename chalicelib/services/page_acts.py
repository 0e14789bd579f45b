"""What a phone's page offers beside owning and acting, to this person on this case."""

from typing import Any

from chalicelib.cases.eyes import APPROVERS, SPECIALIST
from chalicelib.cases.lanes import DEPUTIES
from chalicelib.cases.model import Case
from chalicelib.services.parts import Parts
from chalicelib.services.people import Person
from chalicelib.terms import Tier

CALL, FREEZE, DECLINE_FREEZE, HAND_OVER = "call", "freeze", "decline_freeze", "hand_over"
CLEAR, LOWER = "clear", "lower"


def offers(case: Case, person: Person, *, read: bool) -> frozenset[str]:
    """The forms that make sense now; ``read``: whether the person was shown the words.

    They come once the case is owned, so that the first page stays one button.
    """
    owned = case.is_owned or case.acted is not None
    if not (case.is_open and owned) or case.resolved:
        return frozenset()
    frozen = case.freeze is not None and case.freeze.state == "frozen"
    found = {
        CALL: "K5" not in case.done,
        FREEZE: not frozen,
        DECLINE_FREEZE: "K13" in case.clocks and person.role in DEPUTIES,
        HAND_OVER: "K7" not in case.done,
        CLEAR: read and case.suspect and case.tier.rank <= Tier.S1.rank,
        LOWER: read and case.tier.safety_critical and not _suspect(case) and not _lowering(case),
    }
    return frozenset(name for name, offered in found.items() if offered)


def _suspect(case: Case) -> bool:
    return case.suspect and case.tier.rank <= Tier.S1.rank


def _lowering(case: Case) -> bool:
    return any(proposal.what == "lower" for proposal in case.proposals.values())


def lower_tiers(case: Case) -> tuple[str, ...]:
    """What a tier may be proposed to fall to, the nearest first."""
    return tuple(tier.value for tier in Tier if tier.rank > case.tier.rank)


def waiting(
    parts: Parts, case: Case, person: Person, evidence: dict[str, str]
) -> list[dict[str, Any]]:
    """Each waiting proposal, with its evidence in words and what this person may do about it."""
    return [
        {
            "number": number,
            "what": proposal.what,
            "reason": proposal.reason,
            "to": proposal.to,
            "by": _name(parts, proposal.by),
            "until": proposal.until,
            "mine": proposal.by == person.id,
            "can_approve": number in evidence and _may_agree(proposal.what, proposal.role, person),
            "evidence": evidence.get(number, ""),
        }
        for number, proposal in case.proposals.items()
    ]


def _may_agree(what: str, proposer: str, person: Person) -> bool:
    """Whether this person's role can be the second one; the core decides it again."""
    if what == "break_glass":
        return True
    if what in {"lower", "unfreeze"} and SPECIALIST.value not in {proposer, person.role.value}:
        return False
    if what == "contact_subject":
        return person.role is SPECIALIST
    return person.role in APPROVERS


def _name(parts: Parts, identity: str) -> str:
    person = parts.registry.person(identity)
    return person.name if person else identity
