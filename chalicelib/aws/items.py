"""The items of the four tables: keys and attributes, and how they are read back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

from chalicelib.audit import canonical
from chalicelib.audit.chain import Head, entry_hash
from chalicelib.audit.entry import SealedEntry
from chalicelib.aws import packing
from chalicelib.aws.dynamo import Item
from chalicelib.cases.body import from_body
from chalicelib.cases.model import Case
from chalicelib.services.ports import Beside, Once, SealedWords
from chalicelib.services.stored_form import encoded
from chalicelib.terms import SECOND, Tier, iso

SLOTS = 16

_UNIT = 1_024


class EntryAlteredError(Exception):
    """Stored bytes that are not those of the entry's hash; says which entry, never what it says."""

    safe_to_log = True  # a chain and a number


def slot_of(identity: str) -> int:
    """0–15: spreads cases over the due index, and chains over a day's entries."""
    return sha256(identity.encode()).digest()[0] % SLOTS


def case_key(case: str) -> str:
    """The case item's partition key, which is also the name of its chain."""
    return f"case#{case}"


def beside_of(case: Case) -> Beside:
    """What stands beside the body: enough to ring by if the body cannot be read."""
    return Beside(
        case=case.id,
        code=case.code,
        tier=case.tier,
        opened=case.opened,
        due=case.due or 0,
        version=case.seq,
        vendor=case.vendor,
        status=case.status.value,
        rung=case.fired,
    )


def case_item(case: Case, head: Head) -> Item:
    """The whole case; its body packed when that saves a write unit.

    What the due index shows (``board.INDEXED``) changes seldom, and the rest costs it nothing.
    A closed case has no due time and so is not in the index.

    Raises:
        ValueError: an open case has no clock, so that nothing would ever ring it.
    """
    beside = beside_of(case)
    item: Item = {
        "pk": case_key(case.id),
        "sk": "state",
        "version": beside.version,
        "head": bytes.fromhex(head.hash),
        "tier": beside.tier.value,
        "code": beside.code,
        "vendor": beside.vendor,
        "status": beside.status,
        "rung": beside.rung,
        "opened": beside.opened,
    }
    if case.is_open and not beside.due:
        raise ValueError(f"{case.id} is open and has no clock")
    if beside.due:
        item |= {"slot": slot_of(case.id), "due_at": beside.due}
    body = encoded(case)
    return _cheaper(item | {"body": body}, lambda: _packed(item, packing.LANES, body=body))


def _packed(item: Item, form: str, **plain: bytes) -> Item:
    """The item with these bytes packed, and in ``enc`` how."""
    return item | {name: packing.pack(form, data) for name, data in plain.items()} | {"enc": form}


def _cheaper(readable: Item, pack: Callable[[], Item]) -> Item:
    """The packed item if it saves a write unit; packing costs time where none can be saved."""
    units = write_units(readable)
    packed = pack() if units > 1 else readable
    return packed if write_units(packed) < units else readable


def write_units(item: Item) -> int:
    """What DynamoDB counts for a plain Put, by its published sizes; a transaction costs twice."""
    return -(-item_bytes(item) // _UNIT)


def item_bytes(item: Item) -> int:
    """An item's size as DynamoDB publishes it: names in UTF-8 and values."""
    return sum(len(name) + _size(value) for name, value in item.items())


def _size(value: str | int | bytes) -> int:
    if isinstance(value, int):
        return len(str(value)) // 2 + 2
    return len(value.encode() if isinstance(value, str) else value)


def read_beside(item: Item) -> Beside:
    """Whatever can be read; a tier unknown to this release counts as the gravest."""
    tier = item.get("tier")
    return Beside(
        case=item["pk"].removeprefix("case#"),
        code=item.get("code", ""),
        tier=Tier(tier) if tier in set(Tier) else Tier.S0,
        opened=item.get("opened", 0),
        due=item.get("due_at", 0),
        version=item.get("version", 0),
        vendor=item.get("vendor", ""),
        status=item.get("status", ""),
        rung=item.get("rung", 0),
    )


def indexed(beside: Beside) -> Beside:
    """As the due index shows it: without the version, which changes with every entry."""
    return replace(beside, version=0)


def is_still(beside: Beside, stored: Beside) -> bool:
    """Whether a case stands where it was seen, be it in its item or in the due index.

    A case in the index was due, and every entry moves a due time that has come, so that one
    which was written since is never taken for the same.
    """
    return beside in {stored, indexed(stored)}


def read_case(item: Item) -> Case | None:
    """The case in the item's body, or None when this release cannot read it."""
    try:
        case = from_body(canonical.decode(_unpacked(item, "body")))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    is_its_own = case_key(case.id) == item["pk"] and case.seq == item.get("version")
    return case if is_its_own and (case.clocks or case.closed) else None


def body_of(item: Item) -> bytes:
    """The body as it lies there, in whichever schema; empty when it cannot be unpacked."""
    try:
        return bytes(_unpacked(item, "body"))
    except (KeyError, TypeError, ValueError):
        return b""


def _unpacked(item: Item, name: str) -> bytes:
    data: bytes = item[name]
    return packing.unpack(item["enc"], data) if "enc" in item else data


def entry_item(entry: SealedEntry) -> Item:
    """An entry's exact bytes, keyed by chain and number, and indexed by day.

    Packed by plain zlib when that is smaller, so that anyone can read the table; with the
    dictionary only where that saves a write unit.
    """
    item: Item = {
        "pk": entry.chain,
        "seq": entry.seq,
        "h": bytes.fromhex(entry.hash),
        "day": f"{iso(entry.at_ms)[:10]}#{slot_of(entry.chain)}",
        "at_eid": f"{entry.at_ms:013d}#{entry.eid}",
    }
    plain, zipped = item | {"e": entry.bytes}, _packed(item, packing.ZLIB, e=entry.bytes)
    readable = min(plain, zipped, key=item_bytes)
    return _cheaper(readable, lambda: _packed(item, packing.ENTRY, e=entry.bytes))


def read_entry(item: Item) -> bytes:
    """The exact bytes that were stored.

    Raises:
        EntryAlteredError: they cannot be unpacked, or their hash is not the stored one.
    """
    try:
        data = _unpacked(item, "e")
    except ValueError:
        data = b""
    if bytes.fromhex(entry_hash(data)) != item.get("h"):
        raise EntryAlteredError(f"entry {item['seq']} of {item['pk']} is not as it was written")
    return data


def word_items(words: tuple[SealedWords, ...]) -> Iterator[Item]:
    """One item for each part of each message's sealed words."""
    for sealed in words:
        for index, part in enumerate(sealed.parts):
            yield {**part_key(sealed.sid, index), "n": len(sealed.parts), "b": part}


def part_key(sid: str, index: int) -> Item:
    """The vault item of one part, counted from 0."""
    return {"pk": sid, "sk": f"part#{index:03d}"}


def once_item(once: Once) -> Item:
    """The first answer given under a key, packed like a case's body."""
    item: Item = {
        "pk": once.key,
        "sk": "once",
        "body_hash": once.body_hash,
        "expires_ms": once.expires_ms,
        "ttl": once.expires_ms // SECOND,
    }
    answer = once.answer.encode("utf-8", "surrogatepass")
    return _cheaper(item | {"answer": answer}, lambda: _packed(item, packing.BODY, answer=answer))


def read_once(item: Item) -> Once:
    """As ``once_item`` wrote it."""
    answer = _unpacked(item, "answer").decode("utf-8", "surrogatepass")
    return Once(item["pk"], item["body_hash"], answer, item["expires_ms"])


def head_key(chain: str) -> str:
    """The registry item that holds the head of a chain that is not a case's."""
    return f"head#{chain}"


def head_item(entry: SealedEntry) -> Item:
    """The head of such a chain once the entry is stored."""
    head = bytes.fromhex(entry.hash)
    return {"pk": head_key(entry.chain), "sk": "head", "version": entry.seq, "head": head}


def read_head(item: Item) -> Head:
    """The newest entry of the item's chain; a case's item has the same two attributes.

    A head that is not bytes is none: whoever follows it loses the race, and the bell still rings.
    """
    head = item.get("head", b"")
    return Head(item.get("version", 0), head.hex() if isinstance(head, bytes) else "")
