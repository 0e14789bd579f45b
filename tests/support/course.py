"""One case on the bare core, with a clock that stops at every due time on its way."""

from dataclasses import dataclass, field, replace

from chalicelib.cases import commands as cmd
from chalicelib.cases.commands import By, Command, Judged
from chalicelib.cases.decide import Decision, decide, open_case
from chalicelib.cases.draft import OnCall, Watch
from chalicelib.cases.end_commands import Approve, Propose
from chalicelib.cases.lane_commands import AnswerData, DeclineFreeze
from chalicelib.cases.model import Case
from chalicelib.terms import MINUTE, Direction, Kind, Role, Speaker, Tier
from tests.support.core import LADDER, START
from tests.support.world import ROSTER

EXTRA = ("data_owner", "data_head", "auditor")
FULL = Watch({role: (OnCall(role, ("sms", "email")),) for role in (*ROSTER, *EXTRA, "fallback")})
SAFE = cmd.Reach(channels=("sms", "email"), source="client", verified=True)


def who(role: Role, name: str = "") -> By:
    """A person in this role; the same name is the same person."""
    return By(name or role.value, role, "org")


OWNER, DIRECTOR = who(Role.OWNER), who(Role.DUTY_DIRECTOR)
SPECIALIST = who(Role.SAFETY_SPECIALIST)
AGENT, SUPERVISOR = who(Role.VENDOR_AGENT), who(Role.VENDOR_SUPERVISOR)
REPORTER, MACHINE = who(Role.REPORTER), cmd.MACHINE


def said(
    sid: str = "vlt", direction: Direction = Direction.INBOUND, kind: Kind = Kind.COMPLAINT
) -> cmd.Message:
    """A message whose words are under ``sid``."""
    return cmd.Message(
        id=f"msg_{sid}", direction=direction, speaker=Speaker.REPORTER, kind=kind, sid=sid
    )


@dataclass
class Course:
    """A case and its time; ``paged`` holds (minute, person or role, why) of every page."""

    case: Case
    start: int = START
    now: int = START
    watch: Watch = FULL
    paged: list[tuple[float, str, str]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, tier: Tier, **more: object) -> "Course":
        """Open a case of this tier by a vendor's agent; ``hazards`` and ``suspect`` are judged."""
        judged = Judged(
            tier,
            suspect=bool(more.pop("suspect", False)),
            hazards=tuple(more.pop("hazards", ())),  # type: ignore[arg-type]
        )
        opening = cmd.OpenCase(
            by=AGENT,
            case="cas_0",
            code="CCC-CCC",
            message=said(),
            judged=judged,
            ladder=LADDER,
            vendor="org",
        )
        opening = replace(opening, **more)  # type: ignore[arg-type]
        opened = open_case(opening, START, FULL)
        course = cls(opened.case)
        course._take(opened)
        return course

    @property
    def minute(self) -> float:
        """Minutes since the opening."""
        return (self.now - self.start) / MINUTE

    def give(self, command: Command) -> str:
        """Give a command now; the code it was refused with, or nothing."""
        decision = decide(self.case, command, self.now, self.watch)
        self._take(decision)
        return decision.refused.code if decision.refused else ""

    def wait(self, minutes: float) -> None:
        """Let time pass, with a look at every due time."""
        end = self.now + int(minutes * MINUTE)
        while self.case.due is not None and self.case.due <= end:
            self.now = max(self.case.due, self.now)
            self._take(decide(self.case, cmd.Tick(), self.now, self.watch))
        self.now = end

    def by_two(self, what: str, reason: str, first: By, second: By, **more: object) -> str:
        """Propose and approve at once; the code that either half was refused with."""
        proposal = Propose(by=first, what=what, reason=reason, sid="vlt_p", **more)  # type: ignore[arg-type]
        refused = self.give(proposal)
        return refused or self.give(Approve(by=second, proposal=str(self.case.seq), sid="vlt_a"))

    def pages(self, since: float = 0) -> list[tuple[float, str, str]]:
        """Who was paged from this minute on, each minute and reason once."""
        return list(dict.fromkeys(page for page in self.paged if page[0] >= since))

    def _take(self, decision: Decision) -> None:
        self.case = decision.case
        for event in decision.events:
            self.events.append(str(event["e"]))
            if event["e"] == "page.requested.v1":
                self.paged.append((self.minute, str(event["person"]), str(event["why"])))
        for page in list(self.case.sending):
            sent = cmd.PageSent(page=page, carrier="c")
            self.case = decide(self.case, sent, self.now, self.watch).case


def meet_duties(course: Course) -> None:
    """Everything beside the ladder is done, so that only the ladder speaks."""
    course.give(cmd.RecordCall(by=OWNER, outcome="reached"))
    course.give(AnswerData(by=OWNER, department="data", sid="vlt_d"))
    course.give(DeclineFreeze(by=SPECIALIST, sid="vlt_f"))
