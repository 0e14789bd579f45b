"""Who watches the watchdog: break a thing, and the heartbeat stops and an operator is paged."""

from itertools import pairwise

import pytest

from chalicelib.services import canaries, reading
from chalicelib.services.errors import BusyError
from chalicelib.services.watching import Check, Running
from chalicelib.terms import MINUTE
from tests.support.world import World, story


def is_heard(world: World, minutes: float = 3) -> dict[str, bool]:
    """Which paths the monitor heard of late."""
    since = world.clock.now() - minutes * MINUTE
    return {path: world.outside.last(path) >= since for path in canaries.PATHS.values()}


BOTH = {"wake-up": True, "sweep": True}
NEITHER = {"wake-up": False, "sweep": False}


def test_a_healthy_tocsin_sings_on_both_paths_and_pages_nobody() -> None:
    """An hour of heartbeats, at most two minutes apart on each path; no person hears of it."""
    with story() as world:
        world.listen()
        world.fast_forward(60)
        for path in canaries.PATHS.values():
            times = [at for at, heard, _ in world.outside.heard if heard == path]
            gaps = [(b - a) / MINUTE for a, b in pairwise(times)]
            assert len(times) >= 25
            assert max(gaps) <= 2
        assert world.channels.sent == []


def test_without_a_monitor_there_is_no_canary() -> None:
    """Nobody listens, so nothing is written."""
    with story() as world:
        world.fast_forward(10)
        assert world.ledger.load_all(list(canaries.PATHS)) == ()


def _dead_letter(world: World, *, broken: bool) -> None:
    world.watching.letters["wake-ups"] = int(broken)


def _stream(world: World, *, broken: bool) -> None:
    world.watching.streaming = not broken


def _spend(world: World, *, broken: bool) -> None:
    world.watching.spend = (81.0 if broken else 79.0, 100.0)


def _mute(world: World, *, broken: bool) -> None:
    world.watching.mute = broken


def _disagree(world: World, *, broken: bool) -> None:
    policies = "other" if broken else world.parts.release.policies
    world.watching.report(Running("ring", policies, world.clock.now() + 30 * MINUTE))


BREAKS = {
    "a dead letter": (_dead_letter, Check.DEAD_LETTERS, 3),
    "the stream is off": (_stream, Check.AUDIT_STREAM, 3),
    "the SMS limit nears": (_spend, Check.SMS_SPEND, 3),
    "functions disagree": (_disagree, Check.RELEASES, 18),
    "nothing can be asked": (_mute, Check.AUDIT_STREAM, 6),
}


@pytest.mark.parametrize("what", BREAKS)
def test_each_check_barks(what: str) -> None:
    """The heartbeat stops, the operator is paged; mended, it comes back and says so."""
    brk, check, within = BREAKS[what]
    with story() as world:
        world.listen()
        world.fast_forward(10)
        assert is_heard(world) == BOTH

        brk(world, broken=True)
        world.fast_forward(within)
        assert is_heard(world, within - 2) == NEITHER
        paged = {sent.person for sent in world.sent}
        assert paged == {"operator"}
        case = world.watching.kept.checks[check].case
        assert case

        world.acknowledge(case, "operator")
        brk(world, broken=False)
        world.fast_forward(4)
        assert is_heard(world, 3) == BOTH
        assert not world.watching.kept.checks[check].since
        assert "check" in _told(world, case)
        world.ignore_pages()


def _told(world: World, case: str) -> str:
    return b"".join(world.ledger.entries(f"case#{case}", 0, 200)).decode()


def test_an_operator_who_sleeps_is_passed_over() -> None:
    """The operators' ladder goes on to the client's own people."""
    with story() as world:
        world.listen()
        world.fast_forward(10)
        _stream(world, broken=True)
        world.fast_forward(42)
        order = list(dict.fromkeys(sent.person for sent in world.sent))
        assert order[:4] == ["operator", "operator_second", "operator_lead", "duty_director"]
        world.ignore_pages()


def test_a_sweep_that_is_dead_is_heard_outside() -> None:
    """Nobody looks at the checks any more, so both paths fall silent within five minutes."""
    with story() as world:
        world.listen()
        world.fast_forward(10)
        world.sweeping = False
        world.fast_forward(8)
        assert is_heard(world, 4) == NEITHER


def test_wake_ups_that_are_lost_silence_their_path_alone() -> None:
    """The sweep's canary sings on; the operator is told which one does not."""
    with story() as world:
        world.listen()
        world.fast_forward(10)
        world.losing_wake_ups = True
        world.fast_forward(4.9)
        assert is_heard(world) == {"wake-up": False, "sweep": True}
        world.fast_forward(10)
        assert {sent.person for sent in world.sent} <= {"operator", "operator_second"}
        world.ignore_pages()


def test_a_page_that_is_late_stops_the_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wake-ups are lost and the sweep rings nothing, for two minutes past a rung."""
    with story() as world:
        world.listen()
        world.fast_forward(10)
        world.complain()
        world.settle()
        with monkeypatch.context() as broken:
            broken.setattr("tests.support.world.sweep", lambda _parts: None)
            world.losing_wake_ups = True
            world.fast_forward(8)
            failing = world.watching.kept.failing(world.clock.now())
            assert "late_pages" in failing
            assert is_heard(world, 3) == NEITHER
        world.losing_wake_ups = False
        world.fast_forward(12)
        assert "operator" in {sent.person for sent in world.sent}
        assert is_heard(world, 3) == BOTH
        world.ignore_pages()


def test_a_monitor_that_does_not_answer_is_told_of_inside() -> None:
    """The operator learns that nobody outside would hear."""
    with story() as world:
        world.listen()
        world.fast_forward(10)
        world.outside.away = True
        world.fast_forward(12)
        standing = world.watching.kept.checks[Check.CANARY]
        assert standing.figure == "not_taken"
        assert {sent.person for sent in world.sent} == {"operator"}
        world.ignore_pages()


@pytest.mark.parametrize("case", canaries.PATHS)
def test_no_fault_of_a_canary_pages_a_person(case: str) -> None:
    """Even when the pager never does its part, the ladder ends outside."""
    with story() as world:
        world.listen()
        world.fast_forward(2)
        world.watching.sing = _fails  # type: ignore[method-assign,assignment]
        world.fast_forward(7)
        loaded = world.ledger.load(case)
        assert loaded is not None
        assert world.channels.sent == []


def _fails(*_: object) -> None:
    raise BusyError("canary")


def test_canaries_are_in_no_list_of_cases() -> None:
    """Nobody's board has them."""
    with story() as world:
        world.listen()
        world.fast_forward(5)
        answer = reading.board(world.parts, world.client(), None, None, "", 100)
        assert answer.body["cases"] == []
