"""Draw again which delegated closures were to be looked at, for auditors.

    python -m tools.sampling key 2026-10 [--local]
    python -m tools.sampling check EXPORT KEY [KEY ...]

``key`` prints the key of a month that is over, one for each link key that is accepted; they are
those of the secret that SECRET_ID names, or LINK_KEY, or with ``--local`` the local stack's.
``check`` reads ``entries.jsonl`` of an export, whose chains ``tools/verify_log.py`` checks, and
says of each draw that is wrong what it should have been, and of each delegated closure that a lot
had hit whether a person looked at it before.

Exit 0: every draw is right.  1: some draw is wrong, or missing.  2: something could not be checked:
no key for it, or nothing to read.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.audit.canonical import NotCanonicalError, decode
from chalicelib.cases.delegation import ALL_PERMILLE, LEAST_PERMILLE
from chalicelib.cases.end_events import CLOSED, REVIEWED, SAMPLE_DRAWN
from chalicelib.services.sampling import commitment, draw, month_key, month_of
from chalicelib.terms import HOUR, VENDOR_ROLES
from tools.local.cloud import Cloud
from tools.local.desk import NoTablesError, kept_keys

ENTRIES = "entries.jsonl"
CASE = "case#"
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
KEY = re.compile(r"[0-9a-f]{64}")
LEAST_KEY_BYTES = 32
# The clocks of those who write entries differ by seconds; an hour later none is in the old month.
SETTLED_MS = HOUR


class RefusedError(Exception):
    """The key is not given out; the message says why."""


@dataclass(slots=True)
class Checked:
    """What came of drawing again: findings to read, and draws by whether they were looked at.

    ``unchecked`` counts draws without a key by month and commitment, ``seen`` all of them.
    """

    findings: list[str] = field(default_factory=list)
    entries: int = 0
    drawn: int = 0
    sampled: int = 0
    unchecked: Counter[tuple[str, str]] = field(default_factory=Counter)
    seen: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def exit_code(self) -> int:
        """0 right, 1 wrong, 2 not all could be checked."""
        return 1 if self.findings else 2 if self.unchecked or not self.entries else 0


def key_of(month: str, secret: bytes, now_ms: int) -> bytes:
    """The key of a month that is over at ``now_ms``; raises RefusedError."""
    if not MONTH.fullmatch(month):
        raise RefusedError("write the month like 2026-10")
    if len(secret) < LEAST_KEY_BYTES:
        raise RefusedError("set SECRET_ID or LINK_KEY for the stack's link key, or say --local")
    if month >= month_of(now_ms - SETTLED_MS):
        raise RefusedError(f"{month} is not over (UTC): whoever has its key can foretell its draws")
    return month_key(secret, month)


def check(folder: Path, keys: Sequence[bytes]) -> Checked:
    """Draw again for every delegated closure in an export; raises OSError."""
    by_commitment = {commitment(key): key for key in keys}
    told = Checked()
    followed = Followed()
    with (folder / ENTRIES).open("rb") as lines:
        for number, line in enumerate(lines, 1):
            told.entries += 1
            for what in _line(line, by_commitment, told, followed):
                told.findings.append(f"{ENTRIES}:{number}: {what}")
    return told


@dataclass(slots=True)
class Followed:
    """The chain being read, and whether a lot has hit on it that nobody has followed up yet."""

    chain: str = ""
    awaited: bool = False

    def entry(self, chain: str, events: Iterable[dict[str, Any]], role: str) -> Iterator[str]:
        """Take an entry's events in order; what is wrong with how lots and closures follow."""
        if chain != self.chain:
            self.chain, self.awaited = chain, False
        free = False  # to close: the lot has just missed, or a person has just agreed
        for event in events:
            name = event["e"]
            if name == SAMPLE_DRAWN:
                if self.awaited or free:
                    yield "drawn again before anybody had looked"
                self.awaited = event.get("sampled") is not False
                free = not self.awaited
            elif name == REVIEWED and event.get("kind") == "sample":
                self.awaited = False
                free = event.get("agrees") is True and role not in VENDOR_ROLES
            elif name == CLOSED and event.get("how") == "delegated" and not free:
                missing = "anybody looking at it" if self.awaited else "a draw or a look at it"
                yield f"a delegated closure without {missing}"
            if name == CLOSED:
                self.awaited = False  # a case that lives again is drawn for again


class Place(NamedTuple):
    """What a draw was made from, and when."""

    chain: str
    prev: str
    at_ms: int


def _line(line: bytes, keys: dict[str, bytes], told: Checked, followed: Followed) -> Iterator[str]:
    try:
        entry = decode(line.removesuffix(b"\n"))
        place = Place(str(entry["chain"]), str(entry["prev"]), int(entry["at_ms"]))
        faults = list(followed.entry(place.chain, entry["events"], entry["actor"]["role"]))
        where = f"{place.chain} seq {entry['seq']}: " if place.chain.isprintable() else ""
    except (NotCanonicalError, KeyError, TypeError, ValueError, AttributeError):
        yield "is no entry"
        return
    for event in entry["events"]:
        if event["e"] == SAMPLE_DRAWN:
            faults += _draw(event, place, keys, told)
    yield from (where + what for what in faults)


def _draw(
    event: dict[str, Any], place: Place, keys: dict[str, bytes], told: Checked
) -> Iterator[str]:
    told.drawn += 1
    value, permille = event.get("value"), event.get("permille")
    month, committed = str(event.get("month")), str(event.get("commitment"))
    if type(value) is not int or type(permille) is not int or not place.chain.startswith(CASE):
        yield "a draw that is none: no numbers, or on no case"
        return
    told.sampled += event.get("sampled") is True
    if not LEAST_PERMILLE <= permille <= ALL_PERMILLE:
        yield f"{permille} in a thousand are looked at, and {LEAST_PERMILLE} is the least"
    if event.get("sampled") is not (value < permille):
        yield f"{value} of {permille} in a thousand, and sampled is {event.get('sampled')!a}"
    due = month_of(place.at_ms)
    if month != due:
        yield f"drawn with the key of {month!a}, asked for in {due}"
    told.seen[month].add(committed)
    key = keys.get(committed)
    if key is None:
        told.unchecked[month, committed] += 1
        return
    right = draw(key, place.chain.removeprefix(CASE), place.prev)
    if value != right:
        yield f"the draw is {right}, and the entry says {value}"


def report(told: Checked) -> Iterator[str]:
    """The lines to print: what is wrong, what could not be checked, and the sum."""
    yield from (f"BROKEN {finding}" for finding in told.findings)
    for (month, committed), count in sorted(told.unchecked.items()):
        yield f"UNCHECKED {count} draws of {month!a}: no key given fits {committed[:64]!a}"
    for month, several in sorted(told.seen.items()):
        if len(several) > 1:
            yield f"note: {len(several)} commitments in {month!a}: was the link key changed?"
    word = ("right", "broken", "incomplete")[told.exit_code]
    yield f"{word}: {told.drawn} draws in {told.entries} entries, {told.sampled} to be looked at"


def main(argv: list[str] | None = None) -> int:
    """The command line."""
    chosen = _parser().parse_args(argv)
    try:
        if chosen.command == "key":
            for secret in _secrets(local=chosen.local):
                key = key_of(chosen.month, secret, _now_ms())
                print(f"{chosen.month} is committed to as {commitment(key)}", file=sys.stderr)
                print(key.hex())
            return 0
        told = check(chosen.export, [_key(text) for text in chosen.keys])
    except (RefusedError, NoTablesError) as refusal:
        print(f"sampling: {refusal}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"sampling: {ENTRIES} cannot be read: {error.strerror}", file=sys.stderr)
        return 2
    for line in report(told):
        print(line)
    return told.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.sampling", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    key = commands.add_parser("key", help="print the key of a month that is over")
    key.add_argument("month", metavar="MONTH", help="such as 2026-10")
    key.add_argument("--local", action="store_true", help="of the running local stack")
    again = commands.add_parser("check", help="draw again for every delegated closure")
    again.add_argument("export", metavar="EXPORT", type=Path)
    again.add_argument("keys", metavar="KEY", nargs="+", help="64 hex digits, as `key` prints")
    return parser


def _secrets(*, local: bool) -> tuple[bytes, ...]:
    """Each key that is accepted: any of them may have been the one of that month."""
    try:
        keyring = kept_keys(Cloud(), local=local)
    except NoTablesError as error:
        raise RefusedError(str(error)) from None
    return (keyring.current, *keyring.others)


def _key(text: str) -> bytes:
    if not KEY.fullmatch(text):
        raise RefusedError("a key is 64 hexadecimal digits, in lower case")
    return bytes.fromhex(text)


def _now_ms() -> int:
    return int(datetime.now(UTC).timestamp()) * 1000


if __name__ == "__main__":
    sys.exit(main())
