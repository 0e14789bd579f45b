"""Stories of a link key that is rotated: what was made with the old one goes on working."""

from dataclasses import replace

import pytest

from chalicelib.services import page_link, seen
from chalicelib.services.errors import RefusedError
from chalicelib.services.page_link import Proof, device_cookie, is_enrolled, is_pin
from chalicelib.services.parts import Parts
from chalicelib.services.reading import board
from chalicelib.services.seen import Seen
from tests.support.world import DANGER_EN, ORDINARY, PIN, World

NEW = b"n" * 32


def rotated(parts: Parts) -> Parts:
    """After a rotation: a new key is made with, the old one is accepted."""
    return replace(parts, link_key=NEW, other_keys=(parts.link_key,))


def dropped(parts: Parts) -> Parts:
    """Later: the old key is kept for PINs alone."""
    return replace(parts, link_key=NEW, other_keys=(), pin_keys=(parts.link_key,))


def forgotten(parts: Parts) -> Parts:
    """The old key had leaked: nothing rests on it any more."""
    return replace(parts, link_key=NEW)


def test_no_pin_breaks_by_a_rotation() -> None:
    """Not while the old key is accepted, and not after it was dropped; only if it is forgotten."""
    parts = World().parts
    person = parts.registry.person(World().people["owner"].id)
    assert person
    for later in (parts, rotated(parts), dropped(parts)):
        assert is_pin(later, person, PIN)
        assert not is_pin(later, person, "000000")
    assert not is_pin(forgotten(parts), person, PIN)


def test_a_page_is_acknowledged_with_the_old_pin() -> None:
    """The link that was sent before the rotation opens after it, and the PIN proves the person."""
    world = World()
    world.public(DANGER_EN)
    world.fast_forward(0)
    text = next(sent.text for sent in world.sent if sent.person == "owner")
    token = text[text.index("/p/") + 3 :].split()[0]
    world.parts = rotated(world.parts)

    outcome = page_link.acknowledge(world.parts, token, Proof(pin=PIN, request="req"))

    assert outcome.device_cookie
    with pytest.raises(RefusedError):
        page_link.acknowledge(world.parts, token, Proof(pin="000000", request="req"))


def test_devices_and_readings_hold_until_the_key_is_dropped() -> None:
    """A cookie and a proof of reading made before the rotation are believed after it."""
    world = World()
    parts, owner = world.parts, world.client()
    person = world.people["owner"]
    case = str(world.public(DANGER_EN).body["case"])
    cookie = device_cookie(parts, person, world.clock.now() + 1_000)
    reading = seen.reading(parts, owner, case, Seen(0, 1, 1, world.clock.now()))
    head = world.ledger.load_quietly(case)
    assert head
    for later, holds in ((rotated(parts), True), (dropped(parts), False)):
        assert is_enrolled(later, person, cookie) is holds
        assert seen.covers(later, owner, case, head.head.seq, [reading]) is holds


def test_a_second_complaint_joins_across_a_rotation() -> None:
    """The order's case is found by the old head, and then stands under the new key too."""
    world = World()
    first = str(world.complain(DANGER_EN, order="A-77", subject_id="D-9").body["case"])
    world.parts = rotated(world.parts)

    second = world.complain(DANGER_EN, order="A-77", subject_id="D-9").body
    assert str(second["case"]) == first

    other = world.complain(ORDINARY, order="B-12", subject_id="D-9").body
    assert str(other["case"]) != first
    loaded = world.ledger.load_quietly(str(other["case"]))
    assert loaded
    assert loaded.case
    assert first in loaded.case.linked

    world.parts = dropped(world.parts)
    world.parts = replace(world.parts, pin_keys=())
    third = world.complain(ORDINARY, order="C-13", subject_id="D-9").body
    loaded = world.ledger.load_quietly(str(third["case"]))
    assert loaded
    assert loaded.case
    assert loaded.case.linked


def test_a_list_goes_on_across_a_rotation() -> None:
    """A cursor given out before it is still one after it, and no cursor of a forgotten key is."""
    world = World()
    for number in range(4):
        world.public(DANGER_EN, order=f"O-{number}")
    owner = world.client()
    cursor = str(board(world.parts, owner, None, None, "", 2).body["next"])
    assert cursor
    assert board(rotated(world.parts), owner, None, None, cursor, 2).body["cases"]
    with pytest.raises(ValueError, match="cursor"):
        board(forgotten(world.parts), owner, None, None, cursor, 2)
