"""How many dangers are found, and how often nothing is taken for danger.

``python -m tools.score LABELLED.jsonl …`` judges the rows that have a label by ``policies/`` as it
is now and prints recall and false alarms with 95 % intervals (Wilson), by language, category and
hardness, and which policies fire on which category. Rows without a label are left out.
"""

import argparse
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIG_DFL, SIGPIPE, signal

from tools.corpus import CorpusError, Row, rows
from tools.judge import SAFETY_CRITICAL, judged, rulebook
from tools.policy_yaml import SourceError

Z95 = 1.959964  # the normal quantile of a two-sided 95 % interval


@dataclass(frozen=True, slots=True)
class Scored:
    """A labelled row, and what was made of it."""

    row: Row
    tier: str
    suspect: bool
    found: bool
    policies: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's interval."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; of nothing, 0."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound at 95 %."""
        if not self.whole:
            return (0.0, 1.0)
        n, p, z2 = self.whole, self.value, Z95**2
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return (max(middle - half, 0.0), min(middle + half, 1.0))

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.part:>5}/{self.whole:<5} {self.value:.3f} ({low:.3f}–{high:.3f})"


def score(labelled: Iterable[Row], *, sources: bool = True) -> list[Scored]:
    """Judge every row that has a label; raises SourceError."""
    book = rulebook(sources=sources)
    scored = []
    for row in labelled:
        if not isinstance(row["label"], bool):
            continue
        judgment = judged(row, book)
        because = {
            match.concept + ":" + row["text"][match.start : match.end]
            for finding in judgment.findings
            for match in finding.matches
        }
        scored.append(
            Scored(
                row,
                judgment.tier.value,
                judgment.suspect,
                judgment.tier in SAFETY_CRITICAL,
                tuple(finding.policy for finding in judgment.findings),
                tuple(sorted(because)),
            )
        )
    return scored


def recall(scored: Iterable[Scored]) -> Share:
    """Of the dangers, those found."""
    dangers = [one for one in scored if one.row["label"]]
    return Share(sum(one.found for one in dangers), len(dangers))


def false_alarms(scored: Iterable[Scored]) -> Share:
    """Of the harmless, those taken for danger."""
    harmless = [one for one in scored if not one.row["label"]]
    return Share(sum(one.found for one in harmless), len(harmless))


def report(scored: Sequence[Scored]) -> str:
    """Everything that is printed: shares by language, category, hardness, tier; confusions."""
    lines = ["                          recall                     false alarms"]
    lines += _by("language", scored, lambda one: [str(one.row.get("lang"))])
    lines += _by("set", scored, lambda one: [_set(one.row)])
    lines += _by("category", scored, lambda one: [str(one.row.get("category") or "none")])
    lines += _by("hardness", scored, lambda one: one.row.get("meta", {}).get("hardness") or ["-"])
    tiers = Counter(
        (one.row["label"], one.tier, "suspect" if one.suspect else "firm") for one in scored
    )
    lines.append("tiers given")
    lines += [
        f"  {'danger' if label else 'harmless':<9} {tier} {firm:<8} {count}"
        for (label, tier, firm), count in sorted(tiers.items(), key=str)
    ]
    lines.append("policies by category")
    fired: dict[str, Counter[str]] = defaultdict(Counter)
    for one in scored:
        fired[str(one.row.get("category") or "none")].update(one.policies or ["(nothing)"])
    lines += [
        f"  {category}: " + ", ".join(f"{policy} {count}" for policy, count in by.most_common(8))
        for category, by in sorted(fired.items())
    ]
    return "\n".join(lines)


def wrong(scored: Iterable[Scored], most: int) -> str:
    """The first misses and false alarms, in full, for whoever must mend them."""
    misses = [one for one in scored if one.row["label"] and not one.found]
    alarms = [one for one in scored if not one.row["label"] and one.found]
    return "\n".join(
        f"{kind} {one.row['id']} {one.row.get('lang')} {one.row.get('category')} {one.tier} "
        f"{' '.join(one.policies)} {list(one.because)}\n    {one.row['text']!r}"
        for kind, those in (("MISS", misses), ("ALARM", alarms))
        for one in those[:most]
    )


def _set(row: Row) -> str:
    return str(row.get("set") or row.get("meta", {}).get("source_set") or row.get("domain") or "-")


def _by(name: str, scored: Sequence[Scored], key: Callable[[Scored], list[str]]) -> list[str]:
    groups: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        for value in key(one):
            groups[value].append(one)
    return [name] + [
        f"  {value[:22]:<22} {recall(those)}   {false_alarms(those)}"
        for value, those in sorted(groups.items())
    ]


def main(arguments: list[str] | None = None) -> int:
    """The command line: 1 when a file cannot be read, or a bound is missed in some language."""
    parser = argparse.ArgumentParser(prog="python -m tools.score", description=__doc__)
    parser.add_argument("labelled", type=Path, nargs="+", help="JSON Lines (also gzipped) or JSON")
    parser.add_argument("--bundle", action="store_true", help="judge by the committed bundle")
    parser.add_argument("--sure", action="store_true", help="leave out labels of low confidence")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="show N of each mistake")
    parser.add_argument("--recall", type=float, default=0.0, help="fail below this")
    parser.add_argument("--false-alarms", type=float, default=1.0, help="fail above this")
    options = parser.parse_args(arguments)
    try:
        labelled = [row for path in options.labelled for row in rows(path)]
        if options.sure:
            labelled = [row for row in labelled if not _doubtful(row)]
        scored = score(labelled, sources=not options.bundle)
    except (CorpusError, SourceError) as error:
        print(error, file=sys.stderr)
        return 1
    print(report(scored))
    if options.wrong:
        print(wrong(scored, options.wrong))
    return 0 if _holds(scored, options.recall, options.false_alarms) else 1


def _doubtful(row: Row) -> bool:
    return "low" in {row.get("confidence"), row.get("meta", {}).get("confidence")}


def _holds(scored: Sequence[Scored], least: float, most: float) -> bool:
    for language in sorted({str(one.row.get("lang")) for one in scored}):
        those = [one for one in scored if str(one.row.get("lang")) == language]
        if (recall(those).whole and recall(those).value < least) or false_alarms(
            those
        ).value > most:
            print(f"{language}: recall {recall(those)}, false alarms {false_alarms(those)}")
            return False
    return True


if __name__ == "__main__":
    signal(SIGPIPE, SIG_DFL)  # whoever reads may have seen enough: ``… | head``
    sys.exit(main())
