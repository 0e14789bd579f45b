"""Conditions in CEL over the facts, checked for types when compiled and bounded when run."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.judging.facts import KINDS

NOT_BOOL = "the answer is neither true nor false"
AT_ONCE = 60  # as many answers go into one number of CEL's, 63 bits and a sign
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

    def number(self, facts: Mapping[str, object]) -> int | None:
        """The answer where it is a whole number; None for any other, or when there is none."""
        try:
            answer = self._expression.eval(data=facts).value()
        except Exception:  # noqa: BLE001  # it is asked again, one condition at a time
            return None
        return answer if isinstance(answer, int) else None

    @property
    def kind(self) -> str:
        """The CEL type of the answer, ``BOOL`` for every condition that may be used."""
        return str(self._expression.return_type().name())


class AllAtOnce:
    """Conditions answered in one evaluation: showing the facts to CEL costs more than asking.

    Each answer is a bit of a number, at the place that its condition was given.
    """

    def __init__(self, conditions: Mapping[int, str], compiled: Callable[[str], Condition]) -> None:
        parts: dict[int, list[str]] = {}
        for place, condition in conditions.items():
            part, bit = divmod(place, AT_ONCE)
            parts.setdefault(part, []).append(f"(({condition}) ? {1 << bit} : 0)")
        self._parts = [(part * AT_ONCE, compiled(_sum(terms))) for part, terms in parts.items()]

    def ask(self, facts: Mapping[str, object]) -> int | None:
        """Which of them hold; None when one cannot be answered, whatever the others say."""
        held = 0
        for first, part in self._parts:
            answers = part.number(facts)
            if answers is None:
                return None
            held |= answers << first
        return held


def _sum(terms: Sequence[str]) -> str:
    """The terms added in pairs: CEL reads nothing that is nested deeper than 32."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return f"({_sum(terms[:half])} + {_sum(terms[half:])})"


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
