"""Seeding: the made-up people, their roster and their credentials, once.

What must stay the same from start to start (ids, PINs, tokens) is kept in the home folder; what is
missing in the tables is put there again, so that a lost state is seeded like a new one.  A PIN that
is shown is one that works: where the table has the hash of another, it is set again.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.services.page_link import pin_hash
from chalicelib.services.people import Person
from tools.credentials import Order, make, register
from tools.local.desk import Desk
from tools.local.home import Home
from tools.local.people import CLIENT, HOLDERS, PEOPLE, Part
from tools.people import draw_pin

KEPT = "seeds.json"


@dataclass(frozen=True, slots=True)
class Seeds:
    """What the console shows: ids and PINs of people by key, tokens of credentials by key."""

    people: dict[str, str] = field(default_factory=dict)
    pins: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def seed(desk: Desk, home: Home) -> Seeds:
    """Put what is missing into the tables; the same secrets as last time."""
    kept: dict[str, Any] = home.read(KEPT)
    people = kept.get("people") or {p.key: desk.parts.ids.new("per", desk.now) for p in PEOPLE}
    pins = kept.get("pins") or {p.key: draw_pin() for p in PEOPLE}
    tokens = kept.get("tokens") or {
        holder.key: make(desk, Order(holder.role, holder.org, holder.name)).token
        for holder in HOLDERS
    }
    home.write(KEPT, {"people": people, "pins": pins, "tokens": tokens})
    _put_people(desk, people, pins)
    _put_credentials(desk, people, tokens)
    return Seeds(people, pins, tokens)


def _put_people(desk: Desk, people: dict[str, str], pins: dict[str, str]) -> None:
    present = {person.id: person for person in desk.registry.people()}
    missing = [part for part in PEOPLE if people[part.key] not in present]
    for part in PEOPLE:
        identity = people[part.key]
        slow = pin_hash(pins[part.key], identity, desk.parts.link_key)
        found = present.get(identity)
        if found is None:
            desk.registry.put_person(_person(part, identity, slow))
        elif found.pin_hash != slow:
            desk.note("rosters", "roster", {"e": "person.pin_set.v1", "person": identity})
            desk.registry.put_person(replace(found, pin_hash=slow))
    if missing:
        duty = {part.duty: [people[part.key]] for part in PEOPLE if part.duty}
        desk.registry.put_roster(duty)
        desk.note("rosters", "roster", {"e": "roster.put.v1", "duty": duty})


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
