"""Tables of phrases with the instant each promises, and a score against them."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.cases.calendar import Calendar
from chalicelib.services.promising import earliest

DATA = Path(__file__).parents[1] / "data"
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Miss:
    """A phrase that was heard otherwise than its table says; instants in local ISO time."""

    text: str
    wanted: str | None
    heard: str | None


def table(name: str) -> dict[str, Any]:
    """The table of that name: ``at``, ``offset_min``, and per language phrases with ``due``."""
    read: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text())
    return read


def ms(iso: str) -> int:
    """An ISO time with its offset, in ms."""
    return int(datetime.fromisoformat(iso).timestamp() * 1000)


def misses(read: dict[str, Any], language: str) -> list[Miss]:
    """The phrases of a language whose first promise is another instant than the table's."""
    at = datetime.fromisoformat(read["at"])
    calendar = Calendar(offset_min=read["offset_min"])
    found = []
    for row in read[language]:
        due = earliest(row["text"], ms(read["at"]), calendar)
        if due != (ms(row["due"]) if row["due"] else None):
            said = datetime.fromtimestamp(due / 1000, at.tzinfo).isoformat() if due else None
            found.append(Miss(row["text"], row["due"], said))
    return found
