"""A case that happened, as data: what was said and done, when, and how sure that is.

Facts are from public reports, named in each file; the wording is ours and the people are
pseudonyms.  ``sure`` is A (official, or two independent reports), B (one), C (recollection).
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FOLDER = Path(__file__).parent / "scenarios"
MS = timedelta(milliseconds=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

type Do = Literal[
    "context",  # outside of what any complaint system could see, or told for the reader
    "complain",  # a complaint or a contact comes in, through the vendor's agent
    "reply",  # the agent's answer to the reporter
    "police",  # the police ask for data, through whoever picks up
    "try",  # somebody tries what Tocsin may refuse
    "hold",  # a legal hold is laid on the case
    "attempt",  # an authority was called without a reference in return
]


class ScenarioError(Exception):
    """The scenario cannot be played; the message names the file and the field."""


class Strict(BaseModel):
    """No field that we do not know: a typing slip must not change history."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(Strict):
    """One thing that happened at ``t`` (local time without offset)."""

    t: datetime
    who: str
    do: Do
    case: str
    told: str
    text: str = ""
    act: str = ""
    reporter: str = ""
    order: str = ""
    subject: str = ""
    claimed: datetime | None = None
    attributes: dict[str, bool | int | str] = Field(default_factory=dict)
    sure: Literal["A", "B", "C"] = "A"


class Compare(Strict):
    """A moment of what happened beside the moment that Tocsin's clock or page names."""

    what: str
    actual: datetime | None = None
    case: str
    clock: str = ""
    rung: int | None = None
    after: datetime | None = None


class Scenario(Strict):
    """The whole case; ``offset`` like +08:00; ``until`` is where the replay ends."""

    id: str
    title: str
    offset: str
    until: datetime
    sources: list[str]
    steps: list[Step]
    compare: list[Compare]
    reading: list[str]

    def at_ms(self, local: datetime) -> int:
        """Local time of the case in ms UTC."""
        aware = datetime.fromisoformat(f"{local.isoformat()}{self.offset}")
        return (aware - EPOCH) // MS

    def iso(self, at_ms: int) -> str:
        """ISO 8601 with the case's own offset."""
        zone = datetime.fromisoformat(f"2000-01-01T00:00:00{self.offset}").tzinfo
        moment = (EPOCH + at_ms * MS).astimezone(zone)
        return moment.isoformat(timespec="seconds")


def names() -> list[str]:
    """The cases that can be replayed."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> Scenario:
    """Read one; raises ScenarioError when there is none or it is malformed."""
    path = FOLDER / f"{name}.json"
    if name not in names():
        raise ScenarioError(f"There is no case {name!r}. There are: {', '.join(names())}.")
    try:
        return Scenario.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ScenarioError(f"{path.name}: {place}: {first['msg']}") from None
