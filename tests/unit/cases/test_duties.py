"""Duties beside the ladder: calls, data, hand-over, freeze, promises, and repeated contacts."""

import pytest

from chalicelib.cases import commands as cmd
from chalicelib.cases import lane_commands as lane
from chalicelib.terms import DAY, HOUR, MINUTE, Direction, Kind, Tier
from tests.support.course import AGENT, DIRECTOR, OWNER, SPECIALIST, Course, said


def due(course: Course, clock: str) -> float:
    """Minutes from the opening until the clock falls due."""
    return (course.case.clocks[clock] - course.start) / MINUTE


@pytest.mark.parametrize(
    ("tier", "hazards", "owed"),
    [
        (Tier.S0, ("missing",), {"K5": 10, "K6": 15, "K7": 10, "K13": 15}),
        (Tier.S0, ("gas",), {"K5": 10, "K6": 15, "K7": 5}),
        (Tier.S1, ("assault",), {"K5": 30, "K6": 60, "K7": 60, "K13": 15}),
        (Tier.S1, ("fire",), {"K5": 30, "K6": 60, "K7": 5}),
        (Tier.S2, (), {"K5": 480, "K6": 1440, "K7": 1440}),
    ],
)
def test_each_tier_owes_its_duties_from_the_start(
    tier: Tier, hazards: tuple[str, ...], owed: dict[str, float]
) -> None:
    """The table's numbers, to the minute; gas and fire decide in five."""
    course = Course.of(tier, hazards=hazards)
    duties = {name for name in course.case.clocks if name in {"K5", "K6", "K7", "K13"}}
    assert {name: due(course, name) for name in duties} == owed


def test_what_is_not_known_is_taken_for_personal() -> None:
    """An S0 by a triage answer alone owes a decision to freeze."""
    assert due(Course.of(Tier.S0), "K13") == 15


def test_after_an_action_each_missed_duty_pages_whoever_is_on_call() -> None:
    """The ladder has stopped, so K5, K7, K6 and K13 speak for themselves."""
    course = Course.of(Tier.S0)
    course.give(cmd.RecordAction(by=OWNER, action="service_shut", sid="vlt_1"))
    course.wait(9)
    assert course.pages(since=1) == []
    course.wait(1)
    assert {(person, why) for _, person, why in course.pages(since=1)} == {
        ("owner", "K5"),
        ("safety_specialist", "K5"),
    }
    course.wait(5)
    assert ("data_head", "K6") in {(person, why) for _, person, why in course.pages(since=11)}


def test_a_missed_duty_pages_nobody_higher_while_the_case_is_owned() -> None:
    """An acknowledgement holds the higher rungs until K4, against every other clock too."""
    course = Course.of(Tier.S1)
    course.give(cmd.Acknowledge(by=OWNER))
    course.wait(59)
    assert {person for _, person, _ in course.pages(since=1)} <= {"owner", "data_head"}


def test_data_that_does_not_come_pages_the_head_of_that_department() -> None:
    """K6 is the department's clock, not the vendor's: its head hears of it at 15 minutes."""
    course = Course.of(Tier.S0)
    course.wait(15)
    assert (15, "data_head", "K6") in course.pages()
    course.give(lane.AnswerData(by=OWNER, department="data", sid="vlt_1"))
    assert "K6" not in course.case.clocks


def test_a_department_that_was_asked_by_name_has_its_own_clock() -> None:
    """Asked, answered, and the answer *there is none* counts when it is written."""
    course = Course.of(Tier.S1)
    course.give(lane.RequestData(by=OWNER, department="fleet"))
    assert due(course, "data.fleet") == 60
    course.give(lane.RequestData(by=DIRECTOR, department="fleet"))
    assert course.events.count("data.requested.v1") == 1
    assert course.give(lane.AnswerData(by=OWNER, department="fleet", sid="")) == "evidence_missing"
    course.give(lane.AnswerData(by=OWNER, department="fleet", sid="vlt_1", absent=True))
    assert "data.fleet" not in course.case.clocks


def test_an_attempt_is_not_a_hand_over() -> None:
    """A call that was broken off has no reference, so K7 runs on and an action is refused."""
    course = Course.of(Tier.S0, hazards=("gas",))
    course.give(lane.AttemptHandOver(by=OWNER, authority="fire"))
    assert due(course, "K7") == 5
    informed = cmd.RecordAction(by=OWNER, action="authority_informed", sid="vlt_1")
    assert course.give(informed) == "reference_missing"
    assert "K4" in course.case.clocks
    with_reference = cmd.RecordAction(
        by=OWNER, action="authority_informed", sid="vlt_1", reference=True
    )
    assert course.give(with_reference) == ""
    assert "K7" not in course.case.clocks


def test_a_reporter_who_did_not_answer_has_not_been_called() -> None:
    """Only reaching them meets K5."""
    course = Course.of(Tier.S0)
    course.give(cmd.RecordCall(by=OWNER, outcome="no_answer"))
    assert "K5" in course.case.clocks
    assert course.give(cmd.RecordCall(by=OWNER, outcome="not_safe")) == "specialist_needed"
    course.give(cmd.RecordCall(by=SPECIALIST, outcome="not_safe"))
    assert "K5" not in course.case.clocks


def reply(promised: int | None, by: cmd.By = AGENT) -> cmd.AddMessage:
    """An answer to the reporter that promises something by a time."""
    message = said("vlt_r", Direction.OUTBOUND, Kind.REPLY)
    return cmd.AddMessage(by=by, message=message, promised_ms=promised)


def test_a_later_promise_never_moves_the_first() -> None:
    """*One hour*, and an hour later *another hour*: the first is broken at its own time."""
    course = Course.of(Tier.S0)
    before = dict(course.case.clocks)
    course.give(reply(course.now + HOUR))
    course.give(reply(course.now + 2 * HOUR))
    assert {n: d for n, d in course.case.clocks.items() if n != "K8"} == before
    assert due(course, "K8") == 60
    course.wait(60)
    assert (60, "head_of_safety", "K8") in course.pages() or (
        60,
        "head_of_safety",
        "repeat",
    ) in course.pages()
    assert course.case.counts["broken"] == 1


def test_only_the_clients_own_word_keeps_a_promise() -> None:
    """A vendor's next reply keeps nothing."""
    course = Course.of(Tier.S1)
    course.give(reply(course.now + HOUR))
    course.give(reply(None))
    assert "K8" in course.case.clocks
    course.give(reply(None, by=OWNER))
    assert "K8" not in course.case.clocks
    assert course.case.counts["kept"] == 1


def test_a_broken_promise_on_an_ordinary_case_makes_it_a_stalled_one() -> None:
    """S4 becomes S3 when a promised time passes."""
    course = Course.of(Tier.S4)
    course.give(reply(course.now + HOUR))
    course.wait(60)
    assert course.case.tier is Tier.S3


def contact(sid: str = "vlt_c") -> cmd.AddMessage:
    """The reporter asks again, without saying anything graver."""
    return cmd.AddMessage(by=AGENT, message=said(sid), judged=cmd.Judged(Tier.S4), contact=True)


def test_each_repeat_without_an_action_jumps_a_rung() -> None:
    """Five contacts in five minutes reach the top of a ladder that takes ninety."""
    course = Course.of(Tier.S1)
    for _ in range(4):
        course.wait(1.5)
        course.give(contact())
    assert course.case.fired == 5
    assert "executive_sponsor" in {person for _, person, _ in course.pages()}


def test_an_acknowledgement_does_not_stop_a_repeat() -> None:
    """Asked again on an owned case, the next rung is due now: owning is not acting."""
    course = Course.of(Tier.S1)
    course.give(cmd.Acknowledge(by=OWNER))
    course.wait(5)
    course.give(contact())
    assert (5, "owner_second", "rung") in course.pages()
    assert course.case.is_owned


def test_two_presses_within_a_minute_are_one_contact() -> None:
    """Two witnesses of one moment do not climb the ladder."""
    course = Course.of(Tier.S1)
    course.wait(0.5)
    course.give(contact())
    assert course.case.fired == 1


def test_anybody_may_ask_for_the_next_rung_past_their_supervisor() -> None:
    """An agent's escalation has no quota and reaches the client's people at once."""
    course = Course.of(Tier.S4)
    course.give(cmd.Escalate(by=AGENT))
    assert course.case.tier is Tier.S3
    assert (0, "owner", "rung") in course.pages()
    course.give(cmd.Escalate(by=AGENT))
    course.give(cmd.Escalate(by=AGENT))
    course.give(cmd.Escalate(by=AGENT))
    assert "duty_director" in {person for _, person, _ in course.pages()}


def test_the_freeze_is_decided_on_by_the_client_and_reviewed() -> None:
    """Asked for by an agent, done by the owner, looked at again after three days."""
    course = Course.of(Tier.S1, hazards=("assault",))
    course.give(lane.AskFreeze(by=AGENT))
    assert due(course, "K13") == 15
    course.give(cmd.RecordAction(by=OWNER, action="subject_frozen", sid="vlt_1"))
    assert "K13" not in course.case.clocks
    assert course.give(lane.DeclineFreeze(by=DIRECTOR, sid="vlt_2")) == "two_needed"
    assert course.give(lane.DeclineFreeze(by=OWNER, sid="vlt_2")) == "director_needed"
    assert course.case.clocks["review.freeze"] == course.start + 3 * DAY
    assert course.by_two("unfreeze", "cleared_up", OWNER, DIRECTOR) == "specialist_needed"
    assert course.give(lane.AskFreeze(by=AGENT)) == ""
    assert course.case.freeze is not None
    assert course.case.freeze.state == "frozen"


def test_nobody_speaks_to_the_accused_without_the_specialist() -> None:
    """On S0 and S1 the specialist alone, or a director with the specialist's leave."""
    course = Course.of(Tier.S0)
    assert course.give(lane.ContactSubject(by=OWNER, sid="vlt_1")) == "specialist_needed"
    assert course.give(lane.ContactSubject(by=AGENT, sid="vlt_1")) == "role_may_not"
    assert course.by_two("contact_subject", "identity", DIRECTOR, SPECIALIST) == ""
    assert "subject.contacted.v1" in course.events


def test_a_legal_hold_pauses_nothing_and_is_asked_about_weekly() -> None:
    """Every clock runs as before, and the hold itself has one."""
    course = Course.of(Tier.S1)
    before = dict(course.case.clocks)
    course.give(lane.PlaceHold(by=OWNER, sid="vlt_1"))
    assert {n: d for n, d in course.case.clocks.items() if n != "hold"} == before
    assert due(course, "hold") == 7 * 24 * 60
    course.give(lane.LiftHold(by=OWNER))
    assert course.give(lane.LiftHold(by=OWNER)) == "no_hold"


def test_the_police_are_called_back_before_anything_goes_out() -> None:
    """Ten minutes; a pack with a plate alone is none; not to whoever only says so."""
    course = Course.of(Tier.S0)
    course.give(lane.PoliceAsk(by=AGENT, sid="vlt_1"))
    assert due(course, "police") == 10
    pack = lane.ReleaseToPolice(by=SPECIALIST, contents=lane.PACK, sid="vlt_3")
    assert course.give(pack) == "police_not_verified"
    course.wait(10)
    assert "head_of_safety" in {person for _, person, _ in course.pages(since=10)}
    course.give(lane.VerifyPolice(by=OWNER, genuine=True, sid="vlt_2"))
    plate = lane.ReleaseToPolice(by=SPECIALIST, contents=("plate",), sid="vlt_3")
    assert course.give(plate) == "pack_incomplete"
    by_owner = lane.ReleaseToPolice(by=OWNER, contents=lane.PACK, sid="vlt_3")
    assert course.give(by_owner) == "two_needed"
    assert course.give(pack) == ""
    assert "police" not in course.case.clocks


def test_an_impostor_ends_the_police_lane_and_a_new_request_starts_it_again() -> None:
    """Not genuine: nothing goes out, and the next caller is checked like the first."""
    course = Course.of(Tier.S1)
    course.give(lane.PoliceAsk(by=AGENT, sid="vlt_1"))
    course.give(lane.VerifyPolice(by=OWNER, genuine=False, sid="vlt_2"))
    assert "police" not in course.case.clocks
    assert (
        course.give(lane.VerifyPolice(by=OWNER, genuine=True, sid="vlt_2")) == "police_not_asking"
    )
    course.give(lane.PoliceAsk(by=AGENT, sid="vlt_4"))
    assert "police" in course.case.clocks
