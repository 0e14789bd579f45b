"""Conditions in CEL over the facts, checked for types when compiled and bounded when run."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.judging.facts import KINDS

NOT_BOOL = "the answer is neither true nor false"
SAFE_REASON = re.compile("[A-Z_]+: [A-Za-z ]{1,60}")


class Condition:
    """A compiled expression."""

    def __init__(self, expression: Any) -> None:
        self._expression = expression

    def ask(self, facts: Mapping[str, object]) -> bool | str:
        """True, false, or in words why there is no answer (never quoting a value)."""
        try:
            value = self._expression.eval(data=facts)
            answer = value.value()
        except Exception as error:  # noqa: BLE001  # whatever it was, the caller must count it
            return type(error).__name__
        if isinstance(answer, bool):
            return answer
        return _reason(str(answer)) if value.type().name() == "ERROR" else NOT_BOOL

    @property
    def kind(self) -> str:
        """The CEL type of the answer, ``BOOL`` for every condition that may be used."""
        return str(self._expression.return_type().name())


def compiler() -> Callable[[str], Condition]:
    """A function that compiles one expression; it raises RuntimeError with line and column."""
    from cel_expr_python import cel  # noqa: PLC0415  # 17 MB, loaded only to build a rulebook

    kinds = {
        "bool": cel.Type.BOOL,
        "int": cel.Type.INT,
        "string": cel.Type.STRING,
        "list of string": cel.Type.List(cel.Type.STRING),
        "map of int": cel.Type.Map(cel.Type.STRING, cel.Type.INT),
        "map of dyn": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    }
    environment = cel.NewEnv(variables={name: kinds[kind] for name, kind in KINDS.items()})
    return lambda expression: Condition(environment.compile(expression))


def _reason(error: str) -> str:
    """The part of an error before anything it quotes."""
    found = SAFE_REASON.match(error)
    return found[0].strip() if found else "error"
