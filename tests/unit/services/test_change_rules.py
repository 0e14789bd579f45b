"""The rules of changes by themselves, and the words that are sent about them."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from chalicelib.paging import notices
from chalicelib.paging.words import GSM7_SEGMENT, UCS2_SEGMENT
from chalicelib.services import change_rules as rules
from chalicelib.services.change_model import Change, ChangeKind, Stage
from chalicelib.services.change_steps import commitment
from chalicelib.services.people import Person
from chalicelib.terms import Role
from tools.policy_ladders import RosterRole

ONE = Person("per_1", "Li", Role.OWNER, "client", "+1000000001", "Li@client.example")
GRAVE = frozenset({"owner", "head"})
LINK = "https://t.example/a/" + "x" * 22
KINDS = (notices.NUMBER, notices.DUTY, notices.PIN, notices.DETAILS)
TOLD = (*KINDS, notices.LEAVE)


@pytest.mark.parametrize(
    ("before", "after", "thin"),
    [
        ("ab", "ab", False),
        ("ab", "cd", False),
        ("ab", "a", True),
        ("abc", "", True),
        ("a", "b", False),
        ("a", "", True),
        ("", "", False),
        ("", "a", False),
        ("a", "ab", False),
        ("ab", "aa", True),
    ],
)
def test_a_role_may_stay_thin_and_not_become_so(before: str, after: str, *, thin: bool) -> None:
    """Fewer than two is refused unless it was so before and is no worse."""
    found = rules.thinned({"owner": before}, {"owner": after, "other": ""}, GRAVE)
    assert found == (["owner"] if thin else [])


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"channels": ("fax",)}, "bad_channels"),
        ({"language": "fr"}, "bad_language"),
        ({"name": "x" * 81}, "bad_name"),
        ({"email": "a b@c"}, "bad_email"),
        ({"phone": "+0123456789"}, "bad_phone"),
        ({"name": "李", "phone": "+8613800138000", "email": "a@b.c", "channels": ["sms"]}, ""),
    ],
)
def test_details_are_read_strictly(details: dict[str, Any], code: str) -> None:
    """What a page could not be sent with is refused by name."""
    assert rules.details_fault(details) == code


def test_the_roster_roles_are_those_of_the_policies() -> None:
    """One list here, one where ladders are compiled: they may not drift apart."""
    assert get_args(RosterRole) == rules.ROSTER_ROLES


def test_one_human_is_told_by_id_number_or_address() -> None:
    """In any case of letters; two people without an address are two."""
    other = Person("per_2", "Wu", Role.OWNER, "client", "+1000000002", "wu@client.example")
    assert not rules.is_same_human(ONE, other)
    assert rules.is_same_human(ONE, replace(other, id="per_1"))
    assert rules.is_same_human(ONE, replace(other, phone=ONE.phone))
    assert rules.is_same_human(ONE, replace(other, email="li@CLIENT.example"))
    bare = replace(ONE, phone="", email="")
    assert not rules.is_same_human(bare, replace(other, phone="", email=""))
    assert not rules.is_same_human(None, ONE)


def test_an_approval_without_a_proposer_is_none() -> None:
    """A proposer who was let go leaves nobody to be the first of two."""
    change = Change(id="chg_1", kind=ChangeKind.ORG, by="per_9", at=0, expires_at=9, value={})
    assert rules.approve_fault(change, ONE, None, []) == "own_proposal"


@pytest.mark.parametrize("stage", [Stage.APPLIED, Stage.REJECTED, Stage.STALE, Stage.EXPIRED])
def test_an_end_is_an_end_whatever_the_time(stage: Stage) -> None:
    """Time expires only what is open."""
    change = Change(id="c", kind=ChangeKind.ORG, by="p", at=0, expires_at=9, value={}, stage=stage)
    assert change.stage_at(99) is stage
    assert rules.open_fault(change, 0) == (
        "change_expired" if stage is Stage.EXPIRED else "change_over"
    )


def test_a_commitment_needs_its_key_and_is_of_one_change() -> None:
    """The same number in two changes cannot be recognised, nor found by trying numbers."""
    key = b"k" * 32
    first = commitment(key, "chg_1", "phone", "+447700900901")
    assert first == commitment(key, "chg_1", "phone", "+447700900901")
    others = {
        commitment(b"j" * 32, "chg_1", "phone", "+447700900901"),
        commitment(key, "chg_2", "phone", "+447700900901"),
        commitment(key, "chg_1", "email", "+447700900901"),
        commitment(key, "chg_1", "phone", "+447700900902"),
    }
    assert len(others | {first}) == 5
    with pytest.raises(ValueError, match="without a key"):
        commitment(b"", "chg_1", "phone", "+447700900901")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+447700900901", "…0901"),
        ("li@client.example", "l…@c….example"),
        ("a@b", "a…@b…"),
    ],
)
def test_an_address_is_shown_so_that_its_owner_knows_it(address: str, shown: str) -> None:
    """And nobody else can use it."""
    assert rules.masked(address) == shown


@pytest.mark.parametrize("what", [*KINDS, notices.NEW_PERSON])
def test_a_question_fits_one_sms(what: str) -> None:
    """With a link on a short domain, in either language."""
    notice = notices.Notice(what, "chg_" + "0" * 26, LINK)
    english, chinese = (notices.ask(notice, language) for language in ("en", "zh-CN"))
    assert len(english.sms) <= GSM7_SEGMENT
    assert english.sms.isascii()
    assert len(chinese.sms) <= UCS2_SEGMENT
    for text in (english, chinese):
        assert LINK in text.sms
        assert LINK in text.text


@pytest.mark.parametrize("what", TOLD)
def test_a_word_to_the_old_address_names_the_change_and_no_link(what: str) -> None:
    """Whoever holds a stolen telephone can do nothing with it."""
    notice = notices.Notice(what, "chg_" + "0" * 26)
    for language in ("en", "zh-CN"):
        text = notices.tell(notice, language)
        assert notice.change in text.sms
        assert notice.change in text.text
        assert "http" not in text.sms + text.text
        assert len(text.sms) <= 2 * (GSM7_SEGMENT if language == "en" else UCS2_SEGMENT)


@pytest.mark.parametrize(
    ("role", "known"),
    [
        ("owner", True),
        ("fleet_head", True),
        ("customer-data_owner", True),
        ("fleet_boss", False),
        ("Fleet_head", False),
        ("_head", False),
        ("fleet_head_head", False),
    ],
)
def test_a_department_has_an_owner_and_a_head(role: str, *, known: bool) -> None:
    """Whoever is asked for data, and whoever hears when it does not come, can be on the roster."""
    assert rules.is_roster_role(role) is known
