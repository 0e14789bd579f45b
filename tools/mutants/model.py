"""A planted bug: one small change of the core's text, and the promise that it breaks."""

from dataclasses import dataclass
from pathlib import Path

CASES = "chalicelib/cases/"


class MutantDoesNotApplyError(ValueError):
    """The text to be replaced is not there exactly once: the code has moved on."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """``old`` becomes ``new`` in ``path``; ``walks`` are those that should find it first.

    ``walks`` are beginnings of names; ``sim`` names simulation seeds instead, as ``first:runs``.
    """

    name: str
    breaks: str
    path: str
    old: str
    new: str
    walks: str = ""
    sim: str = ""

    def apply(self, root: Path) -> None:
        """Plant it in the copy under ``root``; raises MutantDoesNotApplyError."""
        target = root / self.path
        text = target.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise MutantDoesNotApplyError(
                f"{self.name}: {text.count(self.old)} times in {self.path}"
            )
        target.write_text(text.replace(self.old, self.new), encoding="utf-8")
