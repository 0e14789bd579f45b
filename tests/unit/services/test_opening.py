"""What is opened for whom: a machine is given what its purpose needs, whatever it asks."""

import json
from typing import Any

import pytest

from chalicelib.services.opening import open_words
from chalicelib.services.vault_reading import Reading
from chalicelib.terms import Role
from tests.support.world import World

SEALED = {
    "text": "他锁了车门",
    "reporter": {"name": "Li", "phone": "+8613912345678", "email": "a@example.com"}
    | {"relation": "friend", "safe_channel": "sms", "language": "zh-CN"},
    "subject": {"kind": "driver", "id": "drv-1"},
    "order": "A-1",
    "attributes": {"plate": "x"},
}
MACHINE = Reading("machine", Role.MACHINE, proved=True, behalf="reporter.vlt_1")
REACH = {"phone": "+8613912345678", "email": "a@example.com"}
LINK = {"reporter": REACH | {"language": "zh-CN"}}


class Opener:
    """Holds one message."""

    def read(self, sids: list[str]) -> dict[str, tuple[bytes, ...]]:
        """Its only part."""
        return {sid: (b"x",) for sid in sids if sid == "vlt_1"}

    def open_parts(self, sid: str, parts: tuple[bytes, ...]) -> dict[str, Any]:
        """All that was sealed."""
        assert (sid, parts) == ("vlt_1", (b"x",))
        return dict(SEALED)


def opened(world: World, why: str, reading: Reading, reader: str = "pager") -> Any:
    """What the function gives back for the one message."""
    event = {"sids": ["vlt_1"], "reader": reader, "why": why} | reading.plain()
    return open_words(world.parts, Opener(), event)["words"]["vlt_1"]


@pytest.mark.parametrize(
    ("why", "given"),
    [
        ("rope:2.0", LINK),
        ("match:cas_1", {"reporter": REACH, "order": "A-1"}),
        ("page_link:req", {}),
        ("messages:req", {}),
        ("", {}),
        ("ROPE:2.0", {}),
    ],
)
def test_a_machine_is_given_what_its_purpose_needs_and_nothing_else(why: str, given: Any) -> None:
    """No word, no name and no subject, whatever purpose it names."""
    assert opened(World(), why, MACHINE) == given


def test_neither_a_kind_nor_a_role_is_left_out_of_it() -> None:
    """A machine by either of the two is one."""
    for reading in (Reading("machine", Role.OWNER), Reading("person", Role.MACHINE)):
        assert opened(World(), "messages:req", reading) == {}


def test_a_person_reads_it_all_and_for_a_machines_purpose_no_more_than_a_machine() -> None:
    """The purpose narrows for everybody."""
    person = Reading("person", Role.OWNER, proved=True)
    assert opened(World(), "messages:req", person, "per_1") == SEALED
    assert opened(World(), "rope:2.0", person, "per_1") == LINK


def test_every_opening_by_the_pager_is_an_entry_that_names_for_whom() -> None:
    """On one of the chains of openings, with its purpose."""
    world = World()
    opened(world, "rope:2.0", MACHINE)
    lines = [e for n in range(16) for e in world.ledger.entries(f"opens#{n}", 0, 10)]
    [event] = [event for line in lines for event in json.loads(line)["events"]]
    assert (event["reader"], event["why"]) == ("pager", "rope:2.0")
    assert (event["for"], event["sids"]) == ("reporter.vlt_1", ["vlt_1"])


def test_the_openings_of_one_machine_are_spread_over_the_chains() -> None:
    """Many links at once do not queue for one head."""
    world = World()
    for number in range(40):
        event = {"sids": [f"vlt_{number}"], "reader": "pager", "why": "rope:1.0"}
        open_words(world.parts, Opener(), event | MACHINE.plain() | {"sids": [f"vlt_x{number}"]})
    used = [n for n in range(16) if world.ledger.entries(f"opens#{n}", 0, 1)]
    assert len(used) > 8
