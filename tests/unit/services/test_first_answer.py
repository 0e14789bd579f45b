"""What is kept of a first answer, and the answer that a retry gets."""

import json
from copy import copy
from hashlib import sha256

from chalicelib.services import intake
from chalicelib.services.complaint import Answer, Complaint, Problem
from chalicelib.services.first_answer import give_back, keep
from tests.support.world import DANGER_ZH, World, rules

COMPLAINT = Complaint(text=DANGER_ZH, order="A-1", problems=(Problem("age", "not_a_number"),))


def _answer(world: World, key: str | None) -> Answer:
    body_hash = sha256(b"body").hexdigest()
    return intake.take(world.parts, world.vendor(), COMPLAINT, key, body_hash)


def test_a_retry_gets_the_very_same_answer() -> None:
    """Titles, cards, words and problems come back as they were, in the same order."""
    world = World()
    first, again = _answer(world, "key"), _answer(world, "key")
    assert again.replayed
    assert json.dumps(again.body) == json.dumps(first.body)


def test_what_can_be_said_again_is_not_kept() -> None:
    """Neither the cards' sentences nor titles nor any word of the complaint are stored."""
    body = _answer(World(), None).body
    kept = keep({**body, "why": [{**reason, "matches": []} for reason in body["why"]]})
    told = json.loads(kept)
    assert told["agent"] == body["agent"]["cards"]
    assert body["agent"]["do"]["en"][0] not in kept
    assert [reason["title"] for reason in told["why"]] == [{}] * len(body["why"])
    assert told["problems"] == []


def test_a_policy_that_is_gone_costs_no_answer() -> None:
    """With another bundle a retry is still answered, without the title and the card."""
    body = _answer(World(), None).body
    poorer = copy(rules())
    poorer.titles, poorer.cards = {}, {}
    again = give_back(keep(body), COMPLAINT, poorer)
    assert [reason["title"] for reason in again["why"]] == [{}] * len(body["why"])
    assert again["agent"] == {
        "cards": [],
        "do": {"en": [], "zh-CN": []},
        "never_say": {"en": [], "zh-CN": []},
    }
    assert again["case"] == body["case"]
