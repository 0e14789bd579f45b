"""Why a command was not accepted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A short code for the problem document and the entry."""

    code: str
