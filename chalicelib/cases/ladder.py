"""The ladder: who is paged when, and how long each duty may take, for every tier.

A case carries the ladder it was opened with as a few short lines of text (``pin``), so that a
later bundle cannot lengthen its clocks.  Figures come from ``policies/ladders``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from chalicelib.cases.calendar import Calendar
from chalicelib.terms import DAY, HOUR, MINUTE, SECOND, Tier

_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}


class Span(NamedTuple):
    """A length of time: milliseconds, or working days of a calendar."""

    ms: int = 0
    working_days: int = 0

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read ``90s``, ``3m``, ``2h``, ``1d`` or ``1wd``; raises ValueError otherwise."""
        if text.endswith("wd"):
            return cls(working_days=int(text[:-2]))
        return cls(ms=int(text[:-1]) * _UNITS[text[-1:]])

    @classmethod
    def from_dict(cls, data: Mapping[str, int]) -> "Span":
        """Read the bundle's form, ``{"ms": n}`` or ``{"wd": n}``."""
        return cls(ms=data.get("ms", 0), working_days=data.get("wd", 0))

    def __str__(self) -> str:
        """The shortest exact form; whole seconds are the finest a ladder can say."""
        if self.working_days:
            return f"{self.working_days}wd"
        unit = next((u for u in ("d", "h", "m") if self.ms and self.ms % _UNITS[u] == 0), "s")
        return f"{self.ms // _UNITS[unit]}{unit}"

    def after(self, at_ms: int, calendar: Calendar) -> int:
        """The moment this long after ``at_ms``."""
        if self.working_days:
            return calendar.after(at_ms, self.working_days)
        return at_ms + self.ms


class Rung(NamedTuple):
    """The roles that are paged ``at`` this long after the ladder's start."""

    at: Span
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One tier's ladder and limits; a missing limit is None.

    ``k7_fast`` is K7 where minutes decide, as with gas and fire.
    """

    rungs: tuple[Rung, ...] = ()
    top: Span | None = None
    repeat: Span | None = None
    k3: Span | None = None
    k4: Span | None = None
    k5: Span | None = None
    k6: Span | None = None
    k7: Span | None = None
    k7_fast: Span | None = None
    k9: Span | None = None
    k10: Span | None = None
    k11: Span | None = None
    k13: Span | None = None
    to_s3: Span | None = None

    def roles_up_to(self, rung: int) -> tuple[str, ...]:
        """Every role on rungs 0 … ``rung``, each once, lowest first."""
        roles = (role for step in self.rungs[: rung + 1] for role in step.roles)
        return tuple(dict.fromkeys(roles))


_LIMITS = (
    *("top", "repeat", "k3", "k4", "k5", "k6", "k7", "k7_fast"),
    *("k9", "k10", "k11", "k13", "to_s3"),
)


@dataclass(frozen=True)
class Ladder:
    """The plans of all five tiers, with the name and version they were published under."""

    name: str
    plans: tuple[Plan, Plan, Plan, Plan, Plan]

    def plan(self, tier: Tier) -> Plan:
        """What is owed on a case of this tier."""
        return self.plans[tier.rank]

    @classmethod
    def from_bundle(cls, data: Mapping[str, Any]) -> "Ladder":
        """Read one ladder of the compiled bundle; raises KeyError when a tier is missing."""
        plans = tuple(_plan_from_bundle(data["tiers"][tier.value]) for tier in Tier)
        return cls(f"{data['id']}/{data['version']}", plans)  # type: ignore[arg-type]

    def pin(self) -> dict[str, str]:
        """The compact form that a case and its opening entry carry."""
        return dict(self._pinned)

    @cached_property
    def _pinned(self) -> dict[str, str]:
        lines = {tier.value: _plan_to_text(self.plan(tier)) for tier in Tier}
        return {"name": self.name, **lines}

    @classmethod
    def unpin(cls, data: Mapping[str, str]) -> "Ladder":
        """Read what ``pin`` wrote; raises KeyError or ValueError on anything else."""
        return _unpin(tuple(sorted(data.items())))


def _plan_from_bundle(data: Mapping[str, Any]) -> Plan:
    rungs = tuple(
        Rung(Span.from_dict(rung["at"]), tuple(rung["roles"])) for rung in data.get("rungs", ())
    )
    limits = {name: Span.from_dict(data[name]) for name in _LIMITS if data.get(name)}
    return Plan(rungs=rungs, **limits)


def _plan_to_text(plan: Plan) -> str:
    rungs = [f"{rung.at}:{','.join(rung.roles)}" for rung in plan.rungs]
    limits = ((name, getattr(plan, name)) for name in _LIMITS)
    return " ".join(rungs + [f"{name}={span}" for name, span in limits if span is not None])


def _plan_from_text(text: str) -> Plan:
    words = text.split()
    rungs = tuple(
        Rung(Span.parse(at), tuple(roles.split(",")))
        for at, _, roles in (word.partition(":") for word in words if ":" in word)
    )
    pairs = (word.partition("=") for word in words if "=" in word)
    return Plan(rungs=rungs, **{name: Span.parse(span) for name, _, span in pairs})


@lru_cache(maxsize=64)
def _unpin(items: tuple[tuple[str, str], ...]) -> Ladder:
    # Cases of one release share a ladder, so a warm worker parses it once.
    data = dict(items)
    plans = tuple(_plan_from_text(data[tier.value]) for tier in Tier)
    return Ladder(data["name"], plans)  # type: ignore[arg-type]
