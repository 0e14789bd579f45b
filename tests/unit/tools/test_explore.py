"""The exploration: quiet on the core as it is; a broken promise makes it tell a story."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.cases import lapses
from chalicelib.cases.commands import Acknowledge, AddMessage
from chalicelib.cases.decide import COMMANDS, Decision, decide, open_case
from chalicelib.cases.draft import Draft
from chalicelib.cases.end_commands import MergeInto
from chalicelib.cases.model import Case
from chalicelib.terms import Direction, Role, Tier
from tests.support.world import DANGER_EN, ORDINARY, World
from tools.explore import intake, jobs, scale, silence, states, walk
from tools.explore.intake import ORDER, STRANGER, SUBJECT, Heard
from tools.explore.people import AGENT, PEOPLE
from tools.explore.walk import MOVES, Found, Job, Walk
from tools.explore.world import Weather, settle
from tools.explore.world import World as Explored

SHALLOW = Job("test", Heard(STRANGER, Tier.S1), jobs.GROUPS["ladder"], 2, wide=0)


@pytest.fixture(autouse=True)
def _scaled() -> Iterator[None]:
    with scale.in_steps():
        yield


def _walk(job: Job = SHALLOW) -> Found:
    return Walk(job).run()


def _promises(found: Found) -> set[str]:
    return {story.rpartition("=> ")[2][:2] for story in found.stories}


def test_the_first_states_keep_every_promise() -> None:
    """Breadth first, so these are an opening and what follows at once, two cases included."""
    found = _walk(replace(SHALLOW, second=True))
    assert found.stories == []
    assert found.states > 100
    assert found.transitions > found.states
    assert not found.fixpoint


def test_every_command_is_tried_and_every_role_tries() -> None:
    """A new command or role cannot be left out of the walk."""
    case = open_case(intake.opening(AGENT, SHALLOW.opening), scale.START, Weather().watch).case
    world = Explored((case, replace(case, id="B")), (Tier.S1, Tier.S1), scale.START)
    built = {type(m.build(by, world, 0)) for m in MOVES for by in PEOPLE} - {type(None)}
    # These answer something that an opening does not have yet.
    later = {"Approve", "Reject", "Review", "ReporterSays", "VerifyReporter"}
    machinery = {"PageSent", "PageFailed", "Tick"}
    missing = {command.__name__ for command in COMMANDS} - {command.__name__ for command in built}
    assert missing == later | machinery
    assert {by.role for by in PEOPLE} == set(Role)


def test_every_group_by_day_is_a_group_by_night() -> None:
    """And every tag is walked on in some group."""
    assert set(jobs.DAYS) == set(jobs.GROUPS)
    walked = set().union(*jobs.GROUPS.values(), *jobs.PAIRS.values())
    assert {move.tag for move in MOVES} - walked == {"link"}
    assert len({job.name for job in jobs.depth_jobs(5)}) == len(jobs.depth_jobs(5))
    assert all(job.depth == 0 for job in jobs.deep_jobs(10))


def _after(change: Callable[[Any, Decision], Decision]) -> Callable[..., Decision]:
    def deciding(case: Any, command: Any, at: int, watch: Any) -> Decision:
        return change(command, decide(case, command, at, watch))

    return deciding


def _agent_delays_k4(command: Any, decision: Decision) -> Decision:
    if not isinstance(command, AddMessage) or command.by.role is not Role.VENDOR_AGENT:
        return decision
    clocks = {n: due + (n == "K4") for n, due in decision.case.clocks.items()}
    return replace(decision, case=replace(decision.case, clocks=clocks))


def _supervisor_lowers(command: Any, decision: Decision) -> Decision:
    if command.by.role is not Role.VENDOR_SUPERVISOR or not decision.events:
        return decision
    return replace(decision, case=replace(decision.case, tier=Tier.S3))


@pytest.mark.parametrize("broken", [_agent_delays_k4, _supervisor_lowers])
def test_a_vendor_that_gains_is_found(
    monkeypatch: pytest.MonkeyPatch, broken: Callable[[Any, Decision], Decision]
) -> None:
    """P2 barks."""
    monkeypatch.setattr(walk, "decide", _after(broken))
    assert "P2" in _promises(_walk(replace(SHALLOW, depth=1)))


def test_a_counter_example_is_a_short_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who did what, when, and what it broke; nothing of the machinery in between."""
    monkeypatch.setattr(walk, "decide", _after(_agent_delays_k4))
    story = _walk(replace(SHALLOW, depth=1)).stories[0].splitlines()
    assert story[0] == "  +0 min  vendor agent opens S1"
    assert story[1].startswith("  +0 min  vendor agent ")
    assert story[-1] == "  +0 min  => P2: K4 later or gone"


def test_a_ladder_that_stops_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """P3 barks when a rung fires and nobody is paged."""
    monkeypatch.setitem(lapses._LAPSES, "rung", lambda _draft, _rest: None)
    monkeypatch.setitem(lapses._LAPSES, "repeat", lambda _draft, _rest: None)
    assert "P3" in _promises(_walk(replace(SHALLOW, depth=1)))


def test_an_acknowledgement_that_lasts_for_ever_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """P4 barks when K4 lapses and the ladder stays held."""

    def forgiving(_draft: Draft, _rest: str) -> None:
        """Let it be."""

    monkeypatch.setitem(lapses._LAPSES, "K4", forgiving)
    assert "P4" in _promises(_walk())


def test_a_decision_that_leaves_no_clock_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """P1 barks, and the walk goes on."""
    monkeypatch.setitem(lapses._LAPSES, "to_s3", lambda _draft, _rest: None)
    found = _walk(replace(SHALLOW, opening=Heard(STRANGER, Tier.S4), depth=3))
    assert {"P1", "P3"} & _promises(found)


def test_a_state_without_its_clocks_is_found() -> None:
    """A police request, a proposal or a task that nothing asks about is a violation."""
    opened = open_case(intake.opening(AGENT, SHALLOW.opening), scale.START, Weather().watch)
    sent = settle(opened, scale.START, Weather()).case
    assert list(states.check(sent)) == []
    without = {name: due for name, due in sent.clocks.items() if name not in {"K10", "K5"}}
    wrong = list(states.check(replace(sent, clocks=without, hold=scale.START)))
    assert len(wrong) == 3
    assert silence.Silence(Weather()).next_page(sent, scale.START) == scale.STEP


def test_one_person_who_ends_firm_danger_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """P4 barks in the walk of one client person with every vendor."""

    def lenient(command: Any, decision: Decision) -> Decision:
        if not isinstance(command, Acknowledge) or command.by.id != "owner":
            return decision
        return replace(decision, case=replace(decision.case, tier=Tier.S3))

    monkeypatch.setattr(walk, "decide", _after(lenient))
    job = replace(SHALLOW, tags=jobs.ALONE, people=("owner",), depth=1)
    stories = "".join(_walk(job).stories)
    assert "P4: one client person lowered firm S0 or S1" in stories


def test_a_case_cannot_be_merged_into_nothing() -> None:
    """The merge move needs a second case, and its target is the other one."""
    case = open_case(intake.opening(AGENT, SHALLOW.opening), scale.START, Weather().watch).case
    alone = Explored((case,), (Tier.S1,), scale.START)
    merges = [m for m in MOVES if m.tag == "merge"]
    assert [m.build(AGENT, alone, 0) for m in merges][:2] == [None, None]
    pair = Explored((case, replace(case, id="B")), (Tier.S1, Tier.S1), scale.START)
    built = [m.build(AGENT, pair, 0) for m in merges]
    assert [b.target.id for b in built if isinstance(b, MergeInto)] == ["B", "A"]


# -- intake's rules, asked alone and through the services ------------------------------------------


def _through_services(relation: str, text: str) -> tuple[bool, Case]:
    """Two complaints through the real intake: whether they met, and the second one's case."""
    world = World()
    first = world.complain(DANGER_EN, order="o-77812", subject_kind="driver", subject_id="d-4711")
    fields: dict[str, dict[str, Any]] = {
        ORDER: {"order": "o-77812", "subject_kind": "driver", "subject_id": "d-4711"},
        SUBJECT: {"order": "o-90001", "subject_kind": "driver", "subject_id": "d-4711"},
        STRANGER: {"order": "o-90001", "subject_kind": "driver", "subject_id": "d-9999"},
    }
    second = world.complain(text, **fields[relation])
    loaded = world.ledger.load(str(second.body["case"]))
    assert loaded is not None
    assert loaded.case is not None
    return first.body["case"] == second.body["case"], loaded.case


@pytest.mark.parametrize("relation", [ORDER, SUBJECT, STRANGER])
@pytest.mark.parametrize("text", [DANGER_EN, ORDINARY])
def test_the_explored_intake_is_the_services_intake(relation: str, text: str) -> None:
    """The same complaints join, open, link and raise alike."""
    met, through = _through_services(relation, text)
    judged = Tier.S0 if text is DANGER_EN else Tier.S4
    watch = Weather().watch
    first = open_case(intake.opening(AGENT, Heard(STRANGER, Tier.S0)), scale.START, watch).case
    alone = intake.take(Heard(relation, judged), AGENT, first, scale.START, watch).case
    assert (alone.id == first.id) == met
    assert alone.tier is through.tier
    assert bool(alone.linked) == bool(through.linked)
    assert through.counts[Direction.INBOUND.value] == alone.counts[Direction.INBOUND.value]
