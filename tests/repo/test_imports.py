"""What import-linter cannot see: app.py, and names that other places rely on."""

import ast

from tests.repo.sources import text

NEVER_DEPLOYED = {"tools", "tests", "ministack", "moto", "yaml", "pytest"}
HANDLERS = {"ring", "sweep", "herald", "pager", "open"}


def test_the_app_imports_nothing_that_is_not_deployed() -> None:
    """Tools and the emulator are not in the zip."""
    assert not imported(text("app.py")) & NEVER_DEPLOYED


def test_every_worker_is_defined_in_the_app_itself() -> None:
    """A worker in a blueprint would run in Lambda without app.py and its middleware."""
    assert workers(text("app.py")) >= HANDLERS


def imported(source: str) -> set[str]:
    """Top-level names of all modules imported."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def workers(source: str) -> set[str]:
    """The ``name=`` of every decorator on a function in the module."""
    return {
        keyword.value.value
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
        if keyword.arg == "name"
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, str)
    }
