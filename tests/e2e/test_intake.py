"""Stories of complaints coming in: retries, links, and answers."""

from typing import Any

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.cases.body import to_body
from chalicelib.cases.evolve import fold
from chalicelib.cases.model import Case
from chalicelib.services.complaint import Reporter
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.services.ports import ConflictError
from chalicelib.terms import Role
from tests.support.world import DANGER_EN, DANGER_ZH, ORDINARY, World, story


def test_the_answer_says_what_was_found_and_who_is_paged_by_when() -> None:
    """Tier, reasons with words and offsets, rungs, the agent's card, and a receipt."""
    with story() as world:
        body = world.complain(DANGER_ZH, channel="phone").body
        words = [m["words"] for why in body["why"] for m in why["matches"]]
        assert "救命" in words
        match = body["why"][0]["matches"][0]
        assert DANGER_ZH[match["start"] : match["end"]] == match["words"]
        assert [rung["by"][14:16] for rung in body["paged"]] == ["00", "03", "05", "10", "20"]
        assert body["agent"]["do"]["zh-CN"]
        assert body["agent"]["never_say"]["en"]
        first = world.ledger.entries(f"case#{body['case']}", 0, 1)[0]
        assert decode(first)["type"] == "open"
        assert len(body["receipt"]) == 64
        world.settle()
        world.expect_both("owner", "safety_specialist", at=0)


def test_a_retry_with_the_same_key_gets_the_first_answer_and_opens_nothing() -> None:
    """Same credential, key and body: one case, and the same words in the answer."""
    with story() as world:
        first = world.complain(DANGER_ZH, key="k1")
        world.fast_forward(1)
        again = world.complain(DANGER_ZH, key="k1")
        assert again.replayed
        assert again.body == first.body
        assert len(world.ledger.cases) == 1
        world.expect_both("owner", "safety_specialist", at=0)


def test_the_same_key_with_another_body_is_a_complaint_of_its_own_and_is_flagged() -> None:
    """A reused key never swallows a complaint."""
    with story() as world:
        first = world.complain(ORDINARY, key="k1")
        other = world.complain(DANGER_ZH, key="k1")
        assert other.body["case"] != first.body["case"]
        assert other.body["problems"] == [
            {"field": "Idempotency-Key", "code": "idempotency_key_reused"}
        ]
        world.settle()
        world.expect_both("owner", "safety_specialist", at=0)


def test_nothing_of_a_complaints_words_is_stored_outside_the_vault() -> None:
    """Case, entries, messages and the idempotency record hold neither words nor numbers."""
    with story() as world:
        reporter = Reporter(name="王小明", phone="+8613912345678", relation="friend")
        text = DANGER_ZH + " 我叫王小明"
        world.complain(text, key="k", reporter=reporter, order="DD-777", subject_id="plate-9")
        world.settle()
        said = [sent.text for sent in world.channels.sent]
        stored = repr((vars(world.ledger), world.queues.pages, said))
        for secret in ("两个字之后", "王小明", "13912345678", "DD-777", "plate-9"):
            assert secret not in stored
        world.ignore_pages()


def test_a_second_complaint_on_the_same_order_joins_the_case() -> None:
    """One case, two contacts, and danger in the second raises it at once."""
    with story() as world:
        first = world.complain(ORDINARY, order="A1")
        second = world.public(DANGER_EN, order=" a1 ")
        assert second.body["joined"]
        assert world.ledger.cases == (first.body["case"],)
        assert second.body["tier"] == "S0"
        world.settle()
        world.expect_both("owner", "safety_specialist", at=0)


def test_strangers_who_name_the_same_subject_get_cases_of_their_own_that_are_linked() -> None:
    """One driver, two victims: never merged by accident."""
    with story() as world:
        fields: dict[str, Any] = {"subject_kind": "driver", "subject_id": "D1"}
        one = world.complain(ORDINARY, reporter=Reporter(phone="1"), **fields)
        two = world.complain(ORDINARY, reporter=Reporter(phone="2"), **fields)
        assert one.body["case"] != two.body["case"]
        loaded = world.ledger.load(two.body["case"])
        assert loaded is not None
        assert loaded.case is not None
        assert loaded.case.linked == (one.body["case"],)


def test_two_first_complaints_at_once_on_one_order_become_one_case() -> None:
    """The second loses the race for the link, looks again, and joins."""
    with story() as world:
        commit = world.ledger.commit

        def race(given: Any) -> None:
            world.ledger.commit = commit  # type: ignore[method-assign]
            world.complain(ORDINARY, order="R1")
            commit(given)

        world.ledger.commit = race  # type: ignore[method-assign,assignment]
        answer = world.complain(ORDINARY, order="R1")
        assert world.ledger.cases == (answer.body["case"],)
        assert answer.body["joined"]


def test_a_placeholder_is_no_order() -> None:
    """Strangers whose agents typed the same nothing do not meet on one case."""
    with story() as world:
        cases = set()
        for order in ("N/A", "n/a", "0000", "-", "无", "none", "没有订单", "1111", "TRIP-1"):
            cases.add(world.complain(ORDINARY, order=order).body["case"])
        assert len(cases) == 9


def test_one_order_and_two_subjects_are_two_linked_cases() -> None:
    """The order number was shared or wrong: the second victim's S0 rings by itself."""
    with story() as world:
        one = world.complain(DANGER_ZH, order="TRIP-1", subject_kind="driver", subject_id="D1")
        world.settle()
        world.expect_both("owner", "safety_specialist", at=0)
        two = world.complain(DANGER_ZH, order="TRIP-1", subject_kind="driver", subject_id="D2")
        world.settle()
        world.expect_both("owner", "safety_specialist", at=0)
        assert _stored(world, two.body["case"]).linked == (one.body["case"],)


def test_who_names_a_strangers_order_learns_nothing_of_the_case() -> None:
    """Without a credential the answer is about one's own message alone."""
    with story() as world:
        case = world.complain(DANGER_ZH, order="TRIP-1").body["case"]
        answer = world.public("", order="TRIP-1").body
        assert answer["joined"]
        assert not {"case", "code", "status", "paged", "clocks"} & set(answer)
        assert case not in str(answer)
        world.settle()
        world.ignore_pages()


def test_every_vendor_that_sends_to_a_case_may_see_it() -> None:
    """A stranger's hello comes first; both vendors' complaints join, and both can go on."""
    with story() as world:
        case = world.public("hello there", order="TRIP-1").body["case"]
        for org in ("acme", "bolt"):
            vendor = world.vendor(org=org)
            assert world.complain(DANGER_ZH, by=vendor, order="TRIP-1").body["case"] == case
            assert world.say(case, vendor, text="more").status == 201
        with pytest.raises(RefusedError):
            world.say(case, world.vendor(org="carp"), text="more")
        world.settle()
        world.ignore_pages()


def test_without_a_credential_a_short_key_is_nobodys_own() -> None:
    """A button that always sends the same key opens a case each time; a random key is a retry."""
    with story() as world:
        first = world.public(ORDINARY, key="1")
        second = world.public(ORDINARY, key="1")
        assert first.body["case"] != second.body["case"]
        assert first.body["problems"][0]["code"] == "idempotency_key_too_short"
        key = "2f9c8b64-5b1d-4c55-9f0e-7d2f6f1f9a10"
        assert world.public(ORDINARY, key=key).body == world.public(ORDINARY, key=key).body


def test_a_complaint_that_cannot_be_judged_is_danger(monkeypatch: pytest.MonkeyPatch) -> None:
    """The policies are broken: S1, suspect and degraded, and people are paged."""
    with story() as world:

        def broken(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("chalicelib.services.judging.judge", broken)
        body = world.complain(ORDINARY).body
        assert (body["tier"], body["suspect"], body["degraded"]) == ("S1", True, True)
        world.settle()
        world.expect_both("owner", at=0)


def test_words_in_any_field_are_heard_and_a_name_is_no_all_clear() -> None:
    """Danger in another field raises; a name beside an empty text leaves it unread and S1."""
    with story() as world:
        heard = world.complain("see attached", heard="救命,他锁了车门要杀我").body
        assert heard["tier"] == "S0"
        unread = world.complain("", order="TRIP-9", heard="张伟").body
        assert (unread["tier"], unread["degraded"]) == ("S1", True)
        world.settle()
        world.ignore_pages()


def test_a_case_that_somebody_floods_keeps_no_victim_out() -> None:
    """Its case cannot be written to just now: the complaint opens one of its own, linked."""
    with story() as world:
        flooded = world.complain(ORDINARY, order="TRIP-1").body["case"]
        commit = world.ledger.commit

        def contended(given: Any) -> None:
            if given.case.id == flooded:
                raise ConflictError("case")
            commit(given)

        world.ledger.commit = contended  # type: ignore[method-assign,assignment]
        answer = world.complain(DANGER_ZH, order="TRIP-1").body
        assert answer["case"] != flooded
        assert _stored(world, answer["case"]).linked == (flooded,)
        world.settle()
        world.expect_both("owner", "safety_specialist")


def test_a_claimed_time_without_a_credential_moves_nothing() -> None:
    """Nobody pages the executive at once by claiming yesterday."""
    with story() as world:
        world.public(DANGER_ZH, claimed_ms=world.clock.now() - 20 * 3_600_000)
        world.settle()
        world.expect_both("owner", "safety_specialist", at=0)


def test_a_claimed_earlier_time_brings_clocks_forward_and_never_back() -> None:
    """Half an hour late with an S0: every rung is due at once."""
    with story() as world:
        now = world.clock.now()
        world.complain(DANGER_ZH, claimed_ms=now - 30 * 60_000)
        world.settle()
        world.expect_both("owner", "safety_specialist", "owner_second", at=0)
        world.expect_both("duty_director", "head_of_safety", "executive_sponsor", at=0)
        clocks = _stored(world, world.ledger.cases[0]).clocks
        assert clocks["K4"] == now + 10 * 60_000
        case = world.complain(DANGER_ZH, claimed_ms=now + 10**10).body["case"]
        loaded = world.ledger.load(case)
        assert loaded is not None
        assert loaded.beside.opened == now
        world.ignore_pages()
        world.settle()
        world.ignore_pages()


def test_an_empty_complaint_is_the_only_one_refused() -> None:
    """Nothing at all is 422; an order alone is a degraded S1."""
    with story() as world:
        with pytest.raises(RefusedError) as refused:
            world.complain("  ")
        assert refused.value.code == "nothing_in_it"
        body = world.complain("", order="A9").body
        assert (body["tier"], body["degraded"]) == ("S1", True)
        world.settle()
        world.expect_both("owner", at=0)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_who_may_not_complain_is_told_so_and_it_is_an_entry(role: Role) -> None:
    """The auditor changes nothing and the administrator reads nothing."""
    with story() as world:
        caller = world.vendor(role, org="client")
        with pytest.raises(RefusedError) as refused:
            world.complain(DANGER_ZH, by=caller)
        assert refused.value.status == 403
        assert len(world.ledger.entries(f"refusals#{caller.id}", 0, 9)) == 1


def test_an_intake_whose_races_never_end_says_so_and_keeps_nothing() -> None:
    """Twelve lost races: the caller is told to try again, and there is no case."""
    with story() as world:
        world.ledger.fault = lambda operation: "conflict:link" if operation == "commit" else ""
        with pytest.raises(BusyError):
            world.complain(ORDINARY, order="X")
        assert world.ledger.cases == ()


def test_folding_the_entries_gives_the_case_back() -> None:
    """The snapshot is nothing but its entries, after a life with everything in it."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.fast_forward(4)
        world.acknowledge(case)
        world.fast_forward(8)
        world.act(case)
        world.say(case, world.vendor(), text=DANGER_EN)
        world.fast_forward(45)
        world.ignore_pages()
        assert to_body(_fold(world, case)) == to_body(_stored(world, case))


def _stored(world: World, case: str) -> Case:
    loaded = world.ledger.load(case)
    assert loaded is not None
    assert loaded.case is not None
    return loaded.case


def _fold(world: World, case: str) -> Case:
    folded: Case | None = None
    for line in world.ledger.entries(f"case#{case}", 0, 10_000):
        entry = decode(line)
        folded = fold(folded, entry["events"], entry["at_ms"])
    assert folded is not None
    return folded
