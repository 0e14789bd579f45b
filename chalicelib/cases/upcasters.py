"""Bodies of older schemas, step by step made into today's: pure, and kept for ever."""

from collections.abc import Callable, Mapping
from typing import Any

type Body = Mapping[str, Any]
type Step = Callable[[Body], Body]

SCHEMA = 1
# From schema n to n + 1, by n.  There is one schema so far, and so no step.
STEPS: Mapping[int, Step] = {}


def upcast(body: Body, steps: Mapping[int, Step] = STEPS, schema: int = SCHEMA) -> Body:
    """The body in ``schema``; raises LookupError for one that no step leads from."""
    found: Any = body.get("schema")
    while found != schema:
        if found not in steps:
            raise LookupError(f"case schema {found!r} is not {schema}")
        body = {**steps[found](body), "schema": found + 1}
        found += 1
    return body
