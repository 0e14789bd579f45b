"""Delegations as staff write them: which S4 cases which vendor may close, up to which amount."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field, PlainValidator, StringConstraints

from chalicelib.cases.delegation import ALL_PERMILLE, LEAST_PERMILLE
from tools.policy_models import Id, NonEmpty, Strict
from tools.policy_yaml import Document, Problem

AMOUNT = re.compile(r"(0|[1-9]\d{0,11})(?:\.(\d{1,4}))? ([A-Z]{3})")
UNLIMITED = "unlimited"
# ISO 4217: currencies whose smallest unit is not a hundredth.
WITHOUT = re.compile("BIF|CLP|DJF|GNF|ISK|JPY|KMF|KRW|PYG|RWF|UGX|UYI|VND|VUV|XAF|XOF|XPF")
THREE = re.compile("BHD|IQD|JOD|KWD|LYD|OMR|TND")

type Amount = tuple[int, str]  # in the currency's smallest unit; () stands for no limit


def amount(written: object) -> Amount | tuple[()]:
    """The limit of "200 CNY", "9.50 USD" or "unlimited"; raises ValueError for anything else."""
    if written == UNLIMITED:
        return ()
    found = AMOUNT.fullmatch(written) if isinstance(written, str) else None
    if not found:
        raise ValueError('write an amount like "200 CNY" or "9.50 USD", or "unlimited"')
    whole, fraction, currency = found[1], found[2] or "", found[3]
    decimals = 0 if WITHOUT.fullmatch(currency) else 3 if THREE.fullmatch(currency) else 2
    if len(fraction) > decimals:
        raise ValueError(f"{currency} has {decimals} decimals")
    return int(whole + fraction.ljust(decimals, "0")), currency


Limit = Annotated[tuple[int, str] | tuple[()], PlainValidator(amount)]
Percent = Annotated[int, Field(ge=LEAST_PERMILLE // 10, le=ALL_PERMILLE // 10)]
# As credentials name an employer: anything but blanks at the ends, so that a slip is seen.
Vendor = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$", max_length=120)]


class GrantRow(Strict):
    """One vendor, one category, one limit."""

    id: Id
    vendor: Vendor
    category: Id
    max_amount: Limit
    sample_percent: Percent
    since: date = Field(alias="from")
    probation_until: date | None = None
    why: NonEmpty


class Delegations(Strict):
    """One file of delegations."""

    id: Id
    version: Annotated[int, Field(ge=1)]
    grants: list[GrantRow]


def compile_delegation(files: Iterable[Delegations]) -> list[dict[str, Any]]:
    """All rows of all files as the bundle holds them, which ``Row.from_dict`` reads."""
    rows = (row for file in files for row in file.grants)
    return [_compile_row(row) for row in sorted(rows, key=lambda row: row.id)]


def _compile_row(row: GrantRow) -> dict[str, Any]:
    limit, currency = row.max_amount or (None, "")
    return {
        "id": row.id,
        "vendor": row.vendor,
        "category": row.category,
        "limit_minor": limit,
        "currency": currency,
        "permille": row.sample_percent * 10,
        "since": row.since.isoformat(),
        "probation_until": row.probation_until and row.probation_until.isoformat(),
    }


def delegation_problems(files: Sequence[tuple[Delegations, Document]]) -> list[Problem]:
    """Rows that contradict themselves or one another, in one file or in several."""
    problems = []
    ids: dict[str, str] = {}
    limits: dict[tuple[object, ...], str] = {}
    for file, document in files:
        for index, row in enumerate(file.grants):
            if row.probation_until and row.probation_until < row.since:
                place = ("grants", index, "probation_until")
                problems.append(document.problem(place, "ends before the delegation begins"))
            if row.id in ids:
                message = f"the id {row.id!r} is taken in {ids[row.id]}"
                problems.append(document.problem(("grants", index, "id"), message))
            ids.setdefault(row.id, document.path)
            same = (row.vendor, row.category, row.max_amount)
            if same in limits:
                message = f"{limits[same]!r} already says this of the same vendor and category"
                problems.append(document.problem(("grants", index, "max_amount"), message))
            limits.setdefault(same, row.id)
    return problems
