"""The simulation, short: kept seeds for ever, a few more, and proof that its judge barks."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.cases import decide as deciding
from chalicelib.cases.decide import Decision
from tests.simulation.__main__ import kept_seeds, simulate
from tests.simulation.run import Simulation


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The storm's own faults would fill the report."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("seed", [*kept_seeds(), 11, 12, 13])
def test_no_invariant_is_violated(seed: int) -> None:
    """Twelve commands in a storm, then calm: all settles."""
    outcome = simulate(seed, 12)
    assert outcome.violations == []
    assert outcome.commands == 12


def test_one_seed_gives_one_world() -> None:
    """A failing seed can be seen again."""
    one, two = Simulation(5), Simulation(5)
    assert one.run(6) == two.run(6)
    assert [sent.text[-22:] for sent in one.world.sent] == [s.text[-22:] for s in two.world.sent]


def test_a_clock_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge barks: a decision that drops K4 without an event is not the fold."""
    finish = deciding._finish

    def forgetful(*given: Any) -> Decision:
        decision = finish(*given)
        clocks = {name: due for name, due in decision.case.clocks.items() if name != "K4"}
        return replace(decision, case=replace(decision.case, clocks=clocks))

    monkeypatch.setattr(deciding, "_finish", forgetful)
    found = [v for seed in range(3) for v in simulate(seed, 6).violations]
    assert any(violation.startswith("P6") for violation in found)
