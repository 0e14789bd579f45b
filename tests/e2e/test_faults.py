"""Stories of things that break: carriers, rosters, stores, and cases nobody can read."""

import json

from chalicelib.audit.canonical import decode
from chalicelib.services.ports import TransportError
from chalicelib.services.ring import sweep
from tests.support.world import DANGER_ZH, World, story


def _entries(world: World, chain: str) -> list[dict[str, object]]:
    return [decode(line) for line in world.ledger.entries(chain, 0, 10_000)]


def test_a_person_nobody_can_reach_brings_the_next_rung_forward() -> None:
    """Both channels of everyone on rung 0 are refused: the second owner is paged at once."""
    with story() as world:
        gone = {world.people[role].phone for role in ("owner", "safety_specialist")}
        gone |= {world.people[role].email for role in ("owner", "safety_specialist")}
        refused = TransportError("opted_out", permanent=True)
        world.channels.refuse = lambda _, address: refused if address in gone else None
        world.complain(DANGER_ZH)
        world.fast_forward(0)
        world.expect_both("owner_second", at=0)
        world.ignore_pages()


def test_one_channel_that_fails_leaves_the_other() -> None:
    """A refused SMS is no loss while the email went out; the ladder keeps its times."""
    with story() as world:
        phone = world.people["owner"].phone
        refused = TransportError("invalid_number", permanent=True)
        world.channels.refuse = lambda _, address: refused if address == phone else None
        world.complain(DANGER_ZH)
        world.fast_forward(1)
        world.expect("owner", "email", at=0)
        world.expect_both("safety_specialist", at=0)


def test_when_every_carrier_refuses_everyone_the_fallback_is_tried_and_the_ladder_goes_on() -> None:
    """Nothing gets through for half an hour; the moment it does, somebody is paged."""
    with story() as world:
        refused = TransportError("down", permanent=True)
        world.channels.refuse = lambda _channel, _address: refused
        world.complain(DANGER_ZH)
        world.fast_forward(30)
        assert world.sent == []
        world.channels.refuse = None
        world.fast_forward(3)
        assert {"owner", "executive_sponsor"} <= {sent.person for sent in world.sent}
        world.ignore_pages()


def test_a_carrier_that_fails_for_a_while_gets_the_page_again_labelled() -> None:
    """A temporary failure is retried until it is taken, and says that it may be a repeat."""
    with story() as world:
        world.channels.fail_next("throttled", permanent=False)
        world.complain(DANGER_ZH)
        world.fast_forward(2)
        first = world.expect("owner", "sms")
        assert 0 < first.minute <= 1
        world.expect("owner", "email", at=0)
        world.expect_both("safety_specialist", at=0)


def test_an_empty_roster_pages_the_fallback_contact_at_once() -> None:
    """With nobody on call in any role the client's last resort is paged."""
    with story() as world:
        world.registry.put_roster({})
        world.complain(DANGER_ZH)
        world.fast_forward(0)
        world.expect_both("fallback", at=0)


def test_an_empty_rung_brings_the_next_one_forward() -> None:
    """Nobody is the owner or the specialist: the second owner is paged at once."""
    with story() as world:
        second = world.people["owner_second"].id
        world.registry.put_roster({"owner_second": [second]})
        world.complain(DANGER_ZH)
        world.fast_forward(0)
        world.expect_both("owner_second", at=0)


def test_a_case_that_cannot_be_read_still_rings_and_blocks_nobody() -> None:
    """The fallback bell pages from what stands beside the body, every ten minutes, with entries."""
    with story() as world:
        broken = world.complain(DANGER_ZH).body["case"]
        sound = world.complain(DANGER_ZH).body["case"]
        world.settle()
        world.ignore_pages()
        world.ledger.corrupt(broken)
        world.fast_forward(4)
        world.expect_both("fallback")
        assert {"owner_second"} <= {person for _, person, _ in world.unexpected}
        world.ignore_pages()
        world.fast_forward(10)
        world.expect_both("fallback")
        world.ignore_pages()
        bells = _entries(world, f"fallback#{broken}")
        assert 2 <= len(bells) <= 3
        assert "fallback" not in json.dumps(_entries(world, f"case#{sound}"))


def test_a_worker_that_dies_between_commit_and_send_loses_no_page() -> None:
    """Nothing was queued after the commit: the page's own clock sends it, labelled as a repeat."""
    with story() as world:
        world.complain(DANGER_ZH)
        world.queues.pages.clear()
        world.queues.wake_ups.clear()
        world.fast_forward(1.1)
        for person in ("owner", "safety_specialist"):
            for channel in ("sms", "email"):
                sent = world.expect(person, channel)
                assert "重" in sent.text


def test_an_opening_that_was_stored_but_reported_failed_is_answered_as_stored() -> None:
    """The store did not say; the log did: one case, one entry, one answer."""
    with story() as world:
        world.ledger.fail_next("after")
        answer = world.complain(DANGER_ZH)
        assert world.ledger.cases == (answer.body["case"],)
        world.settle()
        world.expect_both("owner", "safety_specialist", at=0)


def test_an_opening_that_was_not_stored_is_tried_again() -> None:
    """Not stored and reported failed: the second try opens the case, once."""
    with story() as world:
        world.ledger.fail_next("before")
        answer = world.complain(DANGER_ZH)
        assert world.ledger.cases == (answer.body["case"],)
        world.settle()
        world.expect_both("owner", "safety_specialist")


def test_a_sweep_goes_on_past_a_case_that_fails() -> None:
    """A case whose commit fails now is left to the next look; the other has its turn."""
    with story(sweeping=False) as world:
        world.complain(DANGER_ZH)
        world.complain(DANGER_ZH)
        world.settle()
        world.ignore_pages()
        world.queues.wake_ups.clear()
        world.clock.advance(181_000)
        world.ledger.fail_next("skew")
        swept = sweep(world.parts)
        assert (swept.rung, swept.by_fallback, swept.failed) == (1, 0, 1)
        world.clock.advance(5 * 60_000)
        world.ledger.fail_next("skew")
        swept = sweep(world.parts)
        assert (swept.rung, swept.by_fallback, swept.failed) == (1, 1, 0)
        world.collect()
        world.settle()
        world.ignore_pages()
