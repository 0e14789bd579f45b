"""Stories of the reporter's own rope: a link past every vendor, and what it can and cannot do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.cases.commands import Raise
from chalicelib.cases.end_commands import Absorb, MergeInto, Resolve
from chalicelib.cases.evolve import ROPES_KEPT
from chalicelib.cases.model import Case
from chalicelib.services import page_link, reading, rope_link
from chalicelib.services.caller import Caller
from chalicelib.services.client_systems import (
    Facts,
    NoClientSystems,
    Outcome,
    Question,
    Subject,
)
from chalicelib.services.complaint import Reporter
from chalicelib.services.engine import apply, from_http
from chalicelib.services.errors import RefusedError
from chalicelib.services.ports import TransportError
from chalicelib.services.rope_link import PRESSES_A_MINUTE, Press
from chalicelib.services.rope_view import RopeView
from chalicelib.terms import DAY, SECOND, Tier
from tests.support.world import DANGER_EN, DANGER_ZH, ORDINARY, World, story

PHONE, EMAIL = "+8613912345678", "reporter@example.com"
REPORTER = Reporter(name="A friend", phone="139 1234 5678", email=EMAIL)
ONLY_PHONE = Reporter(phone=PHONE)
OTHER = Reporter(phone="+8613912340000")
FIRST = ("owner", "safety_specialist")


def press(world: World, token: str, do: str, text: str = "") -> RopeView:
    """One press on a reporter's link, and whatever follows at once."""
    seen = rope_link.press(world.parts, token, Press(do=do, text=text, request="req"))
    world.settle()
    return seen


def case_of(world: World, case: str) -> Case:
    """A case as stored."""
    loaded = world.ledger.load(case)
    assert loaded
    assert loaded.case
    return loaded.case


def public(world: World, text: str = ORDINARY, **fields: Any) -> str:
    """A reporter complains by themselves; the case's id."""
    answer = world.public(text, **({"reporter": ONLY_PHONE} | fields))
    world.settle()
    return str(answer.body["case"])


def _closed(*_: object) -> None:
    raise TimeoutError


def events(world: World, case: str, name: str) -> list[dict[str, Any]]:
    """The case's events of this name."""
    lines = world.ledger.entries(f"case#{case}", 0, 500)
    return [e for line in lines for e in decode(line)["events"] if e["e"] == name]


# -- who is sent one -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", [ORDINARY, DANGER_EN, DANGER_ZH])
def test_at_every_tier_the_reporter_is_sent_a_link_of_their_own(text: str) -> None:
    """One SMS to the number they gave, at once, in their language, with nothing of the matter."""
    with story() as world:
        world.complain(text, reporter=REPORTER)
        world.settle()
        token = world.expect_rope(at=0)
        said = next(sent for sent in world.sent if sent.person == "reporter")
        assert said.to == PHONE
        assert said.text.startswith("警钟" if text == DANGER_ZH else "Tocsin")
        assert len(token) == 22
        world.ignore_pages()


def test_the_link_is_kept_as_a_hash_for_ninety_days() -> None:
    """The table has no token, and after ninety days the link leads nowhere."""
    world = World(sweeping=False)
    public(world)
    token = world.expect_rope()
    assert token not in repr(world.registry.__dict__)
    world.clock.advance(90 * DAY - SECOND)
    assert rope_link.view(world.parts, token).received_at == world.start
    world.clock.advance(SECOND)
    with pytest.raises(RefusedError, match="rope_link_expired"):
        rope_link.view(world.parts, token)
    with pytest.raises(RefusedError, match="rope_link_expired"):
        press(world, token, "danger")


def test_a_refused_number_is_followed_by_the_email_address() -> None:
    """The carrier says no for good: the reporter's other channel now."""
    with story() as world:
        world.channels.fail_next("unreachable", permanent=True)
        public(world, reporter=REPORTER)
        assert rope_link.view(world.parts, world.expect_rope("email", at=0)).whole


def test_a_carrier_that_fails_for_a_moment_is_tried_again_by_a_labelled_repeat() -> None:
    """The queue hands it out again; what may have been sent before says so."""
    with story() as world:
        world.channels.fail_next("timeout", permanent=False)
        public(world)
        assert world.sent == []
        world.fast_forward(1)
        world.expect_rope()


def test_a_vault_that_does_not_open_delays_the_link_and_loses_it_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The address cannot be read now; a minute later it can."""
    with story() as world:
        with monkeypatch.context() as patched:
            patched.setattr(world.vault, "open", _closed)
            public(world)
            assert world.sent == []
        world.fast_forward(1)
        world.expect_rope()


@pytest.mark.parametrize("safe", ["none", "不要联系", "only my sister", "电话", "no sms please"])
def test_without_a_safe_channel_nothing_is_sent(safe: str) -> None:
    """A channel that the reporter did not name as safe is not used."""
    with story() as world:
        case = public(world, reporter=Reporter(phone=PHONE, email=EMAIL, safe_channel=safe))
        assert world.sent == []
        assert case_of(world, case).ropes == {}


def test_a_named_safe_channel_is_the_only_one() -> None:
    """Email was called safe, so a text message is never tried, not even when email fails."""
    with story() as world:
        safe = Reporter(phone=PHONE, email=EMAIL, safe_channel="不要发短信，邮件可以")
        public(world, reporter=safe)
        world.expect_rope("email", at=0)
        world.channels.fail_next("rejected", permanent=True)
        public(world, reporter=safe)
        world.fast_forward(5)


def test_under_duress_nothing_is_sent() -> None:
    """Not at the opening, and not for whoever joins."""
    with story() as world:
        world.complain("我不方便说话,他就在旁边", reporter=ONLY_PHONE, order="A-77001")
        world.complain(DANGER_ZH, reporter=OTHER, order="A-77001")
        world.settle()
        assert "reporter" not in {sent.person for sent in world.sent}
        world.ignore_pages()


def test_duress_found_while_a_link_waits_for_its_carrier_stops_it() -> None:
    """It was asked for before, and is not sent after."""
    with story() as world:
        world.channels.refuse = lambda _, address: (
            TransportError("later", permanent=False) if address == PHONE else None
        )
        case = public(world)
        world.say(case, world.client(), text=ORDINARY, attributes={"duress": True})
        world.channels.refuse = None
        world.fast_forward(5)
        assert world.sent == []
        assert [e["error"] for e in events(world, case, "page.failed.v1")] == ["duress"]


# -- what it does --------------------------------------------------------------------------------


def test_still_in_danger_makes_any_case_a_life_at_risk_and_pages_at_once() -> None:
    """One press on an ordinary case, without a word: S0, and the first rung is paged."""
    with story() as world:
        case = public(world)
        token = world.expect_rope()
        world.fast_forward(5)
        seen = press(world, token, "danger")
        assert case_of(world, case).tier is Tier.S0
        assert [told.role for told in seen.told] == []
        world.expect_both(*FIRST, at=5)
        told = rope_link.view(world.parts, token).told
        assert {one.role for one in told} == set(FIRST)


def test_it_works_with_every_vendor_credential_revoked() -> None:
    """No part of the rope asks for a vendor: the complaint, the link and the press all go on."""
    with story() as world:
        for org in ("acme", "bolt"):
            agent = world.vendor(org=org)
            world.credential(agent, "x" * 43)
            world.registry.revoke_credential(agent.id, world.clock.now())
        assert all(one.revoked_at for one in world.registry.credentials())
        public(world)
        press(world, world.expect_rope(at=0), "danger")
        world.expect_both(*FIRST, at=0)


def test_looking_changes_nothing() -> None:
    """A link preview, however often it comes, writes no entry and settles nothing."""
    with story() as world:
        case = public(world)
        token = world.expect_rope()
        before = case_of(world, case)
        for _ in range(20):
            rope_link.view(world.parts, token)
        assert case_of(world, case) == before


def test_nobody_called_me_rings_the_next_rung() -> None:
    """On an S1 with an owner, the next rung hears of it although it was held."""
    with story() as world:
        case = public(world, "他摸我大腿,还想亲我")
        token = world.expect_rope()
        world.expect_both("owner", at=0)
        world.acknowledge(case)
        fired = case_of(world, case).fired
        world.fast_forward(2)
        press(world, token, "not_called")
        assert case_of(world, case).fired == fired + 1
        world.ignore_pages()


def test_the_first_reporters_word_ends_a_small_case() -> None:
    """Their own number, an ordinary matter: solved is solved, and withdrawn is withdrawn."""
    with story() as world:
        for do, how in (("solved", "confirmed"), ("withdraw", "withdrawn")):
            case = public(world)
            assert press(world, world.expect_rope(), do).closed_at
            closed = case_of(world, case).closed
            assert closed
            assert closed.how == how


def test_a_grave_case_goes_on_after_a_withdrawal() -> None:
    """It is written down, those on call are told, and no clock stops."""
    with story() as world:
        case = public(world, DANGER_EN)
        token = world.expect_rope()
        before = case_of(world, case)
        seen = press(world, token, "withdraw")
        after = case_of(world, case)
        assert after.is_open
        assert after.tier is before.tier
        assert not seen.own
        assert all(
            after.clocks[name] <= due for name, due in before.clocks.items() if name[0] == "K"
        )
        assert seen.withdrawn_at
        world.ignore_pages()


def test_nobody_called_me_opens_a_closed_case_again() -> None:
    """Whatever was written down, the reporter has the last word."""
    with story() as world:
        case = public(world)
        token = world.expect_rope()
        press(world, token, "solved")
        assert case_of(world, case).closed
        assert not press(world, token, "not_called").closed_at
        assert case_of(world, case).is_open


@pytest.mark.parametrize(("text", "reopens"), [("谢谢你们", False), (DANGER_ZH, True)])
def test_words_on_a_closed_case_open_it_if_they_are_grave(text: str, *, reopens: bool) -> None:
    """Thanks are kept; danger lives again."""
    with story() as world:
        case = public(world)
        token = world.expect_rope()
        press(world, token, "solved")
        press(world, token, "say", text)
        assert case_of(world, case).is_open is reopens
        assert text in str(world.vault._words)
        world.ignore_pages()


def test_what_is_typed_beside_any_button_is_kept_sealed() -> None:
    """The words are in the vault, and in no entry."""
    with story() as world:
        case = public(world)
        token = world.expect_rope()
        for do in ("not_called", "solved"):
            press(world, token, do, f"请回电 {do}")
        lines = b"".join(world.ledger.entries(f"case#{case}", 0, 100)).decode()
        assert "请回电" not in lines
        assert sum("请回电" in str(words) for words in world.vault._words.values()) == 2


# -- attacks -------------------------------------------------------------------------------------


def test_a_number_that_a_vendor_gave_ends_nothing() -> None:
    """Withdrawn and solved are written down as doubted, and the case goes on."""
    with story() as world:
        case = str(world.complain(ORDINARY, reporter=ONLY_PHONE).body["case"])
        world.settle()
        token = world.expect_rope()
        for do in ("withdraw", "solved"):
            assert not press(world, token, do).own
        assert case_of(world, case).is_open
        said = events(world, case, "reporter.said.v1")
        assert [(e["what"], e["verified"], e["doubted"]) for e in said] == [
            ("withdraw", False, True),
            ("solved", False, True),
        ]
        world.ignore_pages()


def test_whoever_joins_by_an_order_number_cannot_end_it_and_sees_nothing_of_it() -> None:
    """The second reporter may be the one who is complained about."""
    with story() as world:
        case = public(world, order="A-77002")
        world.expect_rope()
        world.fast_forward(2)
        world.public(ORDINARY, reporter=OTHER, order="A-77002")
        world.settle()
        second = world.expect_rope()
        seen = rope_link.view(world.parts, second)
        assert (seen.whole, seen.own, seen.told, seen.action) == (False, False, (), "")
        assert seen.received_at == world.start + 2 * 60 * SECOND
        press(world, second, "solved")
        press(world, second, "withdraw")
        assert case_of(world, case).is_open
        press(world, second, "danger")
        assert case_of(world, case).tier is Tier.S0
        world.ignore_pages()


@pytest.mark.parametrize("token", ["A" * 22, "x" * 22])
def test_a_made_up_link_leads_nowhere(token: str) -> None:
    """Neither to look at nor to press."""
    with story() as world:
        public(world)
        world.expect_rope()
        with pytest.raises(RefusedError, match="rope_link_unknown"):
            rope_link.view(world.parts, token)
        with pytest.raises(RefusedError, match="rope_link_unknown"):
            press(world, token, "danger")


def test_a_page_and_a_rope_do_not_open_each_others_doors() -> None:
    """A client person's link is no reporter's, nor the other way round."""
    with story() as world:
        public(world, DANGER_EN)
        rope = world.expect_rope()
        text = world.expect("owner", "sms").text
        page = text[text.index("/p/") + 3 :]
        with pytest.raises(RefusedError, match="rope_link_unknown"):
            press(world, page, "solved")
        with pytest.raises(RefusedError, match="page_link_unknown"):
            page_link.view(world.parts, rope, "req")
        world.ignore_pages()


def test_a_vendor_cannot_fill_a_case_with_numbers_to_keep_the_reporters_out() -> None:
    """The reporter's own comes in for the newest that a vendor gave, and is heard."""
    with story() as world:
        case = str(world.complain(ORDINARY, order="A-77006").body["case"])
        for number in range(9):
            junk = Reporter(phone=f"+86139123401{number:02d}")
            world.say(case, world.vendor(), text="note", reporter=junk)
        world.settle()
        links = [world.expect_rope() for sent in world.sent if sent.person == "reporter"]
        assert len(links) == ROPES_KEPT
        world.public(ORDINARY, reporter=ONLY_PHONE, order="A-77006")
        world.settle()
        mine = world.expect_rope()
        assert len(case_of(world, case).ropes) == ROPES_KEPT
        for do in ("solved", "withdraw", "not_called"):
            assert not press(world, links[-1], do).whole
        assert case_of(world, case).is_open
        press(world, mine, "danger")
        assert case_of(world, case).tier is Tier.S0
        world.ignore_pages()


def test_whoever_asks_again_and_again_holds_one_link() -> None:
    """Further complaints of the one who opened the case send no second link."""
    with story() as world:
        about: dict[str, Any] = {"reporter": ONLY_PHONE, "order": "A-77007", "subject_id": "d"}
        case = str(world.complain(ORDINARY, **about).body["case"])
        for _ in range(2):
            world.fast_forward(2)
            assert world.complain(ORDINARY, **about).body["case"] == case
        world.public(ORDINARY, **about)
        world.settle()
        world.expect_rope()
        assert len(case_of(world, case).ropes) == 1
        world.ignore_pages()


@pytest.mark.parametrize("reporter", [ONLY_PHONE, OTHER])
def test_a_vendor_cannot_prove_its_own_telephone_at_the_public_intake(reporter: Reporter) -> None:
    """Whoever joins without a credential is heard, and ends nothing: it may be the vendor."""
    with story() as world:
        given: dict[str, Any] = {"order": "A-77008", "reporter": ONLY_PHONE}
        case = str(world.complain(ORDINARY, **given).body["case"])
        world.public(ORDINARY, **given | {"reporter": reporter})
        world.settle()
        tokens = [world.expect_rope() for sent in world.sent if sent.person == "reporter"]
        for token in tokens:
            for do in ("solved", "withdraw"):
                assert not press(world, token, do).own
        assert case_of(world, case).is_open
        world.ignore_pages()


def test_one_link_cannot_flood_the_log_and_danger_has_a_turn_of_its_own() -> None:
    """Six presses a minute are written; then they are counted, and danger is heard all the same."""
    with story() as world:
        case = public(world)
        token = world.expect_rope()
        for _ in range(PRESSES_A_MINUTE):
            press(world, token, "not_called")
        for _ in range(40):
            with pytest.raises(RefusedError, match="rope_too_often"):
                press(world, token, "not_called")
        assert case_of(world, case).counts["said_not_called"] == PRESSES_A_MINUTE
        assert press(world, token, "danger").grave
        assert case_of(world, case).tier is Tier.S0
        world.fast_forward(1)
        press(world, token, "not_called")
        assert case_of(world, case).counts["said_not_called"] == PRESSES_A_MINUTE + 1
        world.ignore_pages()


def test_a_press_that_says_nothing_is_refused_and_written_down() -> None:
    """No known button, or no words to send."""
    with story() as world:
        case = public(world)
        token = world.expect_rope()
        before = case_of(world, case)
        for do, text in (("say", "  "), ("close", "x"), ("", "")):
            with pytest.raises(RefusedError, match="rope_unclear"):
                press(world, token, do, text)
        assert case_of(world, case) == before


def test_the_opener_of_an_address_sees_nothing_else() -> None:
    """A pager's opening gives phone, email and language, and names the function and a purpose."""
    with story() as world:
        world.complain(DANGER_ZH, reporter=REPORTER, order="A-77003", subject_id="drv-1")
        world.settle()
        [(sids, reader, why)] = world.vault.openings
        reading = world.vault.readings[0]
        fn = world.parts.release.fn
        assert (reader, why.partition(":")[0], reading.kind) == (fn, "rope", "machine")
        assert reading.behalf == f"reporter.{sids[0]}"
        given = world.vault.open(sids, reader, why, reading)[sids[0]]
        assert given == {"reporter": {"phone": REPORTER.phone, "email": EMAIL, "language": "zh-CN"}}
        world.ignore_pages()


def test_the_client_sees_how_many_ropes_there_are_and_a_vendor_does_not() -> None:
    """A count, and never a link; for a vendor not even that."""
    with story() as world:
        case = str(world.complain(DANGER_ZH, reporter=REPORTER).body["case"])
        world.settle()
        token = world.expect_rope()
        mine = reading.case(world.parts, world.client(), case).body
        theirs = reading.case(world.parts, world.vendor(), case).body
        assert len(mine["reporters"]) == 1
        assert "rope" not in str(theirs)
        assert token not in str(mine)
        world.ignore_pages()


@pytest.mark.parametrize(("do", "ends"), [("solved", True), ("not_called", False)])
def test_resolved_the_reporter_is_asked_whether_it_is_solved(do: str, *, ends: bool) -> None:
    """A second link asks; their own yes ends even a grave case, and a no voids the resolution."""
    with story() as world:
        case = public(world)
        first = world.expect_rope()
        owner = world.client()
        apply(world.parts, from_http(owner), case, Raise(by=owner.by, tier=Tier.S2))
        world.act(case)
        command = Resolve(by=owner.by, reason="cause_fixed", sid="vlt_evidence")
        apply(world.parts, from_http(owner), case, command)
        world.settle()
        second = world.expect_rope()
        assert second != first
        assert rope_link.view(world.parts, second).resolved_at
        press(world, second, do)
        after = case_of(world, case)
        assert (after.is_open, after.resolved is None) == (not ends, not ends)
        world.ignore_pages()


def test_a_vendors_number_that_the_clients_own_record_knows_is_proved() -> None:
    """Order, phone and email all stand on the record: now their word can end it."""
    with story() as world:
        world.parts = replace(world.parts, client_systems=Record(phone=True, email=True))
        case = str(world.complain(ORDINARY, reporter=REPORTER, order="A-77004").body["case"])
        world.settle()
        token = world.expect_rope()
        assert [e["how"] for e in events(world, case, "reporter.verified.v1")] == ["client_data"]
        assert press(world, token, "solved").closed_at


@pytest.mark.parametrize(
    "record", [{"phone": False, "email": True}, {"phone": None, "email": None}, {"fails": True}]
)
def test_a_vendor_cannot_prove_its_own_number_with_the_reporters_email(record: Any) -> None:
    """One address on the record proves the other not, and silence or a fault proves nothing."""
    with story() as world:
        world.parts = replace(world.parts, client_systems=Record(**record))
        case = str(world.complain(ORDINARY, reporter=REPORTER, order="A-77005").body["case"])
        world.settle()
        press(world, world.expect_rope(), "withdraw")
        assert events(world, case, "reporter.verified.v1") == []
        assert case_of(world, case).is_open
        world.ignore_pages()


def test_what_is_said_through_the_link_of_a_merged_case_is_heard_where_it_went() -> None:
    """The case that stays is raised, and the merged one stays closed."""
    with story() as world:
        gone = public(world)
        token = world.expect_rope()
        stays = public(world, reporter=OTHER)
        world.expect_rope()
        owner = world.client()
        merge(world, gone, stays, owner)
        press(world, token, "danger")
        assert case_of(world, stays).tier is Tier.S0
        assert case_of(world, gone).closed
        world.fast_forward(2)
        press(world, token, "not_called")
        assert case_of(world, gone).closed
        world.ignore_pages()


def merge(world: World, gone: str, stays: str, owner: Caller) -> None:
    """Two cases become one."""
    absorb = Absorb(by=owner.by, other=case_of(world, gone))
    apply(world.parts, from_http(owner), stays, absorb)
    into = MergeInto(by=owner.by, target=case_of(world, stays))
    apply(world.parts, from_http(owner), gone, into)


class Record:
    """The client's own systems, which know of addresses what they are told to."""

    def __init__(
        self, *, phone: bool | None = None, email: bool | None = None, fails: bool = False
    ) -> None:
        """``fails`` breaks the promise of the port never to raise."""
        self._facts = Facts(source="record", phone_on_record=phone, email_on_record=email)
        self._fails = fails

    def look_up(self, question: Question) -> Facts:
        """Whatever was asked."""
        if self._fails:
            raise OSError
        assert question.order.startswith("A-")
        return self._facts

    def freeze(self, subject: Subject, case: str, *, on: bool) -> Outcome:
        """Nobody is asked here."""
        return NoClientSystems().freeze(subject, case, on=on)

    def request_data(self, department: str, case: str, wants: Sequence[str]) -> Outcome:
        """Nobody is asked here."""
        return NoClientSystems().request_data(department, case, wants)
