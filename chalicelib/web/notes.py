"""What a lenient reading has to say beside its fields; shared by all the readers of one request."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from chalicelib.services.complaint import Problem

_IDENTIFIER = re.compile(r"[A-Za-z0-9_.-]*")


class Repeated(list[Any]):
    """Every value that was given for one and the same key, in order; never empty."""


@dataclass(slots=True)
class Notes:
    """Problems found, values kept as received, and words that were in a place of no meaning.

    ``loose`` words are judged with the text: a cry for help in the wrong field is still one.
    """

    problems: list[Problem] = field(default_factory=list)
    received: dict[str, Any] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)

    def problem(self, name: str, code: str) -> None:
        """Name a fault once; ``name`` is one of our own field names, never the sender's."""
        found = Problem(name, code)
        if found not in self.problems:
            self.problems.append(found)

    def demote(self, name: str, code: str, value: Any) -> None:
        """The value cannot be read into its field: keep it as received, and say so."""
        self.problem(name, code)
        before = self.received.get(name)
        if name not in self.received:
            self.received[name] = value
        elif isinstance(before, Repeated):
            before.append(value)
        else:
            self.received[name] = Repeated([before, value])

    def kept(self) -> dict[str, Any]:
        """What was received and not read, as plain JSON types for the vault."""
        return {name: plain(value) for name, value in self.received.items()}

    def hear(self, value: Any) -> None:
        """Have every string inside ``value`` judged with the text."""
        self.loose += [words for words in strings(value) if words.strip()]


def strings(value: Any) -> list[str]:
    """Every string inside a value read from JSON, in order.

    A key is words where it stands for some: a form's ``help+me`` arrives as a key with nothing
    after it, and ``{"有人受伤": true}`` says as much.
    """
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        found = []
        for key, inner in value.items():
            if (inner is True or inner == "") and not _IDENTIFIER.fullmatch(key):
                found.append(key)
            found += strings(inner)
        return found
    if isinstance(value, list):
        return [words for inner in value for words in strings(inner)]
    return []


def plain(value: Any) -> Any:
    """The value with plain lists only."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def compact(value: Any) -> str:
    """The value as JSON, for a field that takes words only."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))
