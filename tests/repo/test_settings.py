"""Settings: what the code reads, what the template gives, and what the docs say are one list."""

import ast
import json
import re

import pytest

from chalicelib.bundle import load_bundle
from chalicelib.settings import Settings
from tests.repo.merged import merged_template
from tests.repo.sources import text

# Given by Lambda or by Chalice, not by us.
FROM_OUTSIDE = re.compile(r"(AWS|_?LAMBDA|CHALICE)_\w+")
NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
UNSET = {"CALENDAR": "", "VENDOR_RATE": ""}
FUNCTIONS = {
    "APIHandler": "api",
    "Ring": "ring",
    "Sweep": "sweep",
    "Herald": "herald",
    "Pager": "pager",
    "Open": "open",
}
SAMPLES = {
    "CLIENT_SYSTEMS_SECRET": "whsec_" + "c2Vj" * 8,
    "CLIENT_SYSTEMS_URL": "https://systems.example.com/tocsin",
    "FALLBACK_EMAIL": "bell@example.com",
    "FALLBACK_SMS": "+8613800138000",
    "VENDOR_RATE": "500",
    "LINK_BASE": "https://bell.example.com",
    "LINK_KEY": "ab" * 32,
    "LOG_LEVEL": "INFO",
    "FIRST_PAGES_QUEUE_URL": "https://queue.example.com/first-pages",
    "PAGES_QUEUE_URL": "https://queue.example.com/pages",
    "SES_SENDER": "bell@example.com",
    "VAULT_PUBLIC_KEY": "TUlJ",
    "WAKE_UPS_QUEUE_URL": "https://queue.example.com/wake-ups",
    "WATCHDOG_URL": "https://monitor.example.com/tocsin",
}


def test_every_setting_is_documented() -> None:
    """A setting that the code reads is explained in docs/settings.md, by its name in backticks."""
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]*)`", text("docs/settings.md")))
    assert read_by_the_code() - documented == set()


@pytest.mark.parametrize(("name", "function"), FUNCTIONS.items())
def test_every_function_is_given_what_it_needs(name: str, function: str) -> None:
    """The template and the config together let each function start."""
    settings = Settings.load(function, {n: SAMPLES.get(n, "text") for n in given(name)})

    assert settings.stage == "text"


def test_every_setting_given_is_one_that_is_read() -> None:
    """The template sets no variable that nobody reads."""
    assert {n for name in FUNCTIONS for n in given(name)} - read_by_the_code() == set()


@pytest.mark.parametrize(
    ("variable", "functions"),
    [
        ("LINK_KEY", {"APIHandler", "Herald", "Pager"}),
        ("SECRET_ID", {"APIHandler", "Herald", "Pager"}),
        ("VAULT_KEY_ID", {"Open"}),
        ("OPEN_FUNCTION", {"APIHandler", "Herald", "Pager"}),
        ("CLIENT_SYSTEMS_SECRET", {"APIHandler", "Herald", "Pager"}),
    ],
)
def test_what_is_sensitive_is_given_to_few(variable: str, functions: set[str]) -> None:
    """A function that does not need a secret does not hold it."""
    assert {name for name in FUNCTIONS if variable in given(name)} == functions


def test_the_calendar_is_one_that_is_published() -> None:
    """A name that nobody published is refused before anything is deployed."""
    parameter = merged_template()["Parameters"]["Calendar"]
    default = Settings.load("ring", {n: SAMPLES.get(n, "text") for n in given("Ring")} | UNSET)

    assert parameter["AllowedValues"] == sorted(load_bundle()["calendars"])
    assert parameter["Default"] == default.calendar


def read_by_the_code() -> set[str]:
    """Names in settings.py that look like environment variables."""
    constants = {
        node.value
        for node in ast.walk(ast.parse(text("chalicelib/settings.py")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {n for n in constants if NAME.fullmatch(n) and not FROM_OUTSIDE.fullmatch(n)}


def given(name: str) -> set[str]:
    """Variables that this function is deployed with."""
    config = json.loads(text(".chalice/config.json"))
    merged = merged_template()["Resources"][name]["Properties"]["Environment"]["Variables"]
    stages = [set(stage["environment_variables"]) for stage in config["stages"].values()]
    return set(merged) | set(config["environment_variables"]) | set.intersection(*stages)
