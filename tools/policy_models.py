"""The shape of what compliance staff write, except for ladders."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from chalicelib.judging.statement import Statement

ANSWERS = {
    "channel",
    "speaker",
    "direction",
    "kind",
    "danger_now",
    "can_be_reached",
    "language",
    "relation",
    "subject_kind",
    "attributes",
    "repeats",
}

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
NonEmpty = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Term = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Runbook = Annotated[str, StringConstraints(pattern=r"^docs/runbooks/[a-z0-9/-]+\.md$")]


class Strict(BaseModel):
    """Nothing is guessed: unknown fields and wrong types are mistakes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Words(Strict):
    """The same words in both languages."""

    en: NonEmpty
    zh: NonEmpty = Field(alias="zh-CN")


class Lines(Strict):
    """The same lines in both languages."""

    en: Annotated[list[NonEmpty], Field(min_length=1)]
    zh: Annotated[list[NonEmpty], Field(min_length=1)] = Field(alias="zh-CN")


class Case(Strict):
    """A complaint, and whether this policy must match it."""

    name: NonEmpty
    lang: Literal["en", "zh-CN"]
    text: str
    expect: Literal["match", "no-match"]
    channel: str | None = None
    speaker: str | None = None
    direction: str | None = None
    kind: str | None = None
    danger_now: bool | None = None
    can_be_reached: bool | None = None
    language: str | None = None
    relation: str | None = None
    subject_kind: str | None = None
    attributes: dict[str, Any] | None = None
    repeats: int | None = None

    def statement(self) -> Statement:
        """The case as the judge is given it; what is not said keeps its usual value."""
        return Statement(text=self.text, **self.model_dump(include=ANSWERS, exclude_none=True))


class Policy(Strict):
    """One policy file."""

    id: Id
    version: Annotated[int, Field(ge=1)]
    status: Literal["draft", "shadow", "live", "retired"]
    tier: Literal["S0", "S1", "S2", "S3"]
    suspect: bool = False
    last_resort: bool = False
    title: Words
    why: NonEmpty
    owner: NonEmpty
    concepts: list[str] = Field(default_factory=list)
    patterns: list[str] = Field(default_factory=list)
    when: NonEmpty = "true"
    unless: NonEmpty | None = None
    ladder: Id
    card: Id
    runbook: Runbook
    false_alarms: Annotated[list[NonEmpty], Field(min_length=1)]
    cases: list[Case]

    @field_validator("last_resort")
    @classmethod
    def _is_weak(cls, value: object, info: ValidationInfo) -> object:
        """What is left out beside weak evidence may not itself be better."""
        if value and not info.data.get("suspect"):
            raise ValueError("only a suspect policy can be a last resort")
        return value


class Lexicon(Strict):
    """The words of one hazard; ``weak`` ones mean it only in context."""

    id: Id
    title: Words
    category: str | None = None
    zh: list[Term]
    en: list[Term]
    weak: list[Term] = Field(default_factory=list)


class MaskEntry(Strict):
    """A figure of speech."""

    id: Id
    pattern: NonEmpty
    concepts: Annotated[list[str], Field(min_length=1)]
    why: NonEmpty


class Masks(Strict):
    """The file of masks."""

    masks: list[MaskEntry]


class Card(Strict):
    """What the vendor's agent must do, and must not say."""

    id: Id
    version: Annotated[int, Field(ge=1)]
    title: Words
    do: Lines
    never_say: Lines
