"""One danger in two cases: proposed by anybody, decided by a client person, nothing forgotten.

First the case that stays takes over what the other owes, then the other ends as merged into it.
A crash in between leaves both ringing.
"""

from chalicelib.cases import end_events as ev
from chalicelib.cases.draft import Draft
from chalicelib.cases.end_commands import Absorb, Link, MergeInto, ProposeMerge
from chalicelib.cases.ending import close, unfinished
from chalicelib.cases.events import confirmed
from chalicelib.cases.model import Case
from chalicelib.cases.refusal import Refusal
from chalicelib.cases.speaking import unresolve
from chalicelib.cases.tiers import drop_proposal, raise_to


def absorb_from(other: Case) -> str:
    """How the case that stays names what it took over: the case as it was at one entry."""
    return f"{other.id}@{other.seq}"


def propose_merge(draft: Draft, command: ProposeMerge) -> Refusal | None:
    """Written down for a client person to decide; it changes nothing."""
    draft.emit(ev.merge_proposed(command.other, command.why, command.by))
    return None


def absorb(draft: Draft, command: Absorb) -> Refusal | None:
    """Take over the graver tier and every earlier clock; danger not acted on rings here now.

    What was proposed here was so on a picture without the other case, and falls.
    """
    case, other = draft.case, command.other
    if other.id == case.id or other.closed:
        return Refusal("not_mergeable")
    draft.emit(ev.absorbed(absorb_from(other), command.by, other))
    for identity in case.proposals:
        drop_proposal(draft, identity)
    if other.tier.rank < case.tier.rank:
        raise_to(draft, other.tier, "absorbed", suspect=other.suspect)
    elif other.tier.safety_critical and _is_further(case, other):
        raise_to(draft, case.tier, "absorbed", suspect=case.suspect)
    elif case.resolved and not other.resolved:
        unresolve(draft, "absorbed")
    if draft.case.suspect and draft.case.firm is draft.case.tier:
        draft.emit(confirmed(draft.case.tier))
    draft.set_clocks({n: max(due, draft.at) for n, due in _owed(draft.case, other).items()})
    return None


def _is_further(case: Case, other: Case) -> bool:
    """Answered while the other is not, or acted on: owning that one is no action."""
    acted = case.acted is not None or case.resolved is not None
    other_acted = other.acted is not None or other.resolved is not None
    return (case.is_answered and not other.is_answered) or (acted and not other_acted)


def _owed(case: Case, other: Case) -> dict[str, int]:
    """The other's clocks that mean the same here: those that run here, and what it alone owes.

    Its reporter is to be called, and was promised an answer, whatever the one here was told.
    """
    alone = {"K5", "K8"} | ({"K6", "K7", "K13"} - set(case.done))
    if case.resolved:
        alone = {"K8"}
    here = {name for name in case.clocks if name.startswith(("K", "rung.", "top"))}
    return {name: due for name, due in other.clocks.items() if name in here | alone}


def merge_into(draft: Draft, command: MergeInto) -> Refusal | None:
    """End here; refused unless the other case has taken over exactly what is owed here now."""
    case, target = draft.case, command.target
    before = f"{case.id}@{case.seq - 1}"
    if target.id == case.id or target.closed or target.tier.rank > case.tier.rank:
        return Refusal("not_mergeable")
    if before not in target.absorbed or not _still_owes(target, case, draft.at):
        return Refusal("not_absorbed")
    fault = unfinished(case)
    if fault:
        return Refusal(fault)
    close(draft, "merged", command.by, into=target.id)
    return None


def _still_owes(target: Case, case: Case, at: int) -> bool:
    """Whether what was taken over is still owed there, and no later: it may have moved since."""
    if target.resolved and not case.resolved:
        return False
    owed = {n: max(due, at) for n, due in _owed(target, case).items() if n not in target.done}
    return all(n in target.clocks and target.clocks[n] <= due for n, due in owed.items())


def link(draft: Draft, command: Link) -> Refusal | None:
    """A case beside this one: the parent of a mass event, a child, a split."""
    draft.emit(ev.linked(command.other, command.kind))
    return None
