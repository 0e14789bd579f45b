"""What has happened in a case's lanes: the shapes of those events, as ``cases.events`` says."""

from chalicelib.cases.commands import By
from chalicelib.cases.events import Event
from chalicelib.cases.lane_commands import AddTask, PoliceAsk, ReleaseToPolice

FREEZE_ASKED = "freeze.asked.v1"
FROZEN = "subject.frozen.v1"
FREEZE_DECLINED = "freeze.declined.v1"
UNFROZEN = "subject.unfrozen.v1"
SUBJECT_CONTACTED = "subject.contacted.v1"
DATA_REQUESTED = "data.requested.v1"
DATA_ANSWERED = "data.answered.v1"
HAND_OVER_ATTEMPTED = "hand_over.attempted.v1"
HAND_OVER_DECLINED = "hand_over.declined.v1"
POLICE_ASKED = "police.asked.v1"
POLICE_VERIFIED = "police.verified.v1"
POLICE_REFUSED = "police.refused.v1"
POLICE_RELEASED = "police.released.v1"
HOLD_PLACED = "hold.placed.v1"
HOLD_LIFTED = "hold.lifted.v1"
TASK_ADDED = "task.added.v1"
TASK_FINISHED = "task.finished.v1"


def _by(name: str, by: By, sid: str, **more: object) -> Event:
    event: dict[str, object] = {"e": name, "person": by.id, "role": by.role.value, **more}
    return event | ({"sid": sid} if sid else {})


def freeze_asked(by: By, sid: str) -> Event:
    """Somebody asks for a freeze; only the client's own people can decide on it."""
    return _by(FREEZE_ASKED, by, sid)


def frozen(by: By, sid: str) -> Event:
    """The subject is kept from harming others."""
    return _by(FROZEN, by, sid)


def freeze_declined(by: By, sid: str) -> Event:
    """It was decided not to freeze, for a reason that is in the vault."""
    return _by(FREEZE_DECLINED, by, sid)


def unfrozen(by: By, approved: str) -> Event:
    """Two people lifted the freeze."""
    return _by(UNFROZEN, by, "", approved=approved)


def subject_contacted(by: By, sid: str, approved: str = "") -> Event:
    """The accused was spoken to, by the specialist or with their leave."""
    return _by(SUBJECT_CONTACTED, by, sid, **({"approved": approved} if approved else {}))


def data_requested(department: str, by: By, sid: str) -> Event:
    """A department owes data."""
    return _by(DATA_REQUESTED, by, sid, department=department)


def data_answered(department: str, by: By, sid: str, *, absent: bool) -> Event:
    """It delivered, or said in writing that there is none."""
    return _by(DATA_ANSWERED, by, sid, department=department, absent=absent)


def hand_over_attempted(by: By, authority: str, sid: str) -> Event:
    """An authority was called in vain, or gave no reference."""
    return _by(HAND_OVER_ATTEMPTED, by, sid, authority=authority)


def hand_over_declined(by: By, approved: str) -> Event:
    """Two people decided that no authority need be told."""
    return _by(HAND_OVER_DECLINED, by, "", approved=approved)


def police_asked(command: PoliceAsk) -> Event:
    """The police, or somebody who says so, ask for data."""
    return _by(POLICE_ASKED, command.by, command.sid)


def police_verified(by: By, sid: str, *, genuine: bool) -> Event:
    """What the station said when called back on its public number."""
    return _by(POLICE_VERIFIED if genuine else POLICE_REFUSED, by, sid)


def police_released(command: ReleaseToPolice, approved: str) -> Event:
    """The pack went out: what it held and what is known to be absent, by name alone."""
    more = {"contents": list(command.contents), "absent": list(command.absent)}
    return _by(POLICE_RELEASED, command.by, command.sid, **more, approved=approved)


def hold_placed(by: By, sid: str) -> Event:
    """A legal hold, which pauses nothing."""
    return _by(HOLD_PLACED, by, sid)


def hold_lifted(by: By, sid: str) -> Event:
    """The hold is over."""
    return _by(HOLD_LIFTED, by, sid)


def task_added(command: AddTask) -> Event:
    """Work with a clock of its own."""
    more = {"task": command.task, "department": command.department, "safety": command.safety}
    return _by(TASK_ADDED, command.by, command.sid, **more)


def task_finished(task: str, by: By, sid: str) -> Event:
    """It is done."""
    return _by(TASK_FINISHED, by, sid, task=task)
