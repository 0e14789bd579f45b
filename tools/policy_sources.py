"""Gather everything under policies/, each file checked by itself."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from tools.policies import FOLDERS
from tools.policy_calendars import WorkingDays, calendar_problems
from tools.policy_delegation import Delegations, delegation_problems
from tools.policy_ladders import Ladder, ladder_problems
from tools.policy_models import Card, Lexicon, Masks, Policy
from tools.policy_patterns import Concepts, PatternFile
from tools.policy_yaml import Document, Problem, SourceError, read

MASKS = "policies/lexicons/masks.yaml"
MODELS: dict[str, type[BaseModel]] = {
    "rules": Policy,
    "lexicons": Lexicon,
    "concepts": Concepts,
    "patterns": PatternFile,
    "ladders": Ladder,
    "cards": Card,
    "calendars": WorkingDays,
    "delegation": Delegations,
}


@dataclass(slots=True)
class Sources:
    """All files by what they are, each beside its document; ``problems`` grows as they are read."""

    rules: list[tuple[Policy, Document]] = field(default_factory=list)
    lexicons: list[tuple[Lexicon, Document]] = field(default_factory=list)
    masks: list[tuple[Masks, Document]] = field(default_factory=list)
    concepts: list[tuple[Concepts, Document]] = field(default_factory=list)
    patterns: list[tuple[PatternFile, Document]] = field(default_factory=list)
    ladders: list[tuple[Ladder, Document]] = field(default_factory=list)
    cards: list[tuple[Card, Document]] = field(default_factory=list)
    calendars: list[tuple[WorkingDays, Document]] = field(default_factory=list)
    delegations: list[tuple[Delegations, Document]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, read_as: BaseModel, document: Document) -> None:
        """Put a validated file where it belongs."""
        match read_as:
            case Policy():
                self.rules.append((read_as, document))
            case Lexicon():
                self.lexicons.append((read_as, document))
            case Masks():
                self.masks.append((read_as, document))
            case Concepts():
                self.concepts.append((read_as, document))
            case PatternFile():
                self.patterns.append((read_as, document))
            case Ladder():
                self.ladders.append((read_as, document))
                self.problems += ladder_problems(read_as, document)
            case Card():
                self.cards.append((read_as, document))
            case WorkingDays():
                self.calendars.append((read_as, document))
                self.problems += calendar_problems(read_as, document)
            case Delegations():
                self.delegations.append((read_as, document))


def gather(root: Path) -> Sources:
    """Read every source; mistakes are collected, and what is sound is kept for further checks."""
    sources = Sources()
    for folder in FOLDERS:
        for path in sorted((root / "policies" / folder).rglob("*")):
            if path.is_dir() or path.name.startswith("."):
                continue
            try:
                _gather(sources, folder, path, root)
            except SourceError as error:
                sources.problems += error.problems
    _unique(sources)
    sources.problems += delegation_problems(sources.delegations)
    return sources


def _gather(sources: Sources, folder: str, path: Path, root: Path) -> None:
    name = path.relative_to(root).as_posix()
    if path.suffix != ".yaml":
        raise SourceError([Problem(name, 1, 1, "only .yaml files are read here")])
    document = read(path, root)
    model: type[BaseModel] = Masks if name == MASKS else MODELS[folder]
    sources.add(document.validate(model), document)


def _unique(sources: Sources) -> None:
    kinds = (
        sources.rules,
        sources.lexicons,
        sources.ladders,
        sources.cards,
        sources.calendars,
        sources.delegations,
    )
    for kind in kinds:
        first: dict[str, str] = {}
        for item, document in kind:
            earlier = first.setdefault(item.id, document.path)
            if earlier != document.path:
                message = f"the id {item.id!r} is taken by {earlier}"
                sources.problems.append(document.problem(("id",), message))
