"""Stories of two things at once, and of stores that answer late."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.services import contacts
from chalicelib.services.complaint import Said
from chalicelib.services.errors import BusyError
from chalicelib.services.ports import ConflictError, TransportError, UncertainError
from chalicelib.services.ring import sweep
from chalicelib.terms import Kind, Role
from tests.support.world import DANGER_ZH, ORDINARY, World, story


def _instead(world: World, first: Callable[[Any], None]) -> None:
    """The next commit is handed to ``first``; after that the ledger is itself again."""
    commit = world.ledger.commit

    def once(given: Any) -> None:
        world.ledger.commit = commit  # type: ignore[method-assign]
        first(given)

    world.ledger.commit = once  # type: ignore[method-assign,assignment]


def test_two_requests_with_one_key_at_once_open_one_case() -> None:
    """The loser gives the winner's answer."""
    with story() as world:

        def race(given: Any) -> None:
            world.complain(ORDINARY, key="k")
            world.ledger.commit(given)

        _instead(world, race)
        answer = world.complain(ORDINARY, key="k")
        assert answer.replayed
        assert world.ledger.cases == (answer.body["case"],)


def test_two_complaints_with_one_key_at_once_are_two_complaints() -> None:
    """Another body under the same key loses the key, not the complaint."""
    with story() as world:

        def race(given: Any) -> None:
            world.complain(DANGER_ZH, key="k")
            world.ledger.commit(given)

        _instead(world, race)
        answer = world.complain(ORDINARY, key="k")
        assert len(world.ledger.cases) == 2
        assert answer.body["problems"][0]["code"] == "idempotency_key_reused"
        world.settle()
        world.ignore_pages()


def test_an_opening_that_lands_after_its_time_limit_is_found_by_its_id() -> None:
    """The store said nothing and showed nothing, and then had it: one case, and its receipt."""
    with story() as world:
        commit = world.ledger.commit
        entries = world.ledger.entries

        def lands_late(given: Any) -> None:
            commit(given)
            world.ledger.entries = not_yet  # type: ignore[method-assign,assignment]
            raise UncertainError

        def not_yet(*_: object) -> tuple[bytes, ...]:
            world.ledger.entries = entries  # type: ignore[method-assign]
            return ()

        _instead(world, lands_late)
        answer = world.complain(DANGER_ZH)
        assert world.ledger.cases == (answer.body["case"],)
        assert len(answer.body["receipt"]) == 64
        world.fast_forward(2)
        world.expect_both("owner", "safety_specialist")


def test_a_complaint_whose_case_cannot_be_read_opens_one_of_its_own() -> None:
    """Nothing is lost to a broken case."""
    with story() as world:
        broken = world.complain(ORDINARY, order="A1").body["case"]
        world.ledger.corrupt(broken)
        answer = world.complain(ORDINARY, order="A1")
        assert answer.body["case"] != broken
        assert not answer.body["joined"]


def test_the_fallback_bell_needs_only_one_of_its_channels() -> None:
    """The SMS is refused, the email goes out; with both refused the next look tries again."""
    with story(sweeping=False) as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.settle()
        world.ignore_pages()
        world.ledger.corrupt(case)
        world.queues.wake_ups.clear()
        world.clock.advance(181_000)
        refused = TransportError("down", permanent=True)
        world.channels.refuse = lambda *_: refused
        assert sweep(world.parts).failed == 1
        world.clock.advance(60_000)
        world.channels.refuse = lambda channel, _: refused if channel == "sms" else None
        assert sweep(world.parts).by_fallback == 1
        world.collect()
        world.expect("fallback", "email")
        assert sweep(world.parts).by_fallback == 0


def test_a_fault_of_the_code_rings_the_fallback_bell_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not a fault of the moment: nobody waits three minutes for it."""
    with story(sweeping=False) as world:
        world.complain(DANGER_ZH)
        world.settle()
        world.ignore_pages()
        world.queues.wake_ups.clear()
        world.clock.advance(181_000)

        def broken(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("chalicelib.services.engine.decide", broken)
        assert sweep(world.parts).by_fallback == 1
        world.collect()
        world.expect_both("fallback")


def test_a_fallback_bell_for_a_case_that_moved_leaves_it_alone() -> None:
    """Somebody else rang it meanwhile; the pages repeat and the due time is theirs."""
    with story(sweeping=False) as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.settle()
        world.ignore_pages()
        world.ledger.corrupt(case)
        world.clock.advance(181_000)
        world.ledger.fail_next("conflict:case")
        assert sweep(world.parts).by_fallback == 1
        world.collect()
        world.expect_both("fallback")


def test_a_call_attempt_needs_no_words_and_an_empty_note_is_nothing() -> None:
    """What was tried is a fact; what says nothing is refused."""
    with story() as world:
        case = world.complain(ORDINARY).body["case"]
        tried = contacts.add(world.parts, world.vendor(), case, Said(kind=Kind.CALL_ATTEMPT))
        assert tried.body["tier"] == "S4"
        answered = contacts.add(world.parts, world.vendor(), case, Said(danger_now=True))
        assert answered.body["tier"] == "S0"
        world.settle()
        world.ignore_pages()


def test_an_intake_that_lost_every_race_can_be_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Busy is said, nothing was written, and the retry goes through."""
    with story() as world:

        def lost(_: object) -> None:
            raise ConflictError("link")

        with monkeypatch.context() as patch:
            patch.setattr(world.ledger, "commit", lost)
            with pytest.raises(BusyError):
                world.complain(ORDINARY, order="A1", by=world.vendor(Role.VENDOR_SUPERVISOR))
        assert world.complain(ORDINARY, order="A1").status == 201
