"""Stories of complaints coming in: retries, links, and answers."""

from typing import Any

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.cases.evolve import fold
from chalicelib.cases.model import Case, to_body
from chalicelib.services.complaint import Reporter
from chalicelib.services.errors import BusyError, RefusedError
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
    """Case, entries and the idempotency record hold neither words nor numbers."""
    with story() as world:
        reporter = Reporter(name="王小明", phone="+8613912345678", relation="friend")
        text = DANGER_ZH + " 我叫王小明"
        world.complain(text, key="k", reporter=reporter, order="DD-777", subject_id="plate-9")
        world.settle()
        stored = repr((vars(world.ledger), world.queues.pages, world.channels.sent))
        for secret in ("两个字之后", "王小明", "13912345678", "DD-777", "plate-9"):
            assert secret not in stored
        world.ignore_pages()


def test_a_second_complaint_on_the_same_order_joins_the_case() -> None:
    """One case, two contacts, and danger in the second raises it at once."""
    with story() as world:
        first = world.complain(ORDINARY, order="A1")
        second = world.public(DANGER_EN, order=" a1 ")
        assert second.body["case"] == first.body["case"]
        assert second.body["joined"]
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


def test_a_claimed_earlier_time_brings_clocks_forward_and_never_back() -> None:
    """Half an hour late with an S0: every rung is due at once."""
    with story() as world:
        now = world.clock.now()
        world.complain(DANGER_ZH, claimed_ms=now - 30 * 60_000)
        world.settle()
        world.expect_both("owner", "safety_specialist", "owner_second", at=0)
        world.expect_both("duty_director", "head_of_safety", "executive_sponsor", at=0)
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
