"""Settings: what the code reads, what the template gives, and what the docs say are one list."""

import ast
import re

from tests.repo.merged import merged_template
from tests.repo.sources import text

# Given by Lambda or by Chalice, not by us.
FROM_OUTSIDE = re.compile(r"(AWS|_?LAMBDA|CHALICE)_\w+")
NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
FUNCTIONS = ("APIHandler", "Ring", "Sweep", "Pager", "Open")


def test_every_setting_is_documented() -> None:
    """A setting that the code reads is explained in docs/settings.md, by its name in backticks."""
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]*)`", text("docs/settings.md")))
    assert read_by_the_code() - documented == set()


def test_every_setting_given_is_one_that_is_read() -> None:
    """The template sets no variable that nobody reads (Powertools reads its own)."""
    strangers = {n for n in given_by_the_template() if not n.startswith("POWERTOOLS_")}
    assert strangers - read_by_the_code() - {"LOG_LEVEL"} == set()


def test_every_setting_read_is_given() -> None:
    """No function waits for a variable that no deployment sets."""
    from_config = {"STAGE", "LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}
    assert read_by_the_code() - given_by_the_template() - from_config == set()


def read_by_the_code() -> set[str]:
    """Names in settings.py that look like environment variables."""
    constants = {
        node.value
        for node in ast.walk(ast.parse(text("chalicelib/settings.py")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {n for n in constants if NAME.fullmatch(n) and not FROM_OUTSIDE.fullmatch(n)}


def given_by_the_template() -> set[str]:
    """Variables that the merged template sets on any function."""
    resources = merged_template()["Resources"]
    return {
        variable
        for function in FUNCTIONS
        for variable in resources[function]["Properties"]["Environment"]["Variables"]
    }
