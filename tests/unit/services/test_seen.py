"""A reading proves what one person was shown of one case, and nothing else."""

from dataclasses import replace

import pytest

from chalicelib.services.ports import Loaded
from chalicelib.services.seen import KEPT_MS, Seen, covers, reading
from chalicelib.terms import Direction
from tests.support import acts
from tests.support.world import DANGER_ZH, World


@pytest.fixture
def world() -> World:
    """A world with one case."""
    return World()


def _opened(world: World) -> str:
    return str(world.complain(DANGER_ZH).body["case"])


def _head(world: World, case: str) -> int:
    loaded = world.ledger.load(case)
    assert isinstance(loaded, Loaded)
    return loaded.head.seq


def test_a_reading_of_everything_covers(world: World) -> None:
    """Until something newer comes in; what went out, and what machines did, is no matter."""
    case, owner = _opened(world), world.client()
    proof = acts.reading(world, case, owner)
    assert covers(world.parts, owner, case, _head(world, case), proof)
    world.settle()
    world.say(case, world.vendor(), text="we are on it", direction=Direction.OUTBOUND)
    assert covers(world.parts, owner, case, _head(world, case), proof)
    world.say(case, world.vendor(), text="she calls again", direction=Direction.INBOUND)
    assert not covers(world.parts, owner, case, _head(world, case), proof)


def test_nobody_elses_and_no_other_cases_and_nothing_forged_covers(world: World) -> None:
    """Every part of it is under the hash."""
    case, other, owner = _opened(world), _opened(world), world.client()
    (proof,) = acts.reading(world, case, owner)
    head = _head(world, case)
    assert not covers(world.parts, world.client("duty_director"), case, head, [proof])
    assert not covers(world.parts, owner, other, _head(world, other), [proof])
    parts = proof.split(".")
    for place in range(len(parts)):
        changed = [*parts[:place], "9", *parts[place + 1 :]]
        assert not covers(world.parts, owner, case, head, [".".join(changed)])
    for text in ("", ".", "....", "1.2.3.4", f"{proof}.1", "\u0661.1.1.1.x", "9" * 5000):
        assert not covers(world.parts, owner, case, head, [text])
    rekeyed = replace(world.parts, link_key=b"x" * 32)
    assert not covers(rekeyed, owner, case, head, [proof])


def test_it_holds_for_a_day(world: World) -> None:
    """To the millisecond."""
    case, owner = _opened(world), world.client()
    proof, head = acts.reading(world, case, owner), _head(world, case)
    world.clock.advance(KEPT_MS)
    assert covers(world.parts, owner, case, head, proof)
    world.clock.advance(1)
    assert not covers(world.parts, owner, case, head, proof)


def test_the_end_of_a_list_alone_shows_nothing_of_its_beginning(world: World) -> None:
    """Whoever starts after the newest inbound message has not read it."""
    case, owner = _opened(world), world.client()
    world.say(case, world.vendor(), text="noted", direction=Direction.OUTBOUND)
    now = world.clock.now()
    tail = reading(world.parts, owner, case, Seen(1, 2, 0, now))
    first = reading(world.parts, owner, case, Seen(0, 1, 1, now))
    assert not covers(world.parts, owner, case, 2, [tail])
    assert covers(world.parts, owner, case, 2, [tail, first])
    assert not covers(world.parts, owner, case, 2, [first], entry=2)
    assert covers(world.parts, owner, case, 2, [first, tail], entry=2)


def test_a_long_quiet_case_is_read_on_part_by_part(world: World) -> None:
    """More entries than are looked at: the parts after the newest message are sent along."""
    case, owner = _opened(world), world.client()
    for number in range(1_100):
        world.say(case, world.vendor(), text=f"{number}", direction=Direction.INTERNAL)
    proofs, head = acts.reading(world, case, owner), _head(world, case)
    assert len(proofs) > 10
    assert not covers(world.parts, owner, case, head, proofs[:1])
    assert covers(world.parts, owner, case, head, proofs)
