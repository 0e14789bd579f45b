"""What the linter remarks on: its kinds, which of them are errors, and how they are printed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tools.policy_yaml import Problem

# A mistake that makes silence is an error; one that makes noise, or nothing, is a warning.
ERRORS = {
    "rules-disagree": "two rules ask the same and answer differently",
    "term-and-unless": "a term is its own exception",
    "match-and-near-miss": "one text must be found, and must not",
    "way-never-holds": "a way of a pattern that no text can satisfy",
}
WARNINGS = {
    # These three make silence too, and become errors once the policies are free of them.
    "strong-and-weak": "a word is strong in one lexicon and weak in another",
    "term-never-found": "a term that no text can make found",
    "pattern-unused": "a pattern that no rule asks for",
    "rule-never-decides": "a rule that another one always outranks",
    "concept-unused": "a concept that no pattern and no rule uses",
    "term-in-two-lexicons": "a term that two lexicons list",
    "term-adds-nothing": "a Chinese term that holds another term of its concept",
}
# Of these there are many; a line for each file is enough unless all are asked for.
SUMMED = frozenset({"term-in-two-lexicons", "term-adds-nothing"})


@dataclass(frozen=True, order=True, slots=True)
class Remark:
    """Something that is wrong, or may be, at its place; ``kind`` is one of those above."""

    problem: Problem
    kind: str

    @property
    def is_error(self) -> bool:
        """Whether the build must fail."""
        return self.kind in ERRORS

    def __str__(self) -> str:
        return f"{self.problem} [{self.kind}]"


def printed(remarks: Iterable[Remark], *, everything: bool) -> list[str]:
    """Lines in order of place; what there is much of is summed up for each file."""
    lines: list[str] = []
    summed: dict[tuple[str, str], list[Remark]] = {}
    for remark in sorted(set(remarks)):
        if everything or remark.kind not in SUMMED:
            lines.append(str(remark))
        else:
            summed.setdefault((remark.problem.path, remark.kind), []).append(remark)
    for (path, kind), those in sorted(summed.items()):
        first = those[0].problem
        many = f"{len(those)} terms, such as" if len(those) > 1 else "one term:"
        lines.append(f"{path}:{first.line}:{first.column}: {many} {first.message} [{kind}]")
    return lines


def counted(remarks: Sequence[Remark]) -> str:
    """One line: how many of each kind."""
    kinds = Counter(remark.kind for remark in set(remarks))
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"
