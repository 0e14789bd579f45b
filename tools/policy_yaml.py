"""Read YAML with the place of every value, so that each mistake is named by line and column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

type Loader = yaml.SafeLoader | yaml.CSafeLoader

QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it
TIMESTAMP = "tag:yaml.org,2002:timestamp"

type Loc = tuple[str | int, ...]


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """A mistake in a source, at a line and a column counted from 1."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class SourceError(Exception):
    """The sources hold mistakes: all that were found, in order of place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Document:
    """One parsed file with the marks (line and column from 0) of its keys and values."""

    path: str
    text: str
    data: Any = None
    nodes: dict[Loc, yaml.Node] = field(default_factory=dict)
    keys: dict[Loc, yaml.Node] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def problem(self, loc: Loc, message: str, *, key: bool = False) -> Problem:
        """A problem at a value (or its key), or at the nearest enclosing value that exists."""
        marks: Mapping[Loc, yaml.Node] = self.keys if key else self.nodes
        while loc and loc not in marks:
            loc, marks = loc[:-1], self.nodes
        mark = self.nodes[()].start_mark if not loc else marks[loc].start_mark
        return Problem(self.path, mark.line + 1, mark.column + 1, message)

    def problem_within(self, loc: Loc, line: int, column: int, message: str) -> Problem:
        """A problem at a line and column (from 1) of a scalar's own text."""
        node = self.nodes[loc]
        first, indent = node.start_mark.line, node.start_mark.column
        style = getattr(node, "style", None)
        if style == "|":
            first += 1
            block = self.text.splitlines()[first]
            indent = len(block) - len(block.lstrip(" "))
        elif style in {"'", '"'}:
            indent += 1
        elif style == ">":
            line = column = 1  # folding has lost where the text stood
        if line > 1 and style != "|":
            indent = 0
        return Problem(self.path, first + line, indent + column, message)

    def validate[M: BaseModel](self, model: type[M]) -> M:
        """The document as a model; raises SourceError with each mistake in its place."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            raise SourceError([self._problem_of(dict(found)) for found in error.errors()]) from None

    def _problem_of(self, found: Mapping[str, Any]) -> Problem:
        loc = tuple(found["loc"])
        if found["type"] == "extra_forbidden":
            return self.problem(loc, f"there is no field {loc[-1]!r} here", key=True)
        if found["type"] == "missing":
            return self.problem(loc, f"the field {loc[-1]!r} is missing")
        name = ".".join(map(str, loc))
        return self.problem(loc, f"{name}: {found['msg'].removeprefix('Value error, ')}")


def read(path: Path, root: Path) -> Document:
    """Parse one file; raises SourceError when it is not one plain YAML document."""
    name = path.relative_to(root).as_posix()
    try:
        document = Document(name, path.read_text(encoding="utf-8"))
        loader, node = _node(document.text)
        if node is None:
            raise SourceError([Problem(name, 1, 1, "the file is empty")])
        problems = _walk(document, (), node)
        if problems:
            raise SourceError(problems)
        document.data = loader.construct_document(node)
    except UnicodeDecodeError:
        raise SourceError([Problem(name, 1, 1, "the file is not UTF-8")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise SourceError([Problem(name, line, column, str(error.problem))]) from None
    except (yaml.YAMLError, ValueError) as error:
        raise SourceError([Problem(name, 1, 1, str(error).splitlines()[0])]) from None
    return document


def _node(text: str) -> tuple[Loader, yaml.Node | None]:
    """The one node of a text: quickly, and again in Python when it is wrong, for the better words.

    Raises yaml.YAMLError.
    """
    try:
        quick = QUICK(text)
        return quick, quick.get_single_node()
    except yaml.YAMLError:
        slow = yaml.SafeLoader(text)
        return slow, slow.get_single_node()


def _walk(document: Document, loc: Loc, node: yaml.Node) -> list[Problem]:
    """Mark every value; the problems are what YAML allows and a careful reader would miss."""
    if id(node) in document.seen:
        return [document.problem(loc, "anchors are not used here: write the value again", key=True)]
    document.seen.add(id(node))
    document.nodes[loc] = node
    problems: list[Problem] = []
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*loc, str(key.value))
            repeated = here in document.keys
            document.keys[here] = key
            if repeated:
                problems.append(document.problem(here, f"{key.value!r} is given twice", key=True))
            else:
                problems += _walk(document, here, value)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            problems += _walk(document, (*loc, index), value)
    elif isinstance(node, yaml.ScalarNode) and node.tag == TIMESTAMP and not _is_date(node):
        problems.append(document.problem(loc, "there is no such date"))
    return problems


def _is_date(node: yaml.ScalarNode) -> bool:
    """Whether what is written like a date is one; YAML itself stops at the first that is not."""
    try:
        yaml.SafeLoader("").construct_object(node)
    except (ValueError, OverflowError):
        return False
    return True
