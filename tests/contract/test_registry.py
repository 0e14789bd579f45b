"""The registry's contract, in memory and on the emulator."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.registry import DynamoRegistry
from chalicelib.cases.draft import OnCall
from chalicelib.services.ports import ConflictError, Credential, PageLink, Person, PinTries
from chalicelib.terms import DAY, SECOND, Role
from tests.contract.conftest import BOTH, OffsetClock
from tests.support.fakes import FakeRegistry

NUMBER, ADDRESS = "+8613800000000", "last@example.com"
AGENT = Credential("crd_1", Role.VENDOR_AGENT, "acme", "Desk 4", "ab" * 32, created_at=7)
OWNER = Person("per_1", "Li Na", Role.OWNER, "client", "+8613800000001", "li@example.com")
LINK = PageLink("aa" * 32, "cas_1", "per_1", "cas_1.1.0", 1_800_000_000_000)
LAST = OnCall("fallback", ("sms", "email"))


@pytest.fixture
def clock() -> OffsetClock:
    """Right unless a test moves it."""
    return OffsetClock()


@pytest.fixture(params=BOTH)
def registry(request: pytest.FixtureRequest, clock: OffsetClock) -> Any:
    """An empty registry with both ways to reach the fallback."""
    if request.param == "fake":
        return FakeRegistry(NUMBER, ADDRESS)
    emulator = request.getfixturevalue("emulator")
    table = emulator.make_tables().registry
    return DynamoRegistry(emulator.clients.dynamodb, table, clock, NUMBER, ADDRESS)


def test_credentials_come_back_as_put(registry: Any) -> None:
    """One by id, or all of them by id; None for one that is not there."""
    other = replace(AGENT, id="crd_2", role=Role.AUDITOR, person="per_1")
    for credential in (other, AGENT):
        registry.put_credential(credential)
    assert registry.credential("crd_1") == AGENT
    assert registry.credentials() == (AGENT, other)
    assert registry.credential("crd_3") is None
    assert registry.credential("") is None


def test_a_revocation_works_at_once(registry: Any) -> None:
    """The very next read shows it, and a second revocation does not move its time."""
    registry.put_credential(AGENT)
    registry.revoke_credential("crd_1", 5)
    assert registry.credential("crd_1") == replace(AGENT, revoked_at=5)
    registry.revoke_credential("crd_1", 9)
    assert registry.credential("crd_1") == replace(AGENT, revoked_at=5)


def test_only_what_exists_is_revoked(registry: Any) -> None:
    """Revoking nothing is a mistake that somebody should hear of."""
    with pytest.raises(KeyError):
        registry.revoke_credential("crd_9", 5)


def test_people_come_back_as_put(registry: Any) -> None:
    """With their channels in order; None for one that is not there."""
    other = replace(OWNER, id="per_2", channels=("email",), pin_hash="cd")
    for person in (other, OWNER):
        registry.put_person(person)
    assert registry.people() == (OWNER, other)
    assert registry.person("per_2") == other
    assert registry.person("per_3") is None


def test_the_fallback_is_always_on_call(registry: Any) -> None:
    """Without any roster there is still somebody, and they can be reached."""
    assert registry.duty() == {"fallback": (LAST,)}
    last = registry.person("fallback")
    assert (last.phone, last.email, last.channels) == (NUMBER, ADDRESS, ("sms", "email"))


def test_the_roster_names_people_and_their_channels(registry: Any, clock: OffsetClock) -> None:
    """Only channels that have an address; the order is kept; a change shows within 5 s."""
    registry.put_person(replace(OWNER, channels=("email", "sms")))
    registry.put_person(replace(OWNER, id="per_2", phone=""))
    registry.put_roster({"owner": ["per_2", "per_1"], "duty_director": []})
    owners = (OnCall("per_2", ("email",)), OnCall("per_1", ("email", "sms")))
    assert registry.duty() == {"owner": owners, "duty_director": (), "fallback": (LAST,)}
    registry.put_person(OWNER)
    clock.offset += 5 * SECOND
    assert registry.duty()["owner"][1] == OnCall("per_1", ("sms", "email"))


def test_a_roster_of_nobody_is_refused(registry: Any) -> None:
    """An id that nobody has, or a person without any address, never gets on call."""
    with pytest.raises(KeyError):
        registry.put_roster({"owner": ["per_9"]})
    registry.put_person(replace(OWNER, phone="", email=""))
    with pytest.raises(ValueError, match="no channel"):
        registry.put_roster({"owner": ["per_1"]})
    assert registry.duty() == {"fallback": (LAST,)}


def test_who_is_on_call_stays_reachable(registry: Any) -> None:
    """The last address of a person on call cannot be taken away."""
    registry.put_person(OWNER)
    registry.put_roster({"owner": ["per_1"]})
    with pytest.raises(ValueError, match="no channel"):
        registry.put_person(replace(OWNER, phone="", email=""))
    assert registry.person("per_1") == OWNER


def test_a_link_comes_back_as_put(registry: Any) -> None:
    """By the hash of its token; None for another."""
    registry.put_link(LINK)
    assert registry.link(LINK.token_hash) == LINK
    assert registry.link("bb" * 32) is None


@pytest.mark.parametrize("count", [0, 1, 10])
def test_several_links_come_back_as_put(registry: Any, count: int) -> None:
    """However many pages leave together."""
    links = [replace(LINK, token_hash=f"{n:02d}" * 32) for n in range(count)]
    registry.put_links(links)
    assert [registry.link(link.token_hash) for link in links] == links


def test_wrong_pins_are_counted(registry: Any) -> None:
    """Each wrong PIN on a link counts one, and the link remembers."""
    registry.put_link(LINK)
    assert [registry.wrong_pin(LINK.token_hash) for _ in range(3)] == [1, 2, 3]
    assert registry.link(LINK.token_hash).wrong_pins == 3
    with pytest.raises(KeyError):
        registry.wrong_pin("bb" * 32)
    registry.right_pin(LINK.token_hash)
    assert registry.link(LINK.token_hash).wrong_pins == 2
    with pytest.raises(KeyError):
        registry.right_pin("bb" * 32)


def test_refusals_are_counted(registry: Any) -> None:
    """On the link, beside its wrong PINs."""
    registry.put_link(LINK)
    assert [registry.refused(LINK.token_hash) for _ in range(2)] == [1, 2]
    assert registry.link(LINK.token_hash) == replace(LINK, refusals=2)
    with pytest.raises(KeyError):
        registry.refused("bb" * 32)


def test_presses_are_counted_by_slot(registry: Any) -> None:
    """Each slot of each link by itself, and the link is as it was."""
    registry.put_link(LINK)
    until = 1_800_000_000_000
    assert [registry.pressed(LINK.token_hash, "7#other", until) for _ in range(3)] == [1, 2, 3]
    assert registry.pressed(LINK.token_hash, "7#danger", until) == 1
    assert registry.pressed(LINK.token_hash, "8#other", until) == 1
    assert registry.pressed("bb" * 32, "7#other", until) == 1
    assert registry.link(LINK.token_hash) == LINK


def test_a_reporters_link_keeps_its_language(registry: Any) -> None:
    """The page that it opens speaks as the message did."""
    rope = replace(LINK, person="reporter.vlt_1", language="zh-CN")
    registry.put_link(rope)
    assert registry.link(LINK.token_hash) == rope


def test_of_two_tries_at_a_pin_one_is_counted_first(registry: Any) -> None:
    """Who counts from what is no longer so has lost the race, and nothing was written."""
    fresh = PinTries("per_1")
    assert registry.pins("per_1") == fresh
    registry.put_pins(fresh, PinTries("per_1", 1))
    with pytest.raises(ConflictError):
        registry.put_pins(fresh, PinTries("per_1", 1))
    registry.put_pins(PinTries("per_1", 1), PinTries("per_1", 0, 2, 1_800_000_000_000))
    assert registry.pins("per_1") == PinTries("per_1", 0, 2, 1_800_000_000_000)
    with pytest.raises(ConflictError):
        registry.put_pins(PinTries("per_1", 1), fresh)
    registry.put_pins(registry.pins("per_1"), fresh)
    registry.put_pins(fresh, PinTries("per_1", 1))
    assert registry.pins("per_2") == PinTries("per_2")


@pytest.mark.emulator
@pytest.mark.parametrize("registry", ["emulator"], indirect=True)
def test_the_roster_is_read_at_most_every_five_seconds(registry: Any, clock: OffsetClock) -> None:
    """A burst of ticks reads it once; a clock set back does not freeze it."""
    registry.put_person(OWNER)
    first = registry.duty()
    assert registry.duty() is first
    clock.offset -= DAY
    assert registry.duty() is not first
