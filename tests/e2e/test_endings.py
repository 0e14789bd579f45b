"""Stories of a case's end: resolved by two, asked three times, closed by two, or never."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.cases.delegation import Row
from chalicelib.services import acting, reading
from chalicelib.services.errors import RefusedError
from chalicelib.services.messages import listing
from chalicelib.services.parts import Parts, Rules
from chalicelib.services.sampling import draw, month_key, month_of
from chalicelib.terms import DAY, HOUR, MINUTE, Direction, Kind, Role, Tier
from tests.support.acts import give, refused, stored
from tests.support.acts import reading as reading_of
from tests.support.world import DANGER_ZH, ORDINARY, World, rules, story

DAY_M = DAY // MINUTE
SOLVED = {"reason": "cause_fixed", "evidence": "the driver is gone, she is home"}
SILENT = {"reason": "unconfirmed", "evidence": "asked three times"}


def _acted_on(world: World) -> str:
    case = str(world.complain(DANGER_ZH).body["case"])
    world.settle()
    world.act(case)
    world.meet_duties(case)
    world.ignore_pages()
    return case


def _two(world: World, case: str, what: str, **fields: str) -> None:
    """Proposed by the owner, approved by the director."""
    number = give(world, case, "owner", "propose", what=what, **fields).body["proposal"]
    give(world, case, "duty_director", "approve", proposal=number)


def _wait(world: World, days: float) -> None:
    world.fast_forward(days * DAY_M)
    world.ignore_pages()


def test_a_life_at_risk_is_resolved_by_two_asked_about_and_closed_by_two() -> None:
    """One person alone is told to propose; three tries a day apart, two channels, seven days."""
    with story() as world:
        case = _acted_on(world)
        assert refused(world, case, "owner", "resolve", **SOLVED) == "two_needed"
        _two(world, case, "resolve", **SOLVED)
        assert stored(world, case).status.value == "resolved"
        early = refused(world, case, "owner", "propose", what="close", **SILENT)
        assert early == "not_tried_enough"
        for channel in ("phone", "phone", "sms"):
            _wait(world, 1.1)
            give(world, case, "owner", "try_confirm", channel=channel, evidence="no answer")
            assert refused(world, case, "owner", "try_confirm", channel="sms") == "too_soon"
        assert refused(world, case, "owner", "propose", what="close", **SILENT) == (
            "not_tried_enough"
        )
        _wait(world, 4)
        assert refused(world, case, "owner", "close", **SILENT) == "two_needed"
        _two(world, case, "close", **SILENT)
        shown = reading.case(world.parts, world.client(), case).body
        assert shown["status"] == "closed"
        assert shown["due_at"] is None
        assert shown["closed"]["how"] == "unconfirmed"
        assert sum(shown["waiting"]["ms"].values()) == shown["age_ms"]
        assert reading.board(world.parts, world.client(), None, None, "", 50).body["cases"] == []
        assert refused(world, case, "owner", "contain", evidence="late") == "closed"
        auditor = replace(world.client(), id="crd_auditor", role=Role.AUDITOR, person="")
        give(world, case, auditor, "reopen", reason="audit")
        again = reading.case(world.parts, world.client(), case).body
        assert (again["status"], again["reopened"]) == ("paged", 1)
        assert again["age_ms"] == shown["age_ms"]
        world.settle()
        world.ignore_pages()


def test_a_withdrawal_with_a_credential_is_refused_and_pages() -> None:
    """Nobody but the reporter withdraws or confirms; whoever is on call hears of the attempt."""
    with story() as world:
        case = _acted_on(world)
        world.fast_forward(4)
        for number, caller in enumerate((world.vendor(), world.client()), 1):
            with pytest.raises(RefusedError) as error:
                give(world, case, caller, "withdraw")
            assert (error.value.status, error.value.code) == (403, "only_the_reporter")
            assert stored(world, case).counts["stalls"] == number
        assert stored(world, case).is_open
        world.settle()
        assert "有拖延" in world.expect("owner", "sms", at=4).text
        world.ignore_pages()
        stranger = world.vendor(org="bolt")
        with pytest.raises(RefusedError) as hidden:
            give(world, case, stranger, "confirm")
        assert hidden.value.status == 404
        assert stored(world, case).counts["stalls"] == 2


class _Granting(Rules):
    """The published rules, and one row that lets acme close small refunds."""

    def __init__(self, permille: int) -> None:
        self.__dict__.update(rules().__dict__)
        row = Row("acme-refunds", "acme", "refund", 20_000, "CNY", permille, date(2026, 1, 1))
        self.__dict__["grants"] = (row,)


def _delegating(world: World, permille: int) -> Parts:
    world.parts = replace(world.parts, rules=_Granting(permille))
    return world.parts


REFUND = {"category": "refund", "amount_minor": 4200, "currency": "cny", "evidence": "paid back"}


def test_a_vendor_closes_what_is_delegated_and_the_lot_can_be_drawn_again() -> None:
    """The lot hangs on the entry before the closing one; a larger sum is nobody's to close."""
    with story() as world:
        _delegating(world, 50)
        vendor = world.vendor()
        closed = []
        for _ in range(12):
            case = str(world.complain(ORDINARY).body["case"])
            large = REFUND | {"amount_minor": 20_001}
            assert refused(world, case, vendor, "close_delegated", **large) == "not_delegated"
            body = give(world, case, vendor, "close_delegated", **REFUND).body
            last = decode(world.ledger.entries(f"case#{case}", 0, 50)[-1])
            (lot,) = [e for e in last["events"] if e["e"] == "sample.drawn.v1"]
            key = month_key(world.parts.link_key, month_of(world.clock.now()))
            assert lot["value"] == draw(key, case, last["prev"])
            assert body["closed"] is (lot["value"] >= 50)
            closed.append(body["closed"])
        assert True in closed


def test_a_sampled_closure_waits_for_a_person_of_the_client() -> None:
    """In probation all are looked at: agreed, it ends; not agreed, it is a stalled case."""
    with story() as world:
        _delegating(world, 1000)
        vendor = world.vendor()
        good, bad = (str(world.complain(ORDINARY).body["case"]) for _ in range(2))
        for case in (good, bad):
            assert give(world, case, vendor, "close_delegated", **REFUND).body["closed"] is False
            assert refused(world, case, vendor, "close_delegated", **REFUND) == "review_owed"
        said = listing(world.parts, world.client(), good, 0).body["messages"][-1]
        assert said["words"]["evidence"]["amount_minor"] == 4200
        assert said["words"]["evidence"]["category"] == "refund"
        give(world, good, "owner", "review", kind="sample", agrees=True)
        give(world, bad, "owner", "review", kind="sample", agrees=False)
        assert stored(world, good).closed is not None
        assert stored(world, bad).tier is Tier.S3
        world.settle()
        world.ignore_pages()


def test_what_is_graver_than_ordinary_is_never_delegated() -> None:
    """No row counts on a case of danger, nor on one whose first vendor was another."""
    with story() as world:
        _delegating(world, 50)
        case = str(world.complain(DANGER_ZH).body["case"])
        assert refused(world, case, world.vendor(), "close_delegated", **REFUND) == "not_delegated"
        theirs = str(
            world.complain(ORDINARY, order="O-1", by=world.vendor(org="bolt")).body["case"]
        )
        world.complain(ORDINARY, order="O-1")
        shared = stored(world, theirs)
        assert shared.vendors == ("acme",)
        code = refused(world, theirs, world.vendor(), "close_delegated", **REFUND)
        assert code == "not_delegated"
        world.settle()
        world.ignore_pages()


def test_merging_takes_over_what_is_owed_and_only_then_ends() -> None:
    """The graver tier and the earlier clocks go over; a closed case merges into nothing."""
    with story() as world:
        calm = str(world.complain(ORDINARY).body["case"])
        world.fast_forward(1)
        grave = str(world.complain(DANGER_ZH).body["case"])
        world.settle()
        world.ignore_pages()
        give(world, calm, world.vendor(), "propose_merge", other=grave, why="same_danger")
        body = give(world, calm, "owner", "merge", into=grave).body
        assert (body["status"], body["into"]) == ("closed", grave)
        kept = reading.case(world.parts, world.client(), grave).body
        assert kept["absorbed"] == [calm]
        assert kept["tier"] == "S0"
        assert refused(world, grave, "owner", "merge", into=calm) == "closed"
        world.fast_forward(3)
        world.ignore_pages()


def test_a_graver_case_merged_into_a_calm_one_makes_that_grave() -> None:
    """What rings goes on ringing there, from now on."""
    with story() as world:
        calm = str(world.complain(ORDINARY).body["case"])
        grave = str(world.complain(DANGER_ZH).body["case"])
        world.settle()
        world.ignore_pages()
        give(world, grave, "owner", "merge", into=calm)
        assert stored(world, calm).tier is Tier.S0
        assert stored(world, grave).closed is not None
        world.fast_forward(0)
        world.expect_both("owner", "safety_specialist", at=0)


def test_a_link_is_noted_on_both_sides_and_changes_no_clock() -> None:
    """A mass event's parent and its child, each with its own tier and its own end."""
    with story() as world:
        parent = str(world.complain(ORDINARY).body["case"])
        child = str(world.complain(DANGER_ZH).body["case"])
        world.settle()
        world.ignore_pages()
        before = stored(world, child).clocks
        body = give(world, child, "owner", "link", other=parent, kind="parent").body
        assert body["parent"] == parent
        assert stored(world, child).clocks == before
        assert stored(world, parent).linked == (child,)
        assert refused(world, child, "owner", "link", other=child, kind="parent") == "same_case"
        give(world, parent, "owner", "close", reason="answered", evidence="refund paid")
        assert stored(world, child).is_open


def test_minutes_are_attributed_to_whoever_had_to_do_the_next_thing() -> None:
    """They sum to the case's age at any moment, the running one included."""
    with story() as world:
        case = str(world.complain(DANGER_ZH).body["case"])
        world.fast_forward(2)
        world.acknowledge(case)
        give(world, case, "owner", "request_data", department="data")
        world.fast_forward(3)
        acting.act(world.parts, world.client(), case, "subject_frozen", {"order": "F-42"})
        give(world, case, "owner", "answer_data", department="data", evidence="track.csv")
        world.fast_forward(4)
        shown = reading.case(world.parts, world.client(), case).body
        minutes = shown["waiting"]["minutes"]
        assert (minutes["client.on_call"], minutes["client.data"]) == (2, 3)
        assert minutes["client.owner"] == 4
        assert sum(shown["waiting"]["ms"].values()) == shown["age_ms"] == 9 * MINUTE
        vendors = reading.case(world.parts, world.vendor(), case).body
        hidden = {"waiting", "proposals", "police", "reporters", "people_paged", "acknowledged"}
        assert not hidden & set(vendors)
        world.ignore_pages()


def test_the_board_lists_one_state_on_request() -> None:
    """Closed is no state of the board: what is closed owes nothing."""
    with story() as world:
        case = _acted_on(world)
        world.complain(ORDINARY)
        whole = reading.board(world.parts, world.client(), None, None, "", 50)
        acting_ = reading.in_state(whole, "acting").body["cases"]
        assert [row["case"] for row in acting_] == [case]
        with pytest.raises(RefusedError) as error:
            reading.in_state(whole, "closed")
        assert error.value.code == "unknown_state"
        assert world.clock.now() - world.start < HOUR


def _meanwhile(world: World, nth: int, first: Callable[[], object]) -> None:
    """Something else happens just before the ``nth`` commit from here."""
    commit, left = world.ledger.commit, [nth]

    def raced(given: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            world.ledger.commit = commit  # type: ignore[method-assign]
            first()
        commit(given)

    world.ledger.commit = raced  # type: ignore[method-assign,assignment]


def test_a_lot_is_drawn_anew_when_the_case_moves_meanwhile() -> None:
    """It hangs on the entry before the closing one, whichever that turns out to be."""
    with story() as world:
        _delegating(world, 1000)
        case = str(world.complain(ORDINARY).body["case"])
        said = {"text": "paid back", "direction": Direction.OUTBOUND}
        _meanwhile(world, 1, lambda: world.say(case, world.vendor(), **said))
        give(world, case, world.vendor(), "close_delegated", **REFUND)
        last = decode(world.ledger.entries(f"case#{case}", 0, 50)[-1])
        assert last["seq"] == 3
        (lot,) = [e for e in last["events"] if e["e"] == "sample.drawn.v1"]
        key = month_key(world.parts.link_key, month_of(world.clock.now()))
        assert lot["value"] == draw(key, case, last["prev"])


def test_a_message_that_comes_in_at_the_last_moment_voids_the_reading() -> None:
    """Read, then overtaken before the commit: what is decided must have been seen."""
    with story() as world:
        case = _acted_on(world)
        fields = SOLVED | {"what": "resolve"}
        proof = reading_of(world, case, world.client())
        _meanwhile(world, 1, lambda: world.say(case, world.vendor(), text="he is back at her door"))
        code = refused(world, case, "owner", "propose", reading=proof, **fields)
        assert code == "evidence_not_opened"
        assert stored(world, case).proposals == {}
        world.settle()
        world.ignore_pages()


def test_a_case_that_moves_between_the_two_steps_is_taken_over_again() -> None:
    """Danger that is told on the one that ends, a moment before its end, is owed on the other."""
    with story() as world:
        stays = str(world.complain(ORDINARY).body["case"])
        ends = str(world.complain(ORDINARY).body["case"])
        _meanwhile(
            world, 2, lambda: world.say(ends, world.vendor(), text=DANGER_ZH, kind=Kind.COMPLAINT)
        )
        give(world, ends, "owner", "merge", into=stays)
        assert stored(world, stays).tier is Tier.S0
        assert stored(world, ends).closed is not None
        assert len(stored(world, stays).absorbed) == 2
        world.settle()
        world.ignore_pages()


def test_a_crash_between_the_two_steps_of_a_merge_leaves_both_open() -> None:
    """Both ring; the merge can be given again."""
    with story() as world:
        stays, ends = (str(world.complain(DANGER_ZH).body["case"]) for _ in range(2))
        world.settle()
        world.ignore_pages()

        def crash() -> None:
            raise SystemError("the process dies")

        _meanwhile(world, 2, crash)
        with pytest.raises(SystemError):
            give(world, ends, "owner", "merge", into=stays)
        assert stored(world, stays).is_open
        assert stored(world, ends).is_open
        give(world, ends, "owner", "merge", into=stays)
        assert stored(world, ends).closed is not None
