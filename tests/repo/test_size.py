"""Small functions, and many small files: a ceiling that only ever comes down."""

import ast
import statistics
from collections.abc import Iterator

import pytest

from tests.repo.sources import python, text

FILE_CEILING = 300
FILE_MEDIAN = 120
FUNCTION_CEILING = 70
APP_CEILING = 150


# One readable file on purpose: an auditor runs and reads it without the rest of this repository.
ONE_FILE = {"tools/verify_log.py"}


# Tables that a tool writes or a corpus gave: nobody reads them from top to bottom.
TABLES = {"chalicelib/judging/english.py", "chalicelib/judging/simplified.py"}


@pytest.mark.parametrize("name", python("chalicelib/", "tools/"))
def test_no_file_outgrows_its_reader(name: str) -> None:
    """A file longer than the ceiling is two rooms in one."""
    if name in ONE_FILE | TABLES:
        return
    ceiling = APP_CEILING if name == "app.py" else FILE_CEILING
    assert len(text(name).splitlines()) <= ceiling


@pytest.mark.parametrize("name", python("chalicelib/", "tools/"))
def test_no_function_outgrows_its_reader(name: str) -> None:
    """A function fits on one screen."""
    too_long = {f: lines for f, lines in functions(text(name)) if lines > FUNCTION_CEILING}
    assert not too_long


def test_the_usual_file_is_short() -> None:
    """Half of our files are no longer than the agreed median."""
    lengths = [len(text(name).splitlines()) for name in python("chalicelib/")]
    assert statistics.median(lengths) <= FILE_MEDIAN


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Each function's name and number of lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
