"""Every act that a person or a credential may give on a case, one row each.

The routes, their checks, the list at ``GET /v1/acts`` and the tests are all made from this table.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases import lane_commands as lane
from chalicelib.cases.roles import Act
from chalicelib.services.acts_model import Evidence, Field, Shape, Spec
from chalicelib.terms import Tier

NEEDED, NONE = Evidence.NEEDED, Evidence.NONE

# Why two are asked, where the core has no list of reasons of its own.
REASONS: Mapping[str, tuple[str, ...]] = {
    "lower": (*end.LOWER_REASONS, end.ONE_SIDED),
    "resolve": (*end.RESOLVE_REASONS, end.ONE_SIDED),
    "close": (*end.CLOSE_REASONS, end.ONE_SIDED),
    "unfreeze": ("cleared_up", "wrong_subject", "other_safeguard", end.ONE_SIDED),
    "break_glass": ("life_at_risk", "nobody_reachable"),
    "contact_subject": ("to_protect", "authority_agrees"),
    "decline_hand_over": ("no_offence", "authority_knows", "reporter_declines", end.ONE_SIDED),
    "release": ("police_verified",),
}
ANY_REASON = tuple(dict.fromkeys(reason for some in REASONS.values() for reason in some))
REOPEN_REASONS = ("not_solved", "new_fact", "same_subject", "audit")
VERIFIED_HOW = ("called_back", "client_data")
MERGE_WHYS = ("same_danger", "same_order", "same_reporter")
REVIEWS = ("cleared", "sample", "glass")
KINDS = ("parent", "child", "subject", "split")

_DEPARTMENT = Field("department", Shape.CODE)
_TASK = Field("task", Shape.CODE)
_CASE = Field("other", Shape.CASE)
_POLICE = ("station", "officer", "number", "paper", "time_limit", "person_at_risk")


def _choice(name: str, *choices: str) -> Field:
    return Field(name, Shape.CODE, choices=choices)


def _listed(name: str, *, needed: bool = False) -> Field:
    return Field(name, Shape.CODES, needed=needed)


def _yes(name: str, *, needed: bool = False) -> Field:
    return Field(name, Shape.YES, needed=needed)


_SPEAKING = {
    "raise": Spec(
        Act.RAISE, cmd.Raise, (Field("tier", Shape.TIER, choices=("S0", "S1", "S2", "S3")),)
    ),
    "escalate": Spec(Act.ESCALATE, cmd.Escalate),
    "call": Spec(
        Act.CALL,
        cmd.RecordCall,
        (_choice("outcome", *cmd.CALL_OUTCOMES), Field("channel", Shape.CODE, needed=False)),
    ),
}

_LANES = {
    "ask_freeze": Spec(Act.ASK_FREEZE, lane.AskFreeze),
    "decline_freeze": Spec(Act.DECIDE_FREEZE, lane.DeclineFreeze, evidence=NEEDED),
    "contact_subject": Spec(Act.CONTACT_SUBJECT, lane.ContactSubject, evidence=NEEDED),
    "request_data": Spec(Act.REQUEST_DATA, lane.RequestData, (_DEPARTMENT,)),
    "answer_data": Spec(
        Act.ANSWER_DATA, lane.AnswerData, (_DEPARTMENT, _yes("absent")), evidence=NEEDED
    ),
    "attempt_hand_over": Spec(
        Act.HAND_OVER, lane.AttemptHandOver, (Field("authority", Shape.CODE),), hints=("number",)
    ),
    "police_ask": Spec(Act.POLICE_ASK, lane.PoliceAsk, evidence=NEEDED, hints=_POLICE),
    "verify_police": Spec(
        Act.POLICE_VERIFY,
        lane.VerifyPolice,
        (_yes("genuine", needed=True),),
        evidence=NEEDED,
        hints=("station", "number", "spoke_with"),
    ),
    "release": Spec(
        Act.RELEASE,
        lane.ReleaseToPolice,
        (_listed("contents", needed=True), _listed("absent")),
        evidence=NEEDED,
        hints=("reference", "receipt"),
    ),
    "place_hold": Spec(Act.HOLD, lane.PlaceHold, evidence=NEEDED, hints=("authority", "paper")),
    "lift_hold": Spec(Act.HOLD, lane.LiftHold),
    "add_task": Spec(Act.TASK, lane.AddTask, (_TASK, _DEPARTMENT, _yes("safety"))),
    "finish_task": Spec(Act.TASK, lane.FinishTask, (_TASK,), evidence=NEEDED),
}


def _propose(*, to: str = "", **fields: Any) -> end.Propose:
    return end.Propose(to=Tier(to) if to else None, **fields)


_PAIRS = {
    "propose": Spec(
        Act.PROPOSE,
        _propose,
        (
            _choice("what", *end.PROPOSALS),
            _choice("reason", *ANY_REASON),
            Field("to", Shape.TIER, needed=False),
            _listed("contents"),
            _listed("absent"),
        ),
        evidence=NEEDED,
        seen=True,
    ),
    "approve": Spec(Act.APPROVE, end.Approve, (Field("proposal", Shape.PROPOSAL),), seen=True),
    "reject": Spec(Act.APPROVE, end.Reject, (Field("proposal", Shape.PROPOSAL),)),
    "clear_suspect": Spec(
        Act.CLEAR_SUSPECT,
        end.ClearSuspect,
        (_choice("reason", *end.LOWER_REASONS, end.ONE_SIDED),),
        evidence=NEEDED,
        seen=True,
    ),
    "review": Spec(
        Act.REVIEW,
        end.Review,
        (_choice("kind", *REVIEWS), _yes("agrees", needed=True)),
        seen=True,
    ),
}

_ENDS = {
    "contain": Spec(Act.CONTAIN, end.Contain, evidence=NEEDED),
    "resolve": Spec(
        Act.RESOLVE,
        end.Resolve,
        (_choice("reason", *end.RESOLVE_REASONS, end.ONE_SIDED),),
        evidence=NEEDED,
        hints=("cause", "remedy"),
    ),
    "try_confirm": Spec(Act.TRY_CONFIRM, end.TryConfirm, (Field("channel", Shape.CODE),)),
    "close": Spec(Act.CLOSE, end.Close, (Field("reason", Shape.CODE, kept=True),), evidence=NEEDED),
    "close_delegated": Spec(
        Act.CLOSE_DELEGATED,
        end.CloseDelegated,
        (
            Field("category", Shape.CODE, kept=True),
            Field("amount_minor", Shape.NUMBER, needed=False, kept=True),
            Field("currency", Shape.CODE, needed=False, kept=True),
        ),
        evidence=NEEDED,
    ),
    "reopen": Spec(Act.REOPEN, end.Reopen, (_choice("reason", *REOPEN_REASONS),)),
    "verify_reporter": Spec(
        Act.VERIFY_REPORTER,
        end.VerifyReporter,
        (Field("reach", Shape.REACH), _choice("how", *VERIFIED_HOW)),
        evidence=NEEDED,
    ),
    "propose_merge": Spec(
        Act.PROPOSE_MERGE, end.ProposeMerge, (_CASE, _choice("why", *MERGE_WHYS)), evidence=NONE
    ),
    "merge": Spec(Act.MERGE, end.MergeInto, (Field("into", Shape.CASE),), evidence=NONE),
    "link": Spec(Act.LINK, end.Link, (_CASE, _choice("kind", *KINDS)), evidence=NONE),
}

ACTS: Mapping[str, Spec] = {**_SPEAKING, **_LANES, **_PAIRS, **_ENDS}

# The two acts that have routes of their own, for whoever asks what there is.
OTHERS: Mapping[str, Spec] = {
    "acknowledge": Spec(
        Act.ACKNOWLEDGE, cmd.Acknowledge, evidence=NONE, path="/v1/cases/{case}/acknowledge"
    ),
    "act": Spec(
        Act.ACT,
        cmd.RecordAction,
        (_choice("action", *cmd.ACTION_CODES),),
        evidence=NEEDED,
        hints=("reference",),
        path="/v1/cases/{case}/act",
    ),
}
