"""Deciding, straight on the core: commands, roles and lapses at their edges."""

from dataclasses import replace

import pytest

from chalicelib.cases import commands as cmd
from chalicelib.cases import lapses
from chalicelib.cases.bell import ATTEMPTS
from chalicelib.cases.body import UnreadableCaseError, from_body, to_body
from chalicelib.cases.decide import ClocklessCaseError, decide, open_case
from chalicelib.cases.draft import OnCall, Watch
from chalicelib.cases.end_commands import Approve, Propose
from chalicelib.cases.lane_commands import AnswerData, DeclineFreeze
from chalicelib.cases.model import Case, Status
from chalicelib.terms import DAY, HOUR, MINUTE, Direction, Kind, Role, Tier
from tests.support.core import LADDER, START, WATCH, by, kinds, message, open_at, pages, tick


def settle(case: Case, at: int) -> Case:
    """Every waiting page is taken by a carrier."""
    for page in list(case.sending):
        case = decide(case, cmd.PageSent(page=page, carrier="c"), at, WATCH).case
    return case


def due_of(case: Case) -> int:
    """When the next clock of an open case falls due."""
    assert case.due is not None
    return case.due


def with_duties_met(case: Case) -> Case:
    """The reporter was called, the data is there, and it is decided about freeze and authority."""
    specialist, director = by(Role.SAFETY_SPECIALIST), by(Role.DUTY_DIRECTOR)
    decline = Propose(by=specialist, what="decline_hand_over", reason="none", sid="v")
    approve = Approve(by=director, proposal=str(case.seq + 4))
    for command in (
        cmd.RecordCall(by=specialist, outcome="reached"),
        AnswerData(by=specialist, department="data", sid="v"),
        DeclineFreeze(by=specialist, sid="v"),
        decline,
        approve,
    ):
        decision = decide(case, command, case.last, WATCH)
        assert decision.refused is None
        case = decision.case
    return case


def test_who_may_not_open_a_case_is_told_so_loudly() -> None:
    """Intake refuses it before; reaching the core with such a role is a fault."""
    with pytest.raises(PermissionError, match="auditor may not open"):
        open_case(replace(open_at(Tier.S0), by=by(Role.AUDITOR)), START, WATCH)


def test_a_case_cannot_be_opened_twice() -> None:
    """An opening of an open case is refused, with what is due applied all the same."""
    case = open_case(open_at(Tier.S4), START, WATCH).case
    decision = decide(case, open_at(Tier.S4), START, WATCH)
    assert decision.refused is not None
    assert decision.refused.code == "already_open"


def test_a_refused_command_still_rings_what_is_due() -> None:
    """A vendor that tries to acknowledge at 3 minutes pages the second owner by it."""
    case = settle(open_case(open_at(Tier.S0), START, WATCH).case, START)
    vendor = cmd.Acknowledge(by=by(Role.VENDOR_AGENT))
    decision = decide(case, vendor, START + 3 * MINUTE, WATCH)
    assert decision.refused is not None
    assert ("owner_second", "sms") in pages(decision)
    assert "acknowledged.v1" not in kinds(decision)


@pytest.mark.parametrize(
    ("action", "sid", "code"),
    [("prayed", "vlt_1", "unknown_action"), ("site_visited", "", "evidence_missing")],
)
def test_an_action_without_code_or_evidence_is_no_action(action: str, sid: str, code: str) -> None:
    """K4 runs on."""
    case = open_case(open_at(Tier.S0), START, WATCH).case
    owner = by(Role.OWNER)
    decision = decide(case, cmd.RecordAction(by=owner, action=action, sid=sid), START, WATCH)
    assert decision.refused is not None
    assert decision.refused.code == code
    assert "K4" in decision.case.clocks


def test_acknowledging_after_an_action_changes_no_clock() -> None:
    """It is written down, and holds nothing."""
    case = open_case(open_at(Tier.S0), START, WATCH).case
    acted = cmd.RecordAction(by=by(Role.OWNER), action="site_visited", sid="vlt_1")
    case = decide(case, acted, START, WATCH).case
    decision = decide(case, cmd.Acknowledge(by=by(Role.DUTY_DIRECTOR)), START, WATCH)
    assert decision.case.clocks == case.clocks
    assert decision.case.status is Status.ACTING


def test_an_acknowledged_s4_has_nothing_to_hold() -> None:
    """No ladder, no K4: the fact is kept and to_s3 runs on."""
    case = open_case(open_at(Tier.S4), START, WATCH).case
    decision = decide(case, cmd.Acknowledge(by=by(Role.OWNER)), START, WATCH)
    assert decision.case.clocks == case.clocks


def test_firm_evidence_ends_a_suspicion_without_moving_a_clock() -> None:
    """The same tier, no longer suspect."""
    case = open_case(open_at(Tier.S0, suspect=True), START, WATCH).case
    again = cmd.AddMessage(by=by(Role.VENDOR_AGENT), message=message(), judged=cmd.Judged(Tier.S0))
    decision = decide(case, again, START, WATCH)
    assert "tier.confirmed.v1" in kinds(decision)
    assert not decision.case.suspect
    assert decision.case.clocks == case.clocks


def test_an_outbound_reply_cannot_raise() -> None:
    """What an agent says is kept, not judged as a danger."""
    case = open_case(open_at(Tier.S4), START, WATCH).case
    said = message(direction=Direction.OUTBOUND, kind=Kind.REPLY)
    command = cmd.AddMessage(by=by(Role.VENDOR_AGENT), message=said, judged=cmd.Judged(Tier.S0))
    assert decide(case, command, START, WATCH).case.tier is Tier.S4


def test_a_page_no_carrier_takes_is_retried_and_then_failed() -> None:
    """Five attempts, further apart each time, and then the next way."""
    case = open_case(open_at(Tier.S2), START, WATCH).case
    seen: list[str] = []
    for _ in range(ATTEMPTS):
        decision = tick(case, due_of(case))
        seen += [kind for kind in kinds(decision) if kind.startswith("page.")]
        case = decision.case
    assert seen.count("page.retried.v1") == 2 * (ATTEMPTS - 1)
    assert seen.count("page.failed.v1") == 2


def test_a_page_that_is_settled_stays_settled() -> None:
    """A late outcome of the carrier changes nothing."""
    case = settle(open_case(open_at(Tier.S0), START, WATCH).case, START)
    for command in (cmd.PageSent(page="1.0", carrier="c"), cmd.PageFailed(page="1.0", error="e")):
        assert decide(case, command, START, WATCH).events == ()


def test_k9_missed_again_and_again_goes_up_the_ladder() -> None:
    """Each miss in a row pages one rung more; the director hears of the third."""
    case = settle(open_case(open_at(Tier.S0), START, WATCH).case, START)
    acted = cmd.RecordAction(by=by(Role.OWNER), action="site_visited", sid="vlt_1")
    case = with_duties_met(decide(case, acted, START, WATCH).case)
    paged: list[set[str]] = []
    for _ in range(3):
        decision = tick(case, due_of(case))
        paged.append({person for person, _ in pages(decision)})
        case = settle(decision.case, decision.case.last)
    assert paged[0] == {"owner", "safety_specialist"}
    assert paged[1] == paged[0] | {"owner_second"}
    assert paged[2] == paged[1] | {"duty_director"}


def test_k10_pages_daily_until_it_is_resolved() -> None:
    """Unresolved after its limit: the director and everyone below, then every day."""
    case = settle(open_case(open_at(Tier.S4), START, WATCH).case, START)
    acted = cmd.RecordAction(by=by(Role.OWNER), action="site_visited", sid="vlt_1")
    case = decide(case, acted, START, WATCH).case
    assert dict(case.clocks) == {"K10": START + 15 * DAY}
    decision = tick(case, due_of(case))
    assert {person for person, _ in pages(decision)} == {"owner"}
    assert decision.case.clocks["K10"] > decision.case.last


def test_a_person_who_left_the_roster_is_replaced_by_who_has_the_role_now() -> None:
    """The repeat goes to the role's new holder."""
    case = settle(open_case(open_at(Tier.S0), START, WATCH).case, START)
    changed = Watch({**WATCH.duty, "owner": (OnCall("newcomer", ("sms",)),)}, WATCH.calendar)
    decision = decide(case, cmd.Tick(), START + 3 * MINUTE, changed)
    assert ("newcomer", "sms") in pages(decision)


def test_a_person_who_left_an_empty_role_brings_the_next_rung() -> None:
    """Nobody took over: the head of safety is paged four minutes early."""
    case = open_case(open_at(Tier.S0), START, WATCH).case
    for minute in (0, 3, 5):
        case = settle(tick(case, START + minute * MINUTE).case, START + minute * MINUTE)
    duty = {role: people for role, people in WATCH.duty.items() if role != "owner"}
    decision = decide(case, cmd.Tick(), START + 6 * MINUTE, Watch(duty, WATCH.calendar))
    assert ("head_of_safety", "sms") in pages(decision)


def test_a_worker_that_was_away_for_hours_pages_each_person_once() -> None:
    """All rungs are due; nobody gets a burst."""
    case = settle(open_case(open_at(Tier.S0), START, WATCH).case, START)
    decision = tick(case, START + 5 * HOUR)
    sent = pages(decision)
    assert len(sent) == len(set(sent))
    assert ("executive_sponsor", "email") in sent


def test_time_never_runs_back() -> None:
    """A slow clock decides at the case's own last time."""
    case = open_case(open_at(Tier.S0), START, WATCH).case
    said = cmd.AddMessage(by=by(Role.OWNER), message=message())
    assert decide(case, said, START - HOUR, WATCH).case.last == START


def test_a_ladder_that_eats_itself_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lapses without end raise, so that the fallback bell rings instead."""
    monkeypatch.setattr(lapses, "LAPSES_AT_ONCE", 1)
    with pytest.raises(lapses.RunawayLadderError):
        tick(open_case(open_at(Tier.S4), START, WATCH).case, START + 60 * DAY)


def test_a_case_without_a_clock_is_never_committed() -> None:
    """P1, as the last check of every decision."""
    case = replace(open_case(open_at(Tier.S4), START, WATCH).case, clocks={"silence.x": START + 1})
    with pytest.raises(ClocklessCaseError):
        tick(case, START + 1)


def test_a_body_comes_back_as_it_was() -> None:
    """Stored and read again, at every step of a life."""
    case = open_case(open_at(Tier.S0, suspect=True), START, WATCH).case
    for minute in (0, 3, 5, 10, 21):
        case = tick(case, START + minute * MINUTE).case
        assert from_body(to_body(case)) == case


@pytest.mark.parametrize(
    "broken",
    [{}, {"schema": 2}, {"schema": 1}, {"schema": 1, "id": "x", "clocks": 3, "ladder": {}}],
)
def test_a_body_of_another_release_is_unreadable(broken: dict[str, object]) -> None:
    """Never guessed at: the fallback bell rings it."""
    with pytest.raises(UnreadableCaseError):
        from_body(broken)


def test_the_ladder_is_pinned_and_comes_back() -> None:
    """A case's text form of the ladder is exact."""
    assert LADDER.unpin(LADDER.pin()) == LADDER
    assert LADDER.pin()["S0"].startswith("0s:owner,safety_specialist 3m:owner_second")
