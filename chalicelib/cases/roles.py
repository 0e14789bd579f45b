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
    READ_CASE = "read_case"
    READ_WORDS = "read_words"
    LIST_CASES = "list_cases"
    READ_AUDIT = "read_audit"
    TICK = "tick"
    RECORD_PAGE = "record_page"
    SEND_HEARTBEAT = "send_heartbeat"
    READ_HEARTBEATS = "read_heartbeats"


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
}


def may(role: Role, act: Act) -> bool:
    """Whether the role may ever perform the act; what is not granted is refused."""
    return role in _MAY[act]


def may_see(role: Role, org: str, vendors: Collection[str]) -> bool:
    """Whether a caller of this employer may see a case that these vendors have sent to."""
    return role not in _VENDOR or org in vendors
