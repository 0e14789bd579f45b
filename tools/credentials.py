"""Credentials: ``python -m tools.credentials make | list | revoke``.

Works on the tables that the environment names (see docs/settings.md), or with ``--local`` on the
running local stack.  A token is shown once, when it is made; only the hash of its secret is kept.
Each change is an entry on the chain ``credentials``.
"""

import argparse
import base64
import sys
from collections.abc import Container
from dataclasses import dataclass

from chalicelib.aws.ids import random_bytes
from chalicelib.services import employers
from chalicelib.services.accounts import PREFIX, secret_hash, split_token
from chalicelib.services.people import Credential
from chalicelib.services.unfit import UNFIT
from chalicelib.terms import CLIENT_ROLES, Role, iso
from chalicelib.web.problems import words_of
from tools.local.desk import Desk, NoTablesError, configured
from tools.local.home import NotRunningError

CHAIN = "credentials"
SECRET_BYTES = 32
NOT_MADE = frozenset({Role.MACHINE, Role.REPORTER})


class CredentialError(Exception):
    """The order makes no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a new credential is for; ``person`` is the id of the client person it belongs to."""

    role: Role
    org: str
    name: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A new credential's id, and the token that is shown only now."""

    id: str
    token: str


def main(argv: list[str] | None = None) -> int:
    """The command; 0 when done, 1 when refused."""
    chosen = _parser().parse_args(argv)
    try:
        desk = configured(local=chosen.local)
        if chosen.verb == "make":
            _make(desk, Order(Role(chosen.role), chosen.org, chosen.name, chosen.person))
        elif chosen.verb == "revoke":
            revoke(desk, chosen.id)
            print(f"{chosen.id} is refused from now on")
        else:
            _list(desk)
    except (CredentialError, NoTablesError, NotRunningError) as refusal:
        print(f"credentials: {refusal}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools.credentials", description=__doc__)
    parser.add_argument("--local", action="store_true", help="the running local stack")
    verbs = parser.add_subparsers(dest="verb", required=True)
    new = verbs.add_parser("make", help="make one; its token is shown once")
    roles = sorted(role.value for role in Role if role not in NOT_MADE)
    new.add_argument("--role", required=True, choices=roles)
    new.add_argument("--org", required=True, help="the employer, such as a vendor's short name")
    new.add_argument("--name", required=True, help="whose it is, for the list")
    new.add_argument("--person", default="", help="id of the client person it belongs to")
    verbs.add_parser("list", help="all of them, revoked ones too")
    gone = verbs.add_parser("revoke", help="refuse it from now on")
    gone.add_argument("id", metavar="crd_…")
    for verb in verbs.choices.values():
        verb.add_argument(
            "--local", action="store_true", default=argparse.SUPPRESS, help="as above"
        )
    return parser


def make(desk: Desk, order: Order) -> Made:
    """Check the order, then draw an id and a secret; nothing is stored yet."""
    check(desk, order)
    return draw(desk)


def draw(desk: Desk) -> Made:
    """An id and a secret."""
    identity = desk.parts.ids.new("crd", desk.now)
    secret = base64.urlsafe_b64encode(random_bytes(SECRET_BYTES)).rstrip(b"=").decode()
    return Made(identity, f"{PREFIX}{identity.removeprefix('crd_')}_{secret}")


def check(desk: Desk, order: Order) -> None:
    """Raise CredentialError unless the employer, and the person if there is one, fit the role.

    A client's role is always a person's: the log must say who acted, and two must be two.
    """
    code = employers.fault(order.role, order.org, desk.registry.orgs())
    if code:
        raise CredentialError(f"{order.org}: {words_of('en', UNFIT, code)['title']}")
    if not order.person:
        if order.role in CLIENT_ROLES:
            raise CredentialError("a client's credential belongs to a person; say --person per_…")
        return
    person = desk.registry.person(order.person)
    if person is None:
        raise CredentialError(f"nobody has the id {order.person}")
    if person.role is not order.role:
        raise CredentialError(f"{order.person} is {person.role.value}, not {order.role.value}")
    if person.employer != order.org:
        raise CredentialError(f"{order.person} works for {person.employer}, not {order.org}")


def register(desk: Desk, order: Order, token: str, present: Container[str] = frozenset()) -> None:
    """Store a token's credential, unless ``present`` has it: the entry first, then the item.

    A crash in between leaves an entry about a credential that nobody can use.
    """
    identity, secret = split_token(token)
    if identity in present:
        return
    check(desk, order)
    at = desk.now
    told = {"credential": identity, "role": order.role.value, "org": order.org}
    if order.person:
        told["person"] = order.person
    desk.note(CHAIN, "credential", {"e": "credential.made.v1", **told})
    desk.registry.put_credential(
        Credential(
            id=identity,
            role=order.role,
            org=order.org,
            name=order.name,
            secret_hash=secret_hash(secret),
            person=order.person,
            created_at=at,
        )
    )


def revoke(desk: Desk, identity: str) -> None:
    """Refuse it from the next request on, then say so in the log; raises CredentialError."""
    try:
        desk.registry.revoke_credential(identity, desk.now)
    except KeyError:
        raise CredentialError(f"there is no credential {identity}") from None
    desk.note(CHAIN, "credential", {"e": "credential.revoked.v1", "credential": identity})


def _make(desk: Desk, order: Order) -> None:
    made = make(desk, order)
    register(desk, order, made.token)
    print(made.id)
    print(made.token)
    print("The second line is the token. It is not kept anywhere, and not shown again.")


def _list(desk: Desk) -> None:
    for one in desk.registry.credentials():
        state = f"revoked {iso(one.revoked_at)}" if one.revoked_at else "valid"
        print(
            f"{one.id}  {one.role.value:<18} {one.org:<14} {state:<33} "
            f"{iso(one.created_at)}  {one.name} {one.person}".rstrip()
        )


if __name__ == "__main__":
    sys.exit(main())
