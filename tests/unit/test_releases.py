"""Today's code on what every release stored: it reads, folds and rings it, or rings the bell."""

import pytest

from chalicelib.audit import canonical
from chalicelib.audit.canonical import decode
from chalicelib.audit.chain import GENESIS, entry_hash
from chalicelib.audit.entry import SealedEntry
from chalicelib.aws import items, packing
from chalicelib.cases.body import to_body
from chalicelib.cases.evolve import fold
from chalicelib.cases.model import Case
from chalicelib.services.ring import sweep
from chalicelib.version import VERSION
from tests.releases.shelf import Kept, others, read, releases
from tests.support.world import World
from tools.verify_log import check_entry

SHELF = {f"{version} {kept.case[-6:]}": kept for version in releases() for kept in read(version)}
OPEN = {name: kept for name, kept in SHELF.items() if "due_at" in kept.item}


def folded(kept: Kept) -> Case:
    """The case as its entries make it."""
    case: Case | None = None
    for line in kept.lines:
        entry = decode(line)
        case = fold(case, entry["events"], entry["at_ms"])
    assert case
    return case


def world_of(kept: Kept) -> World:
    """A world that holds this case alone, at the moment its clock falls due."""
    world = World()
    body = kept.item["body"]
    plain = packing.unpack(kept.item["enc"], body) if "enc" in kept.item else body
    chain = items.case_key(kept.case)
    for line in kept.lines:
        entry = decode(line)
        sealed = SealedEntry(
            line, entry_hash(line), entry["seq"], chain, entry["eid"], entry["at_ms"]
        )
        world.ledger._entries.setdefault(chain, []).append(sealed)
    world.clock.set(max(world.clock.now(), kept.item["due_at"]))
    world.ledger._put(items.read_beside(kept.item), items.read_head(kept.item), plain)
    return world


def test_this_release_is_on_the_shelf() -> None:
    """``python -m tests.releases`` was run for it."""
    assert VERSION in releases()


@pytest.mark.parametrize("kept", SHELF.values(), ids=SHELF)
def test_a_stored_case_is_read_and_is_the_fold_of_its_entries(kept: Kept) -> None:
    """Whatever release wrote it, item and entries give today's code one and the same case."""
    case = items.read_case(kept.item)

    assert case is not None
    assert to_body(case) == to_body(folded(kept))
    assert items.read_head(kept.item).hash == entry_hash(kept.lines[-1])


@pytest.mark.parametrize("kept", SHELF.values(), ids=SHELF)
def test_a_stored_chain_holds(kept: Kept) -> None:
    """Each entry follows the one before, and has the form that the verifier knows."""
    before = GENESIS
    for line in kept.lines:
        entry = decode(line)
        check_entry(entry)
        assert entry["prev"] == before
        before = entry_hash(line)


@pytest.mark.parametrize("version", releases())
def test_entries_of_other_chains_are_read(version: str) -> None:
    """Refusals, bells and the rest have the form that the verifier knows."""
    for line in others(version):
        check_entry(decode(line))


@pytest.mark.parametrize("kept", OPEN.values(), ids=OPEN)
def test_a_stored_case_rings_when_it_falls_due(kept: Kept) -> None:
    """The sweep decides on it as on any other, and it has a later clock afterwards."""
    world = world_of(kept)

    swept = sweep(world.parts)

    assert (swept.rung, swept.by_fallback, swept.failed) == (1, 0, 0)
    loaded = world.ledger.load_quietly(kept.case)
    assert loaded
    assert loaded.case
    assert loaded.beside.due > kept.item["due_at"] or loaded.case.closed
    assert loaded.head.seq == len(kept.lines) + 1


@pytest.mark.parametrize("kept", OPEN.values(), ids=OPEN)
def test_a_stored_case_of_an_unknown_schema_rings_the_fallback_bell(kept: Kept) -> None:
    """A body that a later release wrote is not guessed at: somebody is told to act by hand."""
    world = world_of(kept)
    case = items.read_case(kept.item)
    assert case
    world.ledger.corrupt(kept.case, canonical.encode(to_body(case) | {"schema": 99}))

    swept = sweep(world.parts)

    assert (swept.rung, swept.by_fallback, swept.failed) == (0, 1, 0)
    texts = [sent.text for sent in world.collect()]
    assert any(case.code in text for text in texts)
    bell = decode(world.ledger.entries(f"fallback#{kept.case}", 0, 1)[0])["events"][0]
    assert bell["why"] == "unreadable"


def test_the_shelf_shows_most_of_what_a_case_can_say() -> None:
    """Among what this release put there are many events, and cases in each state of the ladder."""
    here = read(VERSION)
    events = {e["e"] for kept in here for line in kept.lines for e in decode(line)["events"]}
    cases = [items.read_case(kept.item) for kept in here]
    assert len(events) >= 40
    assert len({case.status for case in cases if case}) >= 5
