"""What strangers write into fields, and what a page or an act makes of it."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from chalicelib.services.page_link import REFUSALS_TOLD
from chalicelib.terms import Role
from chalicelib.web.words import LANGUAGES, locale
from tests.support.acts import stored
from tests.support.world import PIN, World
from tests.unit.web.desk import FORM, Desk
from tests.unit.web.test_changes import NEW_PHONE, answer, approved, page
from tests.unit.web.test_page import cookie_of, send, text
from tests.unit.web.test_rope_page import only, rope


def owned(desk: Desk, **reporter: str) -> str:
    """The page of somebody who owns a case of this reporter's."""
    desk.complain(reporter=reporter)
    return text(send(desk, desk.link(), do="acknowledge", pin=PIN))


@pytest.mark.parametrize("phone", ["*21*+449055512345#", "##002#", "+8613912345678,,,9", "none"])
def test_what_is_no_plain_number_cannot_be_tapped(desk: Desk, phone: str) -> None:
    """A service code in place of a number would send the owner's calls elsewhere."""
    page = owned(desk, phone=phone)
    assert phone in page
    assert not re.findall(r'href="tel:[^"]*"', page)


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [("139 1234 5678 (mum)", "13912345678"), ("(021) 6234-5678", "02162345678")],
)
def test_a_number_with_words_beside_it_is_dialled_without_them(
    desk: Desk, phone: str, dialled: str
) -> None:
    """What was written is shown, and what can be dialled is."""
    page = owned(desk, phone=phone)
    assert phone in page
    assert f'href="tel:{dialled}"' in page


def test_an_address_cannot_add_a_reader_to_an_answer(desk: Desk) -> None:
    """A tap on an address writes to that address alone."""
    assert "mailto:" not in owned(desk, email="a@b.cn?bcc=evil@x.cn")
    assert 'href="mailto:mei@b.cn"' in owned(desk, email="mei@b.cn")


@pytest.mark.parametrize(
    ("act", "field", "body"),
    [
        ("call", "outcome", b'{"outcome": "reached", "outcome": "no_answer"}'),
        ("call", "outcome", b'{"outcome": ["no_answer", "reached"]}'),
        ("raise", "tier", b'{"tier": "S3", "tier": "S0"}'),
        ("reject", "proposal", b'{"proposal": "9", "proposal": "10"}'),
    ],
)
def test_two_values_for_one_field_of_an_act_are_asked_again(
    desk: Desk, world: World, act: str, field: str, body: bytes
) -> None:
    """Nobody guesses which of two was meant: nothing is done, and the answer names the field."""
    case = desk.complain()
    before = stored(world, case).seq
    answer = desk.post(f"/v1/cases/{case}/acts/{act}", body, Role.OWNER)
    assert (answer.status_code, answer.json_body["code"]) == (422, "field_unreadable")
    assert answer.json_body["field"] == field
    assert stored(world, case).seq == before


def test_two_actions_in_one_body_are_none(desk: Desk, world: World) -> None:
    """A protective action that nobody can tell from another is not recorded."""
    case = desk.complain()
    body = b'{"action": "subject_frozen", "action": "site_visited", "evidence": "gate 4"}'
    answer = desk.post(f"/v1/cases/{case}/act", body, Role.OWNER)
    assert (answer.status_code, answer.json_body["code"]) == (422, "unknown_action")
    assert stored(world, case).acted is None


@pytest.mark.parametrize("where", ["p", "r", "a"])
def test_a_link_of_nobody_s_fills_no_log(desk: Desk, world: World, where: str) -> None:
    """Whoever makes up links and buttons is told so, and buys no entry with it."""
    token = "x" * 22
    asked = desk.post(f"/{where}/{token}", b"do=dance", None, content_type=FORM)
    assert asked.status_code == 404
    assert not world.ledger.chains


def test_a_page_s_link_pressed_with_nonsense_does_not_fill_the_log(
    desk: Desk, world: World
) -> None:
    """A forwarded link writes as many refusals as any other, and then none."""
    desk.complain()
    link = desk.link()
    for _ in range(REFUSALS_TOLD + 10):
        assert desk.post(link, b"do=dance", None, content_type=FORM).status_code == 422
    chains = [chain for chain in world.ledger.chains if chain.startswith("refusals#")]
    assert sum(world.ledger.head(chain).seq for chain in chains) == REFUSALS_TOLD


def test_a_stranger_who_declined_is_shown_no_name_again(desk: Desk, world: World) -> None:
    """A number that was mistyped is somebody else's: once it is over the link names nobody."""
    person = world.people["duty_director"]
    _, [link] = approved(desk, {"kind": "number", "person": person.id, "phone": NEW_PHONE})
    assert person.name in page(desk.get(link, None))
    for shown in (answer(desk, link, "decline"), desk.get(link, None)):
        assert person.name not in page(shown)
        assert NEW_PHONE[-4:] not in page(shown)


def test_a_pin_is_not_lost_to_a_tap_on_the_other_language(desk: Desk, world: World) -> None:
    """Where it is shown for the only time, nothing leads away from it."""
    _, links = approved(desk, {"kind": "pin", "person": world.people["owner"].id})
    *before, last = [page(answer(desk, link, "accept")) for link in links]
    assert all("?lang=" in shown for shown in before)
    assert re.search(r"<h1>[0-9]{6}</h1>", last)
    assert "?lang=" not in last


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reporter_is_promised_no_bell_that_does_not_ring(desk: Desk, language: str) -> None:
    """An ordinary matter pages nobody, and its page does not say that somebody is being asked."""
    words = locale(language)["rope"]
    quiet = unescape(text(desk.get(f"{rope(desk)}?lang={language}", None)))
    assert words["owned_none_quiet"] in quiet
    assert words["owned_none"] not in quiet
    assert words["told_none"] not in quiet
    grave = unescape(text(desk.get(f"{rope(desk, text='救命')}?lang={language}", None)))
    assert words["owned_none"] in grave
    assert words["owned_none_quiet"] not in grave


def test_many_short_lines_keep_their_last_word(desk: Desk) -> None:
    """As much as the page lets be typed is kept, however many lines it is."""
    lines = "a\n" * 1998 + "END"
    link = rope(desk)
    form = urlencode({"do": "say", "text": lines.replace("\n", "\r\n")}).encode()
    assert desk.post(link, form, None, content_type=FORM).status_code == 200
    case = only(desk.world).id
    said = desk.get(f"/v1/cases/{case}/messages", Role.OWNER).json_body["messages"]
    assert [row["words"]["text"] for row in said][-1] == lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_decision_on_old_words_is_refused_in_words_for_a_phone(desk: Desk, language: str) -> None:
    """What came in between is shown, and nobody is told of fields that a phone has not."""
    case = desk.complain()
    enrolled = send(desk, desk.link(), do="acknowledge", pin=PIN)
    reading = re.search(r'name="reading" value="([^"]+)"', text(enrolled))
    assert reading
    told = {"do": "lower", "to": "S3", "reason": "misread", "evidence": "It was a film."}
    link = desk.link()
    assert desk.post(f"/v1/cases/{case}/messages", {"text": "他又来了"}).status_code == 201
    form = urlencode(told | {"reading": reading[1]}).encode()
    headers = {"content_type": FORM, "cookie": cookie_of(enrolled)}
    refused = desk.post(f"{link}?lang={language}", form, None, **headers)
    assert refused.status_code == 409
    said = unescape(text(refused))
    assert locale(language)["page"]["faults"]["evidence_not_opened"]["detail"] in said
    assert "他又来了" in said
    assert "reading " not in re.sub(r"<[^>]*>", "", said)
