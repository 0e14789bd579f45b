"""Stories of vendors: they can add and raise, and nothing else."""

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.cases.body import to_body
from chalicelib.services import acting, auditing, reading
from chalicelib.services.errors import RefusedError
from chalicelib.terms import HOUR, Direction, Kind, Role, Speaker
from tests.support.world import DANGER_EN, DANGER_ZH, World, story

KIB_16 = 16 * 1024
VENDORS = (Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR)


def _refusals(world: World, caller_id: str) -> list[dict[str, str]]:
    lines = world.ledger.entries(f"refusals#{caller_id}", 0, 100)
    return [event for line in lines for event in decode(line)["events"]]


@pytest.mark.parametrize("role", VENDORS)
def test_a_vendor_can_neither_acknowledge_nor_act_and_each_refusal_is_an_entry(role: Role) -> None:
    """Every refused act is on the credential's own chain, and the case's clocks do not move."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.settle()
        before = world.ledger.load(case)
        vendor = world.vendor(role)
        tries = (
            lambda: acting.acknowledge(world.parts, vendor, case),
            lambda: acting.act(world.parts, vendor, case, "authority_informed", {"text": "done"}),
            lambda: auditing.chain(world.parts, vendor, case, 0, 10),
            lambda: auditing.between(world.parts, vendor, 0, world.clock.now(), "", 10),
            lambda: auditing.state(world.parts, vendor, case),
        )
        for attempt in tries:
            with pytest.raises(RefusedError) as refused:
                attempt()
            assert refused.value.status == 403
        assert len(_refusals(world, vendor.id)) == len(tries)
        assert world.ledger.load(case) == before
        world.expect_both("owner", "safety_specialist", at=0)


def test_a_vendor_sees_its_own_cases_only() -> None:
    """Another vendor's case does not exist for it, and the attempt is an entry."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        stranger = world.vendor(org="bolt")
        with pytest.raises(RefusedError) as refused:
            reading.case(world.parts, stranger, case)
        assert refused.value.status == 404
        assert _refusals(world, stranger.id)[0]["code"] == "not_your_case"
        assert reading.board(world.parts, stranger, None, None, "", 50).body["cases"] == []
        assert "people_paged" not in reading.case(world.parts, world.vendor(), case).body
        world.ignore_pages()
        world.settle()
        world.ignore_pages()


def test_ten_thousand_vendor_messages_leave_the_case_small_and_the_next_rung_on_time() -> None:
    """A flood of notes, replies and promises moves nothing: the second owner is paged at 3."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.settle()
        world.expect_both("owner", "safety_specialist", at=0)
        before = world.ledger.load(case)
        assert before is not None
        assert before.case is not None
        vendor = world.vendor(Role.VENDOR_SUPERVISOR)
        kinds = list(Kind)
        for number in range(10_000):
            world.say(
                case,
                vendor,
                text=f"{number}: a specialist will call back within the hour",
                direction=list(Direction)[number % 3],
                speaker=list(Speaker)[number % 6],
                kind=kinds[number % len(kinds)],
            )
        after = world.ledger.load(case)
        assert after is not None
        assert after.case is not None
        promised = {"K8": world.clock.now() + HOUR}  # their own words bind them
        assert after.case.clocks == {**before.case.clocks, **promised}
        assert len(repr(to_body(after.case))) <= KIB_16
        assert after.case.seq > 10_000
        assert world.queues.wake_ups[-1].due <= world.clock.now() + 180_000
        assert len(world.queues.wake_ups) < 10
        world.fast_forward(3)
        world.expect_both("owner_second", at=3)
        world.ignore_pages()


def test_a_vendors_no_to_a_triage_answer_lowers_nothing() -> None:
    """Danger in the words stands, whatever the agent ticked."""
    with story() as world:
        answer = world.complain(DANGER_EN, danger_now=False, can_be_reached=True)
        assert answer.body["tier"] == "S0"
        world.settle()
        world.expect_both("owner", "safety_specialist", at=0)
