"""How late pages were, and what was lost or repeated."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.terms import SECOND

CODE = re.compile(r"\b[2-9C-Y]{3}-[2-9C-Y]{3}\b")
# What a page says that may have reached its person before.
_REPEAT = ("警钟重", "REPEAT")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as the carrier took it."""

    number: str
    text: str

    @property
    def code(self) -> str:
        """Of its case."""
        found = CODE.search(self.text)
        return found[0] if found else ""

    @property
    def is_labelled(self) -> bool:
        """Whether it says that it is a repeat."""
        return any(label in self.text for label in _REPEAT)


@dataclass(frozen=True, slots=True)
class Tally:
    """What the carriers took beside what was owed."""

    lost: int
    repeats: int
    unlabelled: int


def tally(heard: Iterable[Heard], owed: Iterable[tuple[str, str]]) -> Tally:
    """``owed`` are (code, number); what a key was taken more often than owed counts as repeats.

    Among thousands of cases two may have the same code.
    """
    taken: dict[tuple[str, str], list[Heard]] = defaultdict(list)
    for one in heard:
        taken[one.code, one.number].append(one)
    wanted = Counter(owed)
    lost = sum(max(count - len(taken[key]), 0) for key, count in wanted.items())
    again = [one for key, found in taken.items() for one in found[wanted[key] :]]
    return Tally(lost, len(again), sum(not one.is_labelled for one in again))


def late(load: str, rung: int, late_ms: Sequence[int], taken_ms: int) -> dict[str, Any]:
    """One row of the result: lateness in seconds, and pages a second while there was work."""
    ordered = sorted(late_ms)
    return {
        "load": load,
        "rung": rung,
        "p50_s": _at(ordered, 50),
        "p99_s": _at(ordered, 99),
        "max_s": _at(ordered, 100),
        "pages_per_s": round(len(ordered) * SECOND / max(taken_ms, 1), 1),
    }


def _at(ordered: Sequence[int], percent: int) -> float:
    if not ordered:
        return float("inf")
    place = max(-(-len(ordered) * percent // 100) - 1, 0)
    return round(ordered[place] / SECOND, 3)


def row(run: Mapping[str, Any]) -> str:
    """For people."""
    said = "  ".join(f"{name} {run[name]:>7}" for name in ("p50_s", "p99_s", "max_s"))
    return f"{run['load']:<28} rung {run['rung']}  {said}  {run['pages_per_s']:>7} pages/s"
