"""What a second, hostile reader tried against the core, each as a short course."""

from dataclasses import replace

import pytest

from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases import lane_commands as lane
from chalicelib.cases.decide import decide
from chalicelib.cases.draft import OnCall, Watch
from chalicelib.terms import Kind, Tier
from tests.support.course import (
    AGENT,
    DIRECTOR,
    FULL,
    MACHINE,
    OWNER,
    REPORTER,
    SPECIALIST,
    Course,
    said,
)

UNDRAWN = end.Draw(rule="r", value=999, permille=1, month="2026-11", commitment="c")
ALONE = Watch({role: (OnCall("per_0", ("sms", "email")),) for role in FULL.duty})


def contact(by: cmd.By = REPORTER, sid: str = "again") -> cmd.AddMessage:
    """Somebody asks again, without words that could be judged."""
    return cmd.AddMessage(by=by, message=said(sid), contact=True)


def acted(case: str = "cas_1", tier: Tier = Tier.S0) -> Course:
    """Another case, on which somebody has acted."""
    course = Course.of(tier, case=case)
    course.give(cmd.RecordAction(by=OWNER, action="site_visited", sid="v"))
    return course


def merge(ends: Course, stays: Course) -> None:
    """One client person makes the first a part of the second."""
    assert stays.give(end.Absorb(by=OWNER, other=ends.case)) == ""
    assert ends.give(end.MergeInto(by=OWNER, target=stays.case)) == ""


def test_nobody_keeps_the_reporter_from_being_heard_by_writing_every_minute() -> None:
    """With a vendor's contact every 59 seconds the ladder still jumps once a minute."""
    course = Course.of(Tier.S1)
    for number in range(3):
        course.wait(59 / 60)
        course.give(contact(AGENT, f"v{number}"))
        course.wait(1 / 60)
        course.give(contact(REPORTER, f"r{number}"))
    assert course.events.count("escalated.v1") == 3


def test_two_witnesses_of_one_moment_do_not_climb() -> None:
    """Contacts within a minute of one that counted are part of it."""
    course = Course.of(Tier.S1)
    course.wait(2)
    course.give(contact(sid="one"))
    course.wait(0.5)
    course.give(contact(sid="two"))
    assert course.events.count("escalated.v1") == 1


def test_a_release_that_could_not_be_done_is_refused_when_it_is_proposed() -> None:
    """Nothing is approved that is then refused, so a refusal never leaves half a step behind."""
    course = Course.of(Tier.S0)
    course.give(lane.PoliceAsk(by=AGENT, sid="p"))
    course.give(lane.VerifyPolice(by=OWNER, genuine=True, sid="v"))
    ask = end.Propose(by=OWNER, what="release", reason="police_verified", sid="v")
    assert course.give(replace(ask, contents=("phone",), absent=("track",))) == "pack_incomplete"
    assert course.case.proposals == {}
    full = {"contents": ("phone", "device"), "absent": ("track", "account")}
    assert course.by_two("release", "police_verified", OWNER, DIRECTOR, **full) == ""


def test_a_case_that_is_owned_and_not_acted_on_keeps_its_ladder_in_one_that_was() -> None:
    """An acknowledgement is no action: merged into a case that has one, the danger rings there."""
    danger = Course.of(Tier.S0)
    danger.give(cmd.Acknowledge(by=OWNER))
    stays = acted()
    merge(danger, stays)
    assert {"K3", "K4"} <= set(stays.case.clocks)
    assert stays.case.acted is None


def test_what_was_proposed_before_another_case_came_in_is_not_agreed() -> None:
    """A proposal falls when the case takes over another: its picture is gone."""
    danger, stays = acted("cas_0"), acted()
    stays.give(end.Propose(by=OWNER, what="resolve", reason="cause_fixed", sid="v"))
    (number,) = stays.case.proposals
    merge(danger, stays)
    assert stays.give(end.Approve(by=DIRECTOR, proposal=number, sid="v")) == "no_such_proposal"
    assert not stays.case.clocks.keys() & {f"proposal.{number}"}


def test_a_reporter_is_still_asked_after_merging_into_a_case_that_had_none() -> None:
    """A case of the machine's own takes over that somebody complained, and does not end alone."""
    told = Course.of(Tier.S3)
    alarm = Course.of(
        Tier.S3, case="cas_1", by=MACHINE, vendor="", message=said("m", kind=Kind.NOTE)
    )
    merge(told, alarm)
    assert alarm.give(end.Resolve(by=OWNER, reason="cause_fixed", sid="v")) == ""
    close = end.Close(by=OWNER, reason="unconfirmed", sid="v")
    assert alarm.give(close) == "not_tried_enough"


def test_duress_and_the_kind_of_danger_go_along_when_cases_are_merged() -> None:
    """Whoever may not be written to is not written to for the other case either."""
    coerced = Course.of(Tier.S1, duress=True, hazards=("gas",))
    stays = acted(tier=Tier.S1)
    merge(coerced, stays)
    assert stays.case.duress
    assert "gas" in stays.case.hazards


def test_an_ordinary_case_closed_again_and_again_becomes_a_stalled_one() -> None:
    """A vendor may not answer each contact by closing: the third contact makes it S3."""
    course = Course.of(Tier.S4)
    for number in range(2):
        course.wait(60)
        assert course.give(end.CloseDelegated(by=AGENT, draw=UNDRAWN, sid="v")) == ""
        course.wait(60)
        course.give(contact(sid=f"r{number}"))
    assert course.case.tier is Tier.S3
    assert course.give(end.CloseDelegated(by=AGENT, draw=UNDRAWN, sid="v")) == "not_delegated"


def test_rungs_that_come_at_once_to_one_person_are_not_used_up() -> None:
    """Who is paged on every rung hears within three minutes of what was withheld."""
    course = Course.of(Tier.S2)
    course.watch = ALONE
    course.wait(10)
    course.paged.clear()
    course.give(cmd.Escalate(by=AGENT))
    course.wait(1)
    for _ in range(3):
        course.give(cmd.Escalate(by=AGENT))
    course.wait(3)
    assert [minute for minute, _, _ in course.pages()] == [10, 13]


def test_a_rung_asked_for_in_the_moment_of_another_page_is_not_used_up() -> None:
    """Two entries of one millisecond are two: the later one is heard after the gap."""
    course = Course.of(Tier.S3)
    course.wait(10)
    course.give(lane.AskFreeze(by=AGENT))
    course.give(cmd.Escalate(by=AGENT))
    course.wait(4)
    assert [minute for minute, _, _ in course.pages()] == [10, 13]


def test_an_escalation_after_an_action_is_heard_when_the_three_minutes_are_over() -> None:
    """Somebody who has just been paged for one thing is paged for the next one too."""
    course = acted("cas_0")
    course.wait(5)
    course.paged.clear()
    course.give(cmd.Escalate(by=AGENT))
    course.wait(1)
    course.give(cmd.Escalate(by=REPORTER))
    course.wait(3)
    assert [(minute, person) for minute, person, _ in course.pages()].count((8, "owner")) == 1


def test_a_duty_that_reaches_nobody_on_an_owned_case_goes_to_the_fallback() -> None:
    """An acknowledgement holds the rungs, and not what nobody could be told since."""
    course = Course.of(Tier.S2)
    course.wait(4)
    course.give(cmd.Acknowledge(by=OWNER))
    told = decide(course.case, cmd.NoteStall(tactic="T12"), course.now, FULL).case
    tried = []
    while told.sending:
        page, sending = next(iter(told.sending.items()))
        tried.append(sending.person)
        told = decide(told, cmd.PageFailed(page=page, error="e"), course.now, FULL).case
    assert tried == ["owner", "owner", "fallback", "fallback"]


def test_glass_that_nobody_has_looked_at_is_not_broken_again() -> None:
    """Else who broke it first could review it as if only others had."""
    course = Course.of(Tier.S0)
    assert course.by_two("break_glass", "life_at_risk", OWNER, DIRECTOR) == ""
    again = end.Propose(by=SPECIALIST, what="break_glass", reason="life_at_risk", sid="v")
    assert course.give(again) == "review_owed"
    assert course.give(end.Review(by=SPECIALIST, kind="glass", agrees=True, sid="v")) == ""
    assert course.give(again) == ""


def test_only_a_release_carries_a_list() -> None:
    """A case stays small, whatever is sent along with a proposal."""
    course = Course.of(Tier.S0)
    codes = tuple(f"code_{number}" for number in range(20))
    glass = end.Propose(by=OWNER, what="break_glass", reason="life_at_risk", sid="v")
    assert course.give(replace(glass, contents=codes, absent=codes)) == ""
    (proposal,) = course.case.proposals.values()
    assert proposal.contents == proposal.absent == ()


@pytest.mark.parametrize("says", ["withdraw", "solved"])
def test_whoever_opened_a_case_without_a_credential_does_not_end_what_others_joined(
    says: str,
) -> None:
    """Else an agent opens it with a telephone of their own before passing on the real call."""
    own = cmd.Reach(channels=("sms",), source="self", verified=True)
    course = Course.of(Tier.S3, by=REPORTER, vendor="", reach=own)
    course.give(replace(contact(AGENT), vendor="org"))
    word = end.ReporterSays(by=REPORTER, what=says, reach="vlt")
    assert course.give(word) == ""
    assert course.case.closed is None


def test_whoever_opened_a_case_without_a_credential_ends_their_own() -> None:
    """Nobody else has a part in it."""
    own = cmd.Reach(channels=("sms",), source="self", verified=True)
    course = Course.of(Tier.S3, by=REPORTER, vendor="", reach=own)
    course.give(end.ReporterSays(by=REPORTER, what="withdraw", reach="vlt"))
    assert course.case.closed is not None
