"""Stories of words: who may read what was said, and that each reading is an entry."""

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.services import messages, page_link
from chalicelib.services.complaint import Reporter
from chalicelib.services.errors import RefusedError
from chalicelib.services.opening import open_words
from chalicelib.services.page_link import Proof
from chalicelib.services.tokens import token_hash
from chalicelib.services.vault_reading import Reading
from chalicelib.terms import Role
from tests.support.world import DANGER_EN, DANGER_ZH, PIN, World, story

REPORTER = Reporter(name="A friend", phone="+8613912345678", relation="friend")


def _token(world: World, role: str) -> str:
    sent = world.expect(role, "sms")
    return sent.text[sent.text.index("/p/") + 3 :]


def test_the_clients_people_read_the_words_and_each_reading_is_asked_for_by_name() -> None:
    """The owner sees what was said and by whom; the opening names the owner."""
    with story() as world:
        case = world.complain(DANGER_ZH, reporter=REPORTER).body["case"]
        world.say(case, world.vendor(), text=DANGER_EN)
        rows = messages.listing(world.parts, world.client(), case, 0).body["messages"]
        assert [row["words"]["text"] for row in rows] == [DANGER_ZH, DANGER_EN]
        assert rows[0]["words"]["reporter"]["phone"] == REPORTER.phone
        assert world.vault.openings[-1][1] == world.people["owner"].id
        world.settle()
        world.ignore_pages()


def test_vendors_and_auditors_see_that_something_was_said_but_not_what() -> None:
    """No words, no vault ids, and nothing was opened."""
    with story() as world:
        case = world.complain(DANGER_ZH, reporter=REPORTER).body["case"]
        for caller in (world.vendor(), world.vendor(Role.AUDITOR, org="client")):
            rows = messages.listing(world.parts, caller, case, 0).body["messages"]
            assert [row["kind"] for row in rows] == ["complaint"]
            assert not {"words", "sid"} & set(rows[0])
        assert world.vault.openings == []
        with pytest.raises(RefusedError):
            messages.listing(world.parts, world.vendor(org="bolt"), case, 0)
        world.settle()
        world.ignore_pages()


def test_a_long_life_is_listed_in_parts() -> None:
    """A hundred entries a part; every message is in exactly one."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        for number in range(120):
            world.say(case, world.vendor(), text=f"note {number}")
        seen: list[str] = []
        after = "0"
        while after:
            body = messages.listing(world.parts, world.client(), case, int(after)).body
            seen += [row["words"]["text"] for row in body["messages"]]
            after = body["next"]
        assert seen == [DANGER_ZH, *(f"note {number}" for number in range(120))]
        world.settle()
        world.ignore_pages()


def test_a_phone_shows_how_to_reach_the_reporter_only_once_the_person_is_proved() -> None:
    """By its link alone a page shows the words that matched; after the PIN also what to do with."""
    with story() as world:
        world.complain(DANGER_ZH, reporter=REPORTER, order="A1")
        world.settle()
        token = _token(world, "owner")
        world.ignore_pages()
        looked = page_link.view(world.parts, token, "req")
        assert looked.told is None
        assert "救命" in str(looked.why)
        outcome = page_link.acknowledge(world.parts, token, Proof(pin=PIN, request="req"))
        assert outcome.view.told is not None
        assert outcome.view.told["phone"] == REPORTER.phone
        assert outcome.view.told["text"] == DANGER_ZH
        again = page_link.view(world.parts, token, "req", outcome.device_cookie)
        assert again.told == outcome.view.told
        stolen = outcome.device_cookie.replace("per_0", "per_1", 1)
        assert page_link.view(world.parts, token, "req", stolen).told is None


def test_an_unproved_look_is_not_told_as_the_person_s_reading() -> None:
    """Who held the link is not known: the opening names the link, and for whom the page was."""
    with story() as world:
        world.complain(DANGER_ZH, reporter=REPORTER)
        world.settle()
        token, owner = _token(world, "owner"), world.people["owner"]
        world.ignore_pages()
        page_link.view(world.parts, token, "req-1")
        link = f"link:{token_hash(token)[:12]}"
        looked = Reading(behalf=owner.id, request="req-1")
        assert (world.vault.openings[-1][1], world.vault.readings[-1]) == (link, looked)
        page_link.acknowledge(world.parts, token, Proof(pin=PIN, request="req-2"))
        proved = Reading("person", owner.role, proved=True, behalf=owner.id, request="req-2")
        assert (world.vault.openings[-1][1], world.vault.readings[-1]) == (owner.id, proved)


@pytest.mark.parametrize("proved", [True, False])
def test_the_opening_s_entry_says_who_and_whether_it_was_proved(*, proved: bool) -> None:
    """Actor, role, request and proof stand as the caller knew them, and an export holds."""
    with story() as world:
        owner = world.people["owner"]
        reader = owner.id if proved else "link:0123456789ab"
        reading = (
            Reading("person", Role.SAFETY_SPECIALIST, proved=True, behalf=owner.id, request="r1")
            if proved
            else Reading(behalf=owner.id, request="r1")
        )
        event = {"sids": ["vlt_1"], "reader": reader, "why": "page_link:r1"} | reading.plain()
        assert open_words(world.parts, Closed(), event) == {"words": {}}
        (entry,) = [
            decode(line) for n in range(16) for line in world.ledger.entries(f"opens#{n}", 0, 9)
        ]
        role = "safety_specialist" if proved else "reporter"
        kind = "person" if proved else "anonymous"
        assert entry["actor"] == {"t": kind, "id": reader, "role": role, "org": ""}
        assert entry["cause"] == {"kind": "http", "id": "r1"}
        (told,) = entry["events"]
        assert (told["reader"], told["for"], told["proved"]) == (reader, owner.id, proved)


def test_a_reading_by_credential_names_its_role_and_request() -> None:
    """The director's reading is not written down as an owner's."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        messages.listing(world.parts, world.client("duty_director"), case, 0)
        director = world.people["duty_director"]
        told = Reading("person", Role.DUTY_DIRECTOR, proved=True, behalf=director.id, request="req")
        assert world.vault.readings == [told]
        world.settle()
        world.ignore_pages()


class Closed:
    """An opener with nothing to open."""

    def read(self, _sids: list[str]) -> Mapping[str, tuple[bytes, ...]]:
        """Nothing."""
        return {}

    def open_parts(self, sid: str, _parts: tuple[bytes, ...]) -> dict[str, Any]:
        """Never asked."""
        raise AssertionError(sid)


def test_evidence_is_words_too() -> None:
    """What an action rested on is read like anything that was said."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.act(case)
        rows = messages.listing(world.parts, world.client(), case, 0).body["messages"]
        assert rows[-1]["action"] == "authority_informed"
        assert rows[-1]["words"] == {"evidence": {"reference": "110-42"}}
        world.settle()
        world.ignore_pages()
