"""Yes and no, as people answer the two triage questions in English and Chinese."""

from collections.abc import Sequence
from typing import Any

_YES = frozenset(
    ("yes", "y", "true", "t", "1", "1.0", "on", "是", "是的", "有", "有的", "对", "对的")
) | frozenset(("在", "能", "能的", "可以", "可", "会", "嗯", "有危险", "能联系上", "联系得上"))
_NO = frozenset(
    ("no", "n", "false", "f", "0", "0.0", "off", "否", "不", "不是", "没", "没有", "无")
) | frozenset(("不能", "不可以", "不行", "没有危险", "联系不上", "打不通", "失联", "无法联系"))
_UNKNOWN = frozenset(
    ("", "unknown", "none", "null", "n/a", "?", "？", "不知道", "不清楚", "未知", "不详")
)


def answer(value: Any) -> bool | None:
    """Yes, no, or None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list) and len(value) == 1:
        return answer(value[0])
    if not isinstance(value, str | int | float):
        return None
    word = _folded(str(value))
    if word in _YES:
        return True
    return False if word in _NO else None


def is_unknown(value: Any) -> bool:
    """Not asked, or asked and not known: neither is a fault."""
    return value is None or (isinstance(value, str) and _folded(value) in _UNKNOWN)


def gravest(answers: Sequence[bool | None], *, grave: bool) -> bool | None:
    """Of several answers to one question, the one that speaks for danger."""
    if grave in answers:
        return grave
    return None if all(one is None for one in answers) else not grave


def _folded(value: str) -> str:
    return value.strip().casefold().rstrip("。！!.,，")
