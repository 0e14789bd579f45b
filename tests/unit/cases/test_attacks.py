"""What the exploration and its author tried against the core, each as a short course."""

import pytest

from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases import lane_commands as lane
from chalicelib.cases.commands import Command, Judged
from chalicelib.cases.draft import Watch
from chalicelib.terms import DAY, MINUTE, Direction, Kind, Role, Tier
from tests.support.core import LADDER
from tests.support.course import (
    AGENT,
    DIRECTOR,
    OWNER,
    REPORTER,
    SAFE,
    SPECIALIST,
    Course,
    said,
    who,
)

SECOND_OWNER = who(Role.OWNER, "per_2")
DRAWN = end.Draw(rule="r", value=0, permille=1000, month="2026-11", commitment="c")
UNDRAWN = end.Draw(rule="r", value=999, permille=1, month="2026-11", commitment="c")
TASK = lane.AddTask(by=OWNER, task="shut", department="data", safety=True)


def heard(tier: Tier, *, suspect: bool = False) -> cmd.AddMessage:
    """A vendor's agent passes on what somebody said."""
    return cmd.AddMessage(by=AGENT, message=said("v2"), judged=Judged(tier, suspect=suspect))


def cleared(by: cmd.By = OWNER) -> end.ClearSuspect:
    """One person says that it is nothing."""
    return end.ClearSuspect(by=by, reason="misread", sid="v")


def test_weak_evidence_for_worse_does_not_let_one_person_clear_what_is_firm() -> None:
    """A vendor's weak S0 on a firm S1 is cleared to S1, and no further."""
    course = Course.of(Tier.S1)
    course.give(heard(Tier.S0, suspect=True))
    assert course.case.suspect
    assert course.give(cleared()) == ""
    assert course.case.tier is Tier.S1
    assert course.give(cleared(SPECIALIST)) == "two_needed"


def test_firm_evidence_for_less_is_what_a_clearing_falls_to() -> None:
    """A suspect S0 with a firm S1 among its contacts is cleared to S1."""
    course = Course.of(Tier.S0, suspect=True)
    course.give(heard(Tier.S1))
    assert course.give(cleared()) == ""
    assert course.case.tier is Tier.S1


def test_a_firm_case_that_history_raises_is_cleared_to_what_it_was() -> None:
    """S0 for the sake of another case on the same subject is weak; the S1 under it is not."""
    course = Course.of(Tier.S1, raised_by="cas_9")
    assert (course.case.tier, course.case.suspect) == (Tier.S0, True)
    course.give(cleared())
    assert course.case.tier is Tier.S1


def test_a_sampled_closure_cannot_end_what_has_become_grave() -> None:
    """The reviewer's agreement was for an ordinary case."""
    course = Course.of(Tier.S4)
    course.give(end.CloseDelegated(by=AGENT, draw=DRAWN, sid="v"))
    course.give(heard(Tier.S0))
    course.give(end.Review(by=OWNER, kind="sample", agrees=True))
    assert course.case.is_open
    assert course.case.tier is Tier.S0


@pytest.mark.parametrize("disagrees", [True, False])
def test_a_review_that_is_not_given_never_lowers(*, disagrees: bool) -> None:
    """Whatever one person did alone falls back to the graver tier, not to the older one."""
    sampled, clearing = Course.of(Tier.S4), Course.of(Tier.S1, suspect=True)
    sampled.give(end.CloseDelegated(by=AGENT, draw=DRAWN, sid="v"))
    clearing.give(cleared())
    for course, kind in ((sampled, "sample"), (clearing, "cleared")):
        course.give(heard(Tier.S0))
        if disagrees:
            course.give(end.Review(by=SPECIALIST, kind=kind, agrees=False))
        course.wait(5 * DAY / MINUTE)
        assert course.case.tier is Tier.S0
        assert kind not in course.case.reviews


def test_a_second_clearing_keeps_the_gravest_tier_for_its_review() -> None:
    """Unreviewed, both clearings are undone."""
    course = Course.of(Tier.S0, suspect=True)
    course.give(cleared())
    course.give(heard(Tier.S1, suspect=True))
    course.give(cleared())
    course.wait(DAY / MINUTE)
    assert course.case.tier is Tier.S0


def test_an_outsider_cannot_make_the_police_wait_again() -> None:
    """Asking again after the call-back pages, and undoes nothing."""
    course = Course.of(Tier.S0)
    course.give(lane.PoliceAsk(by=AGENT, sid="v"))
    course.give(lane.VerifyPolice(by=SPECIALIST, genuine=True, sid="v"))
    course.give(lane.PoliceAsk(by=AGENT, sid="v"))
    released = lane.ReleaseToPolice(by=SPECIALIST, contents=lane.PACK, sid="v")
    assert course.give(released) == ""


@pytest.mark.parametrize(
    "ending",
    [
        end.Close(by=OWNER, reason="unconfirmed", sid="v"),
        end.CloseDelegated(by=AGENT, draw=UNDRAWN, sid="v"),
        end.ReporterSays(by=REPORTER, what=end.SOLVED, reach="vlt"),
    ],
)
@pytest.mark.parametrize("work", [TASK, lane.PoliceAsk(by=AGENT, sid="v")])
def test_no_case_ends_over_an_open_safety_task_or_waiting_police(
    ending: Command, work: Command
) -> None:
    """Not even an ordinary one, and not by the reporter's own word."""
    course = Course.of(Tier.S4, reach=SAFE)
    course.give(work)
    course.give(ending)
    assert course.case.is_open


def test_a_task_that_comes_after_the_resolution_keeps_the_case_open() -> None:
    """Three attempts and a week do not help."""
    course = Course.of(Tier.S3)
    course.give(end.Resolve(by=OWNER, reason="cause_fixed", sid="v"))
    for channel in ("phone", "sms", "email"):
        course.give(end.TryConfirm(by=OWNER, channel=channel))
        course.wait(3 * DAY / MINUTE)
    course.give(TASK)
    assert course.give(end.Close(by=OWNER, reason="unconfirmed", sid="v")) == "task_open"


def test_a_sampled_closure_waits_for_the_safety_task() -> None:
    """The reviewer finds the task open, and the case stays."""
    course = Course.of(Tier.S4)
    course.give(end.CloseDelegated(by=AGENT, draw=DRAWN, sid="v"))
    course.give(TASK)
    assert course.give(end.Review(by=OWNER, kind="sample", agrees=True)) == "task_open"


# -- two cases -------------------------------------------------------------------------------------


def merge(stays: Course, goes: Course, by: cmd.By = OWNER) -> str:
    """Take over and end; the code that either half was refused with."""
    refused = stays.give(end.Absorb(by=by, other=goes.case))
    return refused or goes.give(end.MergeInto(by=by, target=stays.case))


def test_a_firm_case_makes_the_one_it_is_merged_into_firm() -> None:
    """Otherwise one person could merge and then clear."""
    for firm in (Tier.S0, Tier.S1):
        stays, goes = Course.of(Tier.S0, suspect=True), Course.of(firm, case="cas_1")
        assert merge(stays, goes) == ""
        stays.give(cleared())
        assert stays.case.tier is firm


def test_a_resolved_case_takes_over_a_live_one_only_by_living_again() -> None:
    """Two people called one danger solved, and had not heard of the other."""
    stays, goes = Course.of(Tier.S1), Course.of(Tier.S1, case="cas_1")
    stays.give(cmd.RecordAction(by=OWNER, action="site_visited", sid="v"))
    assert stays.by_two("resolve", "cause_fixed", OWNER, DIRECTOR) == ""
    goes.give(cmd.Acknowledge(by=OWNER))
    assert merge(stays, goes) == ""
    assert stays.case.resolved is None


def test_unanswered_danger_rings_in_a_graver_case_that_is_answered() -> None:
    """An S1 that nobody has seen is not swallowed by an S0 that somebody acted on."""
    stays, goes = Course.of(Tier.S0), Course.of(Tier.S1, case="cas_1")
    stays.give(cmd.RecordAction(by=OWNER, action="site_visited", sid="v"))
    stays.now += 5 * MINUTE
    stays.give(end.Absorb(by=OWNER, other=goes.case))
    assert not stays.case.is_answered
    assert (5, "owner", "rung") in stays.pages()


@pytest.mark.parametrize(
    ("work", "code"),
    [
        ((TASK,), "task_open"),
        ((lane.PoliceAsk(by=AGENT, sid="v"),), "police_waiting"),
        ((cleared(),), "review_owed"),
    ],
)
def test_what_one_case_still_owes_to_others_does_not_end_by_merging(
    work: tuple[Command, ...], code: str
) -> None:
    """A safety task, police on the telephone, another person's second look."""
    stays, goes = Course.of(Tier.S0), Course.of(Tier.S0, case="cas_1", suspect=True)
    for command in work:
        goes.give(command)
    assert merge(stays, goes) == code
    assert goes.case.is_open


def test_a_promise_and_a_call_owed_are_taken_over() -> None:
    """The second reporter was promised an answer too, and has not been called."""
    stays, goes = Course.of(Tier.S1, hazards=("gas",)), Course.of(Tier.S1, case="cas_1")
    stays.give(cmd.RecordCall(by=OWNER, outcome="reached"))
    promise = said("v3", Direction.OUTBOUND, Kind.REPLY)
    goes.give(cmd.AddMessage(by=AGENT, message=promise, promised_ms=goes.now + 20 * MINUTE))
    owed = {name: goes.case.clocks[name] for name in ("K5", "K8", "K13")}
    assert merge(stays, goes) == ""
    assert {name: stays.case.clocks[name] for name in owed} == owed


def test_the_second_owner_is_another_person() -> None:
    """Reviews are by somebody else, and the second owner is."""
    course = Course.of(Tier.S0, suspect=True)
    course.give(cleared())
    assert course.give(end.Review(by=OWNER, kind="cleared", agrees=True)) == "same_person"
    assert course.give(end.Review(by=SECOND_OWNER, kind="cleared", agrees=True)) == ""


@pytest.mark.parametrize("ending", [end.Close(by=OWNER, reason="x", sid="v"), None])
def test_no_case_ends_over_glass_that_nobody_has_looked_at(ending: Command | None) -> None:
    """Neither by one person, nor by merging; once a third has looked, it may."""
    course, stays = Course.of(Tier.S4), Course.of(Tier.S4, case="cas_1")
    assert course.by_two("break_glass", "life_at_risk", OWNER, SECOND_OWNER) == ""
    for code in ("review_owed", ""):
        assert (course.give(ending) if ending else merge(stays, course)) == code
        course.give(end.Review(by=DIRECTOR, kind="glass", agrees=True))
    assert not course.case.is_open


def test_a_sampled_closure_is_looked_at_and_not_only_closed() -> None:
    """A person who closes it by another act has not looked; the reporter's own word is enough."""
    course = Course.of(Tier.S4, reach=SAFE)
    course.give(end.CloseDelegated(by=AGENT, draw=DRAWN, sid="v"))
    assert course.give(end.Close(by=OWNER, reason="x", sid="v")) == "review_owed"
    assert merge(Course.of(Tier.S4, case="cas_1"), course) == "review_owed"
    course.give(end.ReporterSays(by=REPORTER, what=end.SOLVED, reach="vlt"))
    assert not course.case.is_open


def test_a_rung_that_is_asked_for_and_empty_is_passed_by() -> None:
    """An acknowledgement holds the rungs above; whoever asks past it still gets somebody."""
    course = Course.of(Tier.S0)
    course.give(cmd.Acknowledge(by=OWNER))
    nobody = {
        role: people for role, people in course.watch.duty.items() if role == "executive_sponsor"
    }
    course.watch = Watch(nobody)
    course.give(cmd.Escalate(by=AGENT))
    assert (0, "executive_sponsor", "rung") in course.pages()


def test_a_rung_that_comes_early_leaves_no_longer_silence_behind() -> None:
    """S3 pages each working day, also after somebody has asked again on the first."""
    course = Course.of(Tier.S3)
    course.now += 5 * MINUTE
    course.give(heard(Tier.S4))
    asked = course.minute
    course.wait(5 * DAY / MINUTE)
    minutes = sorted({page[0] for page in course.pages() if page[2] in {"rung", "top"}})
    limit = LADDER.plan(Tier.S3).top
    assert limit is not None
    longest = limit.after(course.start, course.watch.calendar) - course.start
    assert minutes[0] == asked
    assert minutes[1] - minutes[0] <= longest / MINUTE


@pytest.mark.parametrize("since", ["cleared", "resolved"])
def test_what_was_taken_over_must_still_be_owed_when_the_other_case_ends(since: str) -> None:
    """Clearing or resolving in between the two steps would otherwise end what nobody ended."""
    stays = Course.of(Tier.S0, suspect=since == "cleared")
    goes = Course.of(Tier.S2 if since == "cleared" else Tier.S0, case="cas_1")
    stays.now += 5 * MINUTE
    assert stays.give(end.Absorb(by=OWNER, other=goes.case)) == ""
    if since == "cleared":
        stays.give(cleared())
    else:
        stays.give(cmd.RecordAction(by=OWNER, action="site_visited", sid="v"))
        assert stays.by_two("resolve", "cause_fixed", OWNER, DIRECTOR) == ""
    assert goes.give(end.MergeInto(by=OWNER, target=stays.case)) == "not_absorbed"


def test_another_promise_does_not_keep_the_first() -> None:
    """The client's own people too: what was promised stays owed until it is answered."""
    course = Course.of(Tier.S1)
    reply = said("v3", Direction.OUTBOUND, Kind.REPLY)
    first = course.now + 10 * MINUTE
    course.give(cmd.AddMessage(by=OWNER, message=reply, promised_ms=first))
    assert course.case.clocks["K8"] == first
    course.give(cmd.AddMessage(by=OWNER, message=reply, promised_ms=first + DAY))
    assert course.case.clocks["K8"] == first
    course.give(cmd.AddMessage(by=OWNER, message=reply))
    assert "K8" not in course.case.clocks


def test_a_rung_past_an_acknowledgement_does_not_put_off_the_top_that_it_holds() -> None:
    """An S3 that was asked for early has a top; owned and asked for again, it stays as due."""
    course = Course.of(Tier.S4)
    course.give(cmd.Escalate(by=AGENT))
    held = dict(course.case.clocks)
    assert "top" in held
    course.wait(2)
    course.give(cmd.Acknowledge(by=OWNER))
    course.give(cmd.Escalate(by=AGENT))
    assert "top" not in course.case.clocks
    assert course.case.held["top"] == held["top"]
