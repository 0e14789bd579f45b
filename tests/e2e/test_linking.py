"""Stories of complaints that belong together: joined, linked, raised, and told of."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.cases.end_commands import Link as LinkCase
from chalicelib.cases.model import Closure
from chalicelib.services import linking
from chalicelib.services.complaint import Complaint, Reporter
from chalicelib.services.judging import judge_complaint
from chalicelib.services.link import MEMBERS_KEPT, NEWEST_KEPT, Link
from chalicelib.services.ports import UncertainError
from chalicelib.services.standing import follow, may_live_again
from chalicelib.terms import DAY, MINUTE, Direction, Kind, Role, Tier, iso
from tests.contract.building import a_case
from tests.support.courses import GROPED, caller_on, close, give, merge, stored
from tests.support.world import DANGER_ZH, ORDINARY, World, rules, story


def about(driver: str) -> dict[str, Any]:
    """The fields of a complaint about this driver."""
    return {"subject_kind": "driver", "subject_id": driver}


def quiet(world: World) -> None:
    """Who is paged is not this story's concern."""
    world.settle()
    world.ignore_pages()


# -- closed and merged ---------------------------------------------------------------------


def test_a_contact_reopens_a_case_that_was_closed_within_ninety_days() -> None:
    """The same order is the same case, with the age it has."""
    with story() as world:
        case = world.complain(ORDINARY, order="TRIP-1").body["case"]
        opened = stored(world, case).opened
        close(world, case)
        world.clock.advance(89 * DAY)
        again = world.complain(ORDINARY, order="TRIP-1").body
        assert (again["case"], again["joined"]) == (case, True)
        assert stored(world, case).is_open
        assert stored(world, case).opened == opened
        quiet(world)


def test_after_ninety_days_an_ordinary_case_has_a_linked_one_after_it() -> None:
    """An old refund is over; the new complaint names it."""
    with story() as world:
        case = world.complain(ORDINARY, order="TRIP-1").body["case"]
        close(world, case)
        world.clock.advance(91 * DAY)
        again = world.complain(ORDINARY, order="TRIP-1").body
        assert again["joined"] is False
        assert stored(world, again["case"]).linked == (case,)
        assert stored(world, case).closed
        quiet(world)


@pytest.mark.parametrize(
    ("tier", "gravest", "days", "lives"),
    [
        (Tier.S2, None, 90, True),
        (Tier.S2, None, 91, False),
        (Tier.S1, None, 4_000, True),
        (Tier.S4, Tier.S0, 4_000, True),
    ],
)
def test_what_was_ever_s0_or_s1_can_always_live_again(
    tier: Tier, gravest: Tier | None, days: int, *, lives: bool
) -> None:
    """Ninety days are for the others."""
    case = replace(a_case("cas_1", 0, tier=tier), gravest=gravest)
    assert may_live_again(case, days * DAY)
    closed = replace(case, closed=Closure("confirmed", "per_1", 0))
    assert may_live_again(closed, days * DAY) is lives


def test_a_complaint_on_a_merged_case_joins_the_one_it_went_to() -> None:
    """Over two merges, by order and by message; the merged cases stay closed."""
    with story() as world:
        first, second, third = (
            world.complain(ORDINARY, order=order).body["case"]
            for order in ("TRIP-1", "TRIP-2", "TRIP-3")
        )
        merge(world, third, into=second)
        merge(world, second, into=first)
        again = world.complain(ORDINARY, order="TRIP-3", reporter=caller_on("13800138000")).body
        assert (again["case"], again["joined"]) == (first, True)
        world.clock.advance(2 * MINUTE)
        said = world.say(third, world.vendor(), text="please", kind=Kind.COMPLAINT).body
        assert said["case"] == first
        assert stored(world, first).counts["contacts"] == 5
        assert stored(world, third).closed
        assert stored(world, second).closed
        quiet(world)


def test_merges_that_go_in_a_circle_lead_nowhere() -> None:
    """A circle that no act can make, made by hand, opens a case of its own instead of looping."""
    with story() as world:
        cases = {
            name: replace(a_case(name, 0), closed=Closure("merged", "per_1", 1, into))
            for name, into in (("cas_1", "cas_2"), ("cas_2", "cas_1"), ("cas_3", "cas_3"))
        }
        found = {name: replace(_loaded(world), case=case) for name, case in cases.items()}
        world.ledger.load = found.get  # type: ignore[method-assign,assignment]
        assert follow(world.ledger, cases["cas_1"]) is None
        assert follow(world.ledger, cases["cas_3"]) is None
        lost = replace(cases["cas_1"], closed=Closure("merged", "per_1", 1, "cas_9"))
        assert follow(world.ledger, lost) is None


def _loaded(world: World) -> Any:
    loaded = world.ledger.load_quietly(world.complain(ORDINARY).body["case"])
    assert loaded
    return loaded


def test_a_third_victim_of_one_order_finds_their_own_case() -> None:
    """Two drivers were named under one order: each complaint joins the case of its own driver."""
    with story() as world:
        one = world.complain(ORDINARY, order="TRIP-1", **about("D1")).body["case"]
        two = world.complain(ORDINARY, order="TRIP-1", **about("D2")).body["case"]
        world.fast_forward(21)  # sooner, the third would be a sign of its own
        again = world.complain(ORDINARY, order="TRIP-1", **about("D1")).body
        assert one != two
        assert (again["case"], again["joined"]) == (one, True)


# -- the same subject ----------------------------------------------------------------------


def test_a_subject_with_an_open_s1_raises_the_next_complaint() -> None:
    """Two strangers, one driver: two cases, each naming the other, the second one tier up."""
    with story() as world:
        first = world.complain(GROPED, **about("D1")).body["case"]
        second = world.complain(GROPED, **about("D1")).body
        assert (second["tier"], second["suspect"]) == ("S0", True)
        world.settle()
        assert stored(world, second["case"]).linked == (first,)
        assert stored(world, first).linked == (second["case"],)
        assert stored(world, first).tier is Tier.S1
        world.ignore_pages()


def test_an_ordinary_complaint_is_raised_by_one_tier_only() -> None:
    """S4 becomes S3 while the subject has an S1, however many it has."""
    with story() as world:
        world.complain(GROPED, **about("D1"))
        world.complain(GROPED, **about("D1"))
        assert world.complain(ORDINARY, **about("D1")).body["tier"] == "S3"
        quiet(world)


@pytest.mark.parametrize(("days", "tier"), [(29, "S3"), (31, "S4")])
def test_a_closed_s1_counts_for_thirty_days(days: int, tier: str) -> None:
    """After that the subject is as any other."""
    with story(sweeping=False) as world:
        first = world.complain(GROPED, **about("D1")).body["case"]
        other = world.complain(GROPED).body["case"]
        merge(world, first, into=other)
        world.clock.advance(days * DAY)
        assert world.complain(ORDINARY, **about("D1")).body["tier"] == tier
        world.queues.wake_ups.clear()
        quiet(world)


def test_a_case_that_became_grave_later_counts_and_one_that_was_lowered_does_not() -> None:
    """What counts is what it is now, not what it was when it was linked."""
    with story() as world:
        first = world.complain(ORDINARY, **about("D1")).body["case"]
        assert world.complain(ORDINARY, **about("D1")).body["tier"] == "S4"
        world.say(first, world.vendor(), text=GROPED)
        assert world.complain(ORDINARY, **about("D1")).body["tier"] == "S3"
        world.ledger._put(  # as a lowering by two people leaves it
            replace(world.ledger._cases[first][0], tier=Tier.S4), *world.ledger._cases[first][1:]
        )
        assert world.complain(ORDINARY, **about("D1")).body["tier"] == "S4"
        quiet(world)


def test_two_first_complaints_on_one_subject_at_once_are_linked_and_one_is_raised() -> None:
    """Whoever loses the race for the subject's head looks again, and finds the other."""
    with story() as world:
        commit, cases = world.ledger.commit, []

        def race(given: Any) -> None:
            world.ledger.commit = commit  # type: ignore[method-assign]
            cases.append(world.complain(GROPED, **about("D1")).body["case"])
            commit(given)

        world.ledger.commit = race  # type: ignore[method-assign,assignment]
        second = world.complain(GROPED, **about("D1")).body
        world.settle()
        assert second["tier"] == "S0"
        assert stored(world, second["case"]).linked == (cases[0],)
        assert stored(world, cases[0]).linked == (second["case"],)
        world.ignore_pages()


def test_a_subject_that_is_none_links_nobody() -> None:
    """Strangers about whom the agent typed *unknown* do not raise each other."""
    with story() as world:
        for subject in ("unknown", "未知", "N/A", "0000"):
            world.complain(GROPED, **about(subject))
            again = world.complain(GROPED, **about(subject)).body
            assert again["tier"] == "S1"
            assert stored(world, again["case"]).linked == ()
        quiet(world)


@pytest.mark.parametrize("phone", ["", "无", "0000000", "138****8000", "12345678", "微信"])
def test_a_number_that_is_nobodys_joins_nobody(phone: str) -> None:
    """Two strangers with one placeholder and one driver stay two."""
    with story() as world:
        one, two = (
            world.complain(ORDINARY, reporter=Reporter(phone=phone), **about("D1")).body["case"]
            for _ in range(2)
        )
        assert one != two


def test_one_number_written_in_two_ways_is_one_reporter() -> None:
    """Blanks, dashes and full-width digits are no disguise."""
    with story() as world:
        numbers = ("+86 138-0013-8000", "+８６１３８００１３８０００", "008613800138000")
        cases = {
            world.complain(ORDINARY, reporter=caller_on(n), **about("D1")).body["case"]
            for n in numbers
        }
        assert len(cases) == 1
        quiet(world)


def test_a_flood_on_one_subject_loses_no_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the heads that only link are fought over too long, it opens without moving them."""
    with story() as world:
        world.complain(ORDINARY, order="TRIP-0", **about("D1"))
        commit, tries = world.ledger.commit, []

        def contended(given: Any) -> None:
            kinds = {link.key.split("#")[1] for link in given.links}
            tries.append(kinds)
            if "subject" in kinds:
                world.ledger.fail_next("conflict:link")
            commit(given)

        monkeypatch.setattr(world.ledger, "commit", contended)
        answer = world.complain(ORDINARY, order="TRIP-1", **about("D1")).body
        assert answer["joined"] is False
        assert len(stored(world, answer["case"]).linked) == 1
        assert tries[-1] == {"order"}
        assert len(tries) > 1


# -- history -------------------------------------------------------------------------------


def test_the_answer_tells_what_is_known_of_order_reporter_and_subject() -> None:
    """How many for a vendor, and not of the reporter; for the client's people what and which."""
    with story() as world:
        fields = {**about("D1"), "reporter": caller_on("13800138000")}
        old = world.complain(GROPED, **about("D1")).body["case"]
        world.complain(ORDINARY, reporter=caller_on("13800138000"))
        told = world.complain(ORDINARY, **fields).body["history"]
        assert told == {"subject": {"open": 1, "past": 0}}
        joined = world.complain(ORDINARY, by=world.client(), **fields).body["history"]
        assert (joined["reporter"]["open"], joined["reporter"]["S4"]) == (1, 1)
        shown = world.complain(ORDINARY, by=world.client(), **about("D1")).body["history"]
        assert shown["subject"]["open"] == 2
        assert shown["subject"]["hazards"]["assault"] == 1
        assert old in {row["case"] for row in shown["subject"]["cases"]}
        quiet(world)


def test_history_names_no_case_to_a_vendor_and_nothing_to_the_public() -> None:
    """A vendor sees its own cases only, and whoever has no credential learns nothing."""
    with story() as world:
        theirs = world.complain(ORDINARY, by=world.vendor(org="other"), **about("D1")).body["case"]
        mine = world.complain(ORDINARY, **about("D1")).body
        assert mine["history"] == {"subject": {"open": 1, "past": 0}}
        assert theirs not in str(mine)
        app = world.complain(ORDINARY, by=world.vendor(Role.CLIENT_APP, ""), **about("D1")).body
        assert theirs not in str(app["history"])
        assert "history" not in world.public(ORDINARY, **about("D1")).body


def test_the_public_is_not_told_that_others_complained_of_the_subject() -> None:
    """A driver who asks in disguise reads the same answer, whether he was reported or not."""
    with story() as world:
        innocent = world.public(ORDINARY, key="k" * 20, **about("D1")).body
        world.complain(GROPED, **about("D2"))
        reported = world.public(ORDINARY, key="r" * 20, **about("D2"))
        assert stored(world, reported.body["case"]).tier is Tier.S3
        again = world.public(ORDINARY, key="r" * 20, **about("D2"))
        own = {"case", "code", "message", "receipt"}
        for body in (reported.body, again.body):
            assert {k: v for k, v in body.items() if k not in own} == {
                k: v for k, v in innocent.items() if k not in own
            }
        quiet(world)


def test_a_first_complaint_has_no_history_and_looks_up_no_case() -> None:
    """Nothing is loaded for whom nothing is known."""
    with story() as world:

        def unexpected(_: object) -> Any:
            raise AssertionError

        world.ledger.load_all = unexpected  # type: ignore[method-assign,assignment]
        answer = world.complain(ORDINARY, order="T-1", **about("D1")).body
        assert answer["history"] == {}


def test_history_ends_after_thirty_days_for_what_is_over() -> None:
    """An open case is told of however old it is."""
    with story(sweeping=False) as world:
        over = world.complain(ORDINARY, **about("D1")).body["case"]
        world.complain(ORDINARY, **about("D1"))
        close(world, over)
        world.clock.advance(31 * DAY)
        told = world.complain(ORDINARY, **about("D1")).body["history"]["subject"]
        assert (told["open"], told["past"]) == (1, 0)
        world.queues.wake_ups.clear()
        quiet(world)


def test_a_retry_is_told_the_same_history() -> None:
    """What was not known at first is not told afterwards."""
    with story() as world:
        first = world.complain(ORDINARY, key="k", **about("D1")).body
        world.complain(ORDINARY, **about("D1"))
        again = world.complain(ORDINARY, key="k", **about("D1"))
        assert again.replayed
        assert again.body == first


def test_what_cannot_be_looked_up_keeps_no_complaint_out() -> None:
    """The store gives the heads and not the cases: it opens, raised by what the head remembers."""
    with story() as world:
        world.complain(GROPED, **about("D1"))
        world.ledger.fault = lambda name: "before" if name == "load_all" else ""
        answer = world.complain(GROPED, **about("D1")).body
        assert answer["tier"] == "S0"
        assert answer["history"] == {}
        world.ledger.fault = lambda _: ""
        quiet(world)


def test_an_order_is_joined_or_not_answered_when_the_store_is_unsure() -> None:
    """A second case for one order is worse than a retry."""
    with story() as world:
        world.complain(ORDINARY, order="TRIP-1")
        world.ledger.fault = lambda name: "before" if name.startswith("load") else ""
        with pytest.raises(UncertainError):
            world.complain(ORDINARY, order="TRIP-1")
        world.ledger.fault = lambda _: ""
        assert len(world.ledger.cases) == 1


def test_a_head_keeps_its_newest_members_only() -> None:
    """However many complaints a subject has, its head stays small."""
    head = Link("link#subject#x")
    for number in range(MEMBERS_KEPT + 5):
        head = head.leading_to(f"cas_{number}", Tier.S4, number)
    assert len(head.members) == MEMBERS_KEPT
    assert head.case == head.members[-1].case == f"cas_{MEMBERS_KEPT + 4}"
    assert len(head.leading_to(head.case, Tier.S1, 99).members) == MEMBERS_KEPT


def test_a_head_full_of_grave_members_still_counts_the_newest() -> None:
    """Old S1s give way to what comes now, the oldest first."""
    head = Link("link#subject#x")
    for number in range(MEMBERS_KEPT):
        head = head.leading_to(f"cas_{number}", Tier.S1, number)
    for number in range(100, 100 + NEWEST_KEPT):
        head = head.leading_to(f"cas_{number}", Tier.S4, number)
    assert [member.at for member in head.members[-NEWEST_KEPT:]] == list(range(100, 110))
    assert [member.at for member in head.members[:NEWEST_KEPT]] == list(range(10, 20))


def test_nobody_can_make_a_subjects_past_forgotten() -> None:
    """An S1, raised by a message after it was linked, counts after thirty ordinary complaints."""
    with story() as world:
        first = world.complain(ORDINARY, **about("D1")).body["case"]
        world.say(first, world.vendor(), text=GROPED)
        for _ in range(30):
            world.complain(ORDINARY, **about("D1"))
        world.clock.advance(16 * MINUTE)
        assert world.complain(GROPED, **about("D1")).body["tier"] == "S0"
        quiet(world)


def test_a_head_learns_that_its_case_has_become_grave() -> None:
    """The next contact writes it down, once, so that what leads to an S1 does not expire."""
    with story() as world:
        world.complain(ORDINARY, order="TRIP-1")
        [head] = (link for key, link in world.ledger._links.items() if "#order#" in key)
        assert [member.tier for member in head.members] == [Tier.S4]
        for version in (2, 2):
            world.complain(GROPED, order="TRIP-1")
            [head] = world.ledger.links([head.key])
            assert [member.tier for member in head.members] == [Tier.S1]
            assert head.version == version
        quiet(world)


def test_keys_hold_nothing_of_what_they_stand_for() -> None:
    """Each kind has a hash of its own, and another secret gives other hashes."""
    complaint = Complaint(
        text="There is smoke",
        order="TRIP-1",
        subject_id="D1",
        reporter=Reporter(email="li@client.example"),
        site="harbour",
        attributes={"batch": "LOT-7"},
    )
    judgment = judge_complaint(complaint, rules())
    keys = linking.link_keys(complaint, judgment, b"a")
    assert set(keys) == {"order", "reporter", "subject", "person", "batch", "place"}
    assert len({key.rpartition("#")[2] for key in keys.values()}) == len(keys)
    assert not any(word in str(keys) for word in ("TRIP", "D1", "li@", "harbour", "LOT"))
    others = linking.link_keys(complaint, judgment, b"b")
    assert not set(keys.values()) & set(others.values())


# -- contacts and promises -----------------------------------------------------------------


def test_every_contact_counts_and_two_within_a_minute_are_one_moment() -> None:
    """By order or by case: without an action the next rung is due, at most once a minute."""
    with story() as world:
        case = world.complain(DANGER_ZH, order="TRIP-1").body["case"]
        world.clock.advance(30_000)
        world.complain(DANGER_ZH, order="TRIP-1")
        assert "escalated" not in stored(world, case).counts
        world.clock.advance(MINUTE)
        world.complain(ORDINARY, order="TRIP-1")
        assert stored(world, case).counts["escalated"] == 1
        world.clock.advance(MINUTE)
        world.say(case, world.vendor(), text="she calls again", kind=Kind.COMPLAINT)
        assert stored(world, case).counts["escalated"] == 2
        assert stored(world, case).counts["contacts"] == 4
        quiet(world)


def test_a_promise_in_an_agents_words_is_owed() -> None:
    """The earliest time counts, in the words or in the field; a later one moves nothing."""
    with story() as world:
        case = world.complain(GROPED).body["case"]
        at = world.clock.now()
        agent = world.vendor()
        world.say(
            case, agent, text="一小时内给您答复", direction=Direction.OUTBOUND, kind=Kind.REPLY
        )
        assert stored(world, case).clocks["K8"] == at + 60 * MINUTE
        world.say(case, agent, text="再等三小时", direction=Direction.OUTBOUND)
        assert stored(world, case).clocks["K8"] == at + 60 * MINUTE
        field = {"promised_ms": at + 30 * MINUTE, "direction": Direction.OUTBOUND}
        answer = world.say(case, agent, text="", **field)
        assert {"clock": "K8", "due_at": iso(at + 30 * MINUTE)} in answer.body["clocks"]
        quiet(world)


def test_a_promise_that_was_not_made_to_the_reporter_is_none() -> None:
    """A note about a time, and the reporter's own words, promise nothing."""
    with story() as world:
        case = world.complain(GROPED).body["case"]
        for direction in (Direction.INBOUND, Direction.INTERNAL):
            world.say(case, world.vendor(), text="一小时内给您答复", direction=direction)
        assert "K8" not in stored(world, case).clocks
        quiet(world)


def test_linking_twice_keeps_one_link() -> None:
    """A message that the queue hands out again finds the link there."""
    with story() as world:
        one, two = (world.complain(ORDINARY).body["case"] for _ in range(2))
        for _ in range(2):
            give(world, one, LinkCase(other=two, kind="subject"))
        assert stored(world, one).linked == (two,)
