"""The lot that says which delegated closures a person looks at."""

import hashlib
import hmac
from collections import Counter

import pytest

from chalicelib.cases.delegation import Grant
from chalicelib.services.sampling import commitment, draw, draw_lot, month_key, month_of

LINK_KEY = bytes(range(32))
CASE = "cas_01kay0zx2r8m5e3v7n9qd4t6hb"
HASH = "ab" * 32
OCTOBER = 1_793_491_199_999  # the last ms of October 2026 in UTC


def test_the_month_is_that_of_utc() -> None:
    """The last millisecond of October is October, and the next one November."""
    assert month_of(OCTOBER) == "2026-10"
    assert month_of(OCTOBER + 1) == "2026-11"


def test_the_lot_by_hand() -> None:
    """What docs/verifying.md says in words, done with the standard library alone."""
    key = hmac.new(LINK_KEY, b"sampling\x002026-10", hashlib.sha256).digest()
    said = f"draw\0{CASE}\0{HASH}\0".encode() + b"0"
    number = int.from_bytes(hmac.new(key, said, hashlib.sha256).digest()[:8], "big")

    lot = draw_lot(LINK_KEY, Grant("small-refunds", 250), CASE, HASH, OCTOBER)

    assert (lot.rule, lot.permille, lot.month) == ("small-refunds", 250, "2026-10")
    assert lot.value == number % 1000
    assert lot.commitment == hashlib.sha256(key).hexdigest()


def test_what_is_in_logs_stays_true() -> None:
    """The very numbers that entries hold; a change here would make honest logs look forged."""
    key = month_key(LINK_KEY, "2026-10")
    assert key.hex() == "9a3b31560ad785b9d47b4fd9b78a9454483a12f6d7d74136eae61229019b602e"
    assert commitment(key) == "d7a295e8963951f465ce29cd8085723d811786a1c26e83ca67a0431dfe9a036a"
    assert [draw(key, CASE, f"{n:064x}") for n in range(8)] == [
        901,
        504,
        20,
        367,
        43,
        903,
        760,
        632,
    ]


def test_a_number_that_would_favour_some_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last 616 of 2**64 numbers would make small draws likelier, so the next one is taken."""
    answers = iter([b"\xff" * 32, (2**64 - 616).to_bytes(8) * 4, (2**64 - 617).to_bytes(8) * 4])
    asked: list[bytes] = []

    def digest(_key: bytes, said: bytes, _kind: str) -> bytes:
        asked.append(said)
        return next(answers)

    monkeypatch.setattr(hmac, "digest", digest)
    assert draw(b"k", "cas_1", "ff") == 999
    assert [said.rpartition(b"\0")[2] for said in asked] == [b"0", b"1", b"2"]


def test_every_number_is_as_likely_as_another() -> None:
    """Of 50,000 draws each tenth holds a tenth, within five deviations; none is out of range."""
    key = month_key(LINK_KEY, "2026-10")
    tenths = Counter(draw(key, CASE, f"{n:064x}") // 100 for n in range(50_000))

    assert sorted(tenths) == list(range(10))
    deviation = (50_000 * 0.1 * 0.9) ** 0.5
    assert all(abs(count - 5_000) < 5 * deviation for count in tenths.values())


def test_case_entry_and_month_all_change_the_lot() -> None:
    """Nothing that a vendor may have seen elsewhere tells what comes here."""
    key = month_key(LINK_KEY, "2026-10")
    cases = {draw(key, f"cas_{n}", HASH) for n in range(50)}
    hashes = {draw(key, CASE, f"{n:064x}") for n in range(50)}
    months = {draw(month_key(LINK_KEY, f"20{n:02}-10"), CASE, HASH) for n in range(50)}
    assert min(map(len, (cases, hashes, months))) > 40


@pytest.mark.parametrize(("permille", "sampled"), [(1000, 300), (50, 15)])
def test_as_many_are_looked_at_as_the_grant_says(permille: int, sampled: int) -> None:
    """All in probation, and otherwise about the share that is written."""
    lots = [
        draw_lot(LINK_KEY, Grant("r", permille), CASE, f"{n:064x}", OCTOBER) for n in range(300)
    ]
    assert abs(sum(lot.sampled for lot in lots) - sampled) <= (0 if permille == 1000 else 14)
