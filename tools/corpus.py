"""Complaints with labels, read from JSON Lines (also gzipped) or a JSON list.

A row has ``id``, ``lang`` and ``text``; ``label`` says whether it speaks of danger (true, false, or
null when nobody knows), and may be called ``danger``. Facts beside the text (``channel``,
``danger_now``, ``attributes`` …) are given to the judge as they are.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.judging.statement import Statement
from tools.policy_models import ANSWERS

type Row = dict[str, Any]


class CorpusError(ValueError):
    """A file of complaints cannot be read: names the file and the line."""


def rows(path: Path) -> Iterator[Row]:
    """The rows of a file, each with an ``id`` and a ``label``; raises CorpusError."""
    for number, row in enumerate(_raw(path), 1):
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise CorpusError(f"{path}:{number}: a row is an object with a text")
        label = row.get("label", row.get("danger"))
        yield row | {"id": str(row.get("id", number)), "label": label}


def statement(row: Row) -> Statement:
    """What the judge is given of a row; a field that is null or unknown is not a fact.

    ``lang`` is whoever wrote the row speaking, not the sender, and so is no claim of a language.
    """
    facts = {name: row[name] for name in ANSWERS if row.get(name) is not None}
    return Statement(text=row["text"], **facts)


def _raw(path: Path) -> Iterator[object]:
    try:
        if path.suffix == ".json":
            yield from json.loads(path.read_text(encoding="utf-8"))
            return
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield json.loads(line)
                except json.JSONDecodeError as error:
                    raise CorpusError(f"{path}:{number}:{error.colno}: {error.msg}") from None
    except json.JSONDecodeError as error:
        raise CorpusError(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: {error}") from None
