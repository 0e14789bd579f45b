"""What somebody with bad intent, or in a bad place, does with the ways into Tocsin."""

import base64

import pytest

from chalicelib.cases.commands import Raise, RecordAction
from chalicelib.cases.end_commands import Resolve
from chalicelib.cases.model import Case, Status
from chalicelib.services import messages, reading, rope_link
from chalicelib.services.caller import anonymous
from chalicelib.services.complaint import Reporter
from chalicelib.services.errors import RefusedError
from chalicelib.services.refusals import chain_for
from chalicelib.services.rope_link import REFUSALS_TOLD, Press
from chalicelib.terms import Tier
from tests.support.world import DANGER_EN, ORDINARY, World

PHONE = "+8613912345678"
DURESS = "司机在我旁边，他让我这么写的，我不方便说话"
CALLER = Reporter(phone=PHONE)


def by_themselves(world: World, text: str = ORDINARY) -> tuple[str, str]:
    """A reporter complains past every vendor: the case, and their own link's token."""
    case = str(world.public(text, reporter=CALLER).body["case"])
    world.settle()
    return case, world.expect_rope()


def press(world: World, token: str, do: str, text: str = "") -> None:
    """One press on a reporter's link, and whatever follows at once."""
    rope_link.press(world.parts, token, Press(do=do, text=text, request="req"))
    world.settle()


def stored(world: World, case: str) -> Case:
    """The case as it is kept."""
    loaded = world.ledger.load(case)
    assert loaded is not None
    assert loaded.case is not None
    return loaded.case


@pytest.mark.parametrize("do", ["not_called", "solved", "withdraw"])
@pytest.mark.parametrize("text", [DANGER_EN, DURESS])
def test_a_cry_for_help_beside_a_button_is_heard(do: str, text: str) -> None:
    """Whoever is made to press *solved* and types a cry for help is not closed, but answered."""
    world = World(sweeping=False)
    case, token = by_themselves(world)
    press(world, token, do, text)
    now = stored(world, case)
    assert now.tier.rank <= Tier.S1.rank
    assert now.closed is None
    world.expect("owner", "sms", at=0)


@pytest.mark.parametrize("do", ["solved", "withdraw"])
def test_a_cry_for_help_does_not_end_a_case_that_was_called_resolved(do: str) -> None:
    """What is resolved lives again when its reporter says that somebody is hurt."""
    world = World(sweeping=False)
    case, token = by_themselves(world)
    by = world.client().by
    world.do(case, Raise(by=by, tier=Tier.S3))
    world.do(case, RecordAction(by=by, action="site_visited", sid="vlt_story"))
    world.do(case, Resolve(by=by, reason="cause_fixed", sid="vlt_story"))
    assert stored(world, case).status is Status.RESOLVED
    press(world, token, do, DANGER_EN)
    assert stored(world, case).closed is None
    assert stored(world, case).resolved is None


@pytest.mark.parametrize("do", ["solved", "withdraw"])
def test_thanks_beside_a_button_still_end_an_ordinary_case(do: str) -> None:
    """Words without danger do not stand in the way of what was pressed."""
    world = World(sweeping=False)
    case, token = by_themselves(world)
    press(world, token, do, "Thank you, that was quick.")
    assert stored(world, case).closed is not None


def test_a_withdrawal_with_a_cry_for_help_is_written_down_and_answered() -> None:
    """The wish to withdraw is kept beside the words, and no word is lost."""
    world = World(sweeping=False)
    case, token = by_themselves(world)
    press(world, token, "withdraw", DANGER_EN)
    assert stored(world, case).withdrawn
    kept = messages.listing(world.parts, world.client(), case, 0).body["messages"]
    assert any(row.get("words", {}).get("text") == DANGER_EN for row in kept)


def test_a_link_pressed_with_nonsense_does_not_fill_the_log() -> None:
    """However often a link is pressed with something that says nothing, few entries are written."""
    world = World(sweeping=False)
    _, token = by_themselves(world)
    for _ in range(REFUSALS_TOLD + 10):
        with pytest.raises(RefusedError, match="rope_unclear"):
            press(world, token, "nonsense")
    assert world.ledger.head(chain_for(anonymous("req"))).seq == REFUSALS_TOLD


def test_a_vendor_is_not_told_what_was_said_past_it() -> None:
    """Neither that a reporter is under duress, nor that they hold a link and pressed it."""
    world = World(sweeping=False)
    case = str(world.complain(ORDINARY, reporter=CALLER).body["case"])
    world.settle()
    token = world.expect_rope()
    press(world, token, "say", DURESS)
    press(world, token, "danger")
    vendor = world.vendor()
    view = reading.case(world.parts, vendor, case).body
    said = messages.listing(world.parts, vendor, case, 0).body
    assert "duress" not in repr(view)
    assert "link." not in repr(said)
    for_us = messages.listing(world.parts, world.client(), case, 0).body
    assert "link.danger" in repr(for_us)
    assert "duress" in repr(reading.case(world.parts, world.client(), case).body["policies"])


def test_a_vendor_s_board_tells_nothing_of_other_vendors() -> None:
    """Its pages name its own cases alone: no cursor can be read, made, or counted with."""
    world = World(sweeping=False)
    acme, other = world.vendor(), world.vendor(org="globex")
    mine = {str(world.complain(ORDINARY, by=acme).body["case"]) for _ in range(5)}
    theirs = {str(world.complain(ORDINARY, by=other).body["case"]) for _ in range(30)}
    found: list[str] = []
    cursor, pages = "", 0
    while pages == 0 or cursor:
        body = reading.board(world.parts, acme, None, None, cursor, 1).body
        found += [row["case"] for row in body["cases"]]
        cursor, pages = body["next"], pages + 1
        plain = repr(base64.urlsafe_b64decode(cursor))
        assert not any(case in plain for case in theirs | mine)
    assert sorted(found) == sorted(mine)
    assert pages <= len(mine) + 1
    whole = reading.board(world.parts, world.client(), None, None, "", 20).body
    with pytest.raises(ValueError, match="cursor"):
        reading.board(world.parts, acme, None, None, whole["next"][:-4] + "AAAA", 1)
