"""Who acts in the exploration, who is on call, and how far each of them may be trusted."""

from chalicelib.cases.commands import MACHINE, By
from chalicelib.cases.draft import OnCall, Watch
from chalicelib.terms import CLIENT_ROLES, VENDOR_ROLES, Role

AGENT = By("agent", Role.VENDOR_AGENT, "v")
SUPERVISOR = By("supervisor", Role.VENDOR_SUPERVISOR, "v")
APP = By("app", Role.CLIENT_APP)
REPORTER = By("rope", Role.REPORTER)
OWNER = By("owner", Role.OWNER)
SECOND = By("owner_2", Role.OWNER)
DIRECTOR = By("director", Role.DUTY_DIRECTOR)
SPECIALIST = By("specialist", Role.SAFETY_SPECIALIST)
AUDITOR = By("auditor", Role.AUDITOR)
ADMIN = By("admin", Role.ADMIN)

PEOPLE = (
    *(AGENT, SUPERVISOR, APP, REPORTER, OWNER, SECOND),
    *(DIRECTOR, SPECIALIST, AUDITOR, ADMIN, MACHINE),
)
CLIENTS = tuple(by for by in PEOPLE if by.role in CLIENT_ROLES)
# Nothing in deciding tells these from another of their kind: the agent, or nobody at all.
ALIKE = (SUPERVISOR, APP, ADMIN)
# Nobody here may make anything slower: P2 holds for all of them.
OUTSIDERS = VENDOR_ROLES | {Role.CLIENT_APP, Role.REPORTER, Role.AUDITOR, Role.ADMIN}
NAMES = {
    "agent": "vendor agent",
    "supervisor": "vendor supervisor",
    "app": "client's app",
    "rope": "reporter",
    "owner_2": "second owner",
    "director": "duty director",
    "specialist": "safety specialist",
    "machine": "Tocsin",
}

ON_CALL = {
    "owner": (OnCall("owner", ("sms",)),),
    "duty_director": (OnCall("director", ("sms",)),),
    "fallback": (OnCall("fallback", ("sms",)),),
}
WATCH = Watch(ON_CALL)
# Nobody is on call in rung 0's role.
DESERTED = Watch({role: people for role, people in ON_CALL.items() if role != "owner"})


def name_of(by: By) -> str:
    """How a story calls this person."""
    return NAMES.get(by.id, by.id)
