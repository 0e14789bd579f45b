"""The phone's page once the case is owned: call, freeze, hand over, not danger, two persons."""

import re

from chalice.test import HTTPResponse

from chalicelib.terms import MINUTE, Direction
from tests.support.acts import give, stored
from tests.support.world import PIN, World
from tests.unit.web.desk import Desk
from tests.unit.web.test_page import cookie_of, link_of, send, text

FILM = "it was the film that she watched"


def _owned(desk: Desk, who: str = "owner") -> tuple[str, str, str]:
    """A case, a person's link to it, and the cookie of their phone after *I own it*."""
    case = desk.complain()
    link = link_of(desk, who)
    return case, link, cookie_of(send(desk, link, do="acknowledge", pin=PIN))


def _hidden(page: HTTPResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', text(page))
    assert found, name
    return found[1]


def test_before_it_is_owned_the_page_stays_one_button(desk: Desk) -> None:
    """Nothing else that acts is offered to somebody who has not taken it."""
    desk.complain()
    html = text(desk.get(desk.link(), None))
    assert "我来负责" in html
    assert not re.findall(r'value="(call|freeze|hand_over|clear|lower)"', html)


def test_a_call_to_the_reporter_is_recorded_from_the_phone(desk: Desk, world: World) -> None:
    """Its outcome meets the duty; the form is gone afterwards."""
    case, link, cookie = _owned(desk)
    assert 'value="call"' in text(send(desk, link, cookie, do="read"))
    called = send(desk, link, cookie, do="call", outcome="reached")
    assert "已记录通话。" in text(called)
    assert "K5" in stored(world, case).done
    assert 'value="call"' not in text(called)


def test_an_attempt_to_hand_over_is_told_apart_from_a_hand_over(desk: Desk, world: World) -> None:
    """Without the authority's reference the clock goes on, and the page says so."""
    case, link, cookie = _owned(desk)
    told = {"do": "hand_over", "authority": "police", "evidence": "Sgt Wang, line 3"}
    tried = send(desk, link, cookie, **told, reference=" ")
    assert "没有回执编号就不算移交" in text(tried)
    assert "K7" in stored(world, case).clocks
    done = send(desk, link, cookie, **told, reference="110-42")
    assert "已记录移交和回执编号。" in text(done)
    assert "K7" not in stored(world, case).clocks


def test_a_freeze_is_one_form(desk: Desk, world: World) -> None:
    """And only a director or the specialist is offered to decide against one."""
    case, link, cookie = _owned(desk)
    assert 'value="decline_freeze"' not in text(send(desk, link, cookie, do="read"))
    specialist = link_of(desk, "safety_specialist")
    page = send(desk, specialist, do="read", pin=PIN)
    assert 'value="decline_freeze"' in text(page)
    send(desk, link, cookie, do="freeze", evidence="account closed, order F-42")
    freeze = stored(world, case).freeze
    assert freeze is not None
    assert freeze.state == "frozen"
    again = text(send(desk, specialist, cookie_of(page), do="read"))
    assert not re.findall(r'value="(decline_freeze|freeze)"', again)


def test_not_danger_takes_two_phones(desk: Desk, world: World) -> None:
    """Proposed on one, agreed on another after reading why; the proposer cannot agree."""
    case, link, cookie = _owned(desk)
    page = send(desk, link, cookie, do="read")
    reading = _hidden(page, "reading")
    lower = {"do": "lower", "to": "S3", "reason": "misread", "evidence": FILM}
    proposed = send(desk, link, cookie, **lower, reading=reading)
    assert "另一人须在 15 分钟内同意" in text(proposed)
    assert 'value="approve"' not in text(proposed)
    number = _hidden(proposed, "proposal")
    reading = _hidden(proposed, "reading")
    own = send(desk, link, cookie, do="approve", proposal=number, reading=reading)
    assert own.status_code == 409
    specialist = link_of(desk, "safety_specialist")
    stranger = text(desk.get(specialist, None))
    assert FILM not in stranger
    second = send(desk, specialist, do="read", pin=PIN)
    assert FILM in text(second)
    assert stored(world, case).tier == "S0"
    agreed = send(
        desk,
        specialist,
        cookie_of(second),
        do="approve",
        proposal=_hidden(second, "proposal"),
        reading=_hidden(second, "reading"),
    )
    assert "已记录：您已同意" in text(agreed)
    assert stored(world, case).tier == "S3"


def test_what_came_in_meanwhile_must_be_read_before_agreeing(desk: Desk, world: World) -> None:
    """The page that is shown again has the new message on it, and a new reading."""
    case, link, cookie = _owned(desk)
    reading = _hidden(send(desk, link, cookie, do="read"), "reading")
    world.say(case, world.vendor(), text="她又来电,说司机还在门口")
    lower = {"do": "lower", "to": "S3", "reason": "misread", "evidence": FILM}
    refused = send(desk, link, cookie, **lower, reading=reading)
    html = text(refused)
    assert refused.status_code == 409
    assert "请先看过再决定" in html
    assert "她又来电,说司机还在门口" in html
    assert FILM in html
    assert stored(world, case).proposals == {}
    again = send(desk, link, cookie, **lower, reading=_hidden(refused, "reading"))
    assert again.status_code == 200


def test_a_suspect_case_is_cleared_at_once_by_one(desk: Desk, world: World) -> None:
    """To S2 and no lower, with a review that another person owes."""
    weak = {"text": "不要再打电话给他,他就在旁边,我不方便说话", "danger_now": None}
    case = desk.complain(**weak)
    assert stored(world, case).suspect
    link = link_of(desk, "owner")
    owned = send(desk, link, do="acknowledge", pin=PIN)
    html = text(owned)
    assert 'value="clear"' in html
    assert 'value="lower"' not in html
    told = {"do": "clear", "reason": "misread", "evidence": "she laughed, all is well"}
    cleared = send(desk, link, cookie_of(owned), **told, reading=_hidden(owned, "reading"))
    assert "已降为 S2" in text(cleared)
    assert stored(world, case).tier == "S2"
    assert "cleared" in stored(world, case).reviews


def test_a_denial_by_the_other_party_is_no_reason_on_the_phone_either(
    desk: Desk, world: World
) -> None:
    """The form does not offer it, and a forged one is refused and told of."""
    case, link, cookie = _owned(desk)
    page = send(desk, link, cookie, do="read")
    assert "other_party_denies" not in text(page)
    lower = {"do": "lower", "to": "S3", "reason": "other_party_denies", "evidence": FILM}
    refused = send(desk, link, cookie, **lower, reading=_hidden(page, "reading"))
    assert refused.status_code == 409
    assert stored(world, case).counts["stalls"] == 1


def test_a_proposal_can_be_taken_back_or_declined(desk: Desk, world: World) -> None:
    """Anybody of the client may say no, the proposer too."""
    case, link, cookie = _owned(desk)
    made = {"what": "lower", "to": "S3", "reason": "misread", "evidence": FILM}
    give(world, case, "duty_director", "propose", **made)
    page = send(desk, link, cookie, do="read")
    assert "值班总监或安全专员阅读后可以同意" in text(page)
    off = send(desk, link, cookie, do="reject", proposal=_hidden(page, "proposal"))
    assert "提议作废" in text(off)
    assert stored(world, case).proposals == {}


def test_reading_alone_changes_nothing_and_needs_the_person(desk: Desk, world: World) -> None:
    """A forwarded link's holder sees no word of it, and the attempt is recorded."""
    case = desk.complain(text="救命,他锁了车门,车牌 A12345")
    before = world.ledger.entries(f"case#{case}", 0, 500)
    link = link_of(desk, "owner")
    assert send(desk, link, do="read", pin="000000").status_code == 403
    assert "A12345" in text(send(desk, link, do="read", pin=PIN))
    assert world.ledger.entries(f"case#{case}", 0, 500) == before


def test_a_page_of_a_long_case_still_shows_the_newest_word(desk: Desk, world: World) -> None:
    """Three hundred notes later the last thing that came in stands on the page."""
    case, link, cookie = _owned(desk)
    world.say(case, world.vendor(), text="她说人已经上车了")
    for number in range(300):
        world.say(case, world.vendor(), text=f"note {number}", direction=Direction.INTERNAL)
    page = send(desk, link, cookie, do="read")
    assert "她说人已经上车了" in text(page)
    assert _hidden(page, "reading")


def test_a_closed_case_offers_nothing(desk: Desk, world: World) -> None:
    """An old link shows how it stands, and no form that would be refused anyway."""
    case, link, _cookie = _owned(desk)
    other = desk.complain(text="another", danger_now=True)
    give(world, case, "owner", "merge", into=other)
    world.clock.advance(MINUTE)
    html = text(desk.get(link, None))
    assert stored(world, case).closed is not None
    assert "我来负责" not in html
    assert not re.findall(r'name="do" value="(?!read)', html)


def test_under_duress_the_page_warns_before_anybody_dials(desk: Desk, world: World) -> None:
    """Whoever is feared may be listening: no number to press, and a word about it."""
    reporter = {"phone": "13900001234", "name": "Li"}
    case = desk.complain(text="我不方便说话,他就在旁边", reporter=reporter)
    link = link_of(desk, "owner")
    html = text(send(desk, link, do="acknowledge", pin=PIN))
    assert stored(world, case).duress
    assert "对方可能就在旁边" in html
    assert 'class="dial"' not in html
    calm = desk.complain(text="救命", reporter=reporter)
    html = text(send(desk, link_of(desk, "owner"), do="acknowledge", pin=PIN))
    assert not stored(world, calm).duress
    assert 'class="dial" href="tel:13900001234"' in html
