"""Whom a case is waiting for: one party at every moment, so that the minutes sum to its age.

The first of these that holds: nobody (closed), the reporter (resolved, to be confirmed), the
client's own people on call (nobody has it yet), a department that owes data, the authority it
was handed to, the vendor (ordinary cases it may handle), else whoever of the client owns it.
"""

from chalicelib.cases.commands import INFORMED
from chalicelib.cases.model import Case
from chalicelib.terms import Tier

NOBODY, REPORTER, ON_CALL = "nobody", "reporter", "client.on_call"
OWNER, AUTHORITY, VENDOR = "client.owner", "authority", "vendor"
DEPARTMENT = "client."


def party_of(case: Case) -> str:
    """The party that the next step is with."""
    if case.closed:
        return NOBODY
    if case.resolved:
        return REPORTER
    if case.tier is Tier.S4 and case.vendor:
        return VENDOR
    return _after_owning(case) if case.acted or case.is_owned else ON_CALL


def _after_owning(case: Case) -> str:
    owing = [name for name, ask in case.data.items() if not ask.answered]
    if owing:
        return DEPARTMENT + min(owing, key=lambda name: (case.data[name].at, name))
    informed = case.acted is not None and case.acted.code == INFORMED
    return AUTHORITY if informed else OWNER
