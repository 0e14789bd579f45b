"""A hundred pairs of simultaneous first complaints, every step of theirs interleaved."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.services.complaint import Answer
from tests.support.courses import stored
from tests.support.judged_pairs import check
from tests.support.pairs import PAIRS, pairs
from tests.support.turns import Turns
from tests.support.world import World, story


@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_pairs_at_once(seed: int) -> None:
    """Never two unlinked cases for one order, never one case for two strangers."""
    with story(seed=seed) as world:
        for number, pair in enumerate(pairs()):
            turns = Turns(world.ledger, seed * PAIRS + number)
            whole = world.parts
            world.parts = replace(whole, ledger=turns)
            one, two = _complaint(world, pair.first), _complaint(world, pair.second)
            answers = turns.together(one, two)
            world.parts = whole
            world.settle()
            ids = dict.fromkeys(answer.body["case"] for answer in answers)
            check(pair, answers, [stored(world, case) for case in ids])
        world.ignore_pages()


def _complaint(world: World, fields: dict[str, Any]) -> Callable[[], Answer]:
    return lambda: world.complain(**fields)


def test_the_turns_are_really_mixed() -> None:
    """Both read the heads before either has written: one of them must have lost a race."""
    with story() as world:
        lost = 0
        for number, pair in enumerate(pairs()):
            turns = Turns(world.ledger, number)
            world.parts = replace(world.parts, ledger=turns)
            before = world.clock.now()
            turns.together(_complaint(world, pair.first), _complaint(world, pair.second))
            lost += world.clock.now() > before  # only who lost a race waits
            world.parts = replace(world.parts, ledger=world.ledger)
        assert lost > PAIRS // 4
        world.settle()
        world.ignore_pages()
