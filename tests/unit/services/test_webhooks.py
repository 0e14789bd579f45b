"""Signatures: the published scheme's own vector, and everything that must not pass for one."""

import base64
from dataclasses import dataclass

import pytest

from chalicelib.services.webhooks import (
    TOLERANCE_MS,
    SignatureError,
    Signed,
    read_secrets,
    sign,
    verify,
)

# The example that the scheme's own libraries are tested with.
PUBLISHED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330_000, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
RIGHT = Signed(ID, "1614265330", SIGNATURE)
SECRETS = read_secrets(PUBLISHED)


def test_the_published_example_is_signed_as_published() -> None:
    """Whoever has a library of the scheme can verify what we send."""
    assert sign(SECRETS[0], ID, AT, BODY) == RIGHT
    verify(SECRETS, RIGHT, BODY, AT)


@dataclass(frozen=True)
class Wrong:
    """One thing that is not as it was signed."""

    code: str
    id: str = ID
    timestamp: str = "1614265330"
    signature: str = SIGNATURE
    body: bytes = BODY
    now: int = AT


WRONG = {
    "no id": Wrong("signature_missing", id=""),
    "no time": Wrong("signature_missing", timestamp=""),
    "no signature": Wrong("signature_missing", signature=""),
    "another id": Wrong("signature_wrong", id="msg_other"),
    "another time": Wrong("signature_wrong", timestamp="1614265331"),
    "another body": Wrong("signature_wrong", body=b'{"test": 2432232315}'),
    "an id with a dot": Wrong("signature_wrong", id="msg.x"),
    "a time that is none": Wrong("signature_wrong", timestamp="now"),
    "a time with a point": Wrong("signature_wrong", timestamp="1614265330.0"),
    "another version": Wrong("signature_wrong", signature=SIGNATURE.replace("v1,", "v1a,")),
    "no version": Wrong("signature_wrong", signature=SIGNATURE.removeprefix("v1,")),
    "no base64": Wrong("signature_wrong", signature="v1,%%%"),
    "nothing behind the version": Wrong("signature_wrong", signature="v1,"),
    "part of it": Wrong("signature_wrong", signature=SIGNATURE[:-8]),
    "not ASCII": Wrong("signature_wrong", signature="v1,签名"),
    "too old": Wrong("signature_stale", now=AT + TOLERANCE_MS + 1),
    "too new": Wrong("signature_stale", now=AT - TOLERANCE_MS - 1),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_was_not_signed_so_is_not_believed(name: str) -> None:
    """A missing header, another id, time, body or version, and five minutes either way."""
    wrong = WRONG[name]
    signed = Signed(wrong.id, wrong.timestamp, wrong.signature)
    with pytest.raises(SignatureError) as refused:
        verify(SECRETS, signed, wrong.body, wrong.now)
    assert refused.value.code == wrong.code


def test_a_wrong_signature_is_wrong_however_old() -> None:
    """Whoever cannot sign learns nothing of our clock."""
    with pytest.raises(SignatureError) as refused:
        verify(SECRETS, RIGHT, b"other", AT + 10 * TOLERANCE_MS)
    assert refused.value.code == "signature_wrong"


@pytest.mark.parametrize("late", [-TOLERANCE_MS, 0, TOLERANCE_MS])
def test_five_minutes_either_way_are_allowed(late: int) -> None:
    """Clocks differ, and so do queues."""
    verify(SECRETS, RIGHT, BODY, AT + late)


def test_one_right_signature_among_others_is_enough() -> None:
    """A sender who changes its secret signs with both."""
    several = Signed(ID, "1614265330", f"v1,bm9wZQ== {SIGNATURE}")
    verify(SECRETS, several, BODY, AT)


def test_either_of_two_secrets_is_believed_while_it_is_changed() -> None:
    """The newest first; what the old one signed is still believed."""
    newest = "whsec_" + base64.b64encode(b"n" * 32).decode()
    both = read_secrets(f"{newest} {PUBLISHED}")
    assert both == read_secrets(f"{newest},{PUBLISHED}") == (b"n" * 32, SECRETS[0])
    verify(both, RIGHT, BODY, AT)
    verify(both, sign(both[0], ID, AT, BODY), BODY, AT)
    with pytest.raises(SignatureError):
        verify(both[:1], RIGHT, BODY, AT)


@pytest.mark.parametrize(
    "text",
    [
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_",
        "whsec_%%%%",
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        f"{PUBLISHED} {PUBLISHED} {PUBLISHED}",
    ],
)
def test_what_is_no_secret_is_refused_and_not_quoted(text: str) -> None:
    """A short one, a malformed one, or a third."""
    with pytest.raises(ValueError, match="must be") as refused:
        read_secrets(text)
    for word in text.split():
        assert len(word) <= len("whsec_") or word not in str(refused.value)


def test_header_names_have_no_case() -> None:
    """As in HTTP; and they go out as they came in."""
    given = {"Webhook-Id": ID, "WEBHOOK-TIMESTAMP": "1614265330", "webhook-signature": SIGNATURE}
    assert Signed.of(given) == RIGHT
    assert Signed.of(RIGHT.headers()) == RIGHT
    assert Signed.of({}) == Signed("", "", "")
