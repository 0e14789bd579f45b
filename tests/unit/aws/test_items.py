"""The items: what they hold, how small they are, and what happens to strange ones."""

from dataclasses import replace

import pytest

from chalicelib.audit import canonical
from chalicelib.audit.chain import Head
from chalicelib.aws import packing
from chalicelib.aws.dynamo import Item, marshal, unmarshal
from chalicelib.aws.items import (
    beside_of,
    case_item,
    entry_item,
    once_item,
    read_beside,
    read_case,
    read_once,
    slot_of,
    write_units,
)
from chalicelib.cases.model import to_body
from chalicelib.services.ports import Once
from chalicelib.terms import Tier
from tests.contract.building import a_case, an_entry

AT = 1_795_255_200_000
HEAD = Head(1, "ab" * 32)
CASE = a_case("cas_01", AT)
OLD = replace(CASE, recent=tuple(f"msg_{n:026d}" for n in range(20)))


def test_an_item_holds_what_a_bell_needs() -> None:
    """Everything of the fallback bell and the board stands beside the body."""
    item = unmarshal(marshal(case_item(CASE, HEAD)))
    assert read_beside(item) == beside_of(CASE)
    assert (item["head"], item["version"], item["slot"]) == (HEAD.hash, 1, slot_of("cas_01"))
    assert read_case(item) == CASE
    assert read_case(case_item(OLD, HEAD)) == OLD


def test_a_body_is_packed_when_that_saves_a_write_unit() -> None:
    """A case of some age is packed; one that fits into a unit anyway is left readable."""
    packed, plain = case_item(OLD, HEAD), case_item(CASE, HEAD)
    body = canonical.encode(to_body(OLD))
    assert packed["enc"] == packing.NAME
    assert packing.unpack(packed["enc"], packed["body"]) == body
    assert write_units(packed) < write_units(packed | {"body": body})
    assert "enc" not in plain
    assert plain["body"] == canonical.encode(to_body(CASE))


def test_the_dictionary_stays_as_it_is() -> None:
    """Stored bodies can only be unpacked with the very dictionary that packed them."""
    assert packing.digest() == "ab097e22eb2831ea9cd5728a18f322b6b7c91f9edb9d69e0cfab1ca04c018988"


def test_a_long_answer_is_packed_and_comes_back() -> None:
    """First answers are stored as small as bodies are, lone surrogates and all."""
    once = Once("once#k", "ab" * 32, '{"why":"危险 \ud800"}' * 99, AT)
    item = once_item(once)
    assert item["enc"] == packing.NAME
    assert write_units(item) == 1
    assert read_once(unmarshal(marshal(item))) == once


def test_an_open_case_without_a_clock_is_never_stored() -> None:
    """There would be nothing to index it by, so it is a fault before it is written."""
    with pytest.raises(ValueError, match="empty"):
        case_item(replace(CASE, clocks={}), HEAD)


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"not zlib"},
        {"body": packing.pack(b" " * 2_000_000)},
        {"body": packing.pack(b"{}")[:-3]},
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
    assert (item["e"], item["h"].hex()) == (entry.bytes, entry.hash)


def test_units_are_counted_as_published() -> None:
    """Names and values in UTF-8, numbers two digits a byte, rounded up to whole kilobytes."""
    assert write_units({"a": "x" * 1_023}) == 1
    assert write_units({"a": "x" * 1_024}) == 2
    assert write_units({"a": b"x" * 1_000, "数": 1_234_567}) == 1
