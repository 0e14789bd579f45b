"""From what somebody wants to a change that can be approved, or the code of what is wrong."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from chalicelib.services import change_rules as rules
from chalicelib.services import employers
from chalicelib.services.change_model import WAIT_MS, Change, ChangeKind, Need, merged
from chalicelib.services.parts import Parts
from chalicelib.services.people import Person
from chalicelib.terms import Channel, Role, Tier

_CHANNEL = {"phone": Channel.SMS.value, "email": Channel.EMAIL.value}
_NEW = {"phone": "", "email": "", "language": "zh-CN", "channels": ("sms", "email")}


class UnfitError(Exception):
    """It cannot be proposed; ``code`` names a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody wants: ``value`` has new values by field, or people's ids by roster role."""

    kind: ChangeKind
    person: str = ""
    value: Mapping[str, Any] = field(default_factory=dict)


def drafted(parts: Parts, proposal: Proposal, by: str) -> Change:
    """The change as it would be stored, ids drawn; raises UnfitError."""
    person, value = _DRAFTS[proposal.kind](parts, proposal)
    now = parts.clock.now()
    change = Change(
        id=parts.ids.new("chg", now),
        kind=proposal.kind,
        by=by,
        at=now,
        expires_at=now + WAIT_MS,
        person=person,
        fields=tuple(sorted(value)),
        value=value,
    )
    told = tuple(person.id for person in to_tell(parts, change))
    change = replace(change, base=base_of(parts, change), to_tell=told)
    return change if told else replace(change, told_at=now)


def base_of(parts: Parts, change: Change) -> str:
    """A hash of what stands now where the change would write; it must still be so when applied."""
    if change.kind is ChangeKind.ROSTER:
        duty = parts.changes.roster()
        now: Any = [[role, list(duty.get(role, ()))] for role in change.fields]
    else:
        person = parts.registry.person(change.person) if change.person else None
        fields = change.fields or ("pin_hash",)
        now = [getattr(person, name) for name in fields] if person else []
    return sha256(json.dumps([change.id, now], ensure_ascii=False).encode()).hexdigest()


def after(person: Person, value: Mapping[str, Any]) -> Person:
    """The person with new details."""
    return replace(person, **value)


def newcomer(change: Change) -> Person:
    """The person whom a change of kind ``new_person`` would register."""
    given = {**change.value, "role": Role(change.value["role"])}
    given["channels"] = tuple(given["channels"])
    return Person(id=change.person, pin_hash=change.pin_hash, **given)


def ways(person: Person) -> tuple[tuple[str, str], ...]:
    """Channel and address of each way on which the person is paged, the preferred one first."""
    known = {Channel.SMS.value: person.phone, Channel.EMAIL.value: person.email}
    return tuple((name, known[name]) for name in person.channels if known.get(name))


def addresses(person: Person) -> tuple[tuple[str, str], ...]:
    """Every address that is known of the person, whether or not they are paged there."""
    known = ((_CHANNEL[name], getattr(person, name)) for name in rules.ADDRESSES)
    return tuple((channel, address) for channel, address in known if address)


def subject(parts: Parts, change: Change) -> Person | None:
    """The registered person whom it is about, if there is one already."""
    return parts.registry.person(change.person) if change.person else None


def to_tell(parts: Parts, change: Change) -> tuple[Person, ...]:
    """Who hears of the proposal where they are reached now, so that a hijack is seen."""
    if change.kind is ChangeKind.ROSTER:
        gone = rules.removed(parts.changes.roster(), change.value)
        found = [parts.registry.person(identity) for identity in gone]
    else:
        found = [subject(parts, change)]
    return tuple(person for person in found if person and addresses(person))


def needs_of(parts: Parts, change: Change) -> tuple[Need, ...]:
    """Who must accept before it takes effect, and where they are asked."""
    if change.kind is ChangeKind.ROSTER:
        new = [
            parts.registry.person(one) for one in rules.added(parts.changes.roster(), change.value)
        ]
        return tuple(Need(person.id, ways(person)) for person in new if person)
    if change.kind in {ChangeKind.NUMBER, ChangeKind.NEW_PERSON}:
        new_ones = ((name, change.value.get(name)) for name in rules.ADDRESSES)
        return tuple(Need(change.person, ((_CHANNEL[n], a),)) for n, a in new_ones if a)
    person = subject(parts, change)
    if person is None or change.kind is ChangeKind.LEAVE:
        return ()
    if change.kind is ChangeKind.PIN:
        return tuple(Need(person.id, (way,)) for way in ways(person))
    return (Need(person.id, ways(after(person, change.value))),) if _grave(parts, person) else ()


def _grave(parts: Parts, person: Person) -> bool:
    """Whether the ladders of S0 and S1 page this person."""
    roles = rules.grave_roles(parts.ladder, Tier.S0, Tier.S1)
    return any(person.id in parts.changes.roster().get(role, ()) for role in roles)


def fit_roster(parts: Parts, value: Mapping[str, Sequence[str]]) -> None:
    """Raise UnfitError when these people cannot be on call, or too few would be."""
    before, orgs = parts.changes.roster(), parts.registry.orgs()
    for role, group in value.items():
        for identity in group:
            person = parts.registry.person(identity) if rules.is_person(identity) else None
            if person is None:
                raise UnfitError("person_unknown")
            reachable = [channel for channel, _ in ways(person)]
            code = rules.member_fault(role, person, reachable)
            _require(code or employers.fault(person.role, person.employer, orgs))
    grave = rules.grave_roles(parts.ladder, Tier.S0)
    if rules.thinned(before, merged(before, value), grave):
        raise UnfitError("roster_too_thin")


def fit_person(parts: Parts, person: Person) -> None:
    """Raise UnfitError when the person could not be paged, or somebody else has the address."""
    if not ways(person):
        raise UnfitError("not_reachable")
    others = (one for one in parts.registry.people() if one.id != person.id)
    if any(rules.is_same_human(person, one) for one in others):
        raise UnfitError("address_taken")
    _require(employers.fault(person.role, person.employer, parts.registry.orgs()))


def fit_to_leave(parts: Parts, person: Person) -> None:
    """Raise UnfitError for somebody on call: their successor is put there first."""
    if any(person.id in group for group in parts.changes.roster().values()):
        raise UnfitError("still_on_call")


def left(person: Person) -> Person:
    """The person once they work for nobody here: no PIN, no address, and no role that counts."""
    return replace(person, employer="", phone="", email="", pin_hash="")


def _require(code: str) -> None:
    if code:
        raise UnfitError(code)


def _fields(proposal: Proposal) -> dict[str, Any]:
    """The proposed fields, all of the kind's own."""
    if set(proposal.value) - rules.FIELDS[proposal.kind]:
        raise UnfitError("unknown_field")
    value = dict(proposal.value)
    _require(rules.details_fault({k: v for k, v in value.items() if k in rules.DETAILS}))
    if "channels" in value:
        value["channels"] = tuple(value["channels"])
    return value


def _registered(parts: Parts, identity: str) -> Person:
    person = parts.registry.person(identity) if rules.is_person(identity) else None
    if person is None:
        raise UnfitError("person_unknown")
    return person


type _Drafted = tuple[str, dict[str, Any]]


def _roster(parts: Parts, proposal: Proposal) -> _Drafted:
    for role, group in proposal.value.items():
        if not rules.is_roster_role(role):
            raise UnfitError("roster_role_unknown")
        if len(set(group)) < len(group) or len(group) > rules.ROSTER_MAX:
            raise UnfitError("roster_twice")
    before = parts.changes.roster()
    value = {role: list(group) for role, group in proposal.value.items()}
    differs = {r: group for r, group in value.items() if group != list(before.get(r, ()))}
    if not differs:
        raise UnfitError("nothing_to_change")
    fit_roster(parts, differs)
    return "", differs


def _details(parts: Parts, proposal: Proposal) -> _Drafted:
    before = _registered(parts, proposal.person)
    value = {k: v for k, v in _fields(proposal).items() if getattr(before, k) != v}
    if not value:
        raise UnfitError("nothing_to_change")
    fit_person(parts, after(before, value))
    return before.id, value


def _new_person(parts: Parts, proposal: Proposal) -> _Drafted:
    value = _NEW | {"employer": employers.DEFAULT_ORG} | _fields(proposal)
    if "name" not in value:
        raise UnfitError("bad_name")
    if value.get("role") not in {role.value for role in rules.PERSON_ROLES}:
        raise UnfitError("bad_role")
    identity = parts.ids.new("per", parts.clock.now())
    person = Person(id=identity, **{**value, "role": Role(value["role"])})
    fit_person(parts, person)
    return identity, value


def _pin(parts: Parts, proposal: Proposal) -> _Drafted:
    _fields(proposal)
    person = _registered(parts, proposal.person)
    if not ways(person):
        raise UnfitError("not_reachable")
    return person.id, {}


def _leave(parts: Parts, proposal: Proposal) -> _Drafted:
    _fields(proposal)
    person = _registered(parts, proposal.person)
    if not person.employer:
        raise UnfitError("nothing_to_change")
    fit_to_leave(parts, person)
    return person.id, {}


def _org(parts: Parts, proposal: Proposal) -> _Drafted:
    org = str(_fields(proposal).get("org", ""))
    _require(rules.org_fault(org))
    if org in parts.registry.orgs():
        raise UnfitError("org_known")
    return "", {"org": org}


_DRAFTS: dict[ChangeKind, Callable[[Parts, Proposal], _Drafted]] = {
    ChangeKind.ROSTER: _roster,
    ChangeKind.PERSON: _details,
    ChangeKind.NUMBER: _details,
    ChangeKind.NEW_PERSON: _new_person,
    ChangeKind.PIN: _pin,
    ChangeKind.LEAVE: _leave,
    ChangeKind.ORG: _org,
}
