"""How a case ends, who may end it, and how it lives again."""

from itertools import pairwise

import pytest

from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases import lane_commands as lane
from chalicelib.cases.body import from_body, to_body
from chalicelib.cases.model import Case, Status
from chalicelib.terms import DAY, MINUTE, Direction, Kind, Role, Speaker, Tier
from tests.support.course import (
    AGENT,
    DIRECTOR,
    MACHINE,
    OWNER,
    REPORTER,
    SAFE,
    SPECIALIST,
    SUPERVISOR,
    Course,
    meet_duties,
    said,
    who,
)

VENDORS_NUMBER = cmd.Reach(channels=("sms",), source="vendor", verified=False)


def acted(tier: Tier, **more: object) -> Course:
    """A case whose danger has changed and whose duties are met."""
    course = Course.of(tier, **more)
    course.give(cmd.RecordAction(by=OWNER, action="service_shut", sid="vlt_1"))
    meet_duties(course)
    return course


def resolved(tier: Tier, **more: object) -> Course:
    """A case whose cause is fixed."""
    course = acted(tier, **more)
    if tier.rank <= Tier.S1.rank:
        assert course.by_two("resolve", "cause_fixed", OWNER, DIRECTOR) == ""
    else:
        assert course.give(end.Resolve(by=OWNER, reason="cause_fixed", sid="vlt_2")) == ""
    return course


def says(what: str, reach: str = "vlt") -> end.ReporterSays:
    """The reporter's own word through their own link."""
    return end.ReporterSays(by=REPORTER, what=what, reach=reach)


@pytest.mark.parametrize("tier", [Tier.S0, Tier.S1])
def test_resolving_a_grave_case_takes_two(tier: Tier) -> None:
    """One person's word is refused, and one person with two hats is one person."""
    course = acted(tier)
    alone = end.Resolve(by=OWNER, reason="cause_fixed", sid="vlt_2")
    assert course.give(alone) == "two_needed"
    hats = who(Role.OWNER, "per_1"), who(Role.DUTY_DIRECTOR, "per_1")
    assert course.by_two("resolve", "cause_fixed", *hats) == "same_person"
    assert course.give(end.Approve(by=OWNER, proposal="99")) == "no_such_proposal"
    assert course.case.status is Status.ACTING


def test_resolving_needs_an_action_and_no_open_safety_task() -> None:
    """A parent does not end over a child's danger; a task that is no danger does not hold it."""
    course = Course.of(Tier.S2)
    resolve = end.Resolve(by=OWNER, reason="cause_fixed", sid="vlt_2")
    assert course.give(resolve) == "not_acted"
    course.give(cmd.RecordAction(by=OWNER, action="site_visited", sid="vlt_1"))
    course.give(lane.AddTask(by=OWNER, task="t1", department="repairs", safety=True))
    course.give(lane.AddTask(by=OWNER, task="t2", department="repairs"))
    assert course.give(resolve) == "task_open"
    course.give(lane.FinishTask(by=OWNER, task="t1", sid="vlt_3"))
    assert course.give(resolve) == ""


@pytest.mark.parametrize("reason", ["other_party_denies"])
def test_a_one_sided_denial_ends_nothing(reason: str) -> None:
    """Not a resolution, not a closing, not a lower tier, not by two either."""
    course = acted(Tier.S1, suspect=True)
    assert course.give(end.Resolve(by=OWNER, reason=reason, sid="v")) == "one_sided_denial"
    assert course.give(end.Close(by=OWNER, reason=reason, sid="v")) == "one_sided_denial"
    assert course.give(end.ClearSuspect(by=OWNER, reason=reason, sid="v")) == "one_sided_denial"
    assert course.by_two("resolve", reason, OWNER, DIRECTOR) == "one_sided_denial"
    lower = course.by_two("lower", reason, SPECIALIST, DIRECTOR, to=Tier.S3)
    assert lower == "one_sided_denial"


def test_the_reporter_confirms_and_the_case_is_closed() -> None:
    """Their own word, through a number that is theirs beyond a vendor's word."""
    course = resolved(Tier.S0, reach=SAFE)
    assert course.case.status.value == "resolved"
    assert course.give(says("solved")) == ""
    assert course.case.status.value == "closed"
    assert course.case.due is None
    assert course.case.closed is not None
    assert course.case.closed.how == "confirmed"


def test_a_number_that_a_vendor_gave_confirms_nothing_until_it_is_proved() -> None:
    """The word is kept; the case ends only after a call-back or the client's own data."""
    course = resolved(Tier.S1, reach=VENDORS_NUMBER)
    course.give(says("solved"))
    assert course.case.is_open
    assert course.case.counts["said_solved"] == 1
    course.give(end.VerifyReporter(by=MACHINE, reach="vlt", how="client_data"))
    course.give(says("solved"))
    assert course.case.closed is not None


def test_only_the_earliest_proved_reporter_ends_a_case() -> None:
    """Somebody who joined later cannot withdraw another's complaint."""
    course = Course.of(Tier.S3, reach=SAFE)
    course.give(cmd.AddMessage(by=REPORTER, message=said("vlt_2"), contact=True, reach=SAFE))
    course.give(says("withdraw", reach="vlt_2"))
    assert course.case.is_open
    course.give(says("withdraw"))
    assert course.case.closed is not None
    assert course.case.closed.how == "withdrawn"


@pytest.mark.parametrize("tier", [Tier.S0, Tier.S1, Tier.S2])
def test_a_withdrawal_ends_no_safety_case(tier: Tier) -> None:
    """It is written down, and whoever is on call is asked to call back: it may be coerced."""
    course = Course.of(tier, reach=SAFE)
    course.wait(4)
    before = dict(course.case.clocks)
    course.give(says("withdraw"))
    assert {n: course.case.clocks[n] for n in before} == before
    assert (4, "owner", "withdrawn") in course.pages()


def test_under_duress_nothing_is_sent_and_no_word_ends_the_case() -> None:
    """A link on a watched phone is a danger, and so is what is typed on it."""
    course = Course.of(Tier.S3, reach=SAFE, duress=True)
    assert "rope.requested.v1" not in course.events
    course.give(says("withdraw"))
    assert course.case.is_open


def test_a_link_is_sent_at_every_tier() -> None:
    """Opened, and again when it is called resolved."""
    for tier in Tier:
        assert "rope.requested.v1" in Course.of(tier, reach=SAFE).events
    assert resolved(Tier.S2, reach=SAFE).events.count("rope.requested.v1") == 2


def test_a_link_that_one_carrier_refuses_goes_by_the_next() -> None:
    """SMS refused, then email, then no more; pages to people are not touched."""
    course = Course.of(Tier.S4)
    reach = cmd.AddMessage(by=REPORTER, message=said("vlt_2"), contact=True, reach=SAFE)
    from chalicelib.cases.decide import decide  # noqa: PLC0415

    case = decide(course.case, reach, course.now, course.watch).case
    for channel in ("sms", "email"):
        page = next(p for p, s in case.sending.items() if s.role == "reporter")
        assert case.sending[page].channel == channel
        refused = cmd.PageFailed(page=page, error="refused")
        case = decide(case, refused, course.now, course.watch).case
    assert not case.sending
    assert not case.paged


def test_not_called_rings_on_whatever_was_written_down() -> None:
    """The reporter says that nobody called: the next rung, now, and K5 is owed at once."""
    course = Course.of(Tier.S1, reach=SAFE)
    course.give(cmd.Acknowledge(by=OWNER))
    course.give(cmd.RecordCall(by=OWNER, outcome="reached"))
    course.wait(5)
    course.give(says("not_called"))
    assert (5, "owner_second", "rung") in course.pages()


def test_not_called_voids_a_resolution_and_reopens_a_closed_case() -> None:
    """Everything is owed again, and the first rung is paged."""
    course = resolved(Tier.S1, reach=SAFE)
    course.wait(10)
    course.give(says("not_called"))
    assert course.case.status is Status.PAGED
    course = resolved(Tier.S1, reach=SAFE)
    course.give(says("solved"))
    course.wait(10)
    course.give(says("not_called"))
    assert (10, "owner", "rung") in course.pages()
    assert course.case.is_open


def test_a_silent_reporter_is_asked_three_times_over_a_week_and_two_people_close() -> None:
    """Attempts on one day are one attempt; two channels; seven days; two persons."""
    course = resolved(Tier.S0)
    assert course.give(end.TryConfirm(by=OWNER, channel="phone")) == ""
    assert course.give(end.TryConfirm(by=OWNER, channel="sms")) == "too_soon"
    course.wait(2 * 24 * 60)
    course.give(end.TryConfirm(by=OWNER, channel="phone"))
    course.wait(2 * 24 * 60)
    course.give(end.TryConfirm(by=OWNER, channel="phone"))
    course.wait(4 * 24 * 60)
    assert course.by_two("close", "unconfirmed", OWNER, DIRECTOR) == "not_tried_enough"
    course.give(end.TryConfirm(by=OWNER, channel="sms"))
    alone = end.Close(by=DIRECTOR, reason="unconfirmed", sid="v")
    assert course.give(alone) == "two_needed"
    assert course.by_two("close", "unconfirmed", OWNER, DIRECTOR) == ""
    assert course.case.closed is not None
    assert course.case.closed.how == "unconfirmed"


def test_nobody_asking_the_reporter_is_noticed() -> None:
    """After a day, and then every two days, those on call; after a week the director, daily."""
    course = resolved(Tier.S1)
    course.wait(9 * 24 * 60)
    whys = {why for _, _, why in course.pages(since=1)}
    assert {"try", "K11"} <= whys
    silent = sorted({minute for minute, _, _ in course.pages(since=1)})
    assert max(b - a for a, b in pairwise(silent)) <= 2 * 24 * 60


def test_danger_after_a_resolution_rings_from_the_first_rung() -> None:
    """A message that reports danger again is not covered by what was fixed before."""
    course = resolved(Tier.S1)
    course.wait(30)
    danger = cmd.AddMessage(by=AGENT, message=said("vlt_3"), judged=cmd.Judged(Tier.S1))
    course.give(danger)
    assert (30, "owner", "rung") in course.pages()
    assert course.case.status is Status.PAGED


def test_a_closed_case_takes_nothing_but_words_and_lives_again_by_a_contact() -> None:
    """A note changes nothing; a contact, the auditor or the reporter reopens it."""
    course = resolved(Tier.S1, reach=SAFE)
    course.give(says("solved"))
    assert course.give(cmd.Acknowledge(by=OWNER)) == "closed"
    assert course.give(end.Reopen(by=who(Role.AUDITOR), reason="doubt")) == ""
    assert course.give(end.Reopen(by=who(Role.AUDITOR), reason="doubt")) == "open"
    assert course.case.counts["reopened"] == 1
    assert course.case.opened == course.start


def test_an_old_ordinary_case_stays_closed_and_a_grave_one_never_does() -> None:
    """Ninety days for S2 to S4; always for what was S0 or S1."""
    for tier, code in ((Tier.S3, "too_old"), (Tier.S1, "")):
        course = resolved(tier, reach=SAFE)
        course.give(says("solved"))
        course.now += 91 * DAY
        assert course.give(end.Reopen(by=who(Role.AUDITOR), reason="doubt")) == code


def test_a_case_of_the_machines_own_has_no_reporter_to_wait_for() -> None:
    """Nobody is to be called, and two people close it as soon as it is resolved."""
    note = cmd.Message(
        id="msg_m", direction=Direction.INTERNAL, speaker=Speaker.BOT, kind=Kind.NOTE
    )
    course = Course.of(Tier.S1, by=MACHINE, message=note, vendor="")
    assert "K5" not in course.case.clocks
    course.give(cmd.RecordAction(by=OWNER, action="service_shut", sid="vlt_1"))
    assert course.by_two("resolve", "cause_fixed", OWNER, DIRECTOR) == ""
    assert course.by_two("close", "unconfirmed", OWNER, DIRECTOR) == ""
    assert course.case.closed is not None


DRAW = {"rule": "r", "permille": 50, "month": "2026-11", "commitment": "c"}


def test_a_delegated_case_is_closed_by_its_vendor_unless_it_is_drawn() -> None:
    """Not drawn: closed. Drawn: a client person looks, within two working days."""
    course = Course.of(Tier.S4)
    undrawn = end.Draw(value=700, **DRAW)  # type: ignore[arg-type]
    assert course.give(end.CloseDelegated(by=AGENT, draw=None, sid="v")) == "not_delegated"
    assert course.give(end.CloseDelegated(by=AGENT, draw=undrawn, sid="v")) == ""
    assert course.case.closed is not None
    drawn = end.Draw(value=7, **DRAW)  # type: ignore[arg-type]
    course = Course.of(Tier.S4)
    course.give(end.CloseDelegated(by=SUPERVISOR, draw=drawn, sid="v"))
    assert course.case.is_open
    assert course.give(end.Review(by=OWNER, kind="sample", agrees=False)) == ""
    assert course.case.tier is Tier.S3


def test_a_vendor_closes_nothing_that_was_ever_graver() -> None:
    """Lowered to S4 by two, it is still the client's to close."""
    course = Course.of(Tier.S1)
    assert course.by_two("lower", "misread", SPECIALIST, DIRECTOR, to=Tier.S4) == ""
    draw = end.Draw(value=999, **DRAW)  # type: ignore[arg-type]
    assert course.give(end.CloseDelegated(by=AGENT, draw=draw, sid="v")) == "not_delegated"
    assert course.give(end.Close(by=OWNER, reason="unconfirmed", sid="v")) == ""


def test_a_sample_nobody_looks_at_becomes_a_stalled_case() -> None:
    """Unreviewed, the closure does not stand."""
    course = Course.of(Tier.S4)
    drawn = end.Draw(value=7, **DRAW)  # type: ignore[arg-type]
    course.give(end.CloseDelegated(by=AGENT, draw=drawn, sid="v"))
    course.wait(5 * 24 * 60)
    assert course.case.tier is Tier.S3


def test_every_waiting_minute_belongs_to_one_party_and_they_sum_to_the_age() -> None:
    """On call, owner, department, authority, reporter, and nobody once it is closed."""
    course = Course.of(Tier.S0, reach=SAFE)
    course.wait(2)
    course.give(cmd.Acknowledge(by=OWNER))
    course.wait(3)
    course.give(lane.RequestData(by=OWNER, department="fleet"))
    course.wait(4)
    course.give(lane.AnswerData(by=OWNER, department="fleet", sid="v"))
    informed = cmd.RecordAction(by=OWNER, action="authority_informed", sid="vlt_1", reference=True)
    course.give(informed)
    course.wait(6)
    course.by_two("resolve", "handed_over", OWNER, DIRECTOR)
    course.wait(7)
    course.give(says("solved"))
    minutes = {party: ms / MINUTE for party, ms in course.case.waited.items()}
    assert minutes == {
        "client.on_call": 2,
        "client.owner": 3,
        "client.fleet": 4,
        "authority": 6,
        "reporter": 7,
    }
    assert sum(minutes.values()) == course.minute


def bodies() -> list[Case]:
    """Cases with every field in use."""
    course = acted(Tier.S0, reach=SAFE, hazards=("missing",), duress=False)
    course.give(lane.PoliceAsk(by=AGENT, sid="vlt_1"))
    course.give(lane.RequestData(by=OWNER, department="fleet"))
    course.give(lane.AddTask(by=OWNER, task="t1", department="repairs", safety=True))
    course.give(lane.PlaceHold(by=OWNER, sid="vlt_1"))
    course.give(end.Propose(by=OWNER, what="lower", reason="misread", sid="v", to=Tier.S2))
    course.by_two("break_glass", "night", OWNER, DIRECTOR)
    return [course.case, resolved(Tier.S1, reach=SAFE).case, resolved(Tier.S4).case]


@pytest.mark.parametrize("number", range(3))
def test_a_case_is_read_back_as_it_was_written(number: int) -> None:
    """Every field survives the store, with the types it had."""
    case = bodies()[number]
    body = to_body(case)
    assert from_body(body) == case
    assert to_body(from_body(body)) == body
