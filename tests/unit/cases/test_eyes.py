"""Four eyes: what two may do, what one may do alone, and what is looked at afterwards."""

import pytest

from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases import lane_commands as lane
from chalicelib.cases.end_commands import Absorb, MergeInto
from chalicelib.terms import MINUTE, Role, Tier
from tests.support.course import (
    AGENT,
    DIRECTOR,
    OWNER,
    SPECIALIST,
    Course,
    said,
    who,
)

SECOND_OWNER = who(Role.OWNER, "per_2")


def test_lowering_takes_two_of_the_client_one_of_them_from_safety() -> None:
    """Two directors cannot, an owner cannot approve, and the vendor cannot at all."""
    for first, second, code in (
        (DIRECTOR, who(Role.DUTY_DIRECTOR, "d2"), "specialist_needed"),
        (SPECIALIST, SECOND_OWNER, "director_needed"),
        (AGENT, DIRECTOR, "role_may_not"),
        (SPECIALIST, DIRECTOR, ""),
    ):
        course = Course.of(Tier.S1)
        assert course.by_two("lower", "misread", first, second, to=Tier.S3) == code
        assert course.case.tier is (Tier.S1 if code else Tier.S3)


def test_a_proposal_expires_after_fifteen_minutes() -> None:
    """The second person who comes too late approves nothing."""
    course = Course.of(Tier.S1)
    course.give(end.Propose(by=SPECIALIST, what="lower", reason="misread", sid="v", to=Tier.S3))
    number = str(course.case.seq)
    course.wait(15)
    assert "proposal.expired.v1" in course.events
    late = end.Approve(by=DIRECTOR, proposal=number)
    assert course.give(late) == "no_such_proposal"


def test_danger_that_is_reported_again_voids_what_was_proposed() -> None:
    """Nobody lowers a case on the picture of before."""
    course = Course.of(Tier.S1)
    course.give(end.Propose(by=SPECIALIST, what="lower", reason="misread", sid="v", to=Tier.S3))
    number = str(course.case.seq)
    graver = cmd.AddMessage(by=AGENT, message=said("v2"), judged=cmd.Judged(Tier.S0))
    course.give(graver)
    assert course.give(end.Approve(by=DIRECTOR, proposal=number)) == "no_such_proposal"
    assert course.case.tier is Tier.S0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"what": "overrule"}, "unknown_proposal"),
        ({"reason": "tired"}, "unknown_reason"),
        ({"sid": ""}, "evidence_missing"),
        ({"to": Tier.S0}, "not_lower"),
        ({"what": "unfreeze", "reason": "x"}, "not_frozen"),
        ({"what": "release", "reason": "x"}, "police_not_verified"),
        ({"what": "close", "reason": "unconfirmed"}, "not_resolved"),
        ({"what": "resolve", "reason": "cause_fixed"}, "not_acted"),
    ],
)
def test_what_a_second_person_could_not_agree_to_is_refused_at_once(
    change: dict[str, object], code: str
) -> None:
    """Each with its own code."""
    course = Course.of(Tier.S1)
    whole = {"what": "lower", "reason": "misread", "sid": "v", "to": Tier.S3} | change
    assert course.give(end.Propose(by=OWNER, **whole)) == code  # type: ignore[arg-type]


def test_one_proposal_of_a_kind_at_a_time_and_anybody_may_say_no() -> None:
    """The proposer may take it back."""
    course = Course.of(Tier.S1)
    proposal = end.Propose(by=OWNER, what="lower", reason="misread", sid="v", to=Tier.S3)
    course.give(proposal)
    number = str(course.case.seq)
    assert course.give(proposal) == "already_proposed"
    assert course.give(end.Reject(by=OWNER, proposal=number)) == ""
    assert course.give(proposal) == ""


def test_a_suspect_case_is_cleared_by_one_and_looked_at_by_another() -> None:
    """S2 keeps its clocks; the same person cannot review; agreed, it stands."""
    course = Course.of(Tier.S0, suspect=True)
    assert course.give(end.ClearSuspect(by=OWNER, reason="figure_of_speech", sid="v")) == ""
    assert course.case.tier is Tier.S2
    assert {"K4", "K5", "K10", "review.cleared"} <= set(course.case.clocks)
    assert course.give(end.Review(by=OWNER, kind="cleared", agrees=True)) == "same_person"
    assert course.give(end.Review(by=SECOND_OWNER, kind="cleared", agrees=True)) == ""
    assert course.case.tier is Tier.S2


@pytest.mark.parametrize("disagrees", [True, False])
def test_a_clearing_that_nobody_confirms_is_undone(*, disagrees: bool) -> None:
    """Disagreed or not looked at within a day: the tier it had, and the ladder from the start."""
    course = Course.of(Tier.S0, suspect=True)
    course.give(end.ClearSuspect(by=OWNER, reason="misread", sid="v"))
    if disagrees:
        course.give(end.Review(by=DIRECTOR, kind="cleared", agrees=False))
    else:
        course.wait(24 * 60)
    assert course.case.tier is Tier.S0
    assert not course.case.reviews
    assert course.pages(since=course.minute)


def test_a_firm_case_cannot_be_cleared_by_one() -> None:
    """Only weak evidence has that exit; firm evidence that comes later ends it."""
    course = Course.of(Tier.S0, suspect=True)
    course.give(cmd.AddMessage(by=AGENT, message=said("v2"), judged=cmd.Judged(Tier.S0)))
    clear = end.ClearSuspect(by=OWNER, reason="misread", sid="v")
    assert course.give(clear) == "two_needed"


def test_broken_glass_lasts_an_hour_and_is_reviewed_by_a_third() -> None:
    """Two break it; one may then release; the auditor is paged when nobody reviews."""
    course = Course.of(Tier.S0)
    course.give(lane.PoliceAsk(by=AGENT, sid="v"))
    course.give(lane.VerifyPolice(by=OWNER, genuine=True, sid="v"))
    assert course.by_two("break_glass", "night", OWNER, SECOND_OWNER) == ""
    assert course.case.glass is not None
    assert course.case.glass.until == course.now + 60 * MINUTE
    pack = lane.ReleaseToPolice(by=OWNER, contents=lane.PACK, sid="v")
    assert course.give(pack) == ""
    assert course.give(end.Review(by=SECOND_OWNER, kind="glass", agrees=True)) == "same_person"
    course.give(cmd.RecordAction(by=OWNER, action="service_shut", sid="v"))
    course.wait(24 * 60)
    assert "auditor" in {person for _, person, _ in course.pages(since=23 * 60)}
    assert course.give(end.Review(by=DIRECTOR, kind="glass", agrees=True)) == ""
    assert "review.glass" not in course.case.clocks


def test_glass_that_was_broken_an_hour_ago_is_whole_again() -> None:
    """After its hour two are needed once more."""
    course = Course.of(Tier.S0)
    course.give(lane.PoliceAsk(by=AGENT, sid="v"))
    course.give(lane.VerifyPolice(by=OWNER, genuine=True, sid="v"))
    course.by_two("break_glass", "night", OWNER, SECOND_OWNER)
    course.wait(60)
    pack = lane.ReleaseToPolice(by=OWNER, contents=lane.PACK, sid="v")
    assert course.give(pack) == "two_needed"
    proposal = {"contents": lane.PACK, "absent": ()}
    assert course.by_two("release", "order", OWNER, DIRECTOR, **proposal) == ""
    assert course.case.police is not None
    assert course.case.police.state == "released"


def test_two_may_decline_a_hand_over_and_one_may_not() -> None:
    """The decision that no authority need be told is a decision of two, in writing."""
    course = Course.of(Tier.S0)
    course.give(end.Propose(by=OWNER, what="decline_hand_over", reason="known", sid="v"))
    assert "K7" in course.case.clocks
    assert course.give(end.Approve(by=SPECIALIST, proposal=str(course.case.seq))) == ""
    assert "K7" not in course.case.clocks


def test_the_case_that_stays_takes_over_what_the_other_owes() -> None:
    """Merging forgets nothing: the graver tier and the earlier clock win, or nothing happens."""
    stays, goes = Course.of(Tier.S2), Course.of(Tier.S0)
    goes.case = Course.of(Tier.S0, case="cas_1").case
    assert goes.give(MergeInto(by=OWNER, target=stays.case)) == "not_mergeable"
    assert stays.give(Absorb(by=OWNER, other=goes.case)) == ""
    assert stays.case.tier is Tier.S0
    goes.give(cmd.AddMessage(by=AGENT, message=said("v9")))
    assert goes.give(MergeInto(by=OWNER, target=stays.case)) == "not_absorbed"
    stays.give(Absorb(by=OWNER, other=goes.case))
    assert goes.give(MergeInto(by=OWNER, target=stays.case)) == ""
    assert goes.case.closed is not None
    assert goes.case.closed.into == stays.case.id


def test_danger_that_nobody_answered_rings_on_where_it_was_merged_to() -> None:
    """An owned case does not swallow one that nobody owns."""
    stays, goes = Course.of(Tier.S1), Course.of(Tier.S1, case="cas_1")
    stays.give(cmd.Acknowledge(by=OWNER))
    stays.now += 5 * MINUTE
    stays.give(Absorb(by=OWNER, other=goes.case))
    assert not stays.case.is_owned
    assert (5, "owner", "rung") in stays.pages()
