"""How a reporter may be reached: only where it is surely safe, and on whose word."""

import pytest

from chalicelib.cases.commands import Reach
from chalicelib.services.caller import Caller, anonymous
from chalicelib.services.complaint import Complaint, Reporter, Said
from chalicelib.services.judging import judge_complaint
from chalicelib.services.reaching import (
    dialable,
    is_duress,
    language_of,
    mailable,
    reach_of,
    reporter_words,
    safe_channels,
)
from chalicelib.terms import Role
from tests.support.world import rules

BOTH = frozenset({"sms", "email"})
REPORTER = Reporter(phone="13912345678", email="a@example.com")


def caller(role: Role) -> Caller:
    """A credential of this role."""
    return Caller(kind="credential", id="crd_x", role=role, org="x")


@pytest.mark.parametrize(
    ("named", "safe"),
    [
        ("", BOTH),
        ("  ", BOTH),
        ("sms", {"sms"}),
        ("SMS", {"sms"}),
        ("ＳＭＳ", {"sms"}),
        ("text me", {"sms"}),
        ("短信", {"sms"}),
        ("只能发短信", {"sms"}),
        ("e-mail only", {"email"}),
        ("邮箱", {"email"}),
        ("any", BOTH),
        ("都可以", BOTH),
        ("no calls, text only", {"sms"}),
        ("不要打电话，短信可以", {"sms"}),
        ("no sms but email is fine", {"email"}),
        ("email, never text", {"email"}),
        ("none", set()),
        ("不要联系", set()),
        ("无", set()),
        ("don't contact me", set()),
        ("短信不安全", set()),
        ("no sms", set()),
        ("phone", set()),
        ("打电话给我姐姐", set()),
        ("whatsapp", set()),
    ],
)
def test_only_what_is_named_is_safe(named: str, safe: set[str]) -> None:
    """Words that cannot be understood allow nothing; no words allow everything."""
    assert safe_channels(named) == safe


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("+8613912345678", "+8613912345678"),
        ("139 1234 5678", "+8613912345678"),
        ("139-1234-5678", "+8613912345678"),
        ("１３９１２３４５６７８", "+8613912345678"),
        ("8613912345678", "+8613912345678"),
        ("0086 139 1234 5678", "+8613912345678"),
        ("+44 (20) 7946-0958", "+442079460958"),
        ("110", ""),
        ("call me", ""),
        ("", ""),
        ("+123456789012345678", ""),
    ],
)
def test_a_number_is_dialled_as_people_write_it(phone: str, number: str) -> None:
    """E.164, or nothing."""
    assert dialable(phone) == number


@pytest.mark.parametrize(
    "email", ["", "a", "a@b", "a b@example.com", "a@example.com,b@example.com"]
)
def test_what_cannot_be_one_address_is_none(email: str) -> None:
    """Two addresses in one field are none: nobody knows whose the second is."""
    assert mailable(email) == ""


@pytest.mark.parametrize(
    ("who", "source", "verified"),
    [
        (caller(Role.VENDOR_AGENT), "vendor", False),
        (caller(Role.VENDOR_SUPERVISOR), "vendor", False),
        (caller(Role.CLIENT_APP), "client", True),
        (caller(Role.OWNER), "client", True),
        (anonymous("r"), "self", True),
    ],
)
def test_a_vendors_word_for_a_number_is_no_proof(
    who: Caller, source: str, *, verified: bool
) -> None:
    """Whose credential brought it says what it is worth."""
    reach = reach_of(Complaint(reporter=REPORTER), who)
    assert reach == Reach(channels=("sms", "email"), source=source, verified=verified)


def test_without_an_address_there_is_nothing_to_reach() -> None:
    """Nor with one that nobody can dial."""
    assert reach_of(Complaint(reporter=Reporter(name="Li")), anonymous("r")) is None
    assert reach_of(Complaint(reporter=Reporter(phone="12")), anonymous("r")) is None
    assert reach_of(Said(reporter=REPORTER), anonymous("r")) is not None


@pytest.mark.parametrize(
    ("text", "attributes", "duress"),
    [
        ("不要再打电话给他,他就在旁边,我不方便说话", {}, True),
        ("I can't talk, he is listening", {}, True),
        ("refund please", {"duress": True}, True),
        ("refund please", {"duress": "yes"}, True),
        ("refund please", {"duress": False}, False),
        ("refund please", {"duress": "no"}, False),
        ("refund please", {"duress": "否"}, False),
        ("refund please", {}, False),
    ],
)
def test_duress_is_found_by_the_rule_or_said_by_a_field(
    text: str, attributes: dict[str, object], *, duress: bool
) -> None:
    """Any word in the field but a *no* means yes."""
    complaint = Complaint(text=text, attributes=attributes)
    assert is_duress(judge_complaint(complaint, rules()), complaint) is duress


@pytest.mark.parametrize(
    ("text", "language", "spoken"),
    [
        ("", "", "zh-CN"),
        ("司机锁门", "", "zh-CN"),
        ("help me", "", "en"),
        ("help 救命", "", "zh-CN"),
        ("help me", "zh-TW", "zh-CN"),
        ("救命", "en-GB", "en"),
        ("au secours", "fr", "en"),
    ],
)
def test_the_link_speaks_their_language(text: str, language: str, spoken: str) -> None:
    """The one they named, else the one they wrote in."""
    assert language_of(Complaint(text=text, language=language)) == spoken


def test_the_language_is_kept_with_the_address_and_only_there() -> None:
    """Whoever cannot be written to has no language in the vault."""
    assert reporter_words(Complaint(reporter=Reporter(name="Li"))) == {"name": "Li"}
    kept = reporter_words(Complaint(text="help", reporter=REPORTER))
    assert kept == {"phone": "13912345678", "email": "a@example.com", "language": "en"}
