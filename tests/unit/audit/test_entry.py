"""Sealing entries."""

from typing import Any

import pytest

from chalicelib.audit import canonical
from chalicelib.audit.canonical import NotCanonicalError
from chalicelib.audit.chain import GENESIS, Head, entry_hash
from chalicelib.audit.entry import Actor, Cause, Code, Entry, Pii, SealedEntry, seal

ACTOR = Actor("credential", "crd_1", "vendor_agent", "vendor-a")
CASE = "case#cas_1"


def sealed(head: Head | None = None, **changes: Any) -> SealedEntry:
    """An entry with what a test does not care about filled in."""
    fields: dict[str, Any] = {
        "chain": CASE,
        "eid": "ent_1",
        "type": "open",
        "at_ms": 5,
        "cause": Cause("http", "req-1"),
        "actor": ACTOR,
        "code": Code("api", "0.1.0", "c" * 64),
        "events": ({"e": "case.opened.v1"},),
    }
    return seal(head=head or Head.genesis(), **(fields | changes))


def test_the_entry_has_the_frozen_shape() -> None:
    """Every field is where an auditor's script looks for it."""
    entry = sealed(post="b" * 64, pii=(Pii("text", "vlt_1", "d" * 64),))
    assert canonical.decode(entry.bytes) == {
        "v": 1,
        "log": "tocsin",
        "chain": CASE,
        "eid": "ent_1",
        "seq": 1,
        "prev": GENESIS,
        "type": "open",
        "at_ms": 5,
        "cause": {"kind": "http", "id": "req-1"},
        "actor": {"t": "credential", "id": "crd_1", "role": "vendor_agent", "org": "vendor-a"},
        "code": {"fn": "api", "ver": "0.1.0", "policies": "c" * 64},
        "events": [{"e": "case.opened.v1"}],
        "state": {"pre": None, "post": "b" * 64},
        "pii": [{"f": "text", "sid": "vlt_1", "c": "d" * 64}],
    }
    assert entry.hash == entry_hash(entry.bytes)
    assert (entry.seq, entry.chain, entry.eid, entry.at_ms) == (1, CASE, "ent_1", 5)


def test_the_next_entry_follows_the_head() -> None:
    """Its number is one more, and it names the hash of the one before."""
    first = sealed()
    second = canonical.decode(sealed(first.head).bytes)
    assert (second["seq"], second["prev"]) == (2, first.hash)


def test_acting_for_another_is_written_down() -> None:
    """``behalf`` is there only when there is one."""
    entry = canonical.decode(sealed(behalf=Actor("person", "per_1", "owner")).bytes)
    assert entry["behalf"] == {"t": "person", "id": "per_1", "role": "owner", "org": ""}
    assert "behalf" not in canonical.decode(sealed().bytes)


def test_an_entry_knows_its_own_hash() -> None:
    """The same fields give the hash that sealing gave."""
    entry = Entry(
        chain=CASE,
        eid="ent_1",
        seq=1,
        prev=GENESIS,
        type="open",
        at_ms=5,
        cause=Cause("http", "req-1"),
        actor=ACTOR,
        code=Code("api", "0.1.0", "c" * 64),
        events=({"e": "case.opened.v1"},),
        pre=None,
        post=None,
    )
    assert entry.hash == sealed().hash


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"at_ms": -1}, "negative"),
        ({"events": ()}, "at least one"),
        ({"events": ({"note": 1},)}, "named"),
        ({"events": ({"e": 7},)}, "named"),
    ],
)
def test_a_malformed_entry_is_refused(changes: dict[str, Any], why: str) -> None:
    """Nothing is sealed that could not be read as an entry."""
    with pytest.raises(ValueError, match=why):
        sealed(**changes)


def test_a_float_in_an_event_is_refused_by_path() -> None:
    """The path leads to the field, so that whoever wrote the event finds it."""
    with pytest.raises(NotCanonicalError, match=r"\$\.events\[0\]\.score: is of type float"):
        sealed(events=({"e": "x.v1", "score": 0.5},))
