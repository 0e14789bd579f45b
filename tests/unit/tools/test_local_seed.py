"""Seeding the made-up people."""

from dataclasses import replace
from pathlib import Path

from chalicelib.services.accounts import authenticate
from chalicelib.services.page_link import pin_hash
from tests.support.fakes import FakeRegistry
from tests.support.world import World
from tools.local.desk import Desk
from tools.local.hints import hints
from tools.local.home import Home
from tools.local.people import FALLBACK_SMS, HOLDERS, PEOPLE
from tools.local.seed import seed


def _empty() -> tuple[World, Desk]:
    world = World()
    registry = FakeRegistry()
    object.__setattr__(world.parts, "registry", registry)
    return world, Desk(world.ledger, registry, world.parts)


def test_the_second_start_finds_everything_as_it_was(tmp_path: Path) -> None:
    """Same ids, PINs and tokens; and no new entry says that they were made again."""
    world, desk = _empty()
    first = seed(desk, Home(tmp_path))
    entries = len(world.ledger.entries("credentials", 0, 100))
    assert seed(desk, Home(tmp_path)) == first
    assert len(world.ledger.entries("credentials", 0, 100)) == entries == len(HOLDERS)


def test_a_lost_state_is_seeded_with_the_same_secrets(tmp_path: Path) -> None:
    """After a kill -9 of the emulator the printed tokens and PINs still work."""
    _, desk = _empty()
    first = seed(desk, Home(tmp_path))
    world, desk = _empty()
    assert seed(desk, Home(tmp_path)) == first
    for holder in HOLDERS:
        token = first.tokens[holder.key]
        assert authenticate(world.parts, f"Bearer {token}", "r", "r").role is holder.role


def test_a_pin_that_is_shown_works(tmp_path: Path) -> None:
    """Hashed in another way, or changed by hand: the next start sets it again, with an entry."""
    world, desk = _empty()
    first = seed(desk, Home(tmp_path))
    owner = next(p for p in desk.registry.people() if p.id == first.people["owner"])
    desk.registry.put_person(replace(owner, pin_hash="ab" * 32, language="en"))
    before = world.ledger.head("people").seq
    seed(desk, Home(tmp_path))
    after = desk.registry.person(owner.id)
    assert after is not None
    assert (after.pin_hash, after.language) == (owner.pin_hash, "en")
    assert world.ledger.head("people").seq == before + 1


def test_everyone_on_the_roster_can_be_paged_and_has_a_pin(tmp_path: Path) -> None:
    """Eight people, six duties, each with a number, an address and a PIN of their own."""
    _, desk = _empty()
    seeds = seed(desk, Home(tmp_path))
    people = {person.id: person for person in desk.registry.people()}
    assert len(people) == 8
    duty = desk.registry.duty()
    for part in PEOPLE:
        person = people[seeds.people[part.key]]
        assert person.pin_hash == pin_hash(seeds.pins[part.key], person.id, desk.parts.link_key)
        if part.duty:
            assert [on_call.person for on_call in duty[part.duty]] == [person.id]


def test_the_numbers_reach_nobody() -> None:
    """Only ranges that regulators keep for fiction, and domains kept for examples."""
    for phone in [part.phone for part in PEOPLE] + [FALLBACK_SMS]:
        assert phone.startswith(("+447700900", "+1202555010"))
    assert all(part.email.endswith(".example") for part in PEOPLE)


def test_the_console_shows_a_curl_for_every_kind_of_user(tmp_path: Path) -> None:
    """Base URL, outbox, PINs, and commands that carry their own credential."""
    _, desk = _empty()
    seeds = seed(desk, Home(tmp_path))
    text = hints("http://127.0.0.1:1", seeds)
    for needed in ("/outbox", "/v1/complaints", "/v1/public/complaints", "/acknowledge", "/act"):
        assert f"http://127.0.0.1:1{needed}" in text or f"$CASE{needed}" in text
    for secret in (*seeds.tokens.values(), *seeds.pins.values()):
        assert secret in text
