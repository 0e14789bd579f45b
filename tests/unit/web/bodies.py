"""Bodies as no client should send them, each with the pieces that must not be lost.

The table is made, not written: shapes, encodings, breakages, and every field with any wrong value.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.services.complaint import Complaint

ZH = "救命快来人"
EN = "help he has a knife"
MARK = "MARK-7F3A"


@dataclass(frozen=True)
class Sent:
    """A body with its content type, and what must be found again."""

    name: str
    raw: bytes
    kind: str
    pieces: tuple[str, ...]


def told(complaint: Complaint) -> str:
    """Everything that was kept of a body, as one text."""
    kept = asdict(complaint)
    held = complaint.received.get("body")
    extra = "".join(_base64(one) for one in (held if isinstance(held, list) else [held]))
    return json.dumps(kept, ensure_ascii=False, default=str) + complaint.text + extra


def _base64(held: Any) -> str:
    if not (isinstance(held, dict) and "base64" in held):
        return held if isinstance(held, str) else ""
    raw = base64.b64decode(held["base64"])
    return "".join(raw.decode(name, "replace") for name in ("utf-8", "gb18030", "utf-16-le"))


def everything() -> list[Sent]:
    """The whole table; names are unique."""
    return [*shapes(), *encoded(), *broken(), *cut_short(), *wrong_fields(), *forms(), *hostile()]


def shapes() -> Iterator[Sent]:
    """JSON whose text is not where it belongs."""
    values = {
        "string": ZH,
        "list": [ZH, EN],
        "list-of-objects": [{"text": ZH}, {"text": EN, "danger_now": True}],
        "list-in-list": [[[ZH]], EN],
        "text-list": {"text": [ZH, EN]},
        "text-object": {"text": {"zh": ZH, "en": [EN]}},
        "text-number": {"text": 20261121, "note": ZH},
        "text-null": {"text": None, "message": ZH},
        "text-true": {"text": True, "description": ZH},
        "other-name": {"Text": ZH, "内容": EN},
        "inside": {"data": {"complaint": {"text": ZH}}, "text": EN},
        "key": {ZH: True, "text": EN},
        "reporter-text": {"reporter": ZH, "text": EN},
        "reporter-list": {"reporter": [{"name": ZH}, {"name": EN}]},
        "reporter-extra": {"reporter": {"says": ZH}, "text": EN},
        "subject-text": {"subject": ZH, "text": EN},
        "subject-number": {"subject": 42, "text": ZH},
        "attributes-text": {"attributes": ZH, "text": EN},
        "attributes-list": {"attributes": [ZH, EN]},
        "attributes-nested": {"attributes": {"a": {"b": [ZH]}}, "text": EN},
        "attributes-many": {"attributes": {f"a{n}": f"v{n}" for n in range(300)}, "text": ZH},
        "answer-in-words": {"danger_now": ZH, "can_be_reached": EN},
        "answer-object": {"danger_now": {"说": ZH}, "text": EN},
        "answer-list": {"danger_now": ["yes", ZH], "text": EN},
    }
    for name, value in values.items():
        text = json.dumps(value, ensure_ascii=False)
        pieces = tuple(piece for piece in (ZH, EN) if piece in text)
        for kind in ("application/json", "", "text/plain", "application/x-www-form-urlencoded"):
            yield Sent(f"shape {name} {kind}", text.encode(), kind, pieces)
        escaped = json.dumps(value).encode()
        yield Sent(f"shape {name} escaped", escaped, "application/json", pieces)


def encoded() -> Iterator[Sent]:
    """Good content in other encodings, with and without saying so."""
    plain = f"{ZH} {EN}"
    whole = json.dumps({"text": plain}, ensure_ascii=False)
    for name in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk", "gb2312"):
        for body, shape in ((plain, "text"), (whole, "json")):
            for kind in ("application/json", "", f"text/plain; charset={name}"):
                yield Sent(f"{shape} in {name} {kind}", body.encode(name), kind, (ZH, EN))
    for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        yield Sent(f"json in {name}", whole.encode(name), "", (ZH, EN))
    for name in ("idna", "punycode", "no-such-thing", "base64", "utf-7"):
        kind = f"text/plain; charset={name}"
        yield Sent(f"charset {name}", plain.encode(), kind, (ZH, EN))
        yield Sent(f"charset {name} gbk", plain.encode("gbk"), kind, (ZH, EN))
    yield Sent("cut inside a character", plain.encode()[:-20] + b"\xe6\x95", "", (ZH,))
    yield Sent("two encodings", ZH.encode() + b" " + ZH.encode("gbk"), "", (ZH,))
    yield Sent("bytes", bytes(range(256)) + EN.encode(), "", (EN,))


def broken() -> Iterator[Sent]:
    """JSON that no parser takes, or that one should not."""
    bodies = {
        "trailing comma": '{"text": "%s",}',
        "no quotes": "{text: %s}",
        "single quotes": "{'text': '%s'}",
        "comment": '{"text": "%s" /* now */}',
        "two objects": '{"text": "%s"}{"text": "more"}',
        "tail": '{"text": "%s"} ok?',
        "no colon": '{"text" "%s"}',
        "raw newline": '{"text": "%s\n"}',
        "raw control": '{"text": "%s\x01\x02"}',
        "bad escape": '{"text": "%s \\x41 \\u12"}',
        "nan": '{"text": "%s", "attributes": {"a": NaN}}',
        "nan text": '{"text": NaN, "note": "%s"}',
        "infinity": '{"text": "%s", "claimed_at": Infinity}',
        "minus infinity": '{"text": "%s", "danger_now": -Infinity}',
        "huge float": '{"text": "%s", "attributes": {"a": 1e999}}',
        "huge int": '{"text": "%s", "claimed_at": ' + "9" * 5_000 + "}",
        "huge order": '{"text": "%s", "order": 123456789012345678901234567890}',
        "high surrogate": '{"text": "%s \\ud83d"}',
        "low surrogate": '{"text": "%s \\udc00 x"}',
        "surrogates the wrong way": '{"text": "%s \\udc00\\ud83d"}',
        "surrogate key": '{"\\ud800": "%s"}',
        "surrogate key twice": '{"\\ud800": "%s", "\\ud801": "b"}',
        "surrogate in order": '{"order": "\\ud800", "text": "%s"}',
        "surrogate in broken": '{"text": "%s \\ud800",',
        "nul": '{"text": "\\u0000%s\\u0000"}',
        "nul key": '{"a\\u0000b": "%s"}',
        "same key": '{"text": "%s", "text": "another"}',
        "same key, other order": '{"text": "another", "text": "%s"}',
        "same key many times": '{"text": "%s"' + ', "text": "again"' * 500 + "}",
        "same answer": '{"danger_now": false, "danger_now": true, "text": "%s"}',
        "same reporter": '{"reporter": {"name": "a"}, "reporter": {"name": "%s"}}',
        "same subject": '{"subject": "a", "subject": {"id": "%s"}, "text": "x"}',
        "same attributes": '{"attributes": {"a": 1}, "attributes": {"b": "%s"}, "text": "x"}',
        "deep list": '{"text": "%s", "a": ' + "[" * 5_000 + "]" * 5_000 + "}",
        "deep object": '{"text": "%s", "a": ' + '{"a":' * 5_000 + "1" + "}" * 5_000 + "}",
        "deep open": '{"text": "%s", "a": ' + "[" * 100_000,
        "deep below the limit": '{"text": "%s", "a": ' + "[" * 38 + "]" * 38 + "}",
        "brackets in text": '{"text": "%s ' + "[" * 100 + '"}',
        "quotes in text": '{"text": "%s ' + '\\"' * 1_000 + '"}',
        "open quote": '{"text": "%s ' + '\\"' * 50_000,
        "many fields": "{" + ",".join(f'"f{n}": {n}' for n in range(5_000)) + ', "text": "%s"}',
        "blank": ' \r\n\t {"text": "%s"} \r\n ',
        "callback": 'callback({"text": "%s"});',
        "xml": "<complaint><text>%s</text></complaint>",
        "csv": "text,order\n%s,17",
        "prose": "%s",
        "prose in quotes": '"%s" he said',
        "prose in brackets": "[urgent] %s",
    }
    for name, pattern in bodies.items():
        for words in (ZH, EN):
            raw = pattern.replace("%s", words).encode()
            for kind in ("application/json", "text/plain"):
                yield Sent(f"broken {name} {words} {kind}", raw, kind, (words,))


def cut_short() -> Iterator[Sent]:
    """A good body that ends at any place after its text."""
    whole = json.dumps(
        {"text": f"{ZH} {EN}", "order": "A-17", "reporter": {"phone": "1"}, "danger_now": True},
        ensure_ascii=False,
    )
    for end in range(whole.index(EN) + len(EN), len(whole)):
        yield Sent(f"cut at {end}", whole[:end].encode(), "application/json", (ZH, EN))


WRONG: dict[str, Any] = {
    "null": None,
    "true": True,
    "number": 20_000_000_000_000_000,
    "negative": -1,
    "float": 0.1,
    "word": MARK,
    "long": MARK + "x" * 5_000,
    "list": [MARK],
    "two": [MARK, "b"],
    "object": {"a": MARK},
    "nested": [{"a": [MARK]}],
    "digits": f"13800138000 {MARK}",
    "control": f"\u0000{MARK}\u200b",
    "absurd time": "9999-12-31T23:59:59Z " + MARK,
    "no time": "2026-02-30 25:61 " + MARK,
}
FIELDS = (
    *("text", "channel", "language", "claimed_at", "reporter", "subject", "order"),
    *("danger_now", "can_be_reached", "brand", "region", "site", "attributes"),
    *("reporter.name", "reporter.phone", "reporter.email", "reporter.relation"),
    *("reporter.safe_channel", "subject.kind", "subject.id"),
)


def wrong_fields() -> Iterator[Sent]:
    """Every field with every wrong value; the words beside it, and the value, must survive."""
    for field in FIELDS:
        for name, value in WRONG.items():
            outer, _, inner = field.partition(".")
            body = {"note": ZH} | ({outer: {inner: value}} if inner else {outer: value})
            raw = json.dumps(body).encode()
            pieces = (ZH, MARK) if MARK in raw.decode() else (ZH,)
            yield Sent(f"{field} is {name}", raw, "application/json", pieces)


def forms() -> Iterator[Sent]:
    """Forms, and texts that look like one."""
    form = "application/x-www-form-urlencoded"
    yield Sent("form", f"text={ZH}&order=1".encode(), form, (ZH,))
    yield Sent("form escaped", b"text=%E6%95%91%E5%91%BD&order=1", form, ("救命",))
    yield Sent("form twice", f"text={ZH}&text=more".encode(), form, (ZH, "more"))
    yield Sent("form undeclared", f"text={ZH}&danger_now=yes".encode(), "", (ZH,))
    yield Sent("form with a loose and", f"text=a & {ZH}".encode(), form, (ZH,))
    yield Sent("form of strangers", f"foo={ZH}&bar=2".encode(), form, (ZH,))
    yield Sent("form half escaped", b"text=%E6%95%91%E5%91%BD%E6%95", form, ("救命",))
    yield Sent("form not escaped", f"{ZH} 100% sure".encode(), form, (ZH,))
    yield Sent("form bare", b"%E6%95%91%E5%91%BD", form, ("救命",))
    yield Sent("form groups", f"reporter[name]={ZH}&text=x".encode(), form, (ZH,))
    yield Sent("form group twice", f"subject=a&subject.id={ZH}&text=x".encode(), form, (ZH,))
    yield Sent("form of 2000", b"a=1&" * 2_000 + f"text={ZH}".encode(), form, (ZH,))
    yield Sent(
        "multipart", f'--x\r\nname="text"\r\n\r\n{ZH}'.encode(), "multipart/form-data", (ZH,)
    )


def hostile() -> Iterator[Sent]:
    """Sizes that hurt a careless reader."""
    yield Sent("megabyte", json.dumps({"text": ZH + "x" * 1_000_000}).encode(), "", (ZH,))
    yield Sent("megabyte of Chinese", (ZH * 70_000).encode(), "text/plain", (ZH,))
    yield Sent("megabyte of brackets", b"[" * 1_000_000 + ZH.encode(), "", (ZH,))
    yield Sent("megabyte of escapes", b'"' + b'\\"' * 500_000 + ZH.encode(), "", (ZH,))
    fields = ",".join(f'"k{n}":"v"' for n in range(50_000))
    yield Sent("many strangers", f'{{{fields},"text":"{ZH}"}}'.encode(), "", (ZH,))
