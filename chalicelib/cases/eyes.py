"""Four eyes: what one person proposes and another approves, and what one does and another reviews.

Two persons, both the client's own, and never one person twice.  A proposal expires, and falls
when danger is reported again: what was agreed on an old picture is not agreed.
"""

from collections.abc import Callable

from chalicelib.cases import end_events as ev
from chalicelib.cases import lanes
from chalicelib.cases.commands import By
from chalicelib.cases.draft import Draft
from chalicelib.cases.end_commands import (
    CLOSE_REASONS,
    LOWER_REASONS,
    ONE_SIDED,
    PROPOSALS,
    RESOLVE_REASONS,
    Approve,
    ClearSuspect,
    Propose,
    Reject,
    Review,
)
from chalicelib.cases.ending import close, may_close_unconfirmed, open_work, resolve_now, unready
from chalicelib.cases.lane_commands import ReleaseToPolice
from chalicelib.cases.lane_events import subject_contacted
from chalicelib.cases.lapses import undo_review
from chalicelib.cases.model import Proposal
from chalicelib.cases.refusal import Refusal
from chalicelib.cases.tiers import lower_to
from chalicelib.terms import DAY, HOUR, MINUTE, Role, Tier, graver

SPECIALIST = Role.SAFETY_SPECIALIST
APPROVERS = frozenset({Role.DUTY_DIRECTOR, SPECIALIST})
GLASS_MS = HOUR
REVIEW_MS = DAY
REASONS = {"lower": LOWER_REASONS, "resolve": RESOLVE_REASONS, "close": CLOSE_REASONS}


def propose(draft: Draft, command: Propose) -> Refusal | None:
    """One person's half; refused at once where a second person could not agree anyway."""
    what, case = command.what, draft.case
    ill = _ill(command)
    if ill:
        return Refusal(ill)
    if any(other.what == what for other in case.proposals.values()):
        return Refusal("already_proposed")
    to = command.to.value if command.to else ""
    until = draft.at + PROPOSALS[what] * MINUTE
    wanted = Proposal(
        what,
        command.reason,
        command.by.id,
        command.by.role.value,
        until,
        to,
        command.contents,
        command.absent,
    )
    unable = _unable(draft, wanted)
    if unable:
        return Refusal(unable)
    identity = f"{case.seq}"
    draft.emit(ev.proposed(identity, command, until))
    draft.set_clocks({f"proposal.{identity}": until})
    return None


def _ill(command: Propose) -> str:
    """What is wrong with the proposal by itself."""
    what, reason = command.what, command.reason
    if what not in PROPOSALS:
        return "unknown_proposal"
    if reason == ONE_SIDED:
        return "one_sided_denial"
    if not reason or reason not in REASONS.get(what, (reason,)):
        return "unknown_reason"
    return "" if command.sid else "evidence_missing"


def approve(draft: Draft, command: Approve) -> Refusal | None:
    """The other half: the deed is done in the same entry."""
    proposal = draft.case.proposals.get(command.proposal)
    if proposal is None:
        return Refusal("no_such_proposal")
    fault = _unfit(proposal, command.by) or _unable(draft, proposal)
    if fault:
        return Refusal(fault)
    draft.emit(ev.approved(command.proposal, proposal.what, command.by, command.sid))
    draft.meet([f"proposal.{command.proposal}"], command.by)
    return _DEEDS[proposal.what](draft, proposal, command)


def reject(draft: Draft, command: Reject) -> Refusal | None:
    """Anybody of the client may say no, the proposer too."""
    proposal = draft.case.proposals.get(command.proposal)
    if proposal is None:
        return Refusal("no_such_proposal")
    draft.emit(ev.rejected(command.proposal, proposal.what, command.by, command.sid))
    draft.cancel([f"proposal.{command.proposal}"], command.by, "rejected")
    return None


def _unfit(proposal: Proposal, by: By) -> str:
    """Why this person may not approve this proposal; empty when they may."""
    if by.id == proposal.by:
        return "same_person"
    if proposal.what == "break_glass":
        return ""
    if by.role not in APPROVERS:
        return "director_needed"
    roles = {proposal.role, by.role.value}
    if proposal.what in {"lower", "unfreeze"} and SPECIALIST.value not in roles:
        return "specialist_needed"
    if proposal.what == "contact_subject" and by.role is not SPECIALIST:
        return "specialist_needed"
    return ""


def _unable(draft: Draft, proposal: Proposal) -> str:
    """Why the deed is not possible on the case as it is; empty when it is."""
    case, what = draft.case, proposal.what
    if what == "lower":
        lower = proposal.to and Tier(proposal.to).rank > case.tier.rank
        return "" if lower else "not_lower"
    if what == "unfreeze":
        return "" if case.freeze and case.freeze.state == "frozen" else "not_frozen"
    if what == "release":
        return lanes.unreleasable(case, proposal.contents, proposal.absent)
    if what == "resolve":
        return unready(case)
    if what == "close":
        return may_close_unconfirmed(draft)
    # Else whoever broke it before could review it as if only others had.
    return "review_owed" if what == "break_glass" and "glass" in case.reviews else ""


def _by_proposer(proposal: Proposal) -> By:
    return By(proposal.by, Role(proposal.role))


def _lower(draft: Draft, proposal: Proposal, command: Approve) -> None:
    lower_to(draft, Tier(proposal.to), proposal.reason, _by_proposer(proposal), command.by.id)


def _unfreeze(draft: Draft, proposal: Proposal, command: Approve) -> None:
    lanes.lift_freeze(draft, _by_proposer(proposal), command.by.id)


def _break_glass(draft: Draft, proposal: Proposal, command: Approve) -> None:
    """An hour in which one may do what needs two, and a review by a third within a day."""
    draft.emit(ev.glass_broken(proposal.by, command.by.id, draft.at + GLASS_MS))
    draft.emit(ev.review_owed("glass", proposal.by, draft.case.tier, command.by.id))
    draft.set_clocks({"review.glass": draft.at + REVIEW_MS})


def _contact(draft: Draft, proposal: Proposal, command: Approve) -> None:
    draft.emit(subject_contacted(_by_proposer(proposal), "", command.by.id))


def _decline_hand_over(draft: Draft, proposal: Proposal, command: Approve) -> None:
    lanes.decline_hand_over(draft, _by_proposer(proposal), command.by.id)


def _release(draft: Draft, proposal: Proposal, command: Approve) -> Refusal | None:
    pack = ReleaseToPolice(
        by=_by_proposer(proposal),
        contents=proposal.contents,
        absent=proposal.absent,
        sid=command.sid or command.proposal,
    )
    return lanes.hand_out(draft, pack, command.by.id)


def _resolve(draft: Draft, proposal: Proposal, command: Approve) -> None:
    resolve_now(draft, _by_proposer(proposal), proposal.reason, command.by.id, "")


def _close(draft: Draft, proposal: Proposal, command: Approve) -> None:
    close(draft, "unconfirmed", _by_proposer(proposal), approved=command.by.id)


_DEEDS: dict[str, Callable[[Draft, Proposal, Approve], Refusal | None]] = {
    "lower": _lower,
    "unfreeze": _unfreeze,
    "break_glass": _break_glass,
    "contact_subject": _contact,
    "decline_hand_over": _decline_hand_over,
    "release": _release,
    "resolve": _resolve,
    "close": _close,
}


def clear_suspect(draft: Draft, command: ClearSuspect) -> Refusal | None:
    """Weak evidence only: one person clears it at once, another looks within a day.

    It falls to what was vouched for, else to S2, which keeps every safety clock; the reporter's
    link stays live.
    """
    case = draft.case
    to = case.firm or Tier.S2
    if not (case.suspect and case.tier.rank < to.rank):
        return Refusal("two_needed")
    if command.reason == ONE_SIDED:
        return Refusal("one_sided_denial")
    if command.reason not in LOWER_REASONS:
        return Refusal("unknown_reason")
    if not command.sid:
        return Refusal("evidence_missing")
    earlier = case.reviews.get("cleared")
    before = graver(case.tier, Tier(earlier.tier)) if earlier else case.tier
    lower_to(draft, to, command.reason, command.by, "")
    draft.emit(ev.review_owed("cleared", command.by.id, before))
    draft.set_clocks({"review.cleared": draft.at + REVIEW_MS})
    return None


def review(draft: Draft, command: Review) -> Refusal | None:
    """A third look: agreed, it stands; not agreed, what was done alone is undone."""
    owed = draft.case.reviews.get(command.kind)
    if owed is None:
        return Refusal("no_such_review")
    if command.by.id in {owed.by, owed.also}:
        return Refusal("same_person")
    if command.kind == "glass" and command.by.role not in APPROVERS:
        return Refusal("director_needed")
    if not command.agrees and command.kind != "glass":
        draft.cancel([f"review.{command.kind}"], command.by, "disagreed")
        undo_review(draft, command.kind, "disagreed")
        return None
    # What was drawn as an ordinary case may have become another since: then it is only looked at.
    ends = command.kind == "sample" and draft.case.tier is Tier.S4
    fault = open_work(draft.case) if ends else ""
    if fault:
        return Refusal(fault)
    draft.emit(ev.reviewed(command.kind, command.by, command.sid, agrees=command.agrees))
    draft.meet([f"review.{command.kind}"], command.by)
    if ends:
        close(draft, "delegated", command.by)
    return None
