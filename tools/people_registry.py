"""The first set-up: people, their PINs, organisations and the roster, written by one person alone.

That is how it must begin, since nobody is there yet who could approve; every such entry says
``bootstrap``, and none is taken any more once somebody is on call.  From then on there are changes
(``tools.people_changes``), which need two people.

Each write is an entry first: a crash in between leaves an entry about something that did not
happen, never a write that no entry tells.  The entries hold ids, roles and names of fields; never
a name, a number, an address or a PIN.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.aws.ids import random_bytes
from chalicelib.aws.people import reachable
from chalicelib.aws.registry import FALLBACK
from chalicelib.services import change_rules as rules
from chalicelib.services import employers, pins
from chalicelib.services.page_link import pin_hash
from chalicelib.services.people import Person
from chalicelib.services.ports import ConflictError
from chalicelib.terms import Role
from chalicelib.web.problems import words_of
from tools.local.desk import Desk

PEOPLE_CHAIN, ROSTERS_CHAIN = "people", "rosters"
PIN_LENGTH = 6

type Duty = Mapping[str, Sequence[str]]  # ids of people by roster role, in the order of paging


class PeopleError(Exception):
    """The order makes no sense; the message says why, and holds no number and no address."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new person's id, and the PIN that is shown only now."""

    id: str
    pin: str


def sentence(code: str, status: int = 422) -> str:
    """What the API would say of this code."""
    words = words_of("en", status, code)
    return f"{words['title']}. {words['detail']}"


def require_first_setup(desk: Desk) -> None:
    """Raise PeopleError once anybody is on call: from then on two people decide."""
    if any(on_call(desk).values()):
        raise PeopleError(
            "somebody is on call already, so this needs two people: say --as per_… to propose it"
        )


def add(desk: Desk, role: Role, org: str, details: Mapping[str, Any]) -> Made:
    """Register somebody new; ``details`` are the fields ``DETAILS``.  Raises PeopleError."""
    require_first_setup(desk)
    checked(details)
    made = Made(desk.parts.ids.new("per", desk.now), draw_pin())
    person = Person(id=made.id, role=role, employer=org, **details)
    _require_employer(desk, person)
    _require_own_addresses(desk, person)
    person = replace(person, pin_hash=_hashed(desk, made.pin, made.id))
    _tell(desk, PEOPLE_CHAIN, "person.added.v1", person=made.id, role=role.value, org=org)
    desk.registry.put_person(person)
    return made


def change(desk: Desk, identity: str, details: Mapping[str, Any]) -> list[str]:
    """Change some of the fields ``DETAILS``; the names of those that differ.

    Raises PeopleError, and then nothing was written.
    """
    require_first_setup(desk)
    before = known(desk, identity)
    after = replace(before, **checked(details))
    fields = sorted(name for name in details if getattr(before, name) != getattr(after, name))
    if not fields:
        raise PeopleError(f"nothing to change: {identity} is like that already")
    _require_reachable(after)
    _require_own_addresses(desk, after)
    _tell(desk, PEOPLE_CHAIN, "person.changed.v1", person=identity, fields=fields)
    desk.registry.put_person(after)
    return fields


def set_pin(desk: Desk, identity: str) -> str:
    """Draw a new PIN; the old one, its devices and any lock end.  Raises PeopleError."""
    require_first_setup(desk)
    person = known(desk, identity)
    pin = draw_pin()
    after = replace(person, pin_hash=_hashed(desk, pin, identity))
    _tell(desk, PEOPLE_CHAIN, "person.pin_set.v1", person=identity)
    desk.registry.put_person(after)
    with suppress(ConflictError):  # somebody guesses at this very moment, at the new PIN
        pins.reset(desk.parts, identity)
    return pin


def put_roster(desk: Desk, duty: Duty) -> None:
    """Write the first roster.  Raises PeopleError, and then nothing was written."""
    require_first_setup(desk)
    for role, group in duty.items():
        for identity in group:
            person = known(desk, identity)
            _require_reachable(person)
            code = rules.member_fault(role, person, reachable(person))
            if code:
                raise PeopleError(f"{identity} as {role}: {sentence(code)}")
    plain = {role: list(group) for role, group in duty.items()}
    _tell(desk, ROSTERS_CHAIN, "roster.changed.v1", duty=plain)
    desk.registry.put_roster(duty)


def declare(desk: Desk, org: str) -> None:
    """Say that an organisation is one of the client's own.  Raises PeopleError."""
    require_first_setup(desk)
    code = rules.org_fault(org) or ("org_known" if org in desk.registry.orgs() else "")
    if code:
        raise PeopleError(sentence(code))
    _tell(desk, PEOPLE_CHAIN, "org.declared.v1", org=org)
    desk.registry.put_org(org, employers.CLIENT)


def on_call(desk: Desk) -> Duty:
    """The roster as it is; the last resort, which the settings name, is no part of it."""
    duty = desk.registry.duty()
    return {role: [one.person for one in duty[role]] for role in duty if role != FALLBACK}


def thin(desk: Desk, duty: Duty) -> list[str]:
    """A sentence for each role on the ladder that has nobody, or nobody to take over."""
    plans = desk.parts.ladder.plans
    roles = dict.fromkeys(role for plan in plans for rung in plan.rungs for role in rung.roles)
    words = {0: "nobody is on call", 1: "only one person is on call"}
    counts = {role: len(duty.get(role, ())) for role in roles}
    return [f"{role}: {words[count]}" for role, count in counts.items() if count in words]


def read_duty(written: Sequence[str]) -> dict[str, list[str]]:
    """The roster of words like ``owner=per_…,per_…``; raises PeopleError."""
    duty: dict[str, list[str]] = {}
    for group in written:
        role, equals, people = group.partition("=")
        if not equals or not rules.is_roster_role(role):
            roles = ", ".join(rules.ROSTER_ROLES)
            raise PeopleError(
                f"say role=per_…,per_… with a role of {roles}, or a department's _owner or _head"
            )
        if role in duty:
            raise PeopleError(f"{role} is given twice")
        duty[role] = [identity for identity in people.split(",") if identity]
        if len(set(duty[role])) < len(duty[role]):
            raise PeopleError(f"{role} has somebody twice")
    return duty


def known(desk: Desk, identity: str) -> Person:
    """The person; raises PeopleError for nobody, and for the last resort of the settings."""
    person = desk.registry.person(identity) if identity != FALLBACK else None
    if person is None:
        raise PeopleError(f"nobody has the id {identity}")
    return person


def checked(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same details, when a page can be sent with them; raises PeopleError."""
    code = rules.details_fault(details)
    if code:
        raise PeopleError(sentence(code))
    return details


def draw_pin() -> str:
    """Six random digits."""
    number = int.from_bytes(random_bytes(8)) % 10**PIN_LENGTH
    return f"{number:0{PIN_LENGTH}d}"


def require_link_key(desk: Desk) -> None:
    """Raise PeopleError where the link key is not known, which PINs and commitments need."""
    if not desk.parts.link_key:
        raise PeopleError(
            "set SECRET_ID to the stack's output KeysSecret (docs/runbooks/README.md says how), "
            "or LINK_KEY, or say --local: without it no PIN can be made or checked"
        )


def _hashed(desk: Desk, pin: str, identity: str) -> str:
    require_link_key(desk)
    return pin_hash(pin, identity, desk.parts.link_key)


def _require_reachable(person: Person) -> None:
    if not reachable(person):
        raise PeopleError(f"{person.id} cannot be reached: no address for any of their channels")


def _require_employer(desk: Desk, person: Person) -> None:
    code = employers.fault(person.role, person.employer, desk.registry.orgs())
    if code:
        raise PeopleError(f"{sentence(code)} {person.employer} is none: see the command org.")


def _require_own_addresses(desk: Desk, person: Person) -> None:
    others = (one for one in desk.registry.people() if one.id != person.id)
    if any(rules.is_same_human(person, one) for one in others):
        raise PeopleError(sentence("address_taken"))


def _tell(desk: Desk, chain: str, event: str, **told: Any) -> None:
    desk.note(chain, "roster", {"e": event, "bootstrap": True, **told})
