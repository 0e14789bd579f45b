"""The JSON Schemas for editors are those of the models, and every policy file obeys its own."""

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from tests.repo.sources import text, tracked
from tools.author.schema import FOLDER, SCHEMAS, modeline, texts
from tools.policies import main

FOLDERS = {
    "rules/": "policy",
    "lexicons/masks": "masks",
    "lexicons/": "lexicon",
    "concepts/": "concepts",
    "patterns/": "patterns",
    "cards/": "card",
    "ladders/": "ladder",
}
FILES = [
    (name, kind)
    for name in tracked()
    if name.startswith("policies/") and name.endswith(".yaml")
    for kind in [next((k for f, k in FOLDERS.items() if name[9:].startswith(f)), "")]
    if kind
]


def schema(kind: str) -> Any:
    """A committed schema."""
    return json.loads(text(f"{FOLDER.as_posix()}/{kind}.schema.json"))


@pytest.mark.parametrize("name", sorted(texts()))
def test_the_committed_schema_is_fresh(name: str) -> None:
    """After a change of the models ``tools.policies schema`` was run."""
    assert text(f"{FOLDER.as_posix()}/{name}") == texts()[name]


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_every_file_obeys_its_schema(kind: str) -> None:
    """An editor finds nothing wrong with what the build takes."""
    jsonschema.Draft202012Validator.check_schema(schema(kind))
    checker = jsonschema.Draft202012Validator(schema(kind))
    names = [name for name, of in FILES if of == kind]

    assert names
    for name in names:
        errors = list(checker.iter_errors(yaml.safe_load(text(name))))
        assert errors == [], name


@pytest.mark.parametrize(
    ("kind", "change"),
    [("policy", {"tier": "S9"}), ("policy", {"ovner": "x"}), ("policy", {"runbook": "a"})],
)
def test_an_editor_sees_a_mistake(kind: str, change: dict[str, object]) -> None:
    """A wrong value or a misspelt field is one for the schema too."""
    sound = yaml.safe_load(text("policies/TEMPLATE.yaml"))
    checker = jsonschema.Draft202012Validator(schema(kind))

    assert list(checker.iter_errors(sound)) == []
    assert len(list(checker.iter_errors(sound | change))) == 1


def test_the_template_names_its_schema() -> None:
    """An editor with the YAML language server needs no setting for a new policy."""
    assert modeline("policy", 0) in text("policies/TEMPLATE.yaml")


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Writing them again changes nothing."""
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == "7 schemas in policies/schema\n"
