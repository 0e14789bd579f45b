"""On whose word a case rests, and so in which lane its pages travel.

A vendor's credential can open cases as fast as its throttle lets it, and each dangerous one pages
people.  Where nobody but vendors has spoken, pages wait in the vendors' lane; all others have one
that no vendor can fill.
"""

from enum import StrEnum

from chalicelib.cases.model import Case
from chalicelib.terms import VENDOR_ROLES, Role

# In ``Case.first``: when somebody who is no vendor first said something on the case.
INDEPENDENT = "independent"
_SPOKE = (INDEPENDENT, "acknowledged", "acted")


class PageLane(StrEnum):
    """Which pagers send a page: those for everybody, or those for vendors' own cases."""

    FIRST = "first"
    VENDORS = "vendors"


def lane_of(case: Case, role: Role) -> PageLane:
    """The lane of what this case asks for now, ``role`` being whose command asks.

    A case that anybody else has spoken on keeps the first lane even for a vendor's command: one
    person gets one message in three minutes for a case, so no flood fits through there, and a
    note sent at the right moment must not slow a page that was due anyway.
    """
    asked_by_others = role is not Role.MACHINE and role not in VENDOR_ROLES
    return PageLane.FIRST if asked_by_others or is_independent(case) else PageLane.VENDORS


def is_independent(case: Case) -> bool:
    """Whether anybody but a vendor has spoken: the reporter, the client, or the machine itself."""
    return (
        bool(case.absorbed)
        or any(name in case.first for name in _SPOKE)
        or any(name.startswith("said_") for name in case.counts)
    )
