"""The core with the committed ladder and one person in each role."""

from chalicelib.cases import commands as cmd
from chalicelib.cases.decide import Decision, decide
from chalicelib.cases.draft import OnCall, Watch
from chalicelib.cases.model import Case
from chalicelib.terms import Direction, Kind, Role, Speaker, Tier
from tests.support.world import ROSTER, rules

START = 1_795_255_200_000
LADDER = rules().ladder
WATCH = Watch({role: (OnCall(role, ("sms", "email")),) for role in (*ROSTER, "fallback")})


def by(role: Role) -> cmd.By:
    """Somebody in this role."""
    return cmd.By(role.value, role, "org")


def message(direction: Direction = Direction.INBOUND, kind: Kind = Kind.COMPLAINT) -> cmd.Message:
    """Something said."""
    return cmd.Message(
        id="msg", direction=direction, speaker=Speaker.REPORTER, kind=kind, sid="vlt"
    )


def open_at(tier: Tier, *, suspect: bool = False) -> cmd.OpenCase:
    """The opening of a case of this tier by a vendor's agent."""
    return cmd.OpenCase(
        by=by(Role.VENDOR_AGENT),
        case="cas_0",
        code="CCC-CCC",
        message=message(),
        judged=cmd.Judged(tier, suspect=suspect),
        ladder=LADDER,
        vendor="org",
    )


def tick(case: Case, at: int) -> Decision:
    """What time alone brings by ``at``."""
    return decide(case, cmd.Tick(), at, WATCH)


def kinds(decision: Decision) -> list[str]:
    """The names of the events."""
    return [event["e"] for event in decision.events]


def pages(decision: Decision) -> list[tuple[str, str]]:
    """Who is paged, and on what."""
    asked = [event for event in decision.events if event["e"] == "page.requested.v1"]
    return [(event["person"], event["channel"]) for event in asked]
