"""Seeding: the made-up people, their roster and their credentials, once.

What must stay the same from start to start (ids, PINs, tokens) is kept in the home folder; what is
missing in the tables is put there again, so that a lost state is seeded like a new one.  A PIN that
is shown is one that works: where the table has the hash of another, it is set again.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.aws.registry import FALLBACK
from chalicelib.services.employers import CLIENT as CLIENTS
from chalicelib.services.page_link import pin_hash
from chalicelib.services.people import Person
from tools.credentials import Order, draw, register
from tools.local.desk import Desk
from tools.local.home import Home
from tools.local.people import CLIENT, HOLDERS, PEOPLE, Part
from tools.people_registry import draw_pin

KEPT = "seeds.json"
# One machine sets itself up: the entries say that nobody approved it.
BOOTSTRAP = {"bootstrap": True}


@dataclass(frozen=True, slots=True)
class Seeds:
    """What the console shows: ids and PINs of people by key, tokens of credentials by key."""

    people: dict[str, str] = field(default_factory=dict)
    pins: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def seed(desk: Desk, home: Home) -> Seeds:
    """Put what is missing into the tables; the same secrets as last time."""
    kept: dict[str, Any] = home.read(KEPT)
    people, pins, tokens = (dict(kept.get(name, {})) for name in ("people", "pins", "tokens"))
    for part in PEOPLE:  # an earlier release may have kept fewer of them
        people.setdefault(part.key, desk.parts.ids.new("per", desk.now))
        pins.setdefault(part.key, draw_pin())
    for holder in HOLDERS:
        tokens.setdefault(holder.key, draw(desk).token)
    home.write(KEPT, {"people": people, "pins": pins, "tokens": tokens})
    _put_org(desk)
    _put_people(desk, people, pins)
    _put_credentials(desk, people, tokens)
    return Seeds(people, pins, tokens)


def _put_org(desk: Desk) -> None:
    if CLIENT not in desk.registry.orgs():
        desk.note("people", "roster", {"e": "org.declared.v1", "org": CLIENT} | BOOTSTRAP)
        desk.registry.put_org(CLIENT, CLIENTS)


def _put_people(desk: Desk, people: dict[str, str], pins: dict[str, str]) -> None:
    present = {person.id: person for person in desk.registry.people()}
    for part in PEOPLE:
        identity = people[part.key]
        slow = pin_hash(pins[part.key], identity, desk.parts.link_key)
        found = present.get(identity)
        if found is None:
            told = {"person": identity, "role": part.role.value, "org": CLIENT}
            desk.note("people", "roster", {"e": "person.added.v1"} | told | BOOTSTRAP)
            desk.registry.put_person(_person(part, identity, slow))
        elif found.pin_hash != slow:
            told = {"e": "person.pin_set.v1", "person": identity}
            desk.note("people", "roster", told | BOOTSTRAP)
            desk.registry.put_person(replace(found, pin_hash=slow))
    if not any(group for role, group in desk.registry.duty().items() if role != FALLBACK):
        duty = {part.duty: [people[part.key]] for part in PEOPLE if part.duty}
        desk.note("rosters", "roster", {"e": "roster.put.v1", "duty": duty} | BOOTSTRAP)
        desk.registry.put_roster(duty)


def _person(part: Part, identity: str, slow: str) -> Person:
    return Person(
        id=identity,
        name=part.name,
        role=part.role,
        employer=CLIENT,
        phone=part.phone,
        email=part.email,
        language=part.language,
        pin_hash=slow,
    )


def _put_credentials(desk: Desk, people: dict[str, str], tokens: dict[str, str]) -> None:
    present = {credential.id for credential in desk.registry.credentials()}
    for holder in HOLDERS:
        order = Order(holder.role, holder.org, holder.name, people.get(holder.person, ""))
        register(desk, order, tokens[holder.key], present)
