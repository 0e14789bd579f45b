"""Cases that an older release stored, taken over by a fleet of today."""

from typing import NamedTuple

import orjson

from chalicelib.audit.chain import entry_hash
from chalicelib.audit.entry import SealedEntry
from chalicelib.aws import items, packing
from chalicelib.aws.dynamo import Item
from chalicelib.cases.evolve import fold
from chalicelib.cases.model import Case
from tests.releases.shelf import Kept, read, releases
from tests.simulation.fleet.judge import Judge
from tests.simulation.fleet.store import FleetLedger


class Older(NamedTuple):
    """One case: as it was stored, with its entries, and as they make it."""

    item: Item
    body: bytes
    entries: tuple[SealedEntry, ...]
    case: Case
    post: str


def shelf() -> tuple[Older, ...]:
    """The cases of every release that is on the shelf."""
    return tuple(_older(kept) for version in releases() for kept in read(version))


def _older(kept: Kept) -> Older:
    case, entries, entry = None, [], {}
    for line in kept.lines:
        entry = orjson.loads(line)
        case = fold(case, entry["events"], entry["at_ms"])
        sealed = SealedEntry(
            line, entry_hash(line), entry["seq"], entry["chain"], entry["eid"], entry["at_ms"]
        )
        entries.append(sealed)
    if case is None:
        raise ValueError(f"{kept.case} has no entries")
    body = kept.item["body"]
    plain = packing.unpack(kept.item["enc"], body) if "enc" in kept.item else body
    return Older(kept.item, plain, tuple(entries), case, entry["state"]["post"])


def take_over(older: Older, store: FleetLedger, judge: Judge) -> None:
    """From now on it is one of the fleet's; what has fallen due meanwhile is due now."""
    store.adopt(items.read_beside(older.item), older.body, older.entries)
    judge.adopt(older.case, older.entries[-1].hash, older.post)
