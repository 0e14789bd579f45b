"""Who is rung is changed by two people, and by whoever is newly rung; by nobody alone."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.services import change_accept, change_work, changes
from chalicelib.services.accounts import authenticate
from chalicelib.services.caller import Caller
from chalicelib.services.change_model import ChangeKind, Stage
from chalicelib.services.change_proposal import Proposal
from chalicelib.services.complaint import Answer
from chalicelib.services.employers import EmployerError
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.services.page_link import pin_hash
from chalicelib.services.people import Credential, Person
from chalicelib.services.ports import PinTries, TransportError
from chalicelib.terms import DAY, MINUTE, Role
from tests.support.fakes import Mail, Sms
from tests.support.world import World
from tools.export import export
from tools.verify_log import verify

NEW_PHONE, NEW_EMAIL = "+447700900901", "new@client.example"


@pytest.fixture
def world() -> Iterator[World]:
    """Six people on call, one in each role, and an administrator."""
    made = World()
    admin = Person("per_0000000000000000000000000a", "Ada", Role.ADMIN, "client", "+447700900800")
    made.registry.put_person(admin)
    made.people["admin"] = admin
    yield made
    made.ledger.fault = lambda _: ""


def asking(what: ChangeKind, whose: str = "", **value: Any) -> Proposal:
    """A proposal in short."""
    return Proposal(kind=what, person=whose, value=value)


def number(world: World, role: str = "duty_director", **value: str) -> Proposal:
    """Another telephone for somebody on call."""
    return asking(ChangeKind.NUMBER, world.people[role].id, **(value or {"phone": NEW_PHONE}))


def propose(world: World, proposal: Proposal, by: str | Caller = "owner") -> str:
    """The id of the change; the worker has told whom it must."""
    caller = by if isinstance(by, Caller) else world.client(by)
    answer = changes.propose(world.parts, caller, proposal)
    assert answer.status == 201
    world.settle()
    return str(answer.body["change"])


def approve(world: World, change: str, by: str = "safety_specialist") -> Answer:
    """The second person's yes; the worker has asked whom it must."""
    answer = changes.approve(world.parts, world.client(by), change)
    world.settle()
    return answer


def accept(world: World, token: str) -> change_accept.AcceptView:
    """The button on the page; the worker has done what follows."""
    view = change_accept.accept(world.parts, token, "req")
    world.settle()
    return view


def where(message: Sms | Mail) -> str:
    """The number or address that a message went to."""
    return message.number if isinstance(message, Sms) else message.address


def tokens(world: World, address: str) -> list[str]:
    """Every acceptance link that was sent to this number or address, the oldest first."""
    sent = [m for m in world.channels.sent if where(m) == address]
    return [found[1] for m in sent if (found := re.search(r"/a/([\w-]{22})", m.text))]


def stage(world: World, change: str) -> str:
    """As the API shows it now."""
    answer = changes.one(world.parts, world.client(), change)
    return str(answer.body["stage"])


def person(world: World, role: str) -> Person:
    """As registered now."""
    found = world.registry.person(world.people[role].id)
    assert found is not None
    return found


def events(world: World, *chains: str) -> list[dict[str, Any]]:
    """What stands on these chains, in order."""
    lines = [line for chain in chains for line in world.ledger.entries(chain, 0, 200)]
    return [event for line in lines for event in json.loads(line)["events"]]


def refused(world: World, proposal: Proposal, by: str | Caller = "owner") -> str:
    """The code with which a proposal is refused; nothing of it was stored or sent."""
    before = (events(world, "people", "rosters"), len(world.channels.sent))
    caller = by if isinstance(by, Caller) else world.client(by)
    with pytest.raises(RefusedError) as refusal:
        changes.propose(world.parts, caller, proposal)
    world.settle()
    assert (events(world, "people", "rosters"), len(world.channels.sent)) == before
    told = events(world, f"refusals#{caller.id}")
    assert told[-1]["code"] == refusal.value.code
    return refusal.value.code


def not_approved(world: World, change: str, by: Caller) -> str:
    """The code with which an approval is refused."""
    with pytest.raises(RefusedError) as refusal:
        changes.approve(world.parts, by, change)
    return refusal.value.code


def test_a_number_changes_when_two_agree_and_the_new_number_accepts(world: World) -> None:
    """Until the acceptance the old number is paged, from then on the new one."""
    old = person(world, "duty_director").phone
    change = propose(world, number(world))
    assert approve(world, change).body["stage"] == "approved"
    [token] = tokens(world, NEW_PHONE)
    world.complain()
    world.fast_forward(5.5)
    assert old in {m.number for m in world.channels.messages}
    assert not [m for m in world.channels.messages if m.number == NEW_PHONE and "/p/" in m.text]
    assert accept(world, token).state == "accepted"
    assert stage(world, change) == "applied"
    assert person(world, "duty_director").phone == NEW_PHONE
    world.channels.sent.clear()
    world.fast_forward(6)
    numbers = {m.number for m in world.channels.messages if "/p/" in m.text}
    assert (NEW_PHONE in numbers, old in numbers) == (True, False)


def test_the_old_number_and_address_hear_of_it_at_once(world: World) -> None:
    """A hijack is seen where the person is reached now, before anybody approves."""
    director = person(world, "duty_director")
    change = propose(world, number(world))
    told = {where(m) for m in world.channels.sent}
    assert told == {director.phone, director.email}
    assert all(change in m.text and "/a/" not in m.text for m in world.channels.sent)
    assert tokens(world, NEW_PHONE) == []


def test_the_log_tells_every_step_and_holds_no_number(world: World, tmp_path: Path) -> None:
    """Ids, names of fields and keyed commitments; the verifier knows every event."""
    change = propose(world, number(world, phone=NEW_PHONE, email=NEW_EMAIL))
    approve(world, change)
    for address in (NEW_PHONE, NEW_EMAIL):
        accept(world, tokens(world, address)[0])
    told = events(world, "people")
    assert [event["e"] for event in told] == [
        "change.proposed.v1",
        "change.told.v1",
        "change.approved.v1",
        "change.asked.v1",
        "change.sent.v1",
        "change.asked.v1",
        "change.sent.v1",
        "change.accepted.v1",
        "change.accepted.v1",
        "change.applied.v1",
    ]
    assert sorted(told[0]["committed"]) == ["email", "phone"]
    assert NEW_PHONE not in repr(told)
    assert NEW_EMAIL not in repr(told)
    export(world.ledger, tmp_path, world.clock, world.start)
    report = verify(tmp_path)
    assert (report.verdict, report.findings, report.unknown) == ("holds", [], {})


def test_what_has_ended_keeps_no_number(world: World) -> None:
    """Applied, rejected or expired: the value that waited in the registry is forgotten."""
    ended = [propose(world, number(world, role)) for role in ("owner", "head_of_safety")]
    approve(world, ended[0], "duty_director")
    accept(world, tokens(world, NEW_PHONE)[0])
    changes.reject(world.parts, world.client("duty_director"), ended[1])
    ended.append(propose(world, number(world, "duty_director", phone="+447700900902")))
    world.fast_forward(DAY / MINUTE + 2)
    assert [stage(world, one) for one in ended] == ["applied", "rejected", "expired"]
    kept = [world.changes.change(one) for one in ended]
    assert "+4477009009" not in repr(kept)


# -- One person alone ------------------------------------------------------------------------


def test_nobody_approves_their_own_proposal_by_another_credential(world: World) -> None:
    """Two credentials of one person are one person."""
    change = propose(world, number(world))
    second = replace(world.client("owner"), id="crd_00000000000000000000000zzz")
    assert not_approved(world, change, second) == "own_proposal"
    assert stage(world, change) == "proposed"


def test_two_registrations_with_one_telephone_are_one_person(world: World) -> None:
    """Who registered twice before this rule was there is still one."""
    twin = replace(world.people["owner"], id="per_0000000000000000000000000b", email="b@e.example")
    world.registry.put_person(twin)
    change = propose(world, number(world))
    caller = replace(world.client("owner"), id="crd_b", person=twin.id)
    assert not_approved(world, change, caller) == "own_proposal"


def test_whose_number_it_is_cannot_approve_it(world: World) -> None:
    """They accept from the new number; the yes of the second person is somebody else's."""
    change = propose(world, number(world))
    assert not_approved(world, change, world.client("duty_director")) == "own_change"


def test_the_administrator_proposes_rosters_and_approves_nothing(world: World) -> None:
    """Nor changes a number, nor rejects what others propose."""
    owner, second = world.people["owner"].id, world.people["owner_second"].id
    admin = world.client("admin")
    swap = asking(ChangeKind.ROSTER, owner=[second], owner_second=[owner])
    change = propose(world, swap, admin)
    assert not_approved(world, change, admin) == "role_may_not"
    assert refused(world, number(world), admin) == "admin_roster_only"
    others = propose(world, number(world))
    with pytest.raises(RefusedError, match="role_may_not"):
        changes.reject(world.parts, admin, others)
    changes.reject(world.parts, admin, change)
    assert (stage(world, others), stage(world, change)) == ("proposed", "rejected")


def test_a_credential_that_names_nobody_proposes_nothing(world: World) -> None:
    """An administrator without a person could be anybody, and so anybody's second."""
    nobody = replace(world.client("admin"), person="")
    swap = asking(ChangeKind.ROSTER, owner=[world.people["owner_second"].id])
    assert refused(world, swap, nobody) == "person_needed"


@pytest.mark.parametrize("role", [Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR, Role.AUDITOR])
def test_no_vendor_and_no_auditor_changes_anything(world: World, role: Role) -> None:
    """Neither proposing nor approving, and a vendor does not even look."""
    change = propose(world, number(world))
    caller = world.vendor(role)
    assert refused(world, number(world, "owner"), caller) == "role_may_not"
    assert not_approved(world, change, caller) == "role_may_not"
    if role is not Role.AUDITOR:
        with pytest.raises(RefusedError, match="role_may_not"):
            changes.one(world.parts, caller, change)


# -- Hijacks and links -----------------------------------------------------------------------


def test_two_colluders_without_the_new_phone_change_nothing(world: World) -> None:
    """Approved is not applied: without an acceptance it expires, and the old number rings on."""
    old = person(world, "duty_director")
    change = propose(world, number(world))
    approve(world, change)
    world.fast_forward(DAY / MINUTE + 2)
    assert stage(world, change) == "expired"
    assert person(world, "duty_director") == old
    assert events(world, "people")[-1]["e"] == "change.expired.v1"


def test_an_expired_proposal_can_be_neither_approved_nor_accepted(world: World) -> None:
    """By comparing times, whether or not a worker has noted it."""
    late = propose(world, number(world))
    approved = propose(world, number(world, "owner", phone="+447700900902"), "duty_director")
    approve(world, approved)
    [token] = tokens(world, "+447700900902")
    world.clock.advance(DAY)
    assert not_approved(world, late, world.client("safety_specialist")) == "change_expired"
    with pytest.raises(RefusedError, match="change_expired"):
        accept(world, token)
    assert change_accept.look(world.parts, token).state == "over"
    assert (stage(world, late), stage(world, approved)) == ("expired", "expired")


def test_a_replayed_acceptance_does_nothing(world: World) -> None:
    """The same link a second time shows that it was accepted, and writes no entry."""
    change = propose(world, number(world, phone=NEW_PHONE, email=NEW_EMAIL))
    approve(world, change)
    [token] = tokens(world, NEW_PHONE)
    accept(world, token)
    before = events(world, "people")
    assert accept(world, token).state == "accepted"
    assert events(world, "people") == before
    assert stage(world, change) == "approved"


def test_an_old_link_accepts_nothing(world: World) -> None:
    """A link of a change that was rejected, and one that a newer message has replaced."""
    change = propose(world, number(world))
    approve(world, change)
    [old] = tokens(world, NEW_PHONE)
    changes.reject(world.parts, world.client("head_of_safety"), change)
    with pytest.raises(RefusedError, match="change_over"):
        accept(world, old)
    again = propose(world, number(world))
    world.channels.fail_next("Throttling", permanent=False)
    changes.approve(world.parts, world.client("safety_specialist"), again)
    world.settle()
    first = world.changes.change(again).needs[0].token_hash  # type: ignore[union-attr]
    world.fast_forward(2)
    assert world.changes.change(again).needs[0].token_hash != first  # type: ignore[union-attr]
    with pytest.raises(RefusedError, match="change_over"):
        accept(world, old)
    assert stage(world, again) == "approved"
    assert person(world, "duty_director").phone != NEW_PHONE


def test_a_link_that_was_replaced_says_so(world: World) -> None:
    """A worker that died after the sending sends another one, and only that one counts."""
    change = propose(world, number(world))
    changes.approve(world.parts, world.client("safety_specialist"), change)

    def dies(operation: str) -> str:
        sent = tokens(world, NEW_PHONE)
        return "before" if operation == "append" and sent else ""

    world.ledger.fault = dies
    world.settle()
    assert len(tokens(world, NEW_PHONE)) == 1
    world.ledger.fault = lambda _: ""
    world.fast_forward(3)
    first, newest = tokens(world, NEW_PHONE)
    with pytest.raises(RefusedError, match="accept_link_replaced"):
        change_accept.look(world.parts, first)
    accept(world, newest)
    assert stage(world, change) == "applied"


def test_looking_at_the_page_changes_nothing(world: World) -> None:
    """Mail and chat software fetches links."""
    change = propose(world, number(world))
    approve(world, change)
    before = world.changes.change(change), events(world, "people")
    view = change_accept.look(world.parts, tokens(world, NEW_PHONE)[0])
    assert (view.state, view.addresses) == ("asked", ("…0901",))
    assert (world.changes.change(change), events(world, "people")) == before


def test_whoever_says_that_it_is_not_them_ends_it(world: World) -> None:
    """A mistyped number belongs to a stranger: one tap, and nothing comes there again."""
    change = propose(world, number(world))
    approve(world, change)
    [token] = tokens(world, NEW_PHONE)
    assert change_accept.decline(world.parts, token, "req").state == "over"
    assert stage(world, change) == "rejected"
    with pytest.raises(RefusedError, match="change_over"):
        accept(world, token)


def test_a_number_that_nothing_can_be_sent_to_is_seen(world: World) -> None:
    """The carrier's refusal stands in the change and in the log; the old number rings on."""
    change = propose(world, number(world))
    world.channels.fail_next("OptedOut", permanent=True)
    approve(world, change)
    shown = changes.one(world.parts, world.client(), change).body
    assert shown["must_accept"][0]["undelivered"] is True
    assert events(world, "people")[-1]["e"] == "change.undelivered.v1"


def test_a_lost_message_to_the_worker_is_found_by_the_sweep(world: World) -> None:
    """Nothing that was accepted is lost: within a minute or two it is done."""
    change = changes.propose(world.parts, world.client(), number(world)).body["change"]
    world.queues.pages.clear()
    world.fast_forward(2)
    assert world.channels.messages
    changes.approve(world.parts, world.client("safety_specialist"), change)
    world.queues.pages.clear()
    world.fast_forward(2)
    change_accept.accept(world.parts, tokens(world, NEW_PHONE)[0], "req")
    world.queues.pages.clear()
    world.fast_forward(2)
    assert stage(world, change) == "applied"


# -- Rosters ---------------------------------------------------------------------------------


def hire(world: World, digit: str, role: Role = Role.OWNER, **more: Any) -> Person:
    """Somebody of the client's who is not on call."""
    fresh = Person(
        f"per_0000000000000000000000000{digit}", f"Hired {digit}", role, "client",
        f"+4477009007{ord(digit):02d}", f"{digit}@client.example", **more,
    )  # fmt: skip
    world.registry.put_person(fresh)
    return fresh


def test_whoever_joins_the_roster_accepts_first(world: World) -> None:
    """Approved by two, and yet nobody is on call who has not said yes."""
    fresh, owner = hire(world, "c"), world.people["owner"].id
    change = propose(world, asking(ChangeKind.ROSTER, owner=[owner, fresh.id]))
    assert not_approved(world, change, replace(world.client(), person=fresh.id)) == "own_change"
    approve(world, change)
    assert list(world.registry.roster["owner"]) == [owner]
    assert change_accept.look(world.parts, tokens(world, fresh.phone)[0]).roles == ("owner",)
    accept(world, tokens(world, fresh.phone)[0])
    assert list(world.registry.roster["owner"]) == [owner, fresh.id]
    assert events(world, "rosters")[-1]["e"] == "change.applied.v1"


def test_whoever_leaves_the_roster_is_told(world: World) -> None:
    """Nobody is taken off call behind their back."""
    fresh = hire(world, "c")
    gone = world.people["owner"]
    propose(world, asking(ChangeKind.ROSTER, owner=[fresh.id]))
    told = {where(m) for m in world.channels.sent}
    assert told == {gone.phone, gone.email}


def test_an_s0_role_does_not_become_a_single_person(world: World) -> None:
    """Two may not become one, and one may not become nobody; one for one is no worse."""
    fresh, owner = hire(world, "c"), world.people["owner"].id
    world.registry.put_roster({**world.registry.roster, "owner": [owner, fresh.id]})
    for group in ([owner], []):
        assert refused(world, asking(ChangeKind.ROSTER, owner=group)) == "roster_too_thin"
    assert refused(world, asking(ChangeKind.ROSTER, head_of_safety=[])) == "roster_too_thin"
    propose(world, asking(ChangeKind.ROSTER, head_of_safety=[fresh.id]))


def test_a_roster_that_has_moved_on_is_not_overwritten(world: World) -> None:
    """What was agreed about another state of things is stale, and the log says so."""
    fresh, other = hire(world, "c"), hire(world, "d")
    owner = world.people["owner"].id
    change = propose(world, asking(ChangeKind.ROSTER, owner=[owner, fresh.id]))
    approve(world, change)
    world.registry.put_roster({**world.registry.roster, "owner": [owner, other.id]})
    accept(world, tokens(world, fresh.phone)[0])
    assert stage(world, change) == "stale"
    assert world.registry.roster["owner"] == (owner, other.id)
    assert events(world, "rosters")[-1]["why"] == "change_stale"


def test_one_open_change_a_role(world: World) -> None:
    """Two at once about one role would overwrite each other; about two roles they may stand."""
    fresh = hire(world, "c")
    propose(world, asking(ChangeKind.ROSTER, owner=[fresh.id]))
    again = asking(ChangeKind.ROSTER, owner=[fresh.id, world.people["owner"].id])
    assert refused(world, again, "duty_director") == "change_pending"
    propose(world, asking(ChangeKind.ROSTER, executive_sponsor=[fresh.id]), "duty_director")


def test_nobody_floods_the_people_concerned(world: World) -> None:
    """Proposing and withdrawing in a loop ends at thirty a day; a colleague is not held up."""
    for _ in range(30):
        change = propose(world, number(world))
        changes.reject(world.parts, world.client(), change)
    assert refused(world, number(world)) == "too_many_changes"
    changes.reject(world.parts, world.client(), propose(world, number(world), "head_of_safety"))
    world.clock.advance(DAY)
    propose(world, number(world))


def test_a_slow_carrier_is_left_to_the_next_run(world: World) -> None:
    """Each person is told once, in as many runs as it takes."""
    roles = ("owner", "owner_second", "head_of_safety")
    gone, fresh = [world.people[role] for role in roles], hire(world, "c")
    duty: dict[str, Any] = {role: [fresh.id] for role in roles}
    taken = world.channels._take

    def slow(channel: str, address: str, message: Sms | Mail) -> str:
        world.clock.advance(3_000)
        return taken(channel, address, message)

    world.channels._take = slow  # type: ignore[method-assign]
    proposal = asking(ChangeKind.ROSTER, **duty)
    answer = changes.propose(world.parts, world.client("duty_director"), proposal)
    runs = 0
    while world.queues.pages:
        [body] = world.queues.take_pages()
        change_work.carry(world.parts, str(body["change"]), "message")
        runs += 1
    assert runs == 4
    told = sorted(where(message) for message in world.channels.sent)
    assert told == sorted([one.phone for one in gone] + [one.email for one in gone])
    assert world.changes.change(answer.body["change"]).to_tell == ()  # type: ignore[union-attr]


def test_an_old_carrier_that_fails_holds_up_nobody(world: World) -> None:
    """The old telephone may be gone: the new one is asked all the same, the old one each minute."""
    old = person(world, "duty_director")
    silent = {old.phone, old.email}
    world.channels.refuse = lambda _, address: (
        TransportError("Throttling", permanent=False) if address in silent else None
    )
    change = propose(world, number(world))
    approve(world, change)
    [token] = tokens(world, NEW_PHONE)
    world.channels.sent.clear()
    silent.clear()
    world.fast_forward(2)
    assert sorted(where(m) for m in world.channels.sent) == sorted([old.phone, old.email])
    accept(world, token)
    assert stage(world, change) == "applied"


@pytest.mark.parametrize(
    ("duty", "code"),
    [
        ({"chef": []}, "roster_role_unknown"),
        ({"owner": ["per_nobody"]}, "person_unknown"),
        ({"owner": ["OWNER", "OWNER"]}, "roster_twice"),
        ({"owner": ["OWNER"]}, "nothing_to_change"),
        ({"owner": ["OWNER", "AUDITOR"]}, "roster_role_mismatch"),
        ({"owner": ["OWNER", "MUTE"]}, "not_reachable"),
    ],
)
def test_a_roster_that_could_not_answer_is_refused(
    world: World, duty: dict[str, list[str]], code: str
) -> None:
    """Only people who are registered, can be reached, and may act on a page."""
    ids = {
        "OWNER": world.people["owner"].id,
        "AUDITOR": hire(world, "c", Role.AUDITOR).id,
        "MUTE": hire(world, "d", channels=()).id,
    }
    value: dict[str, Any] = {r: [ids.get(one, one) for one in g] for r, g in duty.items()}
    assert refused(world, asking(ChangeKind.ROSTER, **value)) == code


def test_a_roster_that_has_become_thin_is_not_approved(world: World) -> None:
    """Two for two was fine when it was proposed; one of them has left since."""
    fresh, other, third = hire(world, "c"), hire(world, "d"), hire(world, "f")
    world.registry.put_roster({**world.registry.roster, "owner": [fresh.id, third.id]})
    change = propose(world, asking(ChangeKind.ROSTER, owner=[fresh.id, other.id]))
    world.registry._people[other.id] = replace(other, employer="acme")
    assert not_approved(world, change, world.client("duty_director")) == "employer_not_client"
    assert stage(world, change) == "proposed"


# -- New people, PINs, details, organisations -------------------------------------------------


def test_somebody_new_accepts_at_each_address_and_alone_learns_the_pin(world: World) -> None:
    """It is shown once, with the last acceptance, to whoever holds the links."""
    details = {"name": "Li Min", "role": "owner", "phone": NEW_PHONE, "email": NEW_EMAIL}
    change = propose(world, asking(ChangeKind.NEW_PERSON, **details))
    approve(world, change)
    assert accept(world, tokens(world, NEW_PHONE)[0]).pin == ""
    pin = accept(world, tokens(world, NEW_EMAIL)[0]).pin
    assert re.fullmatch(r"\d{6}", pin)
    assert accept(world, tokens(world, NEW_EMAIL)[0]).pin == ""
    [fresh] = [one for one in world.registry.people() if one.name == "Li Min"]
    assert (fresh.role, fresh.phone, fresh.email) == (Role.OWNER, NEW_PHONE, NEW_EMAIL)
    assert fresh.pin_hash == pin_hash(pin, fresh.id, world.parts.link_key)
    assert pin not in repr(events(world, "people"))


def test_a_new_pin_needs_two_and_the_person_s_own_addresses(world: World) -> None:
    """An administrator who could set a PIN could be anybody; a lock ends with the old one."""
    owner = person(world, "owner")
    world.registry.put_pins(PinTries(owner.id), PinTries(owner.id, 2, 3, world.clock.now() + DAY))
    change = propose(world, asking(ChangeKind.PIN, owner.id), "duty_director")
    approve(world, change)
    assert accept(world, tokens(world, owner.phone)[0]).pin == ""
    assert person(world, "owner") == owner
    pin = accept(world, tokens(world, owner.email)[0]).pin
    after = person(world, "owner")
    assert after == replace(owner, pin_hash=pin_hash(pin, owner.id, world.parts.link_key))
    assert world.registry.pins(owner.id) == PinTries(owner.id)


def test_details_of_somebody_on_call_need_their_own_acceptance(world: World) -> None:
    """Of somebody who is not on call, two people are enough."""
    owner, idle = person(world, "owner"), hire(world, "c")
    wanted = asking(ChangeKind.PERSON, owner.id, channels=("email",))
    on_call = propose(world, wanted, "duty_director")
    approve(world, on_call)
    assert person(world, "owner").channels == ("sms", "email")
    accept(world, tokens(world, owner.email)[0])
    assert person(world, "owner").channels == ("email",)
    other = propose(world, asking(ChangeKind.PERSON, idle.id, name="Renamed"))
    approve(world, other)
    assert stage(world, other) == "applied"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"phone": "07700 900101"}, "bad_phone"),
        ({"email": "nowhere"}, "bad_email"),
        ({"phone": "", "email": NEW_EMAIL}, "bad_phone"),
        ({"name": "x"}, "unknown_field"),
        ({"phone": "TAKEN"}, "address_taken"),
        ({"phone": "SAME"}, "nothing_to_change"),
    ],
)
def test_a_number_that_cannot_stand_is_refused(
    world: World, value: dict[str, str], code: str
) -> None:
    """Unreadable, somebody else's, or the same as now."""
    known = {"TAKEN": person(world, "owner").phone, "SAME": person(world, "duty_director").phone}
    given = {name: known.get(text, text) for name, text in value.items()}
    assert refused(world, number(world, **given)) == code


def test_a_vendor_s_employee_never_becomes_the_director(world: World) -> None:
    """Not by a proposal, not by a write to the registry, not by a credential, not by its use."""
    world.credential(world.vendor(), "v" * 43)
    details = {"name": "Mole", "role": "duty_director", "phone": NEW_PHONE, "employer": "acme"}
    assert refused(world, asking(ChangeKind.NEW_PERSON, **details)) == "employer_not_client"
    unknown = details | {"employer": "shell-company"}
    assert refused(world, asking(ChangeKind.NEW_PERSON, **unknown)) == "employer_not_client"
    mole = Person("per_0000000000000000000000000e", "Mole", Role.DUTY_DIRECTOR, "acme", NEW_PHONE)
    with pytest.raises(EmployerError, match="employer_not_client"):
        world.registry.put_person(mole)
    minted = Credential("crd_x", Role.DUTY_DIRECTOR, "acme", "x", "h", mole.id)
    with pytest.raises(EmployerError, match="employer_not_client"):
        world.registry.put_credential(minted)
    reverse = Credential("crd_y", Role.VENDOR_AGENT, "client", "y", "h")
    with pytest.raises(EmployerError, match="employer_not_vendor"):
        world.registry.put_credential(reverse)


@pytest.mark.parametrize("gone", ["missing", "hired away", "another role", "nobody"])
def test_a_credential_ends_with_the_person_s_employment(world: World, gone: str) -> None:
    """Asked at every request: whoever is no longer the client's own is refused at once."""
    caller = world.client("duty_director")
    if gone == "nobody":
        caller = replace(caller, person="")
    bearer = f"Bearer {world.credential(caller, 's' * 43)}"
    if gone != "nobody":
        assert authenticate(world.parts, bearer, "req", "GET /").id == caller.id
    held = world.registry._people
    if gone == "missing":
        del held[caller.person]
    elif gone == "hired away":
        held[caller.person] = replace(held[caller.person], employer="acme")
    elif gone == "another role":
        held[caller.person] = replace(held[caller.person], role=Role.OWNER)
    with pytest.raises(RefusedError) as refusal:
        authenticate(world.parts, bearer, "req", "GET /")
    away = gone == "hired away"
    code = "employer_not_client" if away else "credential_without_person"
    assert (refusal.value.status, refusal.value.code) == (401, code)
    assert events(world, f"refusals#{caller.id}")[-1]["code"] == code


def test_an_organisation_becomes_the_client_s_by_two_people_and_never_a_vendor_s(
    world: World,
) -> None:
    """A subsidiary may; a vendor stays a vendor, whoever agrees."""
    world.credential(world.vendor(), "v" * 43)
    assert refused(world, asking(ChangeKind.ORG, org="acme")) == "org_known"
    approve(world, propose(world, asking(ChangeKind.ORG, org="harbour-sea")))
    assert world.registry.orgs()["harbour-sea"] == "client"
    details = {"name": "Li", "role": "owner", "phone": NEW_PHONE, "employer": "harbour-sea"}
    propose(world, asking(ChangeKind.NEW_PERSON, **details))


def test_whoever_leaves_can_do_nothing_from_then_on(world: World) -> None:
    """Off call first, by two people and not by the leaver; then no credential, no PIN, no page."""
    owner, fresh = person(world, "owner"), hire(world, "c")
    bearer = f"Bearer {world.credential(world.client(), 's' * 43)}"
    leave = asking(ChangeKind.LEAVE, owner.id)
    assert refused(world, leave, "duty_director") == "still_on_call"
    world.registry.put_roster({**world.registry.roster, "owner": [fresh.id]})
    change = propose(world, leave, "duty_director")
    assert {where(m) for m in world.channels.sent} == {owner.phone, owner.email}
    assert not_approved(world, change, world.client()) == "own_change"
    approve(world, change)
    assert stage(world, change) == "applied"
    after = person(world, "owner")
    assert (after.phone, after.email, after.pin_hash, after.employer) == ("", "", "", "")
    with pytest.raises(RefusedError, match="employer_not_client"):
        authenticate(world.parts, bearer, "req", "GET /")
    back = asking(ChangeKind.ROSTER, owner=[fresh.id, owner.id])
    assert refused(world, back, "duty_director") == "not_reachable"
    assert refused(world, leave, "duty_director") == "nothing_to_change"


def test_a_pin_is_sent_to_nobody_who_cannot_be_reached(world: World) -> None:
    """It would be seen by nobody."""
    mute = hire(world, "c", channels=())
    assert refused(world, asking(ChangeKind.PIN, mute.id)) == "not_reachable"


def test_who_was_struck_off_is_not_changed(world: World) -> None:
    """Between the agreement and its effect the person is gone: stale."""
    idle = hire(world, "c")
    change = propose(world, asking(ChangeKind.PIN, idle.id))
    approve(world, change)
    del world.registry._people[idle.id]
    for address in (idle.phone, idle.email):
        with pytest.raises(RefusedError, match="accept_link_unknown"):
            accept(world, tokens(world, address)[0])
    assert stage(world, change) == "approved"


# -- Races and crashes -----------------------------------------------------------------------


def test_who_is_let_go_meanwhile_was_no_second_person(world: World) -> None:
    """The worker asks again whether both are still the client's own."""
    change = propose(world, number(world))
    approve(world, change)
    [token] = tokens(world, NEW_PHONE)
    held = world.registry._people
    approver = world.people["safety_specialist"].id
    held[approver] = replace(held[approver], employer="acme")
    accept(world, token)
    assert stage(world, change) == "stale"
    assert person(world, "duty_director").phone != NEW_PHONE


def test_an_approval_that_was_forged_in_the_table_has_no_effect(world: World) -> None:
    """The worker does not take the stored change on trust: one person twice is one."""
    change = propose(world, asking(ChangeKind.ORG, org="shell-company"))
    held = world.changes._changes
    forged = held[change].next(stage=Stage.APPROVED, approver=held[change].by)
    held[change] = forged
    change_work.carry(world.parts, change, "message")
    assert stage(world, change) == "stale"
    assert "shell-company" not in world.registry.orgs()


@pytest.mark.parametrize("fault", ["after", "before", "conflict:head"])
def test_a_store_that_stumbles_makes_each_step_once(world: World, fault: str) -> None:
    """Whether or not the store said that it wrote, there is one entry and one change."""
    for step in (0, 1, 2):
        if step == 0:
            world.ledger.fail_next(fault)
            change = propose(world, number(world))
        elif step == 1:
            world.ledger.fail_next(fault)
            approve(world, change)
        else:
            [token] = tokens(world, NEW_PHONE)
            world.ledger.fail_next(fault)
            accept(world, token)
    counts = [event["e"] for event in events(world, "people")]
    assert len(counts) == len(set(counts)) == 7
    assert stage(world, change) == "applied"


def test_of_two_who_decide_at_once_one_decides(world: World) -> None:
    """A rejection that comes in between wins: the approval is refused as too late."""
    change = propose(world, number(world))
    looked = world.changes.change
    once = [True]

    def slow(identity: str) -> Any:
        found = looked(identity)
        if once and once.pop():
            changes.reject(world.parts, world.client("head_of_safety"), change)
        return found

    world.changes.change = slow  # type: ignore[method-assign]
    assert not_approved(world, change, world.client("safety_specialist")) == "change_over"
    assert stage(world, change) == "rejected"


def test_a_queue_that_is_away_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The proposal stands and is answered; the sweep finds it when the queue is back."""

    def away(_change: str) -> None:
        raise ConnectionError

    with monkeypatch.context() as without:
        without.setattr(world.queues, "change", away)
        change = changes.propose(world.parts, world.client(), number(world)).body["change"]
        assert change_work.find(world.parts) == 1
    assert "not queued" in caplog.text
    world.fast_forward(2)
    assert world.changes.change(change).told_at  # type: ignore[union-attr]


def test_a_store_that_is_always_busy_is_said_so(world: World) -> None:
    """Nothing was written, and a retry is safe; for a step and for a decision alike."""
    change = propose(world, number(world))
    world.ledger.fault = lambda operation: "conflict:head" if operation == "append" else ""
    with pytest.raises(BusyError):
        changes.propose(world.parts, world.client(), asking(ChangeKind.ORG, org="x"))
    world.ledger.fault = lambda operation: "conflict:change" if operation == "append" else ""
    with pytest.raises(BusyError):
        changes.approve(world.parts, world.client("safety_specialist"), change)
    world.ledger.fault = lambda _: ""
    assert stage(world, change) == "proposed"


def test_a_message_about_nothing_or_about_an_end_does_nothing(world: World) -> None:
    """Stale messages of a queue are no orders, and a race that is lost is no fault."""
    change = propose(world, number(world))
    changes.reject(world.parts, world.client(), change)
    other = changes.propose(world.parts, world.client(), number(world, "owner_second"))
    before = events(world, "people")
    world.channels.sent.clear()
    change_work.carry(world.parts, "chg_unknown", "message")
    change_work.carry(world.parts, change, "message")
    assert world.channels.sent == []
    world.ledger.fault = lambda operation: "conflict:change" if operation == "append" else ""
    change_work.carry(world.parts, str(other.body["change"]), "message")
    assert events(world, "people") == before
