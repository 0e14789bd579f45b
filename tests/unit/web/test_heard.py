"""Goal: words of danger are judged wherever they stand.  Method: every field, with and without."""

import json
from typing import Any

import pytest

from chalicelib.terms import Role
from chalicelib.web.complaints import complaint, said
from chalicelib.web.heard import HEARD_MAX
from tests.support.world import World
from tests.unit.web.desk import Desk

ZH = "救命,他锁了车门要杀我"
EN = "do not call, he is holding me with a knife"
PLACES: dict[str, dict[str, Any]] = {
    "attribute": {"attributes": {"said": ZH}},
    "attribute in English": {"attributes": {"said": EN}},
    "attribute's name": {"attributes": {ZH: 1}},
    "order": {"order": ZH},
    "second order": {"order": ["x"], "order_id": ZH},
    "site": {"site": ZH},
    "brand": {"brand": EN},
    "region": {"region": ZH},
    "channel": {"channel": "he has a knife and is killing me"},
    "subject": {"subject": {"id": ZH}},
    "subject's kind": {"subject": {"kind": EN}},
    "language": {"language": ZH},
    **{
        f"reporter's {part}": {"reporter": {part: EN}}
        for part in ("name", "phone", "email", "relation", "safe_channel")
    },
}
IDS: tuple[dict[str, Any], ...] = (
    {"order": "TRIP-1"},
    {"order": "TRIP 1", "reporter": {"phone": "+86 138 0013 8000", "email": "a@b.example"}},
    {"order": "A1", "subject": {"kind": "driver", "id": "川A12345"}},
    {"order": "A1", "subject": "plate-9", "channel": "hotline", "brand": "harbour-rides"},
    {"order": "A1", "danger_now": "否", "can_be_reached": "不知道"},
    {"order": "A1", "claimed_at": "2026年11月21日 18:00", "language": "zh-CN"},
    {"order": "A1", "trace": "9f-17", "brand": "13800138000"},
    {"order": "A1", "attributes": {"trip_active": True, "plate": "B-77", "again": "是的"}},
)


def read(body: dict[str, Any]) -> str:
    """What is heard of a body beside its text."""
    return complaint(json.dumps(body).encode(), "application/json").heard


@pytest.mark.parametrize("place", PLACES)
def test_words_in_a_field_of_their_own_are_heard(place: str) -> None:
    """Beside an innocent text as well as without one; the text itself stays as it was sent."""
    for body in (PLACES[place], {"text": "see attached"} | PLACES[place]):
        found = complaint(json.dumps(body).encode(), "application/json")
        assert any(words in found.heard for words in (ZH, EN, "knife")) or ZH in found.text
        assert not found.is_empty


@pytest.mark.parametrize("place", ["attribute", "order", "site", "reporter's safe_channel"])
def test_what_is_heard_rings(desk: Desk, place: str) -> None:
    """The judge finds the danger, and nothing of it stands in clear."""
    answer = desk.post("/v1/complaints", {"text": "see attached"} | PLACES[place]).json_body

    assert answer["tier"] == "S0"
    lines = desk.world.ledger.entries(f"case#{answer['case']}", 0, 9)
    assert not any(words in line.decode() for line in lines for words in ("救命", "knife"))


@pytest.mark.parametrize("body", IDS)
def test_ids_and_numbers_raise_nothing_by_themselves(body: dict[str, Any]) -> None:
    """A complaint of ids alone is known to be one without words."""
    found = complaint(json.dumps(body).encode(), "application/json")

    assert (found.heard, found.text) == ("", "")
    assert not found.is_empty


def test_a_complaint_of_ids_alone_is_looked_at_by_a_person(desk: Desk) -> None:
    """Degraded, S1: it may be all that somebody could send."""
    body = {"order": "TRIP-1", "subject": "plate-9", "reporter": {"phone": "+8613800138000"}}
    answer = desk.post("/v1/complaints", body).json_body

    assert (answer["tier"], answer["degraded"]) == ("S1", True)


def test_an_id_beside_words_is_kept_with_them() -> None:
    """Where there are words, what stands in no place of its own is judged with them as before."""
    found = complaint(b'{"text":"hello","note":"SOS1"}', "application/json")

    assert found.text == "hello\nSOS1"


def test_nothing_is_heard_twice() -> None:
    """What was joined to the text, or is the text, counts once; so does a body that is one text."""
    for body in (
        {"text": ZH, "order": ZH},
        {"text": "x", "note": ZH, "order": ZH},
        {"text": "x", "attributes": {"a": [ZH]}, "order": ZH},
    ):
        assert read(body) == ""
    assert read({"text": "x", "order": ZH, "site": ZH}) == ZH
    broken = complaint(f'{{"order": "{ZH}", "text": "{ZH}"'.encode(), "application/json")
    assert broken.heard == ""
    assert ZH in broken.text


def test_what_is_heard_is_bounded() -> None:
    """A hundred long facts do not make the judge's work endless."""
    facts = {f"fact {n}": f"he said {n} " + "more " * 50 for n in range(100)}

    assert len(read({"text": "x", "attributes": facts})) == HEARD_MAX


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "web"},
        {"reporter": {"phone": "13800138000"}},
        {"subject": "plate-9"},
        {"attributes": {"sos": True}},
        {"sos": True},
        {"number": 13800138000},
        {"brand": "顺行"},
        {"claimed_at": "2026-11-21T10:00:00Z"},
        {"text": "!!!"},
        {"text": "🆘"},
    ],
)
def test_no_sign_of_life_is_refused(body: dict[str, Any]) -> None:
    """Whatever was sent at all is a complaint, and something said."""
    raw = json.dumps(body).encode()

    assert not complaint(raw, "application/json").is_empty
    assert not said(raw, "application/json").is_empty


@pytest.mark.parametrize("raw", [b"{}", b"[]", b"[[]]", b'{"text":" "}', b'{"a":null,"b":false}'])
def test_nothing_said_is_nothing(raw: bytes) -> None:
    """A message without anything in it is refused, as a complaint is."""
    assert said(raw, "application/json").is_empty
    assert complaint(raw, "application/json").is_empty


def test_a_message_s_other_fields_are_heard(desk: Desk, world: World) -> None:
    """An attribute of a message raises the tier, and a missed call does not."""
    case = desk.post("/v1/complaints", {"text": "退款还没到"}).json_body["case"]
    call = {"kind": "call attempt", "attributes": {"result": "no answer"}, "channel": "phone"}
    assert desk.post(f"/v1/cases/{case}/messages", call).json_body["tier"] == "S4"
    body = {"text": "note", "attributes": {"said": ZH}}
    answer = desk.post(f"/v1/cases/{case}/messages", body)

    assert answer.json_body["tier"] == "S0"
    assert said(json.dumps(body).encode(), "").says_something
    world.settle()


@pytest.mark.parametrize("field", ["brand", "region", "site", "channel"])
@pytest.mark.parametrize(
    "value",
    [
        "顺行",
        "张伟 一三八",
        "Zhang Wei",
        "zhang-13800",
        "1380013",  # not three digits: a digest in the entry may hold those
        "a" * 33,
        "b@c",
        "x+y",
        "a\nb",
    ],
)
def test_only_codes_are_kept_in_clear(desk: Desk, field: str, value: str) -> None:
    """Anything that may be a name or a number goes to the vault, with a problem."""
    found = complaint(json.dumps({"text": "x", field: value}).encode(), "application/json")

    assert getattr(found, field) == ""
    assert found.received[field] == value
    assert [(p.field, p.code) for p in found.problems] == [(field, "not_a_plain_name")]
    answer = desk.post("/v1/complaints", {"text": "x", field: value}, Role.VENDOR_AGENT)
    entry = desk.world.ledger.entries(f"case#{answer.json_body['case']}", 0, 1)[0].decode()
    assert value not in entry


@pytest.mark.parametrize("value", ["hotline", "cn-southwest", "Depot_7.b", "A2026", "x" * 32])
def test_a_code_is_kept(value: str) -> None:
    """Letters first, at most 32 signs, at most four digits."""
    raw = json.dumps({"text": "x", "site": value, "channel": value}).encode()
    found = complaint(raw, "application/json")

    assert (found.site, found.channel, found.problems) == (value, value, ())
    assert said(raw, "application/json").channel == value
