"""Goal: no body at all makes the reader fail or forget.  Method: a made table, and random bytes."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.audit import canonical
from chalicelib.aws.envelope import committed
from chalicelib.aws.wire import to_json
from chalicelib.web.body import OVERSIZE_BYTES, bytes_of
from chalicelib.web.complaints import complaint, said
from tests.unit.web.bodies import EN, ZH, everything, told

TABLE = everything()
READ = [(sent, complaint(sent.raw, sent.kind)) for sent in TABLE]


def codes(raw: bytes, kind: str = "application/json") -> set[str]:
    """Problems as ``field:code``."""
    return {f"{p.field}:{p.code}" for p in complaint(raw, kind).problems}


def test_the_table_is_large_and_has_no_doubles() -> None:
    """At least three hundred bodies, each once."""
    assert len(TABLE) >= 300
    assert [name for name, n in Counter(sent.name for sent in TABLE).items() if n > 1] == []


def test_nothing_is_lost() -> None:
    """Every piece is found again in a field, in the text, or among what was kept as received."""
    lost = [
        (sent.name, piece)
        for sent, read in READ
        for kept in [told(read)]
        for piece in sent.pieces
        if piece not in kept
    ]

    assert lost == []


def test_nothing_is_refused() -> None:
    """Whatever has a word in it is a complaint."""
    assert [sent.name for sent, read in READ if read.is_empty] == []


def test_words_of_danger_reach_the_judge() -> None:
    """A cry for help is judged wherever it was put."""
    unheard = [
        (sent.name, piece)
        for sent, read in READ
        for piece in {ZH, EN}.intersection(sent.pieces)
        if piece not in read.text and piece not in read.heard
    ]

    assert unheard == []


def test_what_was_read_can_be_stored() -> None:
    """The vault can seal it, its commitment can be made, and the log can name its problems."""
    for _, read in READ:
        for part in (read.text, dict(read.attributes), dict(read.received), read.order):
            to_json(part).decode()
            canonical.encode(committed(part))
        names = [f"{p.field}:{p.code}" for p in read.problems]
        assert all(name.isascii() and len(name) < 60 for name in names)


def test_a_message_is_read_as_leniently() -> None:
    """What may be said on a case is read by the same rules."""
    for sent in TABLE:
        read = said(sent.raw, sent.kind)
        read.text.encode()
        assert read.text or read.received, sent.name


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", "application/json", "text/plain"]))
def test_any_bytes_are_read(raw: bytes, kind: str) -> None:
    """No bytes raise."""
    complaint(raw, kind).text.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
NAMES = st.sampled_from(["text", "danger_now", "claimed_at", "reporter", "attributes", "order"])


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(NAMES | st.text(max_size=5), JSON))
def test_any_json_is_read(value: dict[str, Any]) -> None:
    """No JSON raises, and what is kept of it can be stored."""
    read = complaint(json.dumps(value).encode(), "application/json")

    to_json(dict(read.received))
    read.text.encode()


def test_of_two_answers_the_graver_counts() -> None:
    """A doubled key cannot hide a yes behind a no, in either order."""
    for first, second in (("false", "true"), ("true", "false")):
        raw = f'{{"text":"x","danger_now":{first},"danger_now":{second}}}'.encode()
        assert complaint(raw, "").danger_now is True
        raw = f'{{"text":"x","can_be_reached":{first},"can_be_reached":{second}}}'.encode()
        assert complaint(raw, "").can_be_reached is False
    assert "danger_now:duplicate_key" in codes(b'{"danger_now":false,"danger_now":true}')


def test_answers_survive_in_broken_json() -> None:
    """A body that is cut short keeps the answer that it had already given."""
    read = complaint('{"order":"A1","danger_now":true,"text":"车门锁'.encode(), "application/json")

    assert (read.danger_now, read.order) == (True, "A1")
    assert "车门锁" in read.text


def test_escapes_in_broken_json_are_read_as_words() -> None:
    """Chinese that was escaped can be judged although the JSON is broken."""
    read = complaint(b'{"text":"\\u6551\\u547d \\ud83d\\ude00",', "application/json")

    assert "救命 \U0001f600" in read.text


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"hello", "body:not_json"),
        (b'{"text":', "body:not_json"),
        (b"[1]", "body:not_an_object"),
        (b'{"a":' * 100, "body:too_deep"),
        (b'{"text":"\\ud800"}', "body:lone_surrogates"),
        (b'{"text":"\\u0000"}', "text:control_characters"),
        (b'{"text":"x","order":{}}', "order:wrong_type"),
        (b'{"text":"x","colour":"red"}', "body:unknown_fields"),
        (b'{"text":"x","claimed_at":"soon"}', "claimed_at:unreadable_time"),
        (b'{"text":"x","claimed_at":"1999-01-01T00:00:00Z"}', "claimed_at:absurd_time"),
        (b'{"text":"x","claimed_at":"2026-11-21 18:00"}', "claimed_at:zone_assumed"),
        (b'{"text":"x","danger_now":"perhaps"}', "danger_now:unclear_answer"),
        (b'{"text":"x","language":"klingon!"}', "language:unknown_language"),
        (b'{"text":"x","brand":"13800138000"}', "brand:not_a_plain_name"),
        (b'{"text":"x","attributes":{"a":[1]}}', "attributes:not_flat"),
        ("救命".encode("gbk"), "body:not_utf8"),
        (b"x" * (OVERSIZE_BYTES + 1), "body:oversize"),
    ],
)
def test_a_fault_is_named(raw: bytes, code: str) -> None:
    """The answer says which field was not as it should be, and why."""
    assert code in codes(raw)


@pytest.mark.parametrize("raw", [b"", b"  ", b"{}", b"[]", b"\0\0", b'{"text":""}', b'""', b"[[]]"])
def test_nothing_is_nothing(raw: bytes) -> None:
    """Only a complaint with nothing in it at all is empty."""
    assert complaint(raw, "application/json").is_empty


def test_a_good_body_has_no_problems() -> None:
    """Nothing is named where nothing is wrong."""
    body = {
        "text": "hello",
        "channel": "call-centre",
        "language": "zh_CN",
        "claimed_at": "2026-11-21T10:00:00+08:00",
        "reporter": {"name": "Li", "phone": "+86 1", "relation": "friend"},
        "subject": {"kind": "driver", "id": "D-7"},
        "order": "A-1",
        "danger_now": False,
        "can_be_reached": True,
        "brand": "shunxing",
        "attributes": {"trip_active": True, "hours": 2},
    }
    read = complaint(json.dumps(body).encode(), "application/json")

    assert (read.problems, dict(read.received)) == ((), {})
    assert (read.language, read.claimed_ms) == ("zh-CN", 1_795_226_400_000)
    assert (read.subject_kind, read.subject_id, read.order) == ("driver", "D-7", "A-1")
    assert dict(read.attributes) == {"trip_active": True, "hours": 2}


def test_the_sender_s_own_names_stay_out_of_the_log() -> None:
    """An unknown field's name may be a person's; it is kept with its value, and not named."""
    read = complaint(b'{"text":"x","13800138000":"y"}', "application/json")

    assert all("138" not in p.field for p in read.problems)
    assert read.received["body"] == {"13800138000": "y"}


def test_base64_that_lies_is_taken_as_it_is() -> None:
    """A flag of the platform's is believed only where it is true."""
    assert bytes_of({"body": "aGk=", "isBase64Encoded": True}) == b"hi"
    assert bytes_of({"body": "no base64!", "isBase64Encoded": True}) == b"no base64!"
    assert bytes_of({"body": None}) == b""
    assert bytes_of({"body": "\ud800"}) == b"\xed\xa0\x80"


def test_what_was_said_is_read_leniently_too() -> None:
    """Known words in any spelling; an unknown direction counts as inbound, to be judged."""
    read = said(b'{"text":"x","direction":"OUTBOUND","speaker":"Vendor agent","kind":"reply"}', "")
    assert (read.direction, read.speaker, read.kind) == ("outbound", "vendor_agent", "reply")

    read = said(b'{"text":"x","direction":"sideways","speaker":7,"kind":null}', "")
    assert (read.direction, read.speaker, read.kind) == ("inbound", "reporter", "note")
    assert [(p.field, p.code) for p in read.problems] == [
        ("direction", "unknown_value"),
        ("speaker", "unknown_value"),
    ]


def test_a_time_that_was_promised_is_read_from_what_went_out() -> None:
    """As a time of any form; on words that came in it is flagged, and promises nothing."""
    read = said(b'{"direction":"outbound","promised_at":"2026-11-21T10:30:00Z"}', "")
    assert (read.promised_ms, read.problems, read.is_empty) == (1_795_257_000_000, (), False)
    read = said(b'{"text":"x","promised_at":"2026-11-21T10:30:00Z"}', "")
    assert read.promised_ms is None
    assert list(map(str, read.problems)) == ["promised_at:not_outbound"]
    read = said(b'{"text":"x","direction":"outbound","promised_at":"soon"}', "")
    assert (read.promised_ms, read.received) == (None, {"promised_at": "soon"})


def test_the_first_of_doubled_values_counts_and_the_rest_are_kept() -> None:
    """A doubled order is the first that says something."""
    read = complaint(b'{"order":"","order":"A","order":"B"}', "application/json")

    assert read.order == "A"
    assert read.received == {"order": ["", "A", "B"]}
