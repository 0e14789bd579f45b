"""One command all the way, where the store is awkward."""

import pytest

from chalicelib.audit.chain import entry_hash
from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import PageSent, Tick
from chalicelib.services import contacts, reading
from chalicelib.services.caller import machine
from chalicelib.services.complaint import Said
from chalicelib.services.deliver import deliver
from chalicelib.services.engine import UnknownCaseError, UnreadableError, apply, from_machine
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.services.people import Person
from chalicelib.services.ports import ConflictError
from chalicelib.services.refusals import append, record
from chalicelib.services.ring import ring_message
from chalicelib.terms import MINUTE, Role
from tests.support.world import DANGER_ZH, ORDINARY, World

ORIGIN = from_machine(Cause("tool", "t"))


def opened(world: World, text: str = DANGER_ZH) -> str:
    """A case."""
    return str(world.complain(text).body["case"])


def test_a_case_that_is_not_there_is_unknown() -> None:
    """And a wake-up or a page for it is dropped without a fuss."""
    world = World()
    with pytest.raises(UnknownCaseError):
        apply(world.parts, ORIGIN, "cas_none", Tick())
    due = world.clock.now()
    ring_message(world.parts, {"case": "cas_none", "due": due}, "m")
    deliver(world.parts, {"case": "cas_none", "page": "1.0", "attempt": 1}, 1, "m")
    assert world.channels.sent == []


def test_an_unreadable_case_is_refused_to_people_and_rung_for_machines() -> None:
    """503 on the api; once it is due, a wake-up rings the fallback bell in its place."""
    world = World()
    case = opened(world)
    world.ledger.corrupt(case)
    with pytest.raises(UnreadableError):
        apply(world.parts, ORIGIN, case, Tick())
    with pytest.raises(RefusedError) as refused:
        reading.case(world.parts, world.client(), case)
    assert refused.value.status == 503
    world.settle()
    assert world.sent == []
    world.fast_forward(1)
    assert {sent.person for sent in world.sent} == {"fallback"}


def test_nothing_to_do_writes_nothing() -> None:
    """A tick before its time has no entry."""
    world = World()
    case = opened(world, ORDINARY)
    commits = world.ledger.commits
    assert apply(world.parts, ORIGIN, case, Tick()).receipt == ""
    assert world.ledger.commits == commits


def test_a_race_is_decided_again_on_the_case_as_it_is_then() -> None:
    """Three lost races, then one entry."""
    world = World()
    case = opened(world, ORDINARY)
    world.ledger.fail_next("conflict:case", "conflict:case", "conflict:case")
    receipt = world.say(case, world.vendor(), text="note").body["receipt"]
    lines = world.ledger.entries(f"case#{case}", 0, 10)
    assert [entry_hash(line) for line in lines][1:] == [receipt]


def test_a_race_without_end_says_that_it_is_busy() -> None:
    """After fifteen seconds of trying; nothing was written."""
    world = World()
    case = opened(world, ORDINARY)
    world.ledger.fault = lambda operation: "conflict:case" if operation == "commit" else ""
    with pytest.raises(BusyError):
        world.say(case, world.vendor(), text="note")
    assert len(world.ledger.entries(f"case#{case}", 0, 10)) == 1


def test_a_lost_link_or_key_is_the_callers_to_look_at_again() -> None:
    """The engine does not hide it."""
    world = World()
    case = opened(world)
    world.clock.advance(3 * MINUTE)
    world.ledger.fail_next("conflict:link")
    with pytest.raises(ConflictError):
        apply(world.parts, ORIGIN, case, Tick())


def test_words_that_are_in_the_vault_already_mean_that_the_command_was_stored() -> None:
    """The first try landed late: its entry is found by its words, and given as the receipt."""
    world = World()
    case = opened(world, ORDINARY)
    commit = world.ledger.commit

    def landed_late(given: object) -> None:
        world.ledger.commit = commit  # type: ignore[method-assign]
        commit(given)  # type: ignore[arg-type]
        raise ConflictError("words")

    world.ledger.commit = landed_late  # type: ignore[method-assign,assignment]
    receipt = contacts.add(world.parts, world.vendor(), case, Said(text="note")).body["receipt"]
    lines = world.ledger.entries(f"case#{case}", 0, 10)
    assert len(lines) == 2
    assert receipt == entry_hash(lines[1])


def test_words_of_nobody_known_are_a_race_like_any_other() -> None:
    """Said to be there, but no entry has them: the command is tried again."""
    world = World()
    case = opened(world, ORDINARY)
    world.ledger.fail_next("conflict:words")
    assert world.say(case, world.vendor(), text="note").body["receipt"]


def test_a_person_without_an_address_is_a_failed_page() -> None:
    """Number and address were removed after the page was asked for: the next way is taken."""
    world = World()
    opened(world)
    owner = world.people["owner"]
    world.registry._people[owner.id] = Person(owner.id, "gone", Role.OWNER, "client")
    world.settle()
    assert "owner" not in {sent.person for sent in world.sent}
    assert {sent.person for sent in world.sent} == {"safety_specialist", "owner_second"}


def test_a_page_sent_twice_is_recorded_once() -> None:
    """A second outcome finds nothing waiting."""
    world = World()
    case = opened(world)
    assert apply(world.parts, ORIGIN, case, PageSent(page="1.0", carrier="a")).receipt
    assert not apply(world.parts, ORIGIN, case, PageSent(page="1.0", carrier="b")).receipt


def test_a_refusal_that_cannot_be_written_stands_and_nothing_else_goes_on_without_its_entry() -> (
    None
):
    """The caller is refused all the same; a reading is not given without its entry (P6)."""
    world = World()
    world.ledger.fault = lambda operation: "conflict" if operation == "append" else ""
    record(world.parts, machine("t"), "act", "code")
    with pytest.raises(BusyError):
        append(world.parts, machine("t"), "reads#t", "read", {"e": "audit.read.v1"})


def test_an_early_wake_up_sends_itself_on_and_a_stale_one_ends() -> None:
    """Only the newest due time is waited for, and each hop is counted."""
    world = World()
    case = opened(world)
    world.settle()
    due = world.ledger.load(case).beside.due  # type: ignore[union-attr]
    world.queues.wake_ups.clear()
    ring_message(world.parts, {"case": case, "due": due, "hop": 2}, "m")
    assert [m.body["hop"] for m in world.queues.wake_ups] == [3]
    ring_message(world.parts, {"case": case, "due": due + 60_000}, "m")
    assert len(world.queues.wake_ups) == 1
