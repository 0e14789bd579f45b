"""Concepts that serve patterns, and the patterns themselves: their files, and how they compile."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.judging.patterns import JOINTS, MODES
from chalicelib.judging.quantities import BOUND
from tools.policy_models import Id, NonEmpty, Strict, Term, Words
from tools.policy_yaml import Document, Loc, Problem

ConceptId = Annotated[
    str, StringConstraints(pattern=r"^(cue\.)?[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
]
TOKEN = re.compile(r"\S+")


class Concept(Strict):
    """What patterns are made of.

    An ``event`` may be denied or only supposed; a ``thing`` (a person, a part, a place) is there
    whenever it is named; a ``cue`` tells how events are said.
    """

    id: ConceptId
    kind: Literal["event", "thing", "cue"] = "event"
    says: NonEmpty
    zh: list[Term] = Field(default_factory=list)
    en: list[Term] = Field(default_factory=list)
    unless: list[Term] = Field(default_factory=list)


class Concepts(Strict):
    """A file of concepts."""

    concepts: Annotated[list[Concept], Field(min_length=1)]


class Pattern(Strict):
    """A danger that no single word shows, with texts that show it and texts that do not."""

    id: Id
    says: Words
    find: Annotated[list[NonEmpty], Field(min_length=1)]
    match: Annotated[list[NonEmpty], Field(min_length=1)]
    near_miss: Annotated[list[NonEmpty], Field(min_length=1)]


class PatternFile(Strict):
    """A file of patterns."""

    patterns: Annotated[list[Pattern], Field(min_length=1)]


type Located[M] = Iterable[tuple[M, Document]]


def compile_patterns(
    files: Located[PatternFile], concepts: Mapping[str, object]
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The patterns as the bundle keeps them, and what is wrong with them."""
    compiled: list[dict[str, Any]] = []
    problems: list[Problem] = []
    owners: dict[str, str] = {}
    for file, document in files:
        for index, pattern in enumerate(file.patterns):
            loc: Loc = ("patterns", index)
            earlier = owners.setdefault(pattern.id, f"{document.path}")
            if any(known["id"] == pattern.id for known in compiled):
                message = f"the id {pattern.id!r} is taken by {earlier}"
                problems.append(document.problem((*loc, "id"), message))
            ways = []
            for number, written in enumerate(pattern.find):
                way, wrong = _way(written, (*loc, "find", number), document, concepts)
                ways.append(way)
                problems += wrong
            compiled.append({"id": pattern.id, "find": ways})
    return sorted(compiled, key=lambda pattern: str(pattern["id"])), problems


def _way(
    written: str, loc: Loc, document: Document, concepts: Mapping[str, object]
) -> tuple[dict[str, Any], list[Problem]]:
    """One row of parts: ``kin + silent ~ time>=1h -asleep``."""
    parts: list[list[str]] = []
    absent: dict[str, list[str]] = {"-": [], "--": []}
    problems: list[Problem] = []

    def wrong(token: re.Match[str], message: str) -> None:
        problems.append(document.problem_within(loc, 1, token.start() + 1, message))

    joint = ""
    for token in TOKEN.finditer(written):
        word = token[0]
        if word in JOINTS:
            if not parts or joint:
                wrong(token, f"{word!r} joins two parts, and there is none before it")
            joint = word
            continue
        sign = re.match(r"--?", word)
        mode = word[0] if word[0] in MODES and not sign else ""
        name = word[len(sign[0]) if sign else len(mode) :]
        if not BOUND.fullmatch(name) and name not in concepts:
            wrong(token, f"there is no concept {name!r}")
        if sign:
            absent[sign[0]].append(name)
            continue
        if parts and not joint:
            wrong(token, f"say how {name!r} joins what is before it: {' '.join(JOINTS)}")
        parts.append([joint, mode, name])
        joint = ""
    if joint or all(BOUND.fullmatch(name) for _, _, name in parts):
        problems.append(document.problem(loc, "a way ends with a part, and names a concept"))
    way = {"parts": parts, "not_in_sentence": absent["-"], "not_at_all": absent["--"]}
    return way, problems
