"""Who may do what: the matrix of roles and acts, for the acts that exist.

``decide`` asks it again after the web layer has, so that no path around a route can reach
an act that a role may not perform.
"""

from collections.abc import Collection
from enum import StrEnum

from chalicelib.terms import Role


class Act(StrEnum):
    """Something a person, a credential or the machine asks for."""

    OPEN_CASE = "open_case"
    ADD_MESSAGE = "add_message"
    ACKNOWLEDGE = "acknowledge"
    ACT = "act"
    RAISE = "raise"
    ESCALATE = "escalate"
    NOTE_STALL = "note_stall"
    CALL = "call"
    ASK_FREEZE = "ask_freeze"
    DECIDE_FREEZE = "decide_freeze"
    CONTACT_SUBJECT = "contact_subject"
    REQUEST_DATA = "request_data"
    ANSWER_DATA = "answer_data"
    HAND_OVER = "hand_over"
    POLICE_ASK = "police_ask"
    POLICE_VERIFY = "police_verify"
    RELEASE = "release"
    HOLD = "hold"
    TASK = "task"
    PROPOSE = "propose"
    APPROVE = "approve"
    CLEAR_SUSPECT = "clear_suspect"
    REVIEW = "review"
    CONTAIN = "contain"
    RESOLVE = "resolve"
    TRY_CONFIRM = "try_confirm"
    CLOSE = "close"
    CLOSE_DELEGATED = "close_delegated"
    REPORTER_SAYS = "reporter_says"
    VERIFY_REPORTER = "verify_reporter"
    REOPEN = "reopen"
    PROPOSE_MERGE = "propose_merge"
    MERGE = "merge"
    LINK = "link"
    READ_CASE = "read_case"
    READ_WORDS = "read_words"
    LIST_CASES = "list_cases"
    READ_AUDIT = "read_audit"
    TICK = "tick"
    RECORD_PAGE = "record_page"
    SEND_HEARTBEAT = "send_heartbeat"
    READ_HEARTBEATS = "read_heartbeats"
    PROPOSE_CHANGE = "propose_change"
    APPROVE_CHANGE = "approve_change"
    READ_CHANGES = "read_changes"
    READ_CHECKS = "read_checks"


_CLIENT = frozenset({Role.OWNER, Role.DUTY_DIRECTOR, Role.SAFETY_SPECIALIST})
_VENDOR = frozenset({Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR})
_MACHINE = frozenset({Role.MACHINE})
_INTAKE = _VENDOR | _CLIENT | {Role.CLIENT_APP, Role.REPORTER}

_MAY: dict[Act, frozenset[Role]] = {
    # The machine opens the cases of its own alarms, such as a vendor gone dark.
    Act.OPEN_CASE: _INTAKE | _MACHINE,
    Act.ADD_MESSAGE: _VENDOR | _CLIENT | _MACHINE | {Role.CLIENT_APP, Role.REPORTER},
    Act.ACKNOWLEDGE: _CLIENT,
    Act.ACT: _CLIENT,
    # Anybody who may complain may say that it is worse, and ask for the next rung: no quota.
    Act.RAISE: _INTAKE,
    Act.ESCALATE: _INTAKE,
    Act.NOTE_STALL: _MACHINE,
    Act.CALL: _CLIENT,
    Act.ASK_FREEZE: _INTAKE,
    Act.DECIDE_FREEZE: _CLIENT,
    Act.CONTACT_SUBJECT: _CLIENT,
    Act.REQUEST_DATA: _CLIENT,
    # The machine answers for the client's own systems.
    Act.ANSWER_DATA: _CLIENT | _MACHINE,
    Act.HAND_OVER: _CLIENT,
    Act.POLICE_ASK: _INTAKE,
    Act.POLICE_VERIFY: _CLIENT,
    Act.RELEASE: _CLIENT,
    Act.HOLD: _CLIENT,
    Act.TASK: _CLIENT,
    Act.PROPOSE: _CLIENT,
    Act.APPROVE: _CLIENT,
    Act.CLEAR_SUSPECT: _CLIENT,
    Act.REVIEW: _CLIENT,
    Act.CONTAIN: _CLIENT,
    Act.RESOLVE: _CLIENT,
    Act.TRY_CONFIRM: _CLIENT,
    Act.CLOSE: _CLIENT,
    # Only S4, and only what the client delegates.
    Act.CLOSE_DELEGATED: _VENDOR,
    Act.REPORTER_SAYS: frozenset({Role.REPORTER}),
    Act.VERIFY_REPORTER: _CLIENT | _MACHINE,
    Act.REOPEN: _CLIENT | {Role.AUDITOR},
    Act.PROPOSE_MERGE: _VENDOR | _CLIENT | _MACHINE,
    Act.MERGE: _CLIENT,
    Act.LINK: _CLIENT | _MACHINE,
    # A vendor sees its own cases only (``may_see``), and never the subject's identity.
    Act.READ_CASE: _VENDOR | _CLIENT | {Role.AUDITOR},
    Act.READ_WORDS: _CLIENT,
    Act.LIST_CASES: _CLIENT | {Role.AUDITOR} | _VENDOR,
    # The administrator sets things up and may not read complaints or their log.
    Act.READ_AUDIT: _CLIENT | {Role.AUDITOR},
    Act.TICK: _MACHINE,
    Act.RECORD_PAGE: _MACHINE,
    Act.SEND_HEARTBEAT: _VENDOR,
    Act.READ_HEARTBEATS: _CLIENT | {Role.AUDITOR},
    # The administrator may propose who is on call, and never approve.
    Act.PROPOSE_CHANGE: _CLIENT | {Role.ADMIN},
    Act.APPROVE_CHANGE: _CLIENT,
    Act.READ_CHANGES: _CLIENT | {Role.ADMIN, Role.AUDITOR},
    Act.READ_CHECKS: _CLIENT | {Role.ADMIN, Role.AUDITOR},
}


def may(role: Role, act: Act) -> bool:
    """Whether the role may ever perform the act; what is not granted is refused."""
    return role in _MAY[act]


def may_see(role: Role, org: str, vendors: Collection[str]) -> bool:
    """Whether a caller of this employer may see a case that these vendors have sent to."""
    return role not in _VENDOR or org in vendors
