"""Time in whole steps: a small ladder, and the code's own spans brought to the same scale.

What the walk proves is the order and the dependence of things; their lengths in minutes are held
by the ladder's build and by tests.  All spans are multiples of one step, so states with times
relative to now are finitely many.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.cases import draft, end_commands, ending, eyes, lanes, lapses, owning
from chalicelib.cases.ladder import Ladder, Plan, Rung, Span
from chalicelib.services import standing
from chalicelib.terms import MINUTE

STEP = draft.GAP_MS
START = 1_800_000_000_000


def steps(number: int) -> Span:
    """So many steps."""
    return Span(ms=number * STEP)


def _plan(rungs: tuple[int, ...], repeat: int, **limits: int) -> Plan:
    roles = (("owner",), ("duty_director",))
    spans = {name: steps(number) for name, number in limits.items()}
    return Plan(
        rungs=tuple(Rung(steps(at), roles[n]) for n, at in enumerate(rungs)),
        repeat=steps(repeat) if repeat else None,
        **spans,
    )


_DUTIES = {"k5": 2, "k6": 3, "k7": 2, "k11": 3}
LADDER = Ladder(
    "explored/2",
    (
        _plan((0, 1), 1, top=2, k3=1, k4=2, k7_fast=1, k9=1, k10=4, k13=2, **_DUTIES),
        _plan((0, 1), 1, top=2, k3=1, k4=3, k7_fast=1, k9=1, k10=4, k13=2, **_DUTIES),
        _plan((0, 1), 0, top=2, k3=1, k4=2, k9=2, k10=4, **_DUTIES),
        _plan((1, 2), 0, top=1, k3=1, k4=2, k5=2, k6=2, k9=1, k10=4, k11=3),
        Plan(to_s3=steps(2), k10=steps(4)),
    ),
)

REVIEW, TRY, UNCONFIRMED = 3 * STEP, 2 * STEP, 2 * STEP
# Where each of the code's own spans is, and what it becomes.
_SPANS: tuple[tuple[Any, str, Any], ...] = (
    (lapses, "POLICE", steps(1)),
    (lapses, "HOLD", steps(3)),
    (lapses, "TRY", steps(2)),
    (lapses, "FREEZE_REVIEW", steps(3)),
    (lapses, "DAY", 5 * STEP),
    (lanes, "POLICE", steps(1)),
    (lanes, "HOLD", steps(3)),
    (owning, "FREEZE_REVIEW", steps(3)),
    (eyes, "GLASS_MS", 2 * STEP),
    (eyes, "REVIEW_MS", REVIEW),
    (ending, "TRY_GAP_MS", STEP),
    (ending, "UNCONFIRMED_MS", UNCONFIRMED),
    (ending, "FIRST_TRY", steps(1)),
    (ending, "SAMPLE_REVIEW", steps(1)),
    (ending, "REOPEN_MS", 2 * STEP),
    (standing, "REOPEN_MS", 2 * STEP),
)


@contextmanager
def in_steps() -> Iterator[None]:
    """The code's own spans at the walk's scale; raises AttributeError when one has moved on."""
    before = [getattr(module, name) for module, name, _ in _SPANS]
    proposals = dict(end_commands.PROPOSALS)
    try:
        for module, name, value in _SPANS:
            setattr(module, name, value)
        for what in proposals:
            number = 2 if what in {"resolve", "close"} else 1
            end_commands.PROPOSALS[what] = number * STEP // MINUTE
        yield
    finally:
        end_commands.PROPOSALS.update(proposals)
        for (module, name, _), value in zip(_SPANS, before, strict=True):
            setattr(module, name, value)
