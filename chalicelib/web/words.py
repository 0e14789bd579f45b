"""The words of problems and pages, in both languages."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh-CN")
_CHOICE = re.compile(r"\s*([A-Za-z*-]+)\s*(?:;\s*q\s*=\s*([0-9.]{1,5}))?\s*")


@cache
def locale(language: str) -> dict[str, Any]:
    """All words of one of ``LANGUAGES``."""
    path = Path(__file__).with_name("locales") / f"{language}.json"
    words: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return words


def known(language: str) -> str:
    """The nearest of ``LANGUAGES`` to a tag, or nothing."""
    tag = language.strip().lower()[:20]
    return "zh-CN" if tag.startswith("zh") else "en" if tag.startswith("en") else ""


def accepted(header: str) -> str:
    """The language that an Accept-Language header likes best; English when it names neither."""
    best, weight = "en", 0.0
    for part in header[:200].split(","):
        match = _CHOICE.fullmatch(part)
        language = known(match[1]) if match else ""
        if match and language and (liked := _weight(match[2])) > weight:
            best, weight = language, liked
    return best


def _weight(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
