"""The exploration: it finds nothing in the core as it is, and barks when a promise is broken."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.cases import decide as deciding
from chalicelib.cases import lapses
from chalicelib.cases.commands import AddMessage
from chalicelib.cases.decide import Decision, open_case
from chalicelib.cases.draft import Draft
from chalicelib.terms import Role, Tier
from tools import explore

STATES = 60


def _promises(walk: explore.Walk) -> set[str]:
    return {violation.partition(":")[0] for violation in walk.violations}


def test_the_first_states_keep_every_promise() -> None:
    """Breadth first, so these are the openings and what follows at once."""
    walk, fixpoint = explore.explore(STATES)
    assert walk.violations == []
    assert not fixpoint
    assert len(walk.seen) > STATES
    assert walk.transitions > len(walk.seen)


def _after(change: Callable[[Any, Decision], Decision]) -> Callable[..., Decision]:
    def decide(case: Any, command: Any, at: int, watch: Any) -> Decision:
        return change(command, deciding.decide(case, command, at, watch))

    return decide


def _vendor_delays_k4(command: Any, decision: Decision) -> Decision:
    if not isinstance(command, AddMessage) or command.by.role is not Role.VENDOR_AGENT:
        return decision
    clocks = {n: due + (n == "K4") for n, due in decision.case.clocks.items()}
    return replace(decision, case=replace(decision.case, clocks=clocks))


def _vendor_lowers(command: Any, decision: Decision) -> Decision:
    if command.by.role is not Role.VENDOR_SUPERVISOR:
        return decision
    return replace(decision, case=replace(decision.case, tier=Tier.S3))


@pytest.mark.parametrize("broken", [_vendor_delays_k4, _vendor_lowers])
def test_a_vendor_that_gains_is_found(
    monkeypatch: pytest.MonkeyPatch, broken: Callable[[Any, Decision], Decision]
) -> None:
    """P2 barks."""
    monkeypatch.setattr(explore, "decide", _after(broken))
    assert "P2" in _promises(explore.explore(STATES)[0])


def test_a_ladder_that_stops_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """P3 barks when a rung fires and nobody is paged."""
    monkeypatch.setitem(lapses._LAPSES, "rung", lambda _draft, _rest: None)
    monkeypatch.setitem(lapses._LAPSES, "repeat", lambda _draft, _rest: None)
    assert "P3" in _promises(explore.explore(STATES)[0])


def test_an_acknowledgement_that_lasts_for_ever_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """P4 barks when K4 lapses and the ladder stays held."""

    def forgiving(_draft: Draft, _rest: str) -> None:
        """Let it be."""

    monkeypatch.setitem(lapses._LAPSES, "K4", forgiving)
    assert "P4" in _promises(explore.explore(400)[0])


def test_a_case_without_a_clock_is_found() -> None:
    """P1 barks when a decision leaves nothing running."""
    walk = explore.Walk(refusing=False)
    opened = open_case(explore._opening(Tier.S0, suspect=False), explore.START, explore.WATCH)
    stopped = replace(opened, case=replace(opened.case, clocks={}))
    explore._visit(walk, stopped, explore.START, 0)
    assert _promises(walk) == {"P1"}
