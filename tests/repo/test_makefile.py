"""The Makefile says what it can do."""

import re

import pytest

from tests.repo.sources import text, tracked

MAKEFILE = text("Makefile")
PHONY = re.findall(r"[\w-]+", MAKEFILE.split(".PHONY:")[1].split("\n\n")[0].replace("\\", ""))


@pytest.mark.parametrize("target", PHONY)
def test_every_target_is_explained(target: str) -> None:
    """`make help` lists it."""
    assert re.search(rf"^{target}:.*## \S", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("target", PHONY)
def test_every_target_is_in_the_contributors_guide(target: str) -> None:
    """README or CONTRIBUTING names it."""
    assert f"make {target}" in text("README.md") + text("CONTRIBUTING.md")


@pytest.mark.parametrize("module", sorted(set(re.findall(r"-m (t\w+(?:\.\w+)+)", MAKEFILE))))
def test_every_target_runs_something_that_exists(module: str) -> None:
    """A target names no module that is not there."""
    path = module.replace(".", "/")
    assert {f"{path}.py", f"{path}/__main__.py"} & set(tracked())
