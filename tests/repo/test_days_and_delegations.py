"""Calendars and delegations: a broken one is named in its place, a sound one means its words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.bundle import load_bundle
from chalicelib.cases.calendar import Calendar
from chalicelib.cases.delegation import LEAST_PERMILLE, Row
from tools.policies import compile_policies
from tools.policy_yaml import SourceError

CALENDAR = "policies/calendars/ours.yaml"
DELEGATION = "policies/delegation/ours.yaml"

DAYS = """\
id: ours
title: {en: Ours, zh-CN: 我们的}
source: the notice
offset: "+08:00"
weekend: [saturday, sunday]
published: {from: 2026-01-01, until: 2026-12-31}
shifts:
  - {at: 2026-04-05T01:00:00Z, offset: "+09:00"}
  - {at: 2026-10-04T01:00:00Z, offset: "+08:00"}
holidays:
  - {from: 2026-01-01, to: 2026-01-03, name: New Year}
  - {from: 2026-02-16, name: Spring}
make_up:
  - 2026-01-04
  - 2026-02-14
"""
GRANTS = """\
id: ours
version: 1
grants:
  - id: small-refunds
    vendor: acme-care
    category: refund
    max_amount: 200 CNY
    sample_percent: 10
    from: 2027-01-04
    probation_until: 2027-07-02
    why: within the tariff
  - id: lost-property
    vendor: acme-care
    category: lost-property
    max_amount: unlimited
    sample_percent: 5
    from: 2027-01-04
    why: no money in it
"""

type Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Put one source into an otherwise empty folder of policies."""

    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return put


def test_a_calendar_means_what_it_says(write: Write) -> None:
    """Ranges become their weekdays, offsets minutes, and moments milliseconds of UTC."""
    bundle = compile_policies(write(CALENDAR, DAYS), cases=False)
    ours = dict(bundle["calendars"]["ours"])

    assert ours.pop("digest") == Calendar.from_dict(ours).digest
    assert ours == {
        "offset_min": 480,
        "weekend": [5, 6],
        "holidays": ["2026-01-01", "2026-01-02", "2026-02-16"],
        "make_up": ["2026-01-04", "2026-02-14"],
        "shifts": [[1_775_350_800_000, 540], [1_791_075_600_000, 480]],
        "until": "2026-12-31",
    }


def test_a_delegation_means_what_it_says(write: Write) -> None:
    """Amounts are in the smallest unit, shares in thousandths, and rows sorted by id."""
    rows = compile_policies(write(DELEGATION, GRANTS), cases=False)["delegation"]

    assert [row["id"] for row in rows] == ["lost-property", "small-refunds"]
    assert (rows[0]["limit_minor"], rows[0]["currency"], rows[0]["permille"]) == (None, "", 50)
    assert rows[1] == {
        "id": "small-refunds",
        "vendor": "acme-care",
        "category": "refund",
        "limit_minor": 20_000,
        "currency": "CNY",
        "permille": 100,
        "since": "2027-01-04",
        "probation_until": "2027-07-02",
    }


@pytest.mark.parametrize(
    ("written", "minor", "currency"),
    [
        ("0 CNY", 0, "CNY"),
        ("9.5 USD", 950, "USD"),
        ("9.50 USD", 950, "USD"),
        ("200 JPY", 200, "JPY"),
        ("1.234 KWD", 1234, "KWD"),
    ],
)
def test_amounts_in_each_currencys_own_unit(
    write: Write, written: str, minor: int, currency: str
) -> None:
    """Two hundred yen are two hundred units, and two hundred yuan twenty thousand."""
    text = GRANTS.replace("200 CNY", written)
    row = compile_policies(write(DELEGATION, text), cases=False)["delegation"][1]
    assert (row["limit_minor"], row["currency"]) == (minor, currency)


UNIT = "write an amount like"
BROKEN_DAYS = [
    ('"+08:00"', "10:00", "10:00", "offset: write an offset from UTC in quotes"),
    ('"+08:00"', '"+15:00"', '"+15:00"', "offset: write an offset"),
    ("[saturday, sunday]", "[saturday, funday]", "funday", "weekend.1"),
    ("until: 2026-12-31", "until: 2025-12-31", "2025-12-31", "ends before it begins"),
    ("until: 2026-12-31", "until: 2027-12-31", "{from: 2026-01-01, until", "2027 is said to be"),
    ("until: 2026-12-31", "until: 2026-08-01", "{at: 2026-10-04", "2026-10-04 lies outside"),
    ("published: {from: 2026-01-01, until: 2026-12-31}\n", "", "id: ours", "say from when to"),
    ("at: 2026-04-05T01:00:00Z", "at: 2026-04-05", "2026-04-05", "shifts.0.at"),
    ("at: 2026-04-05T01:00:00Z", "at: 2026-04-05T01:00:00", "2026-04-05T", "shifts.0.at"),
    ("at: 2026-04-05T", "at: 2026-10-03T", "{at: 2026-10-04", "two days apart"),
    ("to: 2026-01-03", "to: 2025-12-31", "2025-12-31", "ends before it begins"),
    ("to: 2026-01-03", "to: 2026-02-01", "2026-02-01", "longer than 31 days"),
    ("to: 2026-01-03", "to: 2026-13-03", "2026-13-03", "there is no such date"),
    ("from: 2026-02-16", "from: 2026-01-03", "{from: 2026-01-03", "in order and apart"),
    ("from: 2026-02-16", "from: 2027-02-16", "{from: 2027-02-16", "2027-02-16 lies outside"),
    ("- 2026-02-14", "- 2026-02-13", "2026-02-13", "is a friday, a working day anyway"),
    ("- 2026-01-04", "- 2026-01-03", "2026-01-03\n", "2026-01-03 is a holiday too"),
    ("- 2026-02-14", "- 2026-01-04", "2026-01-04\n", "must be in order"),
    ("name: Spring", "2026-13-01: Spring", "id: ours", "month must be in 1..12"),
    ("name: Spring", "nome: Spring", "nome", "there is no field 'nome' here"),
]
BROKEN_GRANTS = [
    (
        "sample_percent: 10",
        "sample_percent: 4",
        "4\n    from: 2027-01-04\n    prob",
        "greater than or equal to 5",
    ),
    ("sample_percent: 10", "sample_percent: 101", "101", "less than or equal to 100"),
    ("sample_percent: 10", "sample_percent: 7.5", "7.5", "should be a valid integer"),
    ("    sample_percent: 10\n", "", "id: small", "'sample_percent' is missing"),
    ("    max_amount: 200 CNY\n", "", "id: small", "'max_amount' is missing"),
    ("200 CNY", "200", "200\n", UNIT),
    ("200 CNY", "-200 CNY", "-200", UNIT),
    ("200 CNY", "2e2 CNY", "2e2", UNIT),
    ("200 CNY", ".nan", ".nan", UNIT),
    ("200 CNY", ".inf", ".inf", UNIT),
    ("200 CNY", "200.001 CNY", "200.001", "CNY has 2 decimals"),
    ("200 CNY", "200.5 JPY", "200.5", "JPY has 0 decimals"),
    (
        "vendor: acme-care\n    category: refund",
        "vendor: ' '\n    category: refund",
        "' '",
        "vendor",
    ),
    ("category: refund", 'category: "*"', '"*"', "category"),
    ("from: 2027-01-04\n    prob", "from: someday\n    prob", "someday", "from"),
    ("probation_until: 2027-07-02", "probation_until: 2027-01-03", "2027-01-03", "before the del"),
    ("id: lost-property", "id: small-refunds", "", "the id 'small-refunds' is taken in"),
    (
        "category: lost-property\n    max_amount: unlimited",
        "category: refund\n    max_amount: 200.00 CNY",
        "200.00 CNY",
        "'small-refunds' already says",
    ),
    ("why: no money", "until: no money", "until: no", "there is no field 'until' here"),
]


@pytest.mark.parametrize(
    ("source", "old", "new", "at", "message"),
    [((CALENDAR, DAYS), *row) for row in BROKEN_DAYS]
    + [((DELEGATION, GRANTS), *row) for row in BROKEN_GRANTS],
)
def test_a_broken_source_is_named(
    write: Write, source: tuple[str, str], old: str, new: str, at: str, message: str
) -> None:
    """A mistake is refused at its own line and column, and said in words."""
    name, text = source
    assert old in text
    spoiled = text.replace(old, new, 1)
    with pytest.raises(SourceError) as caught:
        compile_policies(write(name, spoiled), cases=False)

    before = spoiled[: spoiled.rindex(at)] if at else ""
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    said = {(p.line, p.column): p.message for p in caught.value.problems if message in p.message}
    assert said, str(caught.value)
    assert not at or place in said, str(caught.value)


ALWAYS_FREE = """\
id: ours
title: {en: Ours, zh-CN: 我们的}
source: the notice
offset: "+08:00"
weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]
"""


def test_a_week_without_work_is_refused(write: Write) -> None:
    """A clock in working days would never fall due."""
    with pytest.raises(SourceError, match=r"ours\.yaml:5:10: no working day within 60 days"):
        compile_policies(write(CALENDAR, ALWAYS_FREE), cases=False)


def test_a_row_is_unique_among_all_files(write: Write) -> None:
    """An id stands in entries, so two files may not share one; nor may they contradict."""
    write(DELEGATION, GRANTS)
    root = write("policies/delegation/more.yaml", GRANTS.replace("id: ours", "id: more"))
    with pytest.raises(SourceError) as caught:
        compile_policies(root, cases=False)

    assert "the id 'small-refunds' is taken in policies/delegation/" in str(caught.value)
    assert "'lost-property' already says this of the same vendor and category" in str(caught.value)


def test_what_is_shipped_is_never_below_the_least_share() -> None:
    """Whoever adds a row to the committed bundle keeps at least one closure in twenty in view."""
    rows = [Row.from_dict(row) for row in load_bundle()["delegation"]]
    assert all(LEAST_PERMILLE <= row.permille <= 1000 for row in rows)
