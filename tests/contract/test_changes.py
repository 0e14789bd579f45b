"""The contract of changes, in memory and on the emulator."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chalicelib.audit.chain import Head
from chalicelib.aws.changes import DynamoChanges
from chalicelib.aws.ids import identity
from chalicelib.aws.ledger import DynamoLedger
from chalicelib.aws.registry import DynamoRegistry
from chalicelib.services.change_model import Change, ChangeKind, Need, Stage
from chalicelib.services.change_ports import AcceptLink, Changes, Effect, Step
from chalicelib.services.employers import EmployerError
from chalicelib.services.ports import ConflictError, Credential, Ledger, Person, UncertainError
from chalicelib.terms import DAY, SECOND, Role
from tests.contract.building import an_entry
from tests.contract.conftest import BOTH, OffsetClock, _lost_answer, _lost_request
from tests.support.emulator import Meddler
from tests.support.fake_changes import FakeChanges
from tests.support.fake_ledger import FakeLedger
from tests.support.fakes import FakeRegistry

CHAIN = "people"
OWNER = Person("per_1", "Li Na", Role.OWNER, "client", "+8613800000001", "li@example.com")
SECOND_OWNER = replace(OWNER, id="per_2", phone="+8613800000002", email="wu@example.com")


@dataclass
class Room:
    """Changes with the ledger and the registry that they write beside."""

    changes: Changes
    ledger: Ledger
    registry: Any
    clock: OffsetClock
    lose_answer: Callable[[], None]
    lose_request: Callable[[], None]
    entries: int = 0

    def step(self, change: Change, **more: Any) -> Step:
        """The next step, with an entry that follows what is there."""
        self.entries += 1
        head = self.ledger.head(CHAIN)
        entry = an_entry(CHAIN, head, f"ent_{self.entries}", self.clock.now())
        return Step(change=change, entry=entry, before=head, **more)

    def record(self, change: Change, **more: Any) -> None:
        """Write it."""
        self.changes.record(self.step(change, **more))


@pytest.fixture(params=BOTH)
def room(request: pytest.FixtureRequest) -> Room:
    """Nothing proposed yet, one person on call."""
    clock = OffsetClock()
    if request.param == "fake":
        ledger, registry = FakeLedger(clock), FakeRegistry()
        made = Room(
            FakeChanges(ledger, registry),
            ledger,
            registry,
            clock,
            lambda: ledger.fail_next("after"),
            lambda: ledger.fail_next("before"),
        )
    else:
        made = _real(request.getfixturevalue("emulator"), clock)
    made.registry.put_person(OWNER)
    made.registry.put_roster({"owner": [OWNER.id]})
    return made


def _real(emulator: Any, clock: OffsetClock) -> Room:
    tables = emulator.make_tables()
    client = Meddler(emulator.clients.dynamodb)
    changes = DynamoChanges(client, tables, clock)
    changes.roster()  # the store's time is known, so the next call is the write itself
    return Room(
        changes,
        DynamoLedger(emulator.clients.dynamodb, tables, clock),
        DynamoRegistry(emulator.clients.dynamodb, tables.registry, clock, "+8613800000000", ""),
        clock,
        lambda: setattr(client, "meddle", _lost_answer),
        lambda: setattr(client, "meddle", _lost_request),
    )


def proposed(room: Room, noise: int = 1, at: int | None = None, **fields: Any) -> Change:
    """A change of the owner's number, not stored yet."""
    at = room.clock.now() if at is None else at
    given: dict[str, Any] = {"person": OWNER.id, "fields": ("phone",)}
    given |= {"value": {"phone": "+447700900901"}} | fields
    name = identity("chg", at, noise)
    return Change(id=name, kind=ChangeKind.NUMBER, by="per_9", at=at, expires_at=at + DAY, **given)


def test_a_change_comes_back_as_recorded(room: Room) -> None:
    """With its needs and values; the step before it is gone, its entry stays."""
    need = Need(OWNER.id, (("sms", "+447700900901"), ("email", "a@example.com")), "ab" * 32, 7, 8)
    details = {"channels": ("email", "sms"), "name": "李娜"}
    first = replace(proposed(room, value=details), kind=ChangeKind.PERSON)
    room.record(first)
    assert room.changes.change(first.id) == first
    after = first.next(stage=Stage.APPROVED, approver="per_8", needs=(need,), told_at=5)
    room.record(after)
    assert room.changes.change(first.id) == after
    assert room.changes.change("chg_none") is None
    assert len(room.ledger.entries(CHAIN, 0, 9)) == 2


def test_of_two_steps_from_one_version_the_first_wins(room: Room) -> None:
    """The second wrote neither itself nor its entry."""
    change = proposed(room)
    room.record(change)
    with pytest.raises(ConflictError) as again:
        room.record(change)
    room.record(change.next(told_at=1))
    with pytest.raises(ConflictError) as lost:
        room.record(change.next(stage=Stage.REJECTED))
    assert (again.value.what, lost.value.what) == ("change", "change")
    assert room.changes.change(change.id) == change.next(told_at=1)
    assert len(room.ledger.entries(CHAIN, 0, 9)) == 2


def test_an_entry_that_comes_second_takes_its_step_with_it(room: Room) -> None:
    """Another step moved the head of the chain in between."""
    late = room.step(proposed(room, 2))
    room.record(proposed(room, 3))
    with pytest.raises(ConflictError) as lost:
        room.changes.record(late)
    assert lost.value.what == "head"
    assert room.changes.change(late.change.id) is None


def test_an_entry_out_of_order_is_a_fault(room: Room) -> None:
    """Whoever seals it wrongly hears of it, and nothing is written."""
    step = room.step(proposed(room))
    with pytest.raises(ValueError, match="does not follow"):
        room.changes.record(replace(step, before=Head(seq=4, hash="ab" * 32)))
    assert room.changes.change(step.change.id) is None


def test_a_person_and_the_roster_change_with_the_step(room: Room) -> None:
    """The roster follows the person's channels, and what is read next shows it."""
    change = proposed(room)
    room.record(change)
    after = replace(OWNER, phone="", email="only@example.com")
    done = change.ended(Stage.APPLIED, 9)
    room.record(done, effect=Effect(person=after, was=OWNER))
    room.clock.offset += 5 * SECOND
    assert room.registry.person(OWNER.id) == after
    assert room.registry.duty()["owner"][0].channels == ("email",)
    assert room.changes.change(change.id) == done
    assert "+447700900901" not in repr(room.changes.change(change.id))


def test_somebody_new_and_a_new_roster(room: Room) -> None:
    """A newcomer must not be there yet; a roster is written whole, over what was read."""
    new = proposed(room)
    room.record(new, effect=Effect(person=SECOND_OWNER))
    assert room.registry.person(SECOND_OWNER.id) == SECOND_OWNER
    with pytest.raises(ConflictError):
        room.record(proposed(room, 2), effect=Effect(person=SECOND_OWNER))
    before, after = {"owner": ("per_1",)}, {"owner": ("per_2", "per_1"), "data_head": ()}
    room.record(proposed(room, 3), effect=Effect(duty=after, duty_was=before))
    assert room.changes.roster() == after
    with pytest.raises(ConflictError) as lost:
        room.record(proposed(room, 4), effect=Effect(duty=before, duty_was=before))
    assert lost.value.what == "effect"
    assert room.changes.roster() == after


def test_what_has_moved_since_is_not_overwritten(room: Room) -> None:
    """Neither the person nor the change nor the log is written."""
    change = proposed(room)
    room.record(change)
    meanwhile = replace(OWNER, language="en")
    room.registry.put_person(meanwhile)
    effect = Effect(person=replace(OWNER, phone="+447700900901"), was=OWNER)
    with pytest.raises(ConflictError) as lost:
        room.record(change.ended(Stage.APPLIED, 9), effect=effect)
    assert lost.value.what == "effect"
    assert room.registry.person(OWNER.id) == meanwhile
    assert room.changes.change(change.id) == change
    assert len(room.ledger.entries(CHAIN, 0, 9)) == 1


@pytest.mark.parametrize("who", ["per_unknown", "per_mute"])
def test_nobody_unreachable_gets_on_call(room: Room, who: str) -> None:
    """An id that nobody has, or somebody without any address."""
    room.registry.put_person(replace(OWNER, id="per_mute", phone="", email=""))
    effect = Effect(duty={"owner": (who,)}, duty_was={"owner": ("per_1",)})
    with pytest.raises(ConflictError):
        room.record(proposed(room), effect=effect)
    assert room.changes.roster() == {"owner": ("per_1",)}


def test_organisations_keep_their_side(room: Room) -> None:
    """The client's by a step, a vendor by its first credential; neither ever crosses over."""
    room.record(proposed(room), effect=Effect(org="harbour"))
    room.registry.put_credential(Credential("crd_1", Role.VENDOR_AGENT, "acme", "Desk", "ab"))
    room.clock.offset += 5 * SECOND
    known = {"client": "client", "harbour": "client", "acme": "vendor"}
    assert dict(room.registry.orgs()) == known
    room.clock.offset = 0
    with pytest.raises(ConflictError):
        room.record(proposed(room, 2), effect=Effect(org="acme"))
    for org, kind in (("acme", "client"), ("harbour", "vendor")):
        with pytest.raises(EmployerError):
            room.registry.put_org(org, kind)
    room.registry.put_org("acme", "vendor")
    assert dict(room.registry.orgs()) == known


@pytest.mark.parametrize(
    ("role", "org", "code"),
    [
        (Role.OWNER, "acme", "employer_not_client"),
        (Role.OWNER, "nobody-knows", "employer_not_client"),
        (Role.ADMIN, "acme", "employer_not_client"),
        (Role.CLIENT_APP, "nobody-knows", "employer_not_client"),
        (Role.AUDITOR, "acme", "employer_not_client"),
        (Role.VENDOR_SUPERVISOR, "client", "employer_not_vendor"),
    ],
)
def test_nobody_holds_a_role_of_the_other_side(room: Room, role: Role, org: str, code: str) -> None:
    """Neither as a person nor as a credential; nothing is stored."""
    room.registry.put_org("acme", "vendor")
    with pytest.raises(EmployerError, match=code):
        room.registry.put_credential(Credential("crd_9", role, org, "x", "ab"))
    with pytest.raises(EmployerError, match=code):
        room.registry.put_person(replace(OWNER, id="per_9", role=role, employer=org))
    assert (room.registry.credential("crd_9"), room.registry.person("per_9")) == (None, None)


def test_an_auditor_may_be_of_another_house(room: Room) -> None:
    """Only not of a vendor's."""
    room.registry.put_credential(Credential("crd_1", Role.AUDITOR, "big-four", "x", "ab"))
    assert room.registry.credential("crd_1") is not None


def test_a_link_leads_to_its_change(room: Room) -> None:
    """By the hash of its token, once the step that sends it is written."""
    link = AcceptLink("ab" * 32, "chg_1", 1_800_000_000_000)
    room.record(proposed(room), link=link)
    assert room.changes.link(link.token_hash) == link
    assert room.changes.link("cd" * 32) is None


def test_changes_are_listed_newest_first_and_found_by_time(room: Room) -> None:
    """In parts, each with the cursor of the next; a strange cursor is refused."""
    now = room.clock.now()
    made = [proposed(room, n, at=now - n * DAY) for n in range(3)]
    for change in made:
        room.record(change)
    first, cursor = room.changes.listing("", 2)
    rest, end = room.changes.listing(cursor, 2)
    assert [one.id for one in (*first, *rest)] == [one.id for one in made]
    assert end == ""
    assert room.changes.since(now - DAY) == (made[1], made[0])
    with pytest.raises(ValueError, match="cursor"):
        room.changes.listing("strange", 2)


def test_a_store_that_does_not_answer_may_have_written(room: Room) -> None:
    """Either all of the step is there or nothing of it."""
    lost, kept = proposed(room, 1), proposed(room, 2)
    room.lose_request()
    with pytest.raises(UncertainError):
        room.record(lost)
    room.lose_answer()
    with pytest.raises(UncertainError):
        room.record(kept)
    assert room.changes.change(lost.id) is None
    assert room.changes.change(kept.id) == kept
    assert len(room.ledger.entries(CHAIN, 0, 9)) == 1
