"""How the events of a case's lanes change it; part of ``cases.evolve``."""

from collections.abc import Callable
from typing import Any

from chalicelib.cases import lane_events as ev
from chalicelib.cases.copying import replace
from chalicelib.cases.model import Ask, Case, Freeze, Police, Task

type Fold = Callable[[Case, Any, int], Case]


def _freeze(state: str) -> Fold:
    def fold(case: Case, event: Any, at: int) -> Case:
        return replace(case, freeze=Freeze(state, event["person"], at))

    return fold


def _freeze_asked(case: Case, event: Any, at: int) -> Case:
    """Asking again changes nothing about a freeze that was decided on."""
    if case.freeze:
        return case
    return replace(case, freeze=Freeze("asked", event["person"], at))


def _data_requested(case: Case, event: Any, at: int) -> Case:
    return replace(case, data={**case.data, event["department"]: Ask(event["person"], at)})


def _data_answered(case: Case, event: Any, at: int) -> Case:
    department = event["department"]
    asked = case.data.get(department, Ask(event["person"], at))
    return replace(case, data={**case.data, department: asked._replace(answered=at)})


def _police(state: str) -> Fold:
    def fold(case: Case, event: Any, at: int) -> Case:
        return replace(case, police=Police(state, event["person"], at))

    return fold


def _police_asked(case: Case, event: Any, at: int) -> Case:
    """Whoever asks again, what the station confirmed stays confirmed."""
    if case.police and case.police.state == "verified":
        return case
    return replace(case, police=Police("asked", event["person"], at))


def _hold_placed(case: Case, _event: Any, at: int) -> Case:
    return replace(case, hold=at)


def _hold_lifted(case: Case, _event: Any, _at: int) -> Case:
    return replace(case, hold=0)


def _task_added(case: Case, event: Any, at: int) -> Case:
    task = Task(event["department"], event["safety"], at)
    return replace(case, tasks={**case.tasks, event["task"]: task})


def _task_finished(case: Case, event: Any, at: int) -> Case:
    name = event["task"]
    return replace(case, tasks={**case.tasks, name: case.tasks[name]._replace(done=at)})


def _counted(name: str) -> Fold:
    def fold(case: Case, _event: Any, _at: int) -> Case:
        return replace(case, counts={**case.counts, name: case.counts.get(name, 0) + 1})

    return fold


FOLDS: dict[str, Fold] = {
    ev.FREEZE_ASKED: _freeze_asked,
    ev.FROZEN: _freeze("frozen"),
    ev.FREEZE_DECLINED: _freeze("declined"),
    ev.UNFROZEN: _freeze("lifted"),
    ev.SUBJECT_CONTACTED: _counted("subject_contacted"),
    ev.DATA_REQUESTED: _data_requested,
    ev.DATA_ANSWERED: _data_answered,
    ev.HAND_OVER_ATTEMPTED: _counted("hand_over_attempts"),
    ev.HAND_OVER_DECLINED: _counted("hand_over_declined"),
    ev.POLICE_ASKED: _police_asked,
    ev.POLICE_VERIFIED: _police("verified"),
    ev.POLICE_REFUSED: _police("refused"),
    ev.POLICE_RELEASED: _police("released"),
    ev.HOLD_PLACED: _hold_placed,
    ev.HOLD_LIFTED: _hold_lifted,
    ev.TASK_ADDED: _task_added,
    ev.TASK_FINISHED: _task_finished,
}
