"""Commands on several cases at once: at most ten share a transaction, the gravest go first.

A transaction that fails takes all of its cases with it, so each of them is then tried alone.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import NamedTuple

from chalicelib.cases.commands import Command
from chalicelib.services.engine import (
    Applied,
    Origin,
    Planned,
    UnknownCaseError,
    apply,
    is_stored,
    plan,
)
from chalicelib.services.parts import Parts
from chalicelib.services.ports import (
    AT_ONCE,
    ClockSkewError,
    Commit,
    ConflictError,
    Loaded,
    UncertainError,
)
from chalicelib.services.queueing import send_what_follows
from chalicelib.services.stored_form import encoded

log = logging.getLogger(__name__)


class Step(NamedTuple):
    """A command on a stored case, which must do no harm when it is given twice."""

    origin: Origin
    case: str
    command: Command


class TroubledError(Exception):
    """The transaction that this case shared was not written; alone it may be."""


# What became of a step; an error is that of this step alone.
type Outcome = Applied | Exception
type Cases = dict[str, Loaded]


def apply_all(
    parts: Parts, steps: Sequence[Step], known: Iterable[Loaded] | None = None
) -> list[Outcome]:
    """Apply each step, and say what became of it, in the order given; raises for none of them.

    ``known`` are the cases as loaded a moment ago, if they were.  Steps on one case are taken one
    after the other, in their order.
    """
    if len(steps) == 1 and known is None:
        return [alone(parts, steps[0])]
    return [
        alone(parts, step) if isinstance(outcome, TroubledError) else outcome
        for step, outcome in zip(steps, attempt(parts, steps, known), strict=True)
    ]


def attempt(
    parts: Parts, steps: Sequence[Step], known: Iterable[Loaded] | None = None
) -> list[Outcome]:
    """As ``apply_all``, but with TroubledError for what must be tried alone."""
    try:
        cases = _by_id(known if known is not None else _load(parts, steps))
    except Exception:  # one by one they say themselves what is wrong
        log.exception("cases not loaded together", extra={"cases": len(steps)})
        return [TroubledError(step.case) for step in steps]
    outcomes: dict[int, Outcome] = {}
    while len(outcomes) < len(steps):
        wave = _wave(steps, outcomes)
        wave.sort(key=lambda number: _rank(cases, steps[number]))
        for some in batched(wave, AT_ONCE, strict=False):
            found = _together(parts, [steps[number] for number in some], cases)
            outcomes |= dict(zip(some, found, strict=True))
        _trouble_those_behind(steps, outcomes)
    return [outcomes[number] for number in range(len(steps))]


def _wave(steps: Sequence[Step], outcomes: Mapping[int, Outcome]) -> list[int]:
    """The next step of every case: no transaction can hold one case twice."""
    first: dict[str, int] = {}
    for number, step in enumerate(steps):
        if number not in outcomes:
            first.setdefault(step.case, number)
    return list(first.values())


def _trouble_those_behind(steps: Sequence[Step], outcomes: dict[int, Outcome]) -> None:
    """What comes after a step that must be tried alone comes after it then, too."""
    behind = {steps[n].case for n, found in outcomes.items() if isinstance(found, TroubledError)}
    for number, step in enumerate(steps):
        if number not in outcomes and step.case in behind:
            outcomes[number] = TroubledError(step.case)


def _load(parts: Parts, steps: Sequence[Step]) -> tuple[Loaded, ...]:
    return parts.ledger.load_all([step.case for step in steps])


def _by_id(loaded: Iterable[Loaded]) -> Cases:
    return {one.beside.case: one for one in loaded}


def _rank(cases: Mapping[str, Loaded], step: Step) -> int:
    loaded = cases.get(step.case)
    return loaded.beside.tier.rank if loaded else 0


def _together(parts: Parts, steps: Sequence[Step], cases: Cases) -> list[Outcome]:
    """At most ``AT_ONCE`` steps in one transaction; ``cases`` stand as committed afterwards."""
    planned = [_plan(parts, step, cases) for step in steps]
    writing = [one for one in planned if isinstance(one, Planned) and one.commit]
    commits = [one.commit for one in writing if one.commit]
    written = _commit(parts, commits) if commits else True
    if written:
        for commit in commits:
            at = cases[commit.case.id]
            after, body = commit.case, encoded(commit.case)
            cases[after.id] = replace(at, head=commit.entry.head, case=after, body=body)
        send_what_follows(parts, [one.stored for one in writing])
    return [_outcome(one, written=written) for one in planned]


def _plan(parts: Parts, step: Step, cases: Cases) -> Planned | Exception:
    loaded = cases.get(step.case)
    if loaded is None:
        return UnknownCaseError(step.case)
    try:
        return plan(parts, step.origin, loaded, step.command)
    except Exception as error:  # noqa: BLE001  # a case that cannot be decided is its own trouble
        return error


def _outcome(planned: Planned | Exception, *, written: bool) -> Outcome:
    if not isinstance(planned, Planned):
        return planned
    if planned.commit and not written:
        return TroubledError(planned.commit.case.id)
    return planned.applied


def _commit(parts: Parts, commits: Sequence[Commit]) -> bool:
    """Whether all of it was written; whatever the reason why not, each is tried alone then."""
    try:
        if len(commits) == 1:
            parts.ledger.commit(commits[0])
        else:
            parts.ledger.commit_all(commits)
    except (ConflictError, ClockSkewError):
        return False
    except UncertainError:
        return _is_stored(parts, commits)
    except Exception:  # one of them cannot be written, and must not keep the others from it
        log.exception("not written together", extra={"cases": len(commits)})
        return False
    return True


def _is_stored(parts: Parts, commits: Sequence[Commit]) -> bool:
    """All or none were, so the first one tells."""
    try:
        return is_stored(parts, commits[0].entry)
    except UncertainError:
        return False


def alone(parts: Parts, step: Step) -> Outcome:
    """One step by itself, however many races it takes."""
    try:
        return apply(parts, step.origin, step.case, step.command)
    except Exception as error:  # noqa: BLE001  # handed to whoever asked for this step
        return error
