"""The auditor's second drawing of the lots."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.audit import canonical
from chalicelib.cases.delegation import Grant
from chalicelib.cases.end_events import CLOSED, REOPENED, REVIEWED, sample_drawn
from chalicelib.services.sampling import commitment, draw_lot, month_key, month_of
from chalicelib.terms import DAY, HOUR
from tests.support.log_builder import (
    NOON,
    OWNER,
    VENDOR,
    ChainLog,
    Event,
    LogBuilder,
    ident,
    note,
    opens,
    starts,
)
from tools.local.home import Home
from tools.sampling import RefusedError, check, key_of, main, report

LINK_KEY = bytes(range(32))
GRANT = Grant("small-refunds", 100)
MONTH = month_of(NOON)
KEY = month_key(LINK_KEY, MONTH)
CASES = 40

type Spoil = Callable[[Event], None]


def closed() -> Event:
    """The case ends as delegated."""
    return {"e": CLOSED, "how": "delegated", "by": VENDOR.id}


def looked(*, agrees: bool = True) -> Event:
    """Somebody has looked at the closure."""
    return {"e": REVIEWED, "kind": "sample", "agrees": agrees, "by": OWNER.id}


def asking(log: LogBuilder, number: int, spoil: Spoil | None = None) -> tuple[ChainLog, Event]:
    """An S4 case that a vendor opens and adds to, and the lot that it then draws."""
    case = ident("cas", NOON, number)
    chain = log.chain(f"case#{case}")
    chain.add(NOON, VENDOR, opens("S4"), starts({"K10": NOON + 15 * DAY}))
    chain.add(NOON + HOUR, VENDOR, note())
    lot = draw_lot(LINK_KEY, GRANT, case, chain.head.hash, NOON + 2 * HOUR)
    event = dict(sample_drawn(lot))
    if spoil:
        spoil(event)
    return chain, event


def closing(log: LogBuilder, number: int, spoil: Spoil | None = None) -> None:
    """Such a case to its end: at once when the lot misses, or after the owner has looked."""
    chain, lot = asking(log, number, spoil)
    if lot["sampled"] is True:
        chain.add(NOON + 2 * HOUR, VENDOR, lot)
        chain.add(NOON + 3 * HOUR, OWNER, looked(), closed())
    else:
        chain.add(NOON + 2 * HOUR, VENDOR, lot, closed())


def hit(event: Event) -> None:
    """A lot that says it has hit, whatever was drawn."""
    event.update(value=1, sampled=True)


def miss(event: Event) -> None:
    """A lot that says it has missed."""
    event.update(value=999, sampled=False)


@pytest.fixture
def log() -> LogBuilder:
    """Many delegated closures and nothing wrong."""
    made = LogBuilder()
    for number in range(CASES):
        closing(made, number)
    return made


def test_an_honest_log_is_right(log: LogBuilder, tmp_path: Path) -> None:
    """Every lot of an honest log comes out again, and the sum says how many were looked at."""
    log.write(tmp_path, NOON + DAY)
    told = check(tmp_path, [KEY])

    assert (told.exit_code, told.drawn, told.findings) == (0, CASES, [])
    assert 0 < told.sampled < CASES
    assert list(report(told)) == [
        f"right: {CASES} draws in {length(log)} entries, {told.sampled} to be looked at"
    ]


def length(log: LogBuilder) -> int:
    """How many entries it holds."""
    return sum(len(chain.entries) for chain in log.chains)


def changes(**fields: object) -> Spoil:
    """A draw that says something else."""

    def spoil(event: Event) -> None:
        event.update(fields)

    return spoil


SPOILED = [
    (miss, "and the entry says 999"),
    (changes(sampled="no"), "and sampled is 'no'"),
    (changes(permille=49), "49 in a thousand are looked at, and 50 is the least"),
    (changes(permille=1001), "1001 in a thousand are looked at"),
    (changes(month="2020-01"), f"drawn with the key of '2020-01', asked for in {MONTH}"),
    (changes(value=None), "a draw that is none"),
    (changes(value=True), "a draw that is none"),
]


@pytest.mark.parametrize(("spoil", "what"), SPOILED)
def test_a_wrong_draw_is_named(log: LogBuilder, tmp_path: Path, spoil: Spoil, what: str) -> None:
    """Which entry, on which case, and what is wrong with it; the others are right."""
    closing(log, CASES, spoil)
    log.write(tmp_path, NOON + DAY)
    told = check(tmp_path, [KEY])

    assert told.exit_code == 1
    assert all(ident("cas", NOON, CASES) + " seq 3: " in finding for finding in told.findings)
    assert any(what in finding for finding in told.findings)
    line = length(log) - len(log.chains[-1].entries) + 3
    assert next(report(told)).startswith(f"BROKEN entries.jsonl:{line}: case#cas_")


def unfair(log: LogBuilder, folder: Path) -> list[str]:
    """What is said besides the numbers, which the tests here make up."""
    log.write(folder, NOON + DAY)
    findings = check(folder, []).findings
    return [finding.partition(" seq ")[2] for finding in findings]


NO_DRAW = "a delegated closure without a draw or a look at it"
NO_LOOK = "a delegated closure without anybody looking at it"


def test_a_closure_without_a_draw_is_named(tmp_path: Path) -> None:
    """To leave the lot out is no way around it, and the case before it does not lend its own."""
    log = LogBuilder()
    closing(log, 1)
    asking(log, 2)[0].add(NOON + 2 * HOUR, VENDOR, closed())

    assert unfair(log, tmp_path) == ["3: " + NO_DRAW]


def test_a_closure_that_a_lot_has_hit_waits_for_a_person(tmp_path: Path) -> None:
    """Closed with the lot that hit, or later without a look, or after the vendor's own look."""
    log = LogBuilder()
    chain, lot = asking(log, 1, hit)
    chain.add(NOON + 2 * HOUR, VENDOR, lot, closed())
    chain, lot = asking(log, 2, hit)
    chain.add(NOON + 2 * HOUR, VENDOR, lot)
    chain.add(NOON + 3 * HOUR, VENDOR, closed())
    chain, lot = asking(log, 3, hit)
    chain.add(NOON + 2 * HOUR, VENDOR, lot)
    chain.add(NOON + 3 * HOUR, VENDOR, looked(), closed())
    chain, lot = asking(log, 4, hit)
    chain.add(NOON + 2 * HOUR, VENDOR, lot)
    chain.add(NOON + 3 * HOUR, OWNER, looked(agrees=False), closed())

    ends = ["3: " + NO_LOOK, "4: " + NO_LOOK, "4: " + NO_DRAW, "4: " + NO_DRAW]
    assert unfair(log, tmp_path) == ends


def test_nobody_draws_until_the_lot_pleases(tmp_path: Path) -> None:
    """A second lot is named, in the same entry or in a later one; after a look it is none."""
    log = LogBuilder()
    chain, lot = asking(log, 1, miss)
    chain.add(NOON + 2 * HOUR, VENDOR, lot, lot, closed())
    chain, lot = asking(log, 2, hit)
    chain.add(NOON + 2 * HOUR, VENDOR, lot)
    chain.add(NOON + 3 * HOUR, VENDOR, lot)
    chain, lot = asking(log, 3, hit)
    chain.add(NOON + 2 * HOUR, VENDOR, lot)
    chain.add(NOON + 3 * HOUR, OWNER, looked(agrees=False))
    chain.add(NOON + 4 * HOUR, VENDOR, lot)

    again = "drawn again before anybody had looked"
    assert unfair(log, tmp_path) == ["3: " + again, "4: " + again]


def test_a_case_that_lives_again_is_drawn_for_again(tmp_path: Path) -> None:
    """The reporter ended it by their own word before anybody had looked, and then came back."""
    log = LogBuilder()
    chain, lot = asking(log, 1, hit)
    chain.add(NOON + 2 * HOUR, VENDOR, lot)
    chain.add(NOON + 3 * HOUR, VENDOR, {"e": CLOSED, "how": "confirmed", "by": "reporter"})
    chain.add(NOON + 4 * HOUR, VENDOR, {"e": REOPENED, "why": "contact"}, lot)
    assert unfair(log, tmp_path) == []


def test_what_there_is_no_key_for_is_not_called_right(log: LogBuilder, tmp_path: Path) -> None:
    """A month without its key is incomplete, and a key of another month does not fit."""
    log.write(tmp_path, NOON + DAY)
    told = check(tmp_path, [month_key(LINK_KEY, "2020-01")])

    assert told.exit_code == 2
    first, last = report(told)
    assert first.startswith(f"UNCHECKED {CASES} draws of '{MONTH}': no key given fits")
    assert commitment(KEY) in first
    assert last.startswith("incomplete")


def test_a_key_that_was_changed_within_a_month_is_said(log: LogBuilder, tmp_path: Path) -> None:
    """Two commitments in one month can be honest, and the auditor is told to ask."""
    closing(log, CASES, changes(commitment="0" * 64))
    log.write(tmp_path, NOON + DAY)

    lines = list(report(check(tmp_path, [KEY])))
    assert f"note: 2 commitments in '{MONTH}': was the link key changed?" in lines


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b'{"chain":1}',
        b'{"chain":"case#x","events":[1],"seq":1}',
        b'{ "chain": "case#x" }',
        b'{"at_ms":"x","chain":"case#x","prev":""}',
        canonical.encode({"chain": "case#x", "seq": 1, "events": [{}]}),
    ],
)
def test_a_line_that_is_no_entry_is_named(log: LogBuilder, tmp_path: Path, line: bytes) -> None:
    """Whatever stands there, it is said where, and the rest is checked."""
    log.write(tmp_path, NOON + DAY)
    with (tmp_path / "entries.jsonl").open("ab") as entries:
        entries.write(line + b"\n")
    told = check(tmp_path, [KEY])

    assert told.findings == [f"entries.jsonl:{length(log) + 1}: is no entry"]
    assert told.drawn == CASES


def test_an_empty_log_proves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to read is incomplete, whether the file is empty or missing."""
    assert main(["check", str(tmp_path), KEY.hex()]) == 2
    assert "entries.jsonl cannot be read" in capsys.readouterr().err
    (tmp_path / "entries.jsonl").touch()
    assert main(["check", str(tmp_path), KEY.hex()]) == 2
    assert capsys.readouterr().out.startswith("incomplete: 0 draws in 0 entries")


NOVEMBER = 1_793_491_200_000  # its first ms in UTC


def test_only_the_key_of_a_month_that_is_over_is_given_out() -> None:
    """Not while it lasts, nor in the hour after it, when a slow clock may still write into it."""
    for now in (NOVEMBER - 1, NOVEMBER, NOVEMBER + HOUR - 1):
        with pytest.raises(RefusedError, match="2026-10 is not over"):
            key_of("2026-10", LINK_KEY, now)
    with pytest.raises(RefusedError, match="not over"):
        key_of("2027-01", LINK_KEY, NOVEMBER + HOUR)
    assert key_of("2026-10", LINK_KEY, NOVEMBER + HOUR) == month_key(LINK_KEY, "2026-10")


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-1", "26-10", "2026-10 "])
def test_a_month_is_written_in_one_way(month: str) -> None:
    """Another spelling would be another key."""
    with pytest.raises(RefusedError, match="like 2026-10"):
        key_of(month, LINK_KEY, NOVEMBER + DAY)


def test_the_command_prints_the_key_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key goes to the output, so that it can be handed on, and its commitment beside it."""
    monkeypatch.setenv("LINK_KEY", LINK_KEY.hex())
    assert main(["key", "2026-01"]) == 0
    said = capsys.readouterr()
    key = month_key(LINK_KEY, "2026-01")
    assert said.out == key.hex() + "\n"
    assert commitment(key) in said.err
    assert LINK_KEY.hex() not in said.out + said.err


def test_the_local_stacks_key(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """For the local run its own link key is taken, and without a run there is none."""
    home = Home(tmp_path)
    monkeypatch.setattr(Home, "default", lambda: home)
    assert main(["key", "2026-01", "--local"]) == 2
    home.write("keys.json", {"LinkKey": LINK_KEY.hex()})
    assert main(["key", "2026-01", "--local"]) == 0
    assert capsys.readouterr().out == month_key(LINK_KEY, "2026-01").hex() + "\n"


@pytest.mark.parametrize(
    ("secret", "why"), [("", "set SECRET_ID or LINK_KEY"), ("xy", "must be hex digits")]
)
def test_without_the_link_key_there_is_no_key(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, secret: str, why: str
) -> None:
    """It is said what is missing, and nothing is printed that could pass for a key."""
    monkeypatch.setenv("LINK_KEY", secret)
    assert main(["key", "2026-01"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert why in said.err


def test_a_key_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the hand is not taken for a key that fits nothing."""
    assert main(["check", "anywhere", "AB"]) == 2
    assert "64 hexadecimal digits" in capsys.readouterr().err
