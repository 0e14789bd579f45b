"""The code that runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """Which code this is, as every entry records it."""

    fn: str
    version: str
    policies: str
