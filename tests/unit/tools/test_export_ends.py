"""The export of cases that were lowered, cleared, closed, merged and reopened, as code wrote it."""

from pathlib import Path

from chalicelib.audit.entry import Cause
from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases import lane_commands as lane
from chalicelib.cases.commands import Command, Judged, Reach
from chalicelib.cases.model import Case
from chalicelib.services.caller import Caller, anonymous
from chalicelib.services.engine import apply, from_http, from_machine
from chalicelib.terms import DAY, MINUTE, Direction, Kind, Speaker, Tier
from tests.support.world import DANGER_ZH, ORDINARY, World
from tools.export import export
from tools.verify_log import Report, verify

OWNER, DIRECTOR, SPECIALIST = "owner", "duty_director", "safety_specialist"
DRAWN = end.Draw(rule="refunds", value=0, permille=50, month="2026-11", commitment="c" * 64)
UNDRAWN = end.Draw(rule="refunds", value=999, permille=50, month="2026-11", commitment="c" * 64)
PAST_A_DAY = 25 * 60


class Told:
    """A world in which everybody acts under their own credential."""

    def __init__(self) -> None:
        """Nothing has happened."""
        self.world = World(sweeping=False)  # days go by: no look at every minute of them

    def case(self, case: str) -> Case:
        """As it is stored."""
        loaded = self.world.ledger.load_quietly(case)
        assert loaded
        assert loaded.case
        return loaded.case

    def complain(self, text: str = DANGER_ZH, *, order: str = "") -> str:
        """A case that a vendor's agent opens."""
        return str(self.world.complain(text, order=order).body["case"])

    def give(
        self, case: str, caller: Caller | str, kind: type[Command], /, **fields: object
    ) -> str:
        """A command by this caller; the code that it was refused with."""
        by = self.world.client(caller) if isinstance(caller, str) else caller
        command = kind(by=by.by, **fields)
        applied = apply(self.world.parts, from_http(by), case, command)
        return applied.decision.refused.code if applied.decision.refused else ""

    def by_two(self, case: str, first: str, second: str, what: str, **fields: object) -> str:
        """Proposed by one and approved by another, at once."""
        told = {"reason": "misread", "sid": "vlt_p", **fields}
        refused = self.give(case, first, end.Propose, what=what, **told)
        number = str(self.case(case).seq)
        return refused or self.give(case, second, end.Approve, proposal=number)

    def reachable(self, case: str) -> None:
        """The reporter writes from an address that is proved to be theirs."""
        fields = {"direction": Direction.INBOUND, "speaker": Speaker.REPORTER, "kind": Kind.NOTE}
        message = cmd.Message(id="msg_r", sid="vlt_r", **fields)  # type: ignore[arg-type]
        reach = Reach(channels=("sms",), source="client", verified=True)
        self.give(case, anonymous("req"), cmd.AddMessage, message=message, reach=reach)

    def resolve(self, case: str) -> None:
        """An action, and two who say that the cause is fixed."""
        self.world.act(case)
        fixed = self.by_two(case, OWNER, DIRECTOR, "resolve", reason="cause_fixed")
        assert fixed == ""

    def verify(self, folder: Path) -> Report:
        """Exported and looked through."""
        world = self.world
        export(world.ledger, folder, world.clock, world.start - DAY)
        return verify(folder, as_of=world.clock.now())


def test_a_case_that_its_reporter_confirms_holds(tmp_path: Path) -> None:
    """Resolved by two, confirmed by the reporter, and reopened by their next complaint."""
    told = Told()
    case = told.complain()
    told.reachable(case)
    told.resolve(case)
    told.world.fast_forward(PAST_A_DAY)
    word = {"what": end.SOLVED, "reach": "vlt_r"}
    assert told.give(case, anonymous("req"), end.ReporterSays, **word) == ""
    assert told.case(case).closed
    told.world.fast_forward(10)
    report = told.verify(tmp_path / "closed")
    assert report.findings == []
    assert report.unknown == {}
    told.give(case, anonymous("req"), end.ReporterSays, what=end.NOT_CALLED, reach="vlt_r")
    assert told.case(case).is_open
    told.world.fast_forward(30)
    assert told.verify(tmp_path / "open").findings == []


def test_a_case_whose_reporter_stays_silent_holds(tmp_path: Path) -> None:
    """Three attempts over a week, and two who close it."""
    told = Told()
    case = told.complain()
    told.resolve(case)
    for channel in ("phone", "sms", "phone"):
        told.world.fast_forward(3 * DAY / MINUTE)
        assert told.give(case, OWNER, end.TryConfirm, channel=channel) == ""
    assert told.by_two(case, OWNER, DIRECTOR, "close", reason="unconfirmed") == ""
    assert told.verify(tmp_path).findings == []


def test_a_merged_case_holds_with_the_one_that_it_ended_in(tmp_path: Path) -> None:
    """Whichever of the two comes first in the file."""
    for number in range(2):
        told = Told()
        pair = sorted((told.complain(order="A1"), told.complain(order="B2")))
        goes, stays = pair if number else reversed(pair)
        told.world.fast_forward(7)
        told.give(goes, told.world.vendor(), end.ProposeMerge, other=stays, why="same_danger")
        assert told.give(stays, OWNER, end.Absorb, other=told.case(goes)) == ""
        assert told.give(goes, OWNER, end.MergeInto, target=told.case(stays)) == ""
        told.world.fast_forward(12)
        assert told.verify(tmp_path / str(number)).findings == []


def test_a_merge_that_died_half_way_holds_and_both_ring(tmp_path: Path) -> None:
    """The one that stays has taken over, the other has not ended."""
    told = Told()
    goes, stays = told.complain(order="A1"), told.complain(order="B2")
    told.give(stays, OWNER, end.Absorb, other=told.case(goes))
    told.world.fast_forward(30)
    assert told.case(goes).is_open
    assert told.verify(tmp_path).findings == []


def test_delegated_closures_hold(tmp_path: Path) -> None:
    """One at once, one that a person looked at, and one that nobody looked at in time."""
    told = Told()
    agent = told.world.vendor()
    cases = [told.complain(ORDINARY, order=f"o{n}") for n in range(3)]
    for case, draw in zip(cases, (UNDRAWN, DRAWN, DRAWN), strict=True):
        assert told.give(case, agent, end.CloseDelegated, draw=draw, sid="vlt_c") == ""
    told.world.fast_forward(60)
    assert told.give(cases[1], OWNER, end.Review, kind="sample", agrees=True) == ""
    told.world.fast_forward(5 * DAY / MINUTE)
    assert [told.case(case).is_open for case in cases] == [False, False, True]
    assert told.verify(tmp_path).findings == []


def test_pairs_of_eyes_hold(tmp_path: Path) -> None:
    """Lowered by two, frozen and unfrozen, glass broken and reviewed, a pack handed out."""
    told = Told()
    case = told.complain()
    told.world.fast_forward(2)
    assert told.give(case, OWNER, cmd.RecordAction, action="subject_frozen", sid="vlt_f") == ""
    assert told.by_two(case, OWNER, SPECIALIST, "unfreeze", reason="cleared_up") == ""
    assert told.by_two(case, OWNER, DIRECTOR, "decline_hand_over", reason="no_offence") == ""
    assert told.by_two(case, OWNER, SPECIALIST, "contact_subject", reason="to_protect") == ""
    assert told.give(case, told.world.vendor(), lane.PoliceAsk, sid="vlt_q") == ""
    assert told.give(case, OWNER, lane.VerifyPolice, genuine=True, sid="vlt_v") == ""
    assert told.by_two(case, OWNER, DIRECTOR, "break_glass", reason="life_at_risk") == ""
    pack = {"contents": lane.PACK, "sid": "vlt_pack"}
    assert told.give(case, OWNER, lane.ReleaseToPolice, **pack) == ""
    told.world.fast_forward(PAST_A_DAY)
    assert told.give(case, SPECIALIST, end.Review, kind="glass", agrees=False) == ""
    assert told.by_two(case, SPECIALIST, DIRECTOR, "lower", to=Tier.S3) == ""
    told.world.fast_forward(60)
    assert told.verify(tmp_path).findings == []


def test_a_cleared_suspect_holds(tmp_path: Path) -> None:
    """Reviewed in time by another, or not at all, so that the old tier is back."""
    told = Told()
    weak = Judged(Tier.S0, suspect=True)
    for number, reviewed in enumerate((True, False)):
        case = told.complain(ORDINARY, order=f"o{number}")
        fields = {"direction": Direction.INBOUND, "speaker": Speaker.REPORTER, "kind": Kind.NOTE}
        message = cmd.Message(id=f"msg_{number}", **fields)  # type: ignore[arg-type]
        told.give(case, told.world.vendor(), cmd.AddMessage, message=message, judged=weak)
        assert told.give(case, OWNER, end.ClearSuspect, reason="misread", sid="vlt_x") == ""
        if reviewed:
            assert told.give(case, DIRECTOR, end.Review, kind="cleared", agrees=True) == ""
        told.world.fast_forward(PAST_A_DAY)
        assert told.case(case).tier is (Tier.S2 if reviewed else Tier.S0)
    assert told.verify(tmp_path).findings == []


def test_lanes_and_a_broken_promise_hold(tmp_path: Path) -> None:
    """Everything owed beside the ladder lapses once, or is done."""
    told = Told()
    case = told.complain(ORDINARY)
    world = told.world
    told.give(case, world.vendor(), cmd.Raise, tier=Tier.S2)
    promise = cmd.Message(
        id="msg_p", direction=Direction.OUTBOUND, speaker=Speaker.VENDOR_AGENT, kind=Kind.REPLY
    )
    due = world.clock.now() + 20 * MINUTE
    told.give(case, world.vendor(), cmd.AddMessage, message=promise, promised_ms=due)
    told.give(case, world.vendor(), lane.AskFreeze)
    told.give(case, world.vendor(), cmd.Escalate)
    told.give(case, OWNER, cmd.Acknowledge)
    told.give(case, OWNER, lane.RequestData, department="trips")
    told.give(case, OWNER, lane.AddTask, task="shut", department="ops", safety=True)
    told.give(case, OWNER, lane.PlaceHold, sid="vlt_h")
    told.give(case, OWNER, lane.AttemptHandOver, authority="110")
    told.give(case, OWNER, cmd.RecordAction, action="site_visited", sid="vlt_s")
    apply(world.parts, from_machine(Cause("sweep", "s")), case, cmd.NoteStall(tactic="T5"))
    world.fast_forward(PAST_A_DAY)
    told.give(case, OWNER, lane.AnswerData, department="trips", sid="vlt_d", absent=True)
    told.give(case, OWNER, lane.FinishTask, task="shut", sid="vlt_t")
    told.give(case, OWNER, lane.LiftHold)
    told.give(case, OWNER, cmd.RecordCall, outcome="reached")
    world.fast_forward(8 * DAY / MINUTE)
    report = told.verify(tmp_path)
    assert report.findings == []
    assert report.unknown == {}
