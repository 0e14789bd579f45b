"""The items: what they hold, how small they are, and what happens to strange ones."""

import json
import random
import zlib
from dataclasses import replace

import pytest

from chalicelib.audit import canonical
from chalicelib.audit.chain import Head, entry_hash
from chalicelib.aws import packing
from chalicelib.aws.board import INDEXED
from chalicelib.aws.dynamo import Item, marshal, unmarshal
from chalicelib.aws.items import (
    EntryAlteredError,
    beside_of,
    case_item,
    entry_item,
    indexed,
    item_bytes,
    once_item,
    read_beside,
    read_case,
    read_entry,
    read_head,
    read_once,
    slot_of,
    write_units,
)
from chalicelib.cases.body import to_body
from chalicelib.services.ports import Once
from chalicelib.terms import Tier
from tests.contract.building import a_case, an_entry
from tests.support.emulator import RESOURCES

AT = 1_795_255_200_000
HEAD = Head(1, "ab" * 32)
CASE = a_case("cas_01", AT)
# As many random hex digits as bring an entry just above one kilobyte by plain zlib.
NOISE = random.Random(1).randbytes(620).hex()
OLD = replace(CASE, recent=tuple(f"msg_{n:026d}" for n in range(20)))


def test_an_item_holds_what_a_bell_needs() -> None:
    """Everything of the fallback bell and the board stands beside the body."""
    item = unmarshal(marshal(case_item(CASE, HEAD)))
    assert read_beside(item) == beside_of(CASE)
    assert (read_head(item), item["slot"]) == (HEAD, slot_of("cas_01"))
    assert read_case(item) == CASE
    assert read_case(case_item(OLD, HEAD)) == OLD


def test_a_body_is_packed_when_that_saves_a_write_unit() -> None:
    """A case of some age is packed; one that fits into a unit anyway is left readable."""
    packed, plain = case_item(OLD, HEAD), case_item(CASE, HEAD)
    body = canonical.encode(to_body(OLD))
    assert packed["enc"] == packing.LANES
    assert packing.unpack(packed["enc"], packed["body"]) == body
    assert write_units(packed) < write_units(packed | {"body": body})
    assert "enc" not in plain
    assert plain["body"] == canonical.encode(to_body(CASE))


def test_the_dictionary_stays_as_it_is() -> None:
    """What is stored can only be unpacked with the very dictionary that packed it."""
    assert packing.digest() == "48613efb4f97643abc872445d6c6e8048f891e75aef662e6a95b19bf2d450fee"
    lanes = packing.digest_of(packing.LANES)
    assert lanes == "c12e8a78a8c9644f2d54812565252a5714d206311f88fed32654d8880d992335"


def test_a_long_answer_is_packed_and_comes_back() -> None:
    """First answers are stored as small as bodies are, lone surrogates and all."""
    once = Once("once#k", "ab" * 32, '{"why":"危险 \ud800"}' * 99, AT)
    item = once_item(once)
    assert item["enc"] == packing.BODY
    assert write_units(item) == 1
    assert read_once(unmarshal(marshal(item))) == once


def test_an_open_case_without_a_clock_is_never_stored() -> None:
    """There would be nothing to index it by, so it is a fault before it is written."""
    with pytest.raises(ValueError, match="no clock"):
        case_item(replace(CASE, clocks={}), HEAD)


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"not zlib"},
        {"body": packing.pack(packing.BODY, b" " * 2_000_000)},
        {"body": packing.pack(packing.BODY, b"{}")[:-3]},
        {"enc": "zstd"},
        {"version": 9},
        {"pk": "case#cas_02"},
    ],
)
def test_a_body_that_cannot_be_trusted(change: Item) -> None:
    """Broken, huge, from a later release, or another case's: there is no case, and no crash."""
    assert read_case(case_item(OLD, HEAD) | change) is None


def test_a_body_without_clocks_is_not_a_case() -> None:
    """A stored case that owes nothing would never ring, so it rings by the fallback."""
    body = canonical.encode({**to_body(CASE), "clocks": {}})
    assert read_case(case_item(CASE, HEAD) | {"body": body}) is None


def test_strange_attributes_ring_the_loudest() -> None:
    """What is missing beside a body reads as the gravest tier, due at once."""
    beside = read_beside({"pk": "case#cas_01", "tier": "S9"})
    assert (beside.case, beside.tier, beside.due) == ("cas_01", Tier.S0, 0)
    assert unmarshal({"a": {"N": "1.5"}, "b": {"L": []}, "c": {"N": "-2"}}) == {"c": -2}


def test_slots_are_frozen() -> None:
    """The first byte of SHA-256, modulo 16: a stored index depends on it."""
    assert [slot_of(f"cas_{n}") for n in range(6)] == [15, 12, 12, 1, 12, 13]


def test_an_entry_is_indexed_by_its_day() -> None:
    """By UTC day and slot of its chain, and within that by time and id."""
    entry = an_entry("case#cas_01", Head.genesis(), "ent_1", AT)
    item = entry_item(entry)
    assert item["day"] == f"2026-11-21#{slot_of('case#cas_01')}"
    assert item["at_eid"] == f"{AT}#ent_1"
    assert item["h"].hex() == entry.hash
    assert read_entry(unmarshal(marshal(item))) == entry.bytes


@pytest.mark.parametrize(("note", "how"), [("", "zlib"), ("é" * 400, "zlib"), (NOISE, "zlib+2")])
def test_an_entry_is_packed_so_that_anyone_may_read_it(note: str, how: str) -> None:
    """Plain zlib, unless the dictionary saves a write unit."""
    entry = an_entry("case#cas_01", Head.genesis(), "ent_1", AT, note)
    item = entry_item(entry)
    assert item["enc"] == how
    assert item_bytes(item) < item_bytes({"e": entry.bytes, "h": item["h"]}) + 150
    assert read_entry(item) == entry.bytes


def test_an_entry_that_does_not_shrink_stays_as_it_is() -> None:
    """Bytes that zlib would only make longer are stored plainly."""
    entry = replace(an_entry("reads#per_1", Head.genesis(), "ent_1", AT), bytes=b"[1]")
    entry = replace(entry, hash=entry_hash(entry.bytes))
    item = entry_item(entry)
    assert "enc" not in item
    assert (item["e"], read_entry(item)) == (b"[1]", b"[1]")


@pytest.mark.parametrize(
    "change", [{"e": b"{}"}, {"enc": "zstd"}, {"h": b"\0" * 32}, {"e": zlib.compress(b"{}")}]
)
def test_an_altered_entry_is_not_given_out(change: Item) -> None:
    """Whoever reads it is told which entry it is, and gets no bytes of it."""
    item = entry_item(an_entry("case#cas_01", Head.genesis(), "ent_1", AT)) | change
    with pytest.raises(EntryAlteredError, match="entry 1 of case#cas_01"):
        read_entry(item)


def test_the_template_projects_what_the_index_needs() -> None:
    """An attribute more, and nearly every commit writes the due index too."""
    resources = json.loads(RESOURCES.read_text())["Resources"]
    (index,) = resources["CasesTable"]["Properties"]["GlobalSecondaryIndexes"]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": [*INDEXED]}
    shown = {name: value for name, value in case_item(CASE, HEAD).items() if name in INDEXED}
    keys = {"pk": "case#cas_01", "due_at": CASE.due}
    assert read_beside(keys | shown) == indexed(beside_of(CASE))


def test_units_are_counted_as_published() -> None:
    """Names and values in UTF-8, numbers two digits a byte, rounded up to whole kilobytes."""
    assert write_units({"a": "x" * 1_023}) == 1
    assert write_units({"a": "x" * 1_024}) == 2
    assert write_units({"a": b"x" * 1_000, "数": 1_234_567}) == 1
