"""Problem documents: every code has words in both languages, and no value is ever quoted."""

import ast
import json
import re

import pytest

from chalicelib.web.problems import code_for, problem
from chalicelib.web.words import LANGUAGES, accepted, known, locale
from tests.repo.sources import python, text


def raised() -> set[str]:
    """Every code that a RefusedError or a refusal is made with, anywhere in the app."""
    found: set[str] = set()
    for name in python("chalicelib/"):
        for node in ast.walk(ast.parse(text(name))):
            if isinstance(node, ast.Call) and _name(node.func) in {
                "RefusedError",
                "refuse",
                "_refuse",
                "Refusal",
            }:
                words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                found |= {word for word in words if isinstance(word, str)}
    return found


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language: str) -> None:
    """Nobody is refused without a sentence that says what to do."""
    codes = raised() | {"pin_needed", "pin_wrong", "link_locked"}

    assert len(codes) > 15
    assert codes - locale(language)["problems"].keys() == set()


@pytest.mark.parametrize("status", [400, 401, 404, 405, 409, 415, 418, 500, 502, 503])
def test_every_status_has_words(status: int) -> None:
    """What the platform refuses by itself has words too."""
    assert code_for(status) in locale("en")["problems"]


def test_a_document_follows_rfc_9457() -> None:
    """Type, title, status, detail and instance, with both languages beside."""
    response = problem(404, "case_unknown", language="zh-CN", request="req-1")
    body = json.loads(response.body)

    assert response.headers["Content-Type"] == "application/problem+json"
    assert body["type"] == "urn:tocsin:problem:case_unknown"
    assert (body["status"], body["instance"], body["code"]) == (404, "req-1", "case_unknown")
    assert body["title"] == body["titles"]["zh-CN"] == "没有这个案件"
    assert body["titles"]["en"] == "There is no such case"
    assert re.fullmatch(r"[A-Za-z-]+", str(response.headers["Content-Language"]))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh", "zh-CN"),
        ("zh-TW,en;q=0.5", "zh-CN"),
        ("fr, en;q=0.3, zh-CN;q=0.9", "zh-CN"),
        ("fr", "en"),
        ("en-GB,zh;q=0.9", "en"),
        ("zh;q=nonsense", "en"),
        ("zh;q=....", "en"),
        ("\x00,,;;q=1", "en"),
    ],
)
def test_the_caller_chooses_the_language(header: str, language: str) -> None:
    """Accept-Language decides, and an unreadable one means English."""
    assert accepted(header) == language


def test_only_two_languages_are_known() -> None:
    """Any Chinese is simplified Chinese here, and a third language is none."""
    assert [known(tag) for tag in ("zh-Hant", "EN-us", "fr", "")] == ["zh-CN", "en", "", ""]
