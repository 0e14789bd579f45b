"""The policies as they are written now, compiled, with what only their authors read of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from chalicelib.judging.judge import LIKENESS
from chalicelib.judging.patterns import Way, way_of
from chalicelib.judging.rulebook import Rulebook
from tools.author.hidden import Hiding
from tools.policies import ROOT
from tools.policy_compile import compile_bundle
from tools.policy_sources import Sources, gather
from tools.policy_yaml import SourceError


@dataclass(frozen=True)
class Book:
    """A rulebook, the bundle that it was made of, and what patterns and concepts say of themselves.

    ``says`` holds a pattern's sentence by language, or a concept's under ``en`` alone.
    """

    rulebook: Rulebook
    bundle: Mapping[str, Any]
    says: Mapping[str, Mapping[str, str]]

    @classmethod
    def of_sources(cls, root: Path = ROOT) -> "Book":
        """What ``policies/`` says now, its cases not run; raises SourceError."""
        sources = gather(root)
        bundle = compile_bundle(sources, root)
        if sources.problems:
            raise SourceError(sources.problems)
        return cls(Rulebook.from_bundle(bundle), bundle, _says(sources))

    @cached_property
    def rules(self) -> dict[str, Mapping[str, Any]]:
        """Every rule as the bundle has it, by its id."""
        return {rule["id"]: rule for rule in self.bundle["rules"]}

    @cached_property
    def ways(self) -> dict[str, tuple[Way, ...]]:
        """The ways of each pattern, in the order in which they are written."""
        plain = frozenset(self.bundle["plain"])
        return {
            pattern["id"]: tuple(way_of(pattern["id"], way, plain) for way in pattern["find"])
            for pattern in self.bundle["patterns"]
        }

    @cached_property
    def hiding(self) -> Hiding:
        """What finds words that are there and are not meant."""
        return Hiding(self.bundle)


def _says(sources: Sources) -> dict[str, dict[str, str]]:
    patterns = {
        pattern.id: {"en": pattern.says.en, "zh-CN": pattern.says.zh}
        for file, _ in sources.patterns
        for pattern in file.patterns
    }
    concepts = {
        concept.id: {"en": concept.says}
        for file, _ in sources.concepts
        for concept in file.concepts
    }
    lexicons = {
        lexicon.id: {"en": lexicon.title.en, "zh-CN": lexicon.title.zh}
        for lexicon, _ in sources.lexicons
    }
    likeness = {
        LIKENESS: {
            "en": "the words that spoke loudest; all of them together are like a danger's",
            "zh-CN": "分量最重的几个词；合起来看，像是在说危险",
        }
    }
    return concepts | lexicons | patterns | likeness
