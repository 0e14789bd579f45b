"""The compiled policies, as `python -m tools.policies build` wrote them."""

from pathlib import Path
from typing import Any

import orjson


def load_bundle() -> dict[str, Any]:
    """The bundle; raises FileNotFoundError or orjson.JSONDecodeError when there is none to read.

    Judging without policies would be silence, so nobody catches this: the app does not start.
    """
    bundle: dict[str, Any] = orjson.loads(Path(__file__).with_name("policies.json").read_bytes())
    return bundle
