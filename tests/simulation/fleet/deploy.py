"""Releases that replace one another while rungs are due: other policies, and another schema."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chalicelib.bundle import load_bundle
from chalicelib.cases import upcasters
from chalicelib.cases.upcasters import Body
from chalicelib.services.parts import LADDER, Rules

OLD, NEW = upcasters.SCHEMA, upcasters.SCHEMA + 1
_REAL = upcasters.upcast

type Upcast = Callable[..., Body]


@dataclass(frozen=True)
class Code:
    """What one worker runs: its version, its policies, the schema that it writes, what it reads."""

    version: str
    rules: Rules
    schema: int
    upcast: Upcast

    @contextmanager
    def running(self) -> Iterator[None]:
        """This worker's step: the core's constants are those of its release until it is over."""
        module: Any = upcasters
        before = module.SCHEMA, module.upcast
        module.SCHEMA, module.upcast = self.schema, self.upcast
        try:
            yield
        finally:
            module.SCHEMA, module.upcast = before


def _reads_old(body: Body, *_: object) -> Body:
    return _REAL(body, {}, OLD)


def _reads_both_as_old(body: Body, *_: object) -> Body:
    """The release between: it can read what the next one writes, and still writes the old."""
    return {**body, "schema": OLD} if body.get("schema") == NEW else _reads_old(body)


def _reads_both_as_new(body: Body, *_: object) -> Body:
    return _REAL(body, {OLD: dict}, NEW)


@lru_cache(maxsize=1)
def _bundles() -> tuple[Rules, Rules]:
    """The published policies, and a later bundle whose S1 ladder is tighter."""
    bundle: Mapping[str, Any] = load_bundle()
    later: Any = deepcopy(bundle)
    later["digest"] = "f" * len(bundle["digest"])
    ladder = later["ladders"][LADDER]
    ladder["version"] += 1
    ladder["tiers"]["S1"]["top"] = {"ms": 45 * 60_000}
    return Rules(bundle), Rules(later)


def first() -> Code:
    """What every run begins with."""
    return Code("1.0.0", _bundles()[0], OLD, _reads_old)


def next_of(code: Code, *, wrong: bool = False) -> Code:
    """The release after this one; ``wrong`` leaves out the one between two schemas."""
    old, later = _bundles()
    if code.version == "1.0.0":
        return Code("1.1.0", later, OLD, _reads_old)
    if code.version == "1.1.0" and not wrong:
        return Code("1.2.0", later, OLD, _reads_both_as_old)
    if code.version in {"1.1.0", "1.2.0"}:
        return Code("2.0.0", later, NEW, _reads_both_as_new)
    return Code("2.1.0", old, NEW, _reads_both_as_new)
