"""What a change of the policies would do to real complaints, and to the pages of a shift.

Never more than a few words of a complaint are printed: it is somebody's.
"""

import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from chalicelib.judging.judge import judge
from chalicelib.judging.judgment import Judgment
from chalicelib.judging.rulebook import Rulebook
from chalicelib.terms import Tier
from tools.corpus import Row, rows, statement
from tools.policies import BUNDLE, ROOT, compile_policies

SHOWN = 80  # characters of one complaint
EXAMPLES = 3  # of each change
SHIFT_HOURS = 8


@dataclass(frozen=True)
class Side:
    """One of the two sets of policies."""

    name: str
    bundle: Mapping[str, Any]
    rulebook: Rulebook


def side(name: str, root: Path = ROOT) -> Side:
    """A folder with policies, a bundle file, or a git revision's committed bundle.

    Raises ValueError when it is none of these, SourceError, or BundleError for another schema.
    """
    path = Path(name)
    if path.is_dir():
        folder = path if (path / "policies").is_dir() else path.resolve().parent
        bundle = compile_policies(folder.resolve(), cases=False)
    elif path.is_file():
        bundle = orjson.loads(path.read_bytes())
    else:
        shown = subprocess.run(
            ["git", "show", f"{name}:{BUNDLE.as_posix()}"],
            cwd=root,
            capture_output=True,
            check=False,
        )
        if shown.returncode:
            raise ValueError(f"{name!r} is no folder, no bundle, and no revision with a bundle")
        bundle = orjson.loads(shown.stdout)
    return Side(name, bundle, Rulebook.from_bundle(bundle))


@dataclass(frozen=True, slots=True)
class Change:
    """A complaint whose tier, or whose suspicion, is another."""

    row: Row
    old: str
    new: str

    @property
    def shown(self) -> str:
        """The first words, on one line."""
        text = " ".join(str(self.row["text"]).split())
        return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


@dataclass(frozen=True)
class Difference:
    """All that is compared: complaints, changes, and first pages by ladder, tier and role."""

    complaints: int
    changes: tuple[Change, ...]
    tiers: tuple[Counter[str], Counter[str]]
    pages: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]


def compare(old: Side, new: Side, complaints: Path) -> Difference:
    """Judge every complaint by both; raises CorpusError."""
    changes = []
    tiers: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    pages: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]] = (Counter(), Counter())
    count = 0
    for row in rows(complaints):
        count += 1
        said = statement(row)
        both = [judge(said, one.rulebook) for one in (old, new)]
        names = [_name(one) for one in both]
        if names[0] != names[1]:
            changes.append(Change(row, *names))
        for number, (one, judgment) in enumerate(zip((old, new), both, strict=True)):
            tiers[number][names[number]] += 1
            pages[number].update((str(judgment.tier), role) for role in first_rung(one, judgment))
    return Difference(count, tuple(changes), tiers, pages)


def _name(judgment: Judgment) -> str:
    return judgment.tier.value + (" suspect" if judgment.suspect else "")


def first_rung(one: Side, judgment: Judgment) -> list[str]:
    """The roles that the first rung of the case's ladder pages; none for S4, which pages later."""
    ladders = one.bundle["ladders"]
    gravest = next((f.policy for f in judgment.findings if f.tier is judgment.tier), "")
    named = {rule["id"]: rule["ladder"] for rule in one.bundle["rules"]}
    ladder = ladders[named.get(gravest, min(ladders))]
    rungs = ladder["tiers"][judgment.tier.value]["rungs"]
    return list(rungs[0]["roles"]) if rungs else []


def report(difference: Difference, per_shift: int) -> str:
    """Everything that is printed."""
    whole = difference.complaints
    lines = [f"{whole} complaints, {len(difference.changes)} change"]
    kinds = Counter((change.old, change.new) for change in difference.changes)
    for (old, new), count in sorted(kinds.items()):
        lines.append(f"  {old} → {new}: {count}")
        those = [c for c in difference.changes if (c.old, c.new) == (old, new)]
        lines += [f"      {change.row['id']}: {change.shown}" for change in those[:EXAMPLES]]
        lines += [f"      … and {count - EXAMPLES} more"] if count > EXAMPLES else []
    lines += ["", "share of complaints        before    after"]
    before, after = difference.tiers
    lines += [
        f"  {tier:<22} {_percent(before[tier], whole)}  {_percent(after[tier], whole)}"
        for tier in sorted(before.keys() | after.keys())
    ]
    lines += [
        "",
        f"pages of the first rung in a shift of {SHIFT_HOURS} h with {per_shift:,} complaints,",
        "one person in each role, if complaints are as in this file:",
        "                              before     after",
    ]
    return "\n".join([*lines, *_pages(difference, per_shift)])


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole if whole else 0:6.2f} %"


def _pages(difference: Difference, per_shift: int) -> list[str]:
    scale = per_shift / difference.complaints if difference.complaints else 0
    before, after = difference.pages
    keys = sorted(before.keys() | after.keys())
    lines = [
        _line(f"{tier} {role}", before[tier, role], after[tier, role], scale) for tier, role in keys
    ]
    for role in sorted({role for _, role in keys}):
        both = [sum(pages[tier.value, role] for tier in Tier) for pages in (before, after)]
        lines.append(_line(f"all {role}", both[0], both[1], scale))
    lines.append(_line("all", before.total(), after.total(), scale))
    return lines


def _line(name: str, old: int, new: int, scale: float) -> str:
    change = (new - old) * scale
    return f"  {name:<25} {old * scale:9.1f} {new * scale:9.1f}" + (
        f"  {change:+.1f}" if change else ""
    )
