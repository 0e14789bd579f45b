"""Credentials made, listed and revoked."""

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.services.accounts import authenticate
from chalicelib.services.errors import RefusedError
from chalicelib.terms import Role
from tests.support.world import World
from tools import credentials
from tools.credentials import CHAIN, CredentialError, Order, make, register, revoke
from tools.local.desk import Desk, NoTablesError, configured

AGENT = Order(Role.VENDOR_AGENT, "acme", "Agent desk")


def _desk(world: World) -> Desk:
    return Desk(world.ledger, world.registry, world.parts)


def _events(world: World) -> list[str]:
    lines = world.ledger.entries(CHAIN, 0, 100)
    return [event["e"] for line in lines for event in decode(line)["events"]]


def test_a_made_token_opens_the_door_until_it_is_revoked() -> None:
    """The token authenticates as its role and employer; revoked, it is refused at once."""
    world = World()
    desk = _desk(world)
    made = make(desk, AGENT)
    register(desk, AGENT, made.token)
    caller = authenticate(world.parts, f"Bearer {made.token}", "req", "GET /v1/cases")
    assert (caller.id, caller.role, caller.org) == (made.id, Role.VENDOR_AGENT, "acme")
    revoke(desk, made.id)
    with pytest.raises(RefusedError, match="credential_revoked"):
        authenticate(world.parts, f"Bearer {made.token}", "req", "GET /v1/cases")
    assert _events(world) == ["credential.made.v1", "credential.revoked.v1"]


def test_the_secret_is_kept_nowhere() -> None:
    """Neither the registry nor the log holds the token's second half."""
    world = World()
    made = make(_desk(world), AGENT)
    register(_desk(world), AGENT, made.token)
    secret = made.token.split("_", 2)[2]
    assert secret not in repr(world.registry.credentials())
    assert all(secret.encode() not in line for line in world.ledger.entries(CHAIN, 0, 9))


def test_an_owner_credential_belongs_to_its_person() -> None:
    """What is done with it is done by that person, whose role it must have."""
    world = World()
    desk, person = _desk(world), world.people["owner"]
    order = Order(Role.OWNER, "client", "Owner", person.id)
    made = make(desk, order)
    register(desk, order, made.token)
    caller = authenticate(world.parts, f"Bearer {made.token}", "req", "route")
    assert caller.by.id == person.id
    with pytest.raises(CredentialError, match="is owner, not auditor"):
        make(desk, Order(Role.AUDITOR, "client", "x", person.id))
    with pytest.raises(CredentialError, match="nobody"):
        make(desk, Order(Role.OWNER, "client", "x", "per_nobody"))


@pytest.mark.parametrize(
    ("role", "org", "why"),
    [
        (Role.DUTY_DIRECTOR, "acme", "may not hold a role of the client"),
        (Role.ADMIN, "unheard-of", "may not hold a role of the client"),
        (Role.VENDOR_AGENT, "client", "may not hold a vendor's role"),
    ],
)
def test_no_credential_crosses_over_to_the_other_side(role: Role, org: str, why: str) -> None:
    """A vendor's employee gets no client role, and nobody's shell company does either."""
    world = World()
    desk = _desk(world)
    register(desk, AGENT, make(desk, AGENT).token)
    with pytest.raises(CredentialError, match=why):
        make(desk, Order(role, org, "x"))
    assert _events(world) == ["credential.made.v1"]


def test_a_credential_is_of_its_person_s_own_employer() -> None:
    """Another of the client's organisations is not theirs."""
    world = World()
    world.registry.put_org("subsidiary", "client")
    order = Order(Role.OWNER, "subsidiary", "x", world.people["owner"].id)
    with pytest.raises(CredentialError, match="works for client, not subsidiary"):
        make(_desk(world), order)


def test_revoking_what_is_not_there_says_so_and_writes_nothing() -> None:
    """A mistyped id is an error, and no entry claims a revocation."""
    world = World()
    with pytest.raises(CredentialError, match="crd_x"):
        revoke(_desk(world), "crd_x")
    assert _events(world) == []


def test_registering_twice_writes_one_entry() -> None:
    """Seeding again leaves what is present alone."""
    world = World()
    made = make(_desk(world), AGENT)
    register(_desk(world), AGENT, made.token)
    register(_desk(world), AGENT, made.token, {made.id})
    assert _events(world) == ["credential.made.v1"]


def test_the_command_makes_lists_and_revokes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The token is printed once, the list never shows it, and revoking names the id."""
    world = World()
    monkeypatch.setattr(credentials, "configured", lambda *, local: _desk(world))  # noqa: ARG005
    wanted = ["make", "--role", "vendor_agent", "--org", "acme", "--name", "Desk"]
    assert credentials.main([*wanted, "--local"]) == 0
    identity, token, *_ = capsys.readouterr().out.splitlines()
    assert token.startswith("tocsin_")
    assert credentials.main(["list"]) == 0
    listed = capsys.readouterr().out
    assert identity in listed
    assert "valid" in listed
    assert token not in listed
    assert credentials.main(["revoke", identity]) == 0
    assert credentials.main(["--local", "list"]) == 0
    assert "revoked 20" in capsys.readouterr().out


def test_the_command_refuses_a_client_role_without_a_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log must be able to say which person acted."""
    monkeypatch.setattr(credentials, "configured", lambda *, local: _desk(World()))  # noqa: ARG005
    assert credentials.main(["make", "--role", "owner", "--org", "client", "--name", "n"]) == 1
    assert "--person" in capsys.readouterr().err


def test_without_tables_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is guessed: each missing variable is told."""
    for name in ("CASES_TABLE", "AUDIT_TABLE", "VAULT_TABLE", "REGISTRY_TABLE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoTablesError, match=r"CASES_TABLE.*REGISTRY_TABLE"):
        configured(local=False)
