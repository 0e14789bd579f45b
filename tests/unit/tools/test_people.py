"""The first set-up by one, and from then on changes by two."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.services import change_accept
from chalicelib.services.errors import BusyError
from chalicelib.services.page_link import pin_hash
from chalicelib.services.people import Person, PinTries
from chalicelib.services.ports import ClockSkewError, UncertainError
from chalicelib.terms import Role
from tests.support.world import PIN, ROSTER, World
from tools import people
from tools.export import export
from tools.local.desk import Desk
from tools.people_registry import (
    PeopleError,
    add,
    change,
    declare,
    on_call,
    put_roster,
    read_duty,
    set_pin,
)
from tools.verify_log import verify

KEY = b"k" * 32
DETAILS: dict[str, Any] = {
    "name": "Li Min",
    "phone": "+447700900101",
    "email": "li@harbour.example",
}
ADD = [
    *("add", "--role", "owner", "--name", "Li Min"),
    *("--phone", "+447700900101", "--email", "li@harbour.example"),
]


def _desk(world: World) -> Desk:
    return Desk(world.ledger, world.registry, world.parts)


def _events(world: World) -> list[dict[str, Any]]:
    lines = [line for chain in ("people", "rosters") for line in world.ledger.entries(chain, 0, 99)]
    return [event for line in lines for event in decode(line)["events"]]


def _person(world: World, identity: str) -> Person:
    person = world.registry.person(identity)
    assert person is not None
    return person


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose people are registered, with nobody on call yet."""
    return _found(monkeypatch, on_call=False)


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> World:
    """A world with a person in each role."""
    return _found(monkeypatch, on_call=True)


def _found(monkeypatch: pytest.MonkeyPatch, *, on_call: bool) -> World:
    """The tables that the command finds are this world's."""
    world = World()
    if not on_call:
        world.registry.put_roster({})
    world.registry.put_org("harbour", "client")
    monkeypatch.setattr(people, "configured", lambda *, local: _desk(world))  # noqa: ARG005
    return world


def _pin_typed(monkeypatch: pytest.MonkeyPatch, pin: str = PIN) -> None:
    monkeypatch.setattr(people, "getpass", lambda _prompt: pin)


def test_somebody_new_can_be_paged_and_prove_themselves(world: World) -> None:
    """They are registered as told, and their PIN is kept only as its slow hash."""
    made = add(_desk(world), Role.OWNER, "harbour", DETAILS | {"language": "en"})
    person = _person(world, made.id)
    assert (person.name, person.role, person.employer) == ("Li Min", Role.OWNER, "harbour")
    assert (person.language, person.channels) == ("en", ("sms", "email"))
    assert person.pin_hash == pin_hash(made.pin, made.id, KEY)
    assert len(made.pin) == 6
    assert made.pin.isdigit()
    put_roster(_desk(world), {"owner": [made.id]})
    world.complain()
    world.settle()
    assert "+447700900101" in {getattr(sent, "number", "") for sent in world.channels.sent}


def test_the_log_says_what_changed_and_holds_no_personal_data(world: World) -> None:
    """Each change is one entry with ids, roles and names of fields; no number, name or PIN."""
    desk = _desk(world)
    made = add(desk, Role.OWNER, "harbour", DETAILS)
    change(desk, made.id, {"phone": "+447700900102", "name": "Li Min"})
    pin = set_pin(desk, made.id)
    put_roster(desk, {"owner": [made.id], "duty_director": []})
    bare = [{k: v for k, v in e.items() if k != "bootstrap"} for e in _events(world)]
    assert bare == [
        {"e": "person.added.v1", "person": made.id, "role": "owner", "org": "harbour"},
        {"e": "person.changed.v1", "person": made.id, "fields": ["phone"]},
        {"e": "person.pin_set.v1", "person": made.id},
        {"e": "roster.changed.v1", "duty": {"owner": [made.id], "duty_director": []}},
    ]
    assert all(event["bootstrap"] is True for event in _events(world))
    events = repr(_events(world)).replace(made.id, "")
    secrets = ("+4477", "Li Min", "li@harbour", made.pin, pin, _person(world, made.id).pin_hash)
    assert [secret for secret in secrets if secret in events] == []


@pytest.mark.parametrize("verb", ["add", "change", "pin", "roster", "org"])
def test_the_entry_is_written_before_the_change(
    world: World, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """A log that cannot be written stops the change."""
    owner = world.people["owner"]
    before = (world.registry.people(), on_call(_desk(world)), world.registry.orgs())

    def busy(*_: object) -> None:
        raise BusyError("people")

    monkeypatch.setattr(Desk, "note", busy)
    orders = {
        "add": ADD,
        "change": ["change", owner.id, "--language", "en"],
        "pin": ["pin", owner.id],
        "roster": ["roster", f"owner={owner.id}"],
        "org": ["org", "subsidiary"],
    }
    assert people.main(orders[verb]) == 1
    assert (world.registry.people(), on_call(_desk(world)), world.registry.orgs()) == before


def test_a_crash_after_the_entry_leaves_the_entry(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store that does not answer is told to whoever typed, and the log has the attempt."""

    def lost(_person: Person) -> None:
        raise UncertainError

    monkeypatch.setattr(world.registry, "put_person", lost)
    assert people.main(["pin", world.people["owner"].id]) == 1
    assert "did not answer" in capsys.readouterr().err
    assert [event["e"] for event in _events(world)] == ["person.pin_set.v1"]


def test_a_wrong_clock_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A laptop whose clock is off writes nothing, and its owner learns why."""

    def skewed(*_: object) -> None:
        raise ClockSkewError

    monkeypatch.setattr(Desk, "note", skewed)
    assert people.main(["pin", world.people["owner"].id]) == 1
    assert "clock" in capsys.readouterr().err


def test_a_new_pin_ends_the_old_one(world: World) -> None:
    """The rest of the person stays as it was."""
    owner = world.people["owner"]
    pin = set_pin(_desk(world), owner.id)
    after = _person(world, owner.id)
    assert after.pin_hash == pin_hash(pin, owner.id, KEY)
    assert after.pin_hash != owner.pin_hash
    assert (after.phone, after.email, after.role) == (owner.phone, owner.email, owner.role)


def test_a_new_pin_ends_a_lock_too(world: World) -> None:
    """Whoever was guessed at gets in again with what only they were told."""
    owner = world.people["owner"].id
    locked = PinTries(owner, 2, 3, world.clock.now() + 1)
    world.registry.put_pins(world.registry.pins(owner), locked)
    set_pin(_desk(world), owner)
    assert world.registry.pins(owner) == PinTries(owner)


@pytest.mark.parametrize("verb", ["add", "pin"])
def test_without_the_link_key_no_pin_is_made(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    verb: str,
) -> None:
    """A PIN hashed without the key would never be right: it is said, and nothing is written."""
    bare = replace(_desk(world), parts=replace(world.parts, link_key=b""))
    monkeypatch.setattr(people, "configured", lambda *, local: bare)  # noqa: ARG005
    before = world.registry.people()
    assert people.main(ADD if verb == "add" else ["pin", world.people["owner"].id]) == 1
    assert "LINK_KEY" in capsys.readouterr().err
    assert (_events(world), world.registry.people()) == ([], before)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"phone": "07700 900101"}, "phone number"),
        ({"phone": ""}, "phone number"),
        ({"email": "li.harbour.example"}, "email address"),
        ({"name": "  "}, "name"),
        ({"language": "fr"}, "language"),
        ({"channels": ("fax",)}, "sms, email"),
        ({"channels": ("sms", "sms")}, "sms, email"),
        ({"channels": ()}, "sms, email"),
    ],
)
def test_details_that_cannot_carry_a_page_are_refused(
    world: World, wrong: dict[str, Any], why: str
) -> None:
    """Nothing is written, and the message does not repeat a number or an address."""
    with pytest.raises(PeopleError, match=why) as refusal:
        add(_desk(world), Role.OWNER, "harbour", DETAILS | wrong)
    with pytest.raises(PeopleError, match=why):
        change(_desk(world), world.people["owner"].id, wrong)
    assert "0770" not in str(refusal.value)
    assert "harbour" not in str(refusal.value)
    assert _events(world) == []


@pytest.mark.parametrize("identity", ["per_nobody", "fallback"])
def test_nobody_is_changed_or_rostered(world: World, identity: str) -> None:
    """A mistyped id, and the last resort of the settings, are no people of the registry."""
    desk = _desk(world)
    orders = (
        lambda: change(desk, identity, {"language": "en"}),
        lambda: set_pin(desk, identity),
        lambda: put_roster(desk, {"owner": [identity]}),
    )
    for order in orders:
        with pytest.raises(PeopleError, match=f"nobody has the id {identity}"):
            order()
    assert _events(world) == []


def test_a_change_that_changes_nothing_is_no_entry(world: World) -> None:
    """The log does not tell of what did not happen."""
    owner = world.people["owner"]
    with pytest.raises(PeopleError, match="nothing to change"):
        change(_desk(world), owner.id, {"phone": owner.phone})
    assert _events(world) == []


def test_who_cannot_be_reached_is_not_on_call(world: World) -> None:
    """Neither the roster nor a change may leave somebody without an address; the old stays."""
    desk = _desk(world)
    mute = Person("per_mute", "Mute", Role.OWNER, "harbour", email="m@e.example", channels=("sms",))
    world.registry.put_person(mute)
    before = on_call(desk)
    with pytest.raises(PeopleError, match="per_mute cannot be reached"):
        put_roster(desk, {"owner": ["per_mute"]})
    with pytest.raises(PeopleError, match="per_mute cannot be reached"):
        change(desk, "per_mute", {"language": "en"})
    assert (on_call(desk), _events(world)) == (before, [])
    change(desk, "per_mute", {"channels": ("email",)})
    put_roster(desk, {"owner": ["per_mute"]})
    assert on_call(desk) == {"owner": ["per_mute"]}


def test_who_may_not_act_is_not_on_call(world: World) -> None:
    """A page to an auditor on the ladder would be answered by nobody."""
    made = add(_desk(world), Role.AUDITOR, "harbour", DETAILS)
    with pytest.raises(PeopleError, match="does not fit"):
        put_roster(_desk(world), {"owner": [made.id]})
    put_roster(_desk(world), {"auditor": [made.id]})


def test_nobody_of_a_vendor_s_is_registered(world: World) -> None:
    """Nor of an organisation that nobody has declared; and no telephone is two people's."""
    world.credential(world.vendor(), "v" * 43)
    for org in ("acme", "unheard-of"):
        with pytest.raises(PeopleError, match="employer"):
            add(_desk(world), Role.DUTY_DIRECTOR, org, DETAILS)
    twice = DETAILS | {"phone": world.people["owner"].phone}
    with pytest.raises(PeopleError, match="Somebody else has"):
        add(_desk(world), Role.OWNER, "harbour", twice)
    assert _events(world) == []


def test_an_organisation_is_declared_once(world: World) -> None:
    """A vendor stays one, and a misspelt name is refused."""
    world.credential(world.vendor(), "v" * 43)
    declare(_desk(world), "subsidiary")
    assert world.registry.orgs()["subsidiary"] == "client"
    for org, why in (
        ("acme", "known already"),
        ("subsidiary", "known already"),
        ("A B", "letters"),
    ):
        with pytest.raises(PeopleError, match=why):
            declare(_desk(world), org)
    assert [event["e"] for event in _events(world)] == ["org.declared.v1"]


# -- Once somebody is on call ----------------------------------------------------------------


@pytest.mark.parametrize(
    "order",
    [
        ADD,
        ["change", "OWNER", "--phone", "+447700900102"],
        ["pin", "OWNER"],
        ["roster", "owner=OWNER"],
        ["org", "subsidiary"],
    ],
)
def test_nobody_alone_changes_who_is_rung(
    running: World, capsys: pytest.CaptureFixture[str], order: list[str]
) -> None:
    """Whoever has the tables and no second person is told what to do, and nothing is written."""
    before = (running.registry.people(), on_call(_desk(running)), running.registry.orgs())
    owner = running.people["owner"].id
    assert people.main([word.replace("OWNER", owner) for word in order]) == 1
    assert "--as per_" in capsys.readouterr().err
    assert (running.registry.people(), on_call(_desk(running)), running.registry.orgs()) == before
    assert _events(running) == []


def test_two_people_at_the_terminal_change_a_number(
    running: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One proposes, another approves, the new number accepts; each proves who they are."""
    _pin_typed(monkeypatch)
    ids = {role: person.id for role, person in running.people.items()}
    order = ["change", ids["duty_director"], "--phone", "+447700900102", "--as", ids["owner"]]
    assert people.main(order) == 0
    name = capsys.readouterr().out.splitlines()[0]
    assert people.main(["approve", name, "--as", ids["owner"]]) == 1
    assert "second person" in capsys.readouterr().err
    assert people.main(["approve", name, "--as", ids["safety_specialist"]]) == 0
    assert ids["duty_director"] in capsys.readouterr().out
    running.settle()
    sent = next(m for m in running.channels.messages if m.number == "+447700900102")
    change_accept.accept(running.parts, sent.text.split("/a/")[1][:22], "req")
    running.settle()
    assert _person(running, ids["duty_director"]).phone == "+447700900102"
    assert people.main(["changes"]) == 0
    assert "applied" in capsys.readouterr().out
    lines = [decode(line) for line in running.ledger.entries("people", 0, 9)]
    assert (lines[0]["actor"]["t"], lines[0]["cause"]["kind"]) == ("person", "tool")


def test_a_wrong_pin_proposes_nothing_and_is_counted(
    running: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five in a row lock it, here as on a page."""
    owner, other = running.people["owner"].id, running.people["duty_director"].id
    _pin_typed(monkeypatch, "000000")
    for _ in range(5):
        assert people.main(["pin", other, "--as", owner]) == 1
        assert "PIN is wrong" in capsys.readouterr().err
    _pin_typed(monkeypatch)
    assert people.main(["pin", other, "--as", owner]) == 1
    assert "too many wrong PINs" in capsys.readouterr().err
    assert _events(running) == []


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        ([*ADD, "--org", "harbour"], "new_person"),
        (["change", "OTHER", "--language", "en"], "person"),
        (["pin", "OTHER"], "pin"),
        (["roster", "data_owner=OTHER"], "roster"),
        (["org", "subsidiary"], "org"),
        (["leave", "IDLE"], "leave"),
    ],
)
def test_every_order_can_be_proposed_and_withdrawn(
    running: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    order: list[str],
    kind: str,
) -> None:
    """As the change that it is; withdrawn, it is over."""
    _pin_typed(monkeypatch)
    owner, other = running.people["owner"].id, running.people["owner_second"].id
    idle = Person("per_0000000000000000000000000z", "Idle", Role.OWNER, "client", "+447700900777")
    running.registry.put_person(idle)
    words = [word.replace("OTHER", other).replace("IDLE", idle.id) for word in order]
    assert people.main([*words, "--as", owner]) == 0
    name = capsys.readouterr().out.splitlines()[0]
    assert people.main(["reject", name, "--as", owner]) == 0
    assert people.main(["reject", name, "--as", owner]) == 1
    assert "It is over" in capsys.readouterr().err
    events = [event for event in _events(running) if event["change"] == name]
    assert [(e["e"], e["kind"]) for e in events] == [
        ("change.proposed.v1", kind),
        ("change.rejected.v1", kind),
    ]


def test_addresses_and_other_details_are_proposed_one_at_a_time(
    running: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They need different acceptances; and what makes no sense is refused with its reason."""
    _pin_typed(monkeypatch)
    owner, other = running.people["owner"].id, running.people["owner_second"].id
    both = ["change", other, "--phone", "+447700900102", "--language", "en", "--as", owner]
    assert people.main(both) == 1
    assert "two changes" in capsys.readouterr().err
    assert people.main(["change", other, "--phone", "0770", "--as", owner]) == 1
    assert "phone number" in capsys.readouterr().err
    assert _events(running) == []


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (["chef=per_1"], "owner_second"),
        (["per_1"], "role=per_"),
        (["owner=per_1", "owner=per_2"], "given twice"),
        (["owner=per_1,per_1"], "somebody twice"),
    ],
)
def test_a_roster_that_is_misspelt_is_refused(written: list[str], why: str) -> None:
    """The message says how it is written."""
    with pytest.raises(PeopleError, match=why):
        read_duty(written)


def test_a_roster_is_read_in_the_order_of_paging() -> None:
    """Several people of a role, or none."""
    assert read_duty(["owner=per_2,per_1", "duty_director="]) == {
        "owner": ["per_2", "per_1"],
        "duty_director": [],
    }


def test_a_thin_roster_is_taken_with_a_warning_for_each_role(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody on a rung, or one person alone, is said; two are enough."""
    one, two = world.people["owner"].id, world.people["owner_second"].id
    assert people.main(["roster", f"owner={one},{two}", f"duty_director={two}"]) == 0
    told = capsys.readouterr()
    assert [line.split()[:2] for line in told.out.splitlines()] == [
        ["owner", one],
        ["owner", two],
        ["duty_director", two],
    ]
    assert sorted(told.err.splitlines()) == [
        "warning: duty_director: only one person is on call",
        "warning: executive_sponsor: nobody is on call",
        "warning: head_of_safety: nobody is on call",
        "warning: owner_second: nobody is on call",
        "warning: safety_specialist: nobody is on call",
    ]
    assert on_call(_desk(world)) == {"owner": [one, two], "duty_director": [two]}


def test_the_command_without_a_roster_only_shows_it(
    running: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who is on call, by role, with the channels on which they can be reached."""
    world = running
    assert people.main(["roster", "--local"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(ROSTER)
    assert all("sms,email" in line for line in lines)
    assert _events(world) == []


def test_the_command_adds_lists_and_changes(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """The id and the PIN are printed once; the list has the addresses and never a hash."""
    assert people.main([*ADD, "--channels", "email,sms", "--local"]) == 0
    identity, pin, *_ = capsys.readouterr().out.splitlines()
    assert people.main(["change", identity, "--phone", "+447700900102", "--language", "en"]) == 0
    assert "language, phone" in capsys.readouterr().out
    assert people.main(["pin", identity]) == 0
    again = capsys.readouterr().out.splitlines()[0]
    person = _person(world, identity)
    assert person.pin_hash == pin_hash(again, identity, KEY)
    assert people.main(["--local", "list"]) == 0
    listed = capsys.readouterr().out
    mine = next(line for line in listed.splitlines() if line.startswith(identity))
    assert mine.split()[1:6] == ["owner", "client", "en", "email,sms", "+447700900102"]
    assert person.pin_hash not in listed
    assert f" {pin} " not in listed


def test_the_command_says_why_it_refuses(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """One line on the error stream, and a failing exit."""
    assert people.main(["roster", "owner=per_nobody"]) == 1
    assert capsys.readouterr().err == "people: nobody has the id per_nobody\n"
    assert _events(world) == []


def test_an_export_with_these_entries_holds(world: World, tmp_path: Path) -> None:
    """The verifier knows the chain and each of its events."""
    desk = _desk(world)
    made = add(desk, Role.DUTY_DIRECTOR, "harbour", DETAILS)
    change(desk, made.id, {"channels": ("email",)})
    set_pin(desk, made.id)
    put_roster(desk, {"duty_director": [made.id]})
    export(world.ledger, tmp_path, world.clock, world.start)
    report = verify(tmp_path)
    assert (report.verdict, report.findings, report.unknown) == ("holds", [], {})
    assert (report.entries, report.chains) == (4, 2)
