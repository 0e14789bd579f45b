"""What may be changed, by whom, and what is missing until it takes effect.  Pure: no port.

Each rule answers with the code of a sentence, or with nothing when there is no objection.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.cases.ladder import Ladder
from chalicelib.services.change_model import OPEN, Change, ChangeKind, Need, Stage
from chalicelib.services.people import Person
from chalicelib.terms import CLIENT_ROLES, DAY, Channel, Role, Tier

DETAILS = ("name", "phone", "email", "language", "channels")
LANGUAGES = ("en", "zh-CN")
ADDRESSES = ("phone", "email")
ROSTER_ROLES = (
    "owner",
    "safety_specialist",
    "owner_second",
    "duty_director",
    "head_of_safety",
    "executive_sponsor",
    "data_owner",
    "data_head",
    "auditor",
    "operator",
    "operator_second",
    "operator_lead",
)
PERSON_ROLES = CLIENT_ROLES | {Role.AUDITOR, Role.ADMIN}
FIELDS = {
    ChangeKind.PERSON: frozenset({"name", "language", "channels"}),
    ChangeKind.NUMBER: frozenset(ADDRESSES),
    ChangeKind.NEW_PERSON: frozenset({*DETAILS, "role", "employer"}),
    ChangeKind.PIN: frozenset[str](),
    ChangeKind.LEAVE: frozenset[str](),
    ChangeKind.ORG: frozenset({"org"}),
}
LEAST_ON_CALL = 2
NAME_MAX = 80
ROSTER_MAX = 20
# What one person may propose in a day.
PROPOSED_MAX = 30

# A department that data or work is asked of: who does it, and who hears when it is not done.
_DEPARTMENT_ROLE = re.compile(r"[a-z][a-z0-9-]{0,23}_(owner|head)")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}")
_ORG = re.compile(r"[a-z][a-z0-9-]{0,31}")
_PERSON = re.compile(r"per_[0-9a-z]{26}")


def address_fault(details: Mapping[str, Any]) -> str:
    """Why no page could be sent to these new addresses."""
    if not _PHONE.fullmatch(details.get("phone", "+1000000")):
        return "bad_phone"
    return "" if _EMAIL.fullmatch(details.get("email", "a@b")) else "bad_email"


def details_fault(details: Mapping[str, Any]) -> str:
    """Why these new details of a person cannot stand."""
    name = details.get("name", "x")
    if not name.strip() or len(name) > NAME_MAX or not name.isprintable():
        return "bad_name"
    channels = details.get("channels", tuple(Channel))
    if not channels or len(set(channels)) < len(channels) or set(channels) - set(Channel):
        return "bad_channels"
    if details.get("language", LANGUAGES[0]) not in LANGUAGES:
        return "bad_language"
    return address_fault(details)


def org_fault(org: str) -> str:
    """Why this cannot name an organisation."""
    return "" if _ORG.fullmatch(org) else "bad_org"


def is_person(text: str) -> bool:
    """Whether this can be a person's id; others never reach a store or an entry."""
    return _PERSON.fullmatch(text) is not None


def member_fault(role: str, person: Person, ways: Sequence[str]) -> str:
    """Why a person cannot be on call in this roster role; ``ways`` are the channels that work."""
    fits = person.role in CLIENT_ROLES or (role == "auditor" and person.role is Role.AUDITOR)
    if not fits:
        return "roster_role_mismatch"
    return "" if ways else "not_reachable"


def is_roster_role(name: str) -> bool:
    """One of the ladder's and lanes' roles, or ``<department>_owner`` and ``<department>_head``."""
    return name in ROSTER_ROLES or _DEPARTMENT_ROLE.fullmatch(name) is not None


def grave_roles(ladder: Ladder, *tiers: Tier) -> frozenset[str]:
    """The roster roles that the rungs of these tiers page."""
    plans = [ladder.plan(tier) for tier in tiers]
    return frozenset(role for plan in plans for rung in plan.rungs for role in rung.roles)


def thinned(
    before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]], roles: frozenset[str]
) -> list[str]:
    """Those of ``roles`` that are left with one person or nobody, and were not so before.

    A role that was thin already may stay as thin, and may not become thinner.
    """
    was = {role: len(set(before.get(role, ()))) for role in roles}
    will = {role: len(set(after.get(role, ()))) for role in roles}
    return sorted(
        role
        for role in roles
        if will[role] < LEAST_ON_CALL and (was[role] >= LEAST_ON_CALL or will[role] < was[role])
    )


def added(
    before: Mapping[str, Sequence[str]], value: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Everybody whom a roster change puts into a role that they did not have."""
    new = [one for role, group in value.items() for one in group if one not in before.get(role, ())]
    return tuple(dict.fromkeys(new))


def removed(
    before: Mapping[str, Sequence[str]], value: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Everybody whom a roster change takes out of a role."""
    gone = [one for role in value for one in before.get(role, ()) if one not in value[role]]
    return tuple(dict.fromkeys(gone))


def may_propose(role: Role, kind: ChangeKind) -> str:
    """Why this role may not propose this kind; the administrator proposes rosters only."""
    return "" if role in CLIENT_ROLES or kind is ChangeKind.ROSTER else "admin_roster_only"


def is_same_human(one: Person | None, other: Person | None) -> bool:
    """One person, or two registrations of one: a second credential is not a second person."""
    if one is None or other is None:
        return False
    pairs = ((one.phone, other.phone), (one.email.casefold(), other.email.casefold()))
    return one.id == other.id or any(mine and mine == theirs for mine, theirs in pairs)


def open_fault(change: Change, now: int) -> str:
    """Why nothing can be decided about it any more."""
    stage = change.stage_at(now)
    if stage is Stage.EXPIRED:
        return "change_expired"
    return "" if stage in OPEN else "change_over"


def approve_fault(
    change: Change, approver: Person, proposer: Person | None, concerned: Sequence[Person]
) -> str:
    """Why this person may not be the second one; ``concerned`` are those whom it is about."""
    if change.stage is not Stage.PROPOSED:
        return "change_approved_already"
    if proposer is None or is_same_human(approver, proposer):
        return "own_proposal"
    return "own_change" if any(is_same_human(approver, one) for one in concerned) else ""


def approved(change: Change, approver: str, needs: tuple[Need, ...], expires_at: int) -> Change:
    """After the second person: whoever must accept has a day from now."""
    return change.next(stage=Stage.APPROVED, approver=approver, needs=needs, expires_at=expires_at)


def crowded(change: Change, others: Sequence[Change], now: int) -> str:
    """Why there is no room for one more: each is told to people who may be asleep."""
    if _in_the_way(change, others, now):
        return "change_pending"
    mine = [one for one in others if one.by == change.by and one.at > now - DAY]
    return "too_many_changes" if len(mine) >= PROPOSED_MAX else ""


def _in_the_way(change: Change, others: Sequence[Change], now: int) -> bool:
    """Whether an open change is about the same person, organisation or roster role already."""
    return any(
        other.stage_at(now) in OPEN
        and other.id != change.id
        and (other.kind is ChangeKind.ROSTER) == (change.kind is ChangeKind.ROSTER)
        and _touched(other) & _touched(change)
        for other in others
    )


def _touched(change: Change) -> set[str]:
    if change.kind is ChangeKind.ROSTER:
        return set(change.fields)
    return {change.person or str(change.value.get("org", change.id))}


def masked(address: str) -> str:
    """Enough of a number or an address to recognise it, too little to use it."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}…@{host[:1]}…{host[host.rfind('.') :] if '.' in host else ''}"
    return f"…{address[-4:]}"
