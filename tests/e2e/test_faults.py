"""Stories of things that break: carriers, rosters, stores, and cases nobody can read."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.aws.items import slot_of
from chalicelib.services import slots
from chalicelib.services.deliver import deliver
from chalicelib.services.ports import Commit, Loaded, TransportError
from chalicelib.services.ring import ring_message, sweep
from chalicelib.terms import MINUTE, SECOND
from tests.support.world import DANGER_ZH, World, story


def _entries(world: World, chain: str) -> list[dict[str, Any]]:
    return [decode(line) for line in world.ledger.entries(chain, 0, 10_000)]


def test_a_person_nobody_can_reach_brings_the_next_rung_forward() -> None:
    """Both channels of everyone on rung 0 are refused: the second owner is paged at once."""
    with story() as world:
        gone = {world.people[role].phone for role in ("owner", "safety_specialist")}
        gone |= {world.people[role].email for role in ("owner", "safety_specialist")}
        refused = TransportError("opted_out", permanent=True)
        world.channels.refuse = lambda _, address: refused if address in gone else None
        world.complain(DANGER_ZH)
        world.fast_forward(0)
        world.expect_both("owner_second", at=0)
        world.ignore_pages()


def test_one_channel_that_fails_leaves_the_other() -> None:
    """A refused SMS is no loss while the email went out; the ladder keeps its times."""
    with story() as world:
        phone = world.people["owner"].phone
        refused = TransportError("invalid_number", permanent=True)
        world.channels.refuse = lambda _, address: refused if address == phone else None
        world.complain(DANGER_ZH)
        world.fast_forward(1)
        world.expect("owner", "email", at=0)
        world.expect_both("safety_specialist", at=0)


def test_when_every_carrier_refuses_everyone_the_fallback_is_tried_and_the_ladder_goes_on() -> None:
    """Nothing gets through for half an hour; the moment it does, somebody is paged."""
    with story() as world:
        refused = TransportError("down", permanent=True)
        world.channels.refuse = lambda _channel, _address: refused
        world.complain(DANGER_ZH)
        world.fast_forward(30)
        assert world.sent == []
        world.channels.refuse = None
        world.fast_forward(3)
        assert {"owner", "executive_sponsor"} <= {sent.person for sent in world.sent}
        world.ignore_pages()


def test_a_carrier_that_fails_for_a_while_gets_the_page_again_labelled() -> None:
    """A temporary failure is retried until it is taken, and says that it may be a repeat."""
    with story() as world:
        world.channels.fail_next("throttled", permanent=False)
        world.complain(DANGER_ZH)
        world.fast_forward(2)
        first = world.expect("owner", "sms")
        assert 0 < first.minute <= 1
        world.expect("owner", "email", at=0)
        world.expect_both("safety_specialist", at=0)


def test_an_empty_roster_pages_the_fallback_contact_at_once() -> None:
    """With nobody on call in any role the client's last resort is paged."""
    with story() as world:
        world.registry.put_roster({})
        world.complain(DANGER_ZH)
        world.fast_forward(0)
        world.expect_both("fallback", at=0)


def test_an_empty_rung_brings_the_next_one_forward() -> None:
    """Nobody is the owner or the specialist: the second owner is paged at once."""
    with story() as world:
        second = world.people["owner_second"].id
        world.registry.put_roster({"owner_second": [second]})
        world.complain(DANGER_ZH)
        world.fast_forward(0)
        world.expect_both("owner_second", at=0)


def test_a_case_that_cannot_be_read_still_rings_and_blocks_nobody() -> None:
    """The fallback bell pages from what stands beside the body, every ten minutes, with entries."""
    with story() as world:
        broken = world.complain(DANGER_ZH).body["case"]
        sound = world.complain(DANGER_ZH).body["case"]
        world.settle()
        world.ignore_pages()
        world.ledger.corrupt(broken)
        world.fast_forward(4)
        world.expect_both("fallback")
        assert {"owner_second"} <= {person for _, person, _ in world.unexpected}
        world.ignore_pages()
        world.fast_forward(10)
        world.expect_both("fallback")
        world.ignore_pages()
        bells = _entries(world, f"fallback#{broken}")
        assert 2 <= len(bells) <= 3
        assert "fallback" not in json.dumps(_entries(world, f"case#{sound}"))


def test_a_worker_that_dies_between_commit_and_send_loses_no_page() -> None:
    """Nothing was queued after the commit: the page's own clock sends it, labelled as a repeat."""
    with story() as world:
        world.complain(DANGER_ZH)
        world.queues.pages.clear()
        world.queues.wake_ups.clear()
        world.fast_forward(1.1)
        for person in ("owner", "safety_specialist"):
            for channel in ("sms", "email"):
                sent = world.expect(person, channel)
                assert "重" in sent.text


def test_an_opening_that_was_stored_but_reported_failed_is_answered_as_stored() -> None:
    """The store did not say; the log did: one case, one entry, one answer."""
    with story() as world:
        world.ledger.fail_next("after")
        answer = world.complain(DANGER_ZH)
        assert world.ledger.cases == (answer.body["case"],)
        world.settle()
        world.expect_both("owner", "safety_specialist", at=0)


def test_an_opening_that_was_not_stored_is_tried_again() -> None:
    """Not stored and reported failed: the second try opens the case, once."""
    with story() as world:
        world.ledger.fail_next("before")
        answer = world.complain(DANGER_ZH)
        assert world.ledger.cases == (answer.body["case"],)
        world.settle()
        world.expect_both("owner", "safety_specialist")


def test_a_sweep_goes_on_past_a_case_that_fails() -> None:
    """Together they fail; then one is left to the next look alone, and the other has its turn."""
    with story(sweeping=False) as world:
        world.complain(DANGER_ZH)
        world.complain(DANGER_ZH)
        world.settle()
        world.ignore_pages()
        world.queues.wake_ups.clear()
        world.clock.advance(181_000)
        world.ledger.fail_next("skew", "skew")
        swept = sweep(world.parts)
        assert (swept.rung, swept.by_fallback, swept.failed) == (1, 0, 1)
        world.clock.advance(5 * 60_000)
        world.ledger.fail_next("skew", "skew")
        swept = sweep(world.parts)
        assert (swept.rung, swept.by_fallback, swept.failed) == (1, 1, 0)
        world.collect()
        world.settle()
        world.ignore_pages()


def _fails(world: World, times: int) -> None:
    """So many of the next commits of one case fail in a way that nobody thought of."""
    commit, failing = world.ledger.commit, iter(range(times))

    def broken(given: Commit) -> None:
        if next(failing, None) is not None:
            raise ZeroDivisionError
        commit(given)

    world.ledger.commit = broken  # type: ignore[method-assign,assignment]


def test_one_unexpected_error_puts_a_ladder_off_by_no_more_than_a_minute() -> None:
    """The bell rings for it, and the next sweep goes on with the case, which can be read."""
    with story() as world:
        world.losing_wake_ups = True
        world.complain(DANGER_ZH)
        world.fast_forward(2.5)
        world.ignore_pages()
        _fails(world, 2)  # it is tried again alone
        world.fast_forward(4)
        world.expect_both("fallback", at=3)
        world.expect_both("owner_second", at=4)
        world.expect_both("duty_director", at=5)
        assert {person for _, person, _ in world.unexpected} <= {"owner", "safety_specialist"}
        world.ignore_pages()


def test_a_case_that_keeps_failing_is_tried_each_minute_and_rung_every_ten() -> None:
    """The fallback contact is not flooded, and the log has every look, rung or not."""
    with story() as world:
        world.losing_wake_ups = True
        case = world.complain(DANGER_ZH).body["case"]
        world.fast_forward(2.5)
        world.ignore_pages()
        _fails(world, 1_000)
        world.fast_forward(15)
        rung = sorted(minute for minute, person, _ in world.unexpected if person == "fallback")
        assert rung == [3, 3, 13, 13]
        bells = [entry["events"][0]["sent"] for entry in _entries(world, f"fallback#{case}")]
        assert [bool(sent) for sent in bells] == [n in {0, 10} for n in range(len(bells))]
        assert len(bells) == 15
        world.ignore_pages()


def _due(world: World, case: str) -> int:
    loaded = world.ledger.load_quietly(case)
    assert loaded
    return loaded.beside.due


@pytest.mark.parametrize("broken", ["page", "wake"])
def test_a_queue_that_fails_after_the_commit_does_not_make_the_answer_a_fault(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case is stored, so a retry would double it: it is answered, and the clocks page."""
    with story() as world:
        asked: list[str] = []

        def fail(*_: object) -> None:
            asked.append(broken)
            raise OSError

        with monkeypatch.context() as patch:
            patch.setattr(world.queues, broken, fail)
            assert world.complain(DANGER_ZH).status == 201
        assert asked == [broken]  # four pages: after the first failure the rest are not tried
        assert len(world.queues.pages) == (0 if broken == "page" else 4)
        assert len(world.queues.wake_ups) == (0 if broken == "wake" else 1)
        world.fast_forward(1.1)
        world.expect_both("owner", "safety_specialist")
        world.ignore_pages()


def test_a_slot_that_cannot_be_asked_for_does_not_end_the_sweep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is counted as failed; the cases of all other slots have their turn."""
    with story(sweeping=False) as world:
        cases = _overdue(world, 6)
        lost = slot_of(cases[0])
        due = world.ledger.due

        def one_fails(slot: int, *rest: Any) -> Any:
            if slot == lost:
                raise OSError
            return due(slot, *rest)

        monkeypatch.setattr(world.ledger, "due", one_fails)
        swept = sweep(world.parts)
        elsewhere = sum(slot_of(case) != lost for case in cases)
        assert elsewhere
        assert (swept.rung, swept.failed) == (elsewhere, 1)
        world.settle()
        world.ignore_pages()


def _overdue(world: World, count: int) -> list[str]:
    """So many S0 cases whose second rung is due, with nothing on any queue."""
    cases = [str(world.complain(DANGER_ZH).body["case"]) for _ in range(count)]
    world.settle()
    world.ignore_pages()
    world.queues.wake_ups.clear()
    world.clock.advance(181_000)
    return cases


def test_a_sweep_stops_before_its_time_is_up_and_hands_on_what_is_left() -> None:
    """It has rung the longest overdue; whoever takes the slots from it rings the others."""
    with story(sweeping=False) as world:
        cases = _overdue(world, 45)
        before = {case: _seq(world, case) for case in cases}
        commit_all = world.ledger.commit_all

        def slow(given: Sequence[Commit]) -> None:
            world.clock.advance(SECOND)
            commit_all(given)

        world.ledger.commit_all = slow  # type: ignore[method-assign,assignment]
        swept = sweep(world.parts, until=world.clock.now() + 3 * SECOND)
        assert (swept.rung, swept.failed, swept.left) == (30, 0, True)
        moved = {case for case in cases if _seq(world, case) > before[case]}
        assert moved == set(sorted(cases)[:30])
        slots = {
            message.body["slot"] for message in world.queues.wake_ups if "slot" in message.body
        }
        assert slots == {slot_of(case) for case in cases if case not in moved}
        world.queues.pages.clear()
        world.settle()
        assert all(_seq(world, case) > before[case] for case in cases)
        world.collect()
        world.ignore_pages()


def _seq(world: World, case: str) -> int:
    loaded = world.ledger.load_quietly(case)
    assert loaded
    return loaded.head.seq


def test_cases_that_fail_and_cannot_be_put_off_keep_nobody_from_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A slot whose whole first batch fails is read on, up to four batches."""
    monkeypatch.setattr(slots, "BATCH", 2)
    with story(sweeping=False) as world:
        cases = _overdue(world, 50)
        slot = max(range(16), key=lambda s: sum(slot_of(case) == s for case in cases))
        mine = [case for case in cases if slot_of(case) == slot]
        bad, good = set(mine[:4]), mine[4]
        load, load_all = world.ledger.load, world.ledger.load_all

        def loads(case: str) -> Loaded | None:
            if case in bad:
                raise ZeroDivisionError
            return load(case)

        def loads_all(cases: Sequence[str]) -> tuple[Loaded, ...]:
            if bad.intersection(cases):
                raise ZeroDivisionError
            return load_all(cases)

        def nothing(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(world.ledger, "load", loads)
        monkeypatch.setattr(world.ledger, "load_all", loads_all)
        monkeypatch.setattr(world.ledger, "put_off", nothing)
        before = _seq(world, good)
        swept = sweep(world.parts)
        assert swept.failed == 4
        assert _seq(world, good) > before
        world.settle()
        world.collect()
        world.ignore_pages()


def test_a_bell_that_no_channel_takes_is_written_down_and_tried_again_within_a_minute() -> None:
    """The entry says that nothing was sent; the case goes behind those that can be rung."""
    with story(sweeping=False) as world:
        [case] = _overdue(world, 1)
        world.ledger.corrupt(case)
        refused = TransportError("down", permanent=True)
        world.channels.refuse = lambda *_: refused
        now = world.clock.now()
        assert sweep(world.parts).failed == 1
        [bell] = _entries(world, f"fallback#{case}")
        assert bell["events"][0]["sent"] == []
        assert now < _due(world, case) < now + MINUTE
        world.channels.refuse = None
        world.clock.advance(MINUTE)
        assert sweep(world.parts).by_fallback == 1
        world.collect()
        world.expect_both("fallback")


def test_stale_wake_ups_and_pages_of_an_unreadable_case_ring_nobody_before_it_is_due() -> None:
    """Twenty of them cost the fallback contact nothing; when the case is due it rings once."""
    with story(sweeping=False) as world:
        case = world.complain(DANGER_ZH).body["case"]
        page = dict(world.queues.pages[0].body)
        world.fast_forward(1)
        world.ignore_pages()
        world.ledger.corrupt(case)
        assert _due(world, case) > world.clock.now()
        for n in range(20):
            stale = {"case": case, "due": world.clock.now() - n * SECOND}
            ring_message(world.parts, stale, f"m{n}")
            deliver(world.parts, page, 1, f"p{n}")
        world.clock.set(_due(world, case))
        for n in range(20):
            deliver(world.parts, page, 1, f"q{n}")
        world.collect()
        world.expect_both("fallback")
        assert len(_entries(world, f"fallback#{case}")) == 1


@pytest.mark.parametrize(
    ("faults", "moved"),
    [
        (["conflict:head"], True),
        (["conflict:head", "conflict:head", "before"], True),
        (["after"], True),
        (["conflict:case"], False),
        (["conflict:case", "conflict:head", "before"], False),
        (["before", "conflict:case", "after"], False),
    ],
)
def test_every_bell_that_rang_is_in_the_log(faults: list[str], *, moved: bool) -> None:
    """Whatever race is lost after the pages have gone; a case that moved keeps its own time."""
    with story(sweeping=False) as world:
        [case] = _overdue(world, 1)
        world.ledger.corrupt(case)
        due = _due(world, case)
        world.ledger.fail_next(*faults)
        assert sweep(world.parts).by_fallback == 1
        world.collect()
        world.expect_both("fallback")
        [bell] = _entries(world, f"fallback#{case}")
        assert bell["events"][0]["sent"] == ["sms", "email"]
        assert (_due(world, case) != due) is moved


def test_a_bell_that_cannot_be_written_down_at_all_is_a_failure() -> None:
    """The sweep says so, and the next look rings again: better twice than not at all."""
    with story(sweeping=False) as world:
        [case] = _overdue(world, 1)
        world.ledger.corrupt(case)
        world.ledger.fault = lambda operation: "" if operation == "load" else "before"
        assert sweep(world.parts).failed == 1
        assert _entries(world, f"fallback#{case}") == []
        world.ledger.fault = lambda _: ""
        world.collect()
        world.expect_both("fallback")
