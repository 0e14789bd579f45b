"""Which S4 cases a vendor may close by itself: by vendor, category and amount.

Nothing is delegated that no row grants, and a row says nothing of anybody's role: a vendor's
supervisor needs a grant as much as its agents do.  That the case is S4, and nothing graver, is
for ``decide`` to see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chalicelib.cases.calendar import Calendar

ALL_PERMILLE = 1000
LEAST_PERMILLE = 50  # at least one delegated closure in twenty is looked at by a person


@dataclass(frozen=True, slots=True)
class Grant:
    """The row that grants, and how many of a thousand closures under it are looked at today."""

    rule_id: str
    sample_permille: int


@dataclass(frozen=True, slots=True)
class Row:
    """One delegation as published; ``limit_minor`` is in the currency's smallest unit.

    Without a limit (None) any amount will do, and no amount too.  Both dates are local:
    ``since`` is the first day that counts, ``probation_until`` the last on which every closure
    is looked at.
    """

    id: str
    vendor: str
    category: str
    limit_minor: int | None
    currency: str
    permille: int
    since: date
    probation_until: date | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Row":
        """Read the compiled form; raises KeyError or ValueError on anything else."""
        until = data.get("probation_until")
        return cls(
            id=data["id"],
            vendor=data["vendor"],
            category=data["category"],
            limit_minor=data["limit_minor"],
            currency=data["currency"],
            permille=data["permille"],
            since=date.fromisoformat(data["since"]),
            probation_until=date.fromisoformat(until) if until else None,
        )

    def covers(self, amount_minor: object, currency: str) -> bool:
        """Whether this much is within the limit.

        What cannot be compared is not: no amount, less than nothing, a fraction, NaN, or another
        currency.
        """
        if self.limit_minor is None:
            return True
        return (
            type(amount_minor) is int
            and 0 <= amount_minor <= self.limit_minor
            and currency == self.currency
        )

    def grant(self, today: date) -> Grant:
        """What the row grants on this local date."""
        probation = self.probation_until is not None and today <= self.probation_until
        return Grant(self.id, ALL_PERMILLE if probation else self.permille)


@dataclass(frozen=True, slots=True)
class Delegation:
    """All rows, and the calendar whose local dates they mean."""

    rows: tuple[Row, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)

    def find(
        self, vendor: str, category: str, amount_minor: int | None, currency: str, at_ms: int
    ) -> Grant | None:
        """The grant under which this vendor may close such a case at this moment, if any.

        Of several the one with the smallest limit counts, so that a row for larger sums does not
        loosen or tighten the sampling of small ones.
        """
        today = self.calendar.local_date(at_ms)
        fitting = [
            row
            for row in self.rows
            if (row.vendor, row.category) == (vendor, category)
            and row.since <= today
            and row.covers(amount_minor, currency)
        ]
        if not fitting:
            return None
        return min(fitting, key=_narrowest).grant(today)


def _narrowest(row: Row) -> tuple[bool, int, str]:
    return (row.limit_minor is None, row.limit_minor or 0, row.id)
