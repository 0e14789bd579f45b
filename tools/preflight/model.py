"""What a check is told, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Verdict(StrEnum):
    """Whether to deploy: yes, yes with open eyes, no, or nobody asked."""

    OK = "ok"
    WARN = "warn"
    STOP = "stop"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: ``said`` is a fact, ``do`` what to do about it, empty when nothing is."""

    name: str
    verdict: Verdict
    said: str
    do: str = ""

    def __str__(self) -> str:
        line = f"{self.verdict.value:<8}{self.name:<12}{self.said}"
        return f"{line}\n{'':<20}{self.do}" if self.do else line


@dataclass(frozen=True, slots=True)
class Site:
    """What is to be deployed to where.

    ``client`` gives a low-level AWS client by its service's name; ``parameters`` are the stack's
    with those given now; ``outputs`` and ``functions`` (physical names by logical ones) are empty
    before the first deployment.
    """

    client: Callable[[str], Any]
    root: Path
    stack: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    now_ms: int = 0

    @property
    def is_first(self) -> bool:
        """Whether there is no stack yet."""
        return not self.outputs


class Answer:
    """Makes the lines of one check."""

    def __init__(self, name: str) -> None:
        """``name`` is what ``--skip`` calls it."""
        self.name = name

    def ok(self, said: str) -> Line:
        """All is well."""
        return Line(self.name, Verdict.OK, said)

    def warn(self, said: str, do: str) -> Line:
        """It will ring, and somebody should know this."""
        return Line(self.name, Verdict.WARN, said, do)

    def stop(self, said: str, do: str) -> Line:
        """Deployed like this, it would not ring, or could not be mended."""
        return Line(self.name, Verdict.STOP, said, do)


type Check = Callable[[Site, Answer], Line]
