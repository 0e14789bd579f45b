"""Both languages say the same things."""

import json
import re
from typing import Any

from tests.repo.sources import text

FOLDER = "chalicelib/web/locales"


def test_both_locales_have_the_same_keys() -> None:
    """A word that exists in one language only would show as a key on somebody's phone."""
    assert leaves("en").keys() == leaves("zh-CN").keys()


def test_both_locales_fill_in_the_same_values() -> None:
    """A placeholder missing from a translation would hide a time or a code."""
    english, chinese = leaves("en"), leaves("zh-CN")
    differ = [k for k in english if placeholders(english[k]) != placeholders(chinese[k])]
    assert differ == []


def test_nothing_is_left_blank() -> None:
    """Every word has a translation."""
    assert [
        k for locale in ("en", "zh-CN") for k, v in leaves(locale).items() if not v.strip()
    ] == []


def leaves(locale: str) -> dict[str, str]:
    """Dotted key to words, lists numbered."""
    return dict(walk(json.loads(text(f"{FOLDER}/{locale}.json")), ""))


def walk(node: Any, path: str) -> list[tuple[str, str]]:
    """All strings below."""
    if isinstance(node, str):
        return [(path, node)]
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    return [leaf for key, value in pairs for leaf in walk(value, f"{path}.{key}")]


def placeholders(words: str) -> set[str]:
    """Names in braces."""
    return set(re.findall(r"\{\s*(\w+)[^}]*\}", words))
