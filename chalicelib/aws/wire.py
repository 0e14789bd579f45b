"""Opened words on their way between two functions: JSON that loses nothing, as ASCII text.

It stands apart from the sealing, so that a function that only asks need not load cryptography.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any


def to_json(value: Any) -> bytes:
    """JSON that loses nothing: floats, NaN and lone surrogates come back as they were."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def from_json(data: bytes) -> Any:
    """What ``to_json`` was given."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def pack(words: Mapping[str, Mapping[str, Any]]) -> str:
    """Opened words as ASCII text: Lambda's own JSON cannot carry a lone surrogate."""
    return base64.b64encode(zlib.compress(to_json(words))).decode()


def unpack(text: str) -> dict[str, dict[str, Any]]:
    """What ``pack`` was given."""
    words: dict[str, dict[str, Any]] = from_json(zlib.decompress(base64.b64decode(text)))
    return words
