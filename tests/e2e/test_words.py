"""Stories of words: who may read what was said, and that each reading is an entry."""

import pytest

from chalicelib.services import messages, page_link
from chalicelib.services.complaint import Reporter
from chalicelib.services.errors import RefusedError
from chalicelib.services.page_link import Proof
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
