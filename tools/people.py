"""People and the roster: ``python -m tools.people add | list | change | pin | roster``.

Works on the tables that the environment names (see docs/settings.md), or with ``--local`` on the
running local stack.  A PIN is shown once, when it is drawn; only its slow hash is kept, for which
``add`` and ``pin`` need the stack's link key in LINK_KEY too (with ``--local`` it is known).

Each change is an entry on the chain ``rosters``, written before the change is made: a crash in
between leaves an entry about a change that did not happen, never a change that no entry tells.
The entries hold ids, roles and names of fields; never a name, a number, an address or a PIN.
"""

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, get_args

from chalicelib.aws.ids import random_bytes
from chalicelib.aws.people import reachable
from chalicelib.aws.registry import FALLBACK
from chalicelib.services import pins
from chalicelib.services.errors import BusyError
from chalicelib.services.page_link import pin_hash
from chalicelib.services.people import Person
from chalicelib.services.ports import ClockSkewError, ConflictError, UncertainError
from chalicelib.terms import CLIENT_ROLES, Channel, Role
from tools.local.desk import Desk, NoTablesError, configured
from tools.local.home import NotRunningError
from tools.policy_ladders import RosterRole

CHAIN = "rosters"
PIN_LENGTH = 6
LANGUAGES = ("en", "zh-CN")
ROSTER_ROLES: tuple[str, ...] = get_args(RosterRole)
DETAILS = ("name", "phone", "email", "language", "channels")

type Duty = Mapping[str, Sequence[str]]  # ids of people by roster role, in the order of paging

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class PeopleError(Exception):
    """The order makes no sense; the message says why, and holds no number and no address."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new person's id, and the PIN that is shown only now."""

    id: str
    pin: str


def main(argv: list[str] | None = None) -> int:
    """The command; 0 when done, 1 when refused."""
    chosen = _parser().parse_args(argv)
    try:
        _VERBS[chosen.verb](configured(local=chosen.local), chosen)
    except (PeopleError, NoTablesError, NotRunningError) as refusal:
        return _refused(str(refusal))
    except BusyError:
        return _refused("others are writing to the log; nothing was changed, do it again")
    except ClockSkewError:
        return _refused("this machine's clock is wrong; nothing was changed")
    except UncertainError:
        return _refused("the store did not answer; look whether it was done, or do it again")
    return 0


def add(desk: Desk, role: Role, org: str, details: Mapping[str, Any]) -> Made:
    """Register somebody new; ``details`` are the fields ``DETAILS``.  Raises PeopleError."""
    sound = checked(details)
    made = Made(desk.parts.ids.new("per", desk.now), draw_pin())
    slow = _hashed(desk, made.pin, made.id)
    person = Person(id=made.id, role=role, employer=org, pin_hash=slow, **sound)
    _tell(desk, "person.added.v1", person=made.id, role=role.value, org=org)
    desk.registry.put_person(person)
    return made


def change(desk: Desk, identity: str, details: Mapping[str, Any]) -> list[str]:
    """Change some of the fields ``DETAILS``; the names of those that differ.

    The roster follows when they are on it.  Raises PeopleError, and then nothing was written.
    """
    before = known(desk, identity)
    after = replace(before, **checked(details))
    fields = sorted(name for name in details if getattr(before, name) != getattr(after, name))
    if not fields:
        raise PeopleError(f"nothing to change: {identity} is like that already")
    _require_reachable(after)
    _tell(desk, "person.changed.v1", person=identity, fields=fields)
    desk.registry.put_person(after)
    return fields


def set_pin(desk: Desk, identity: str) -> str:
    """Draw a new PIN; the old one, its devices and any lock end.  Raises PeopleError."""
    person = known(desk, identity)
    pin = draw_pin()
    after = replace(person, pin_hash=_hashed(desk, pin, identity))
    _tell(desk, "person.pin_set.v1", person=identity)
    desk.registry.put_person(after)
    with suppress(ConflictError):  # somebody guesses at this very moment, at the new PIN
        pins.reset(desk.parts, identity)
    return pin


def put_roster(desk: Desk, duty: Duty) -> None:
    """Replace the whole roster.  Raises PeopleError, and then the old one stays."""
    for identity in dict.fromkeys(one for group in duty.values() for one in group):
        _require_reachable(known(desk, identity))
    _tell(desk, "roster.changed.v1", duty={role: list(group) for role, group in duty.items()})
    desk.registry.put_roster(duty)


def on_call(desk: Desk) -> Duty:
    """The roster as it is; the last resort, which the settings name, is no part of it."""
    duty = desk.registry.duty()
    return {role: [one.person for one in duty[role]] for role in duty if role != FALLBACK}


def thin(desk: Desk, duty: Duty) -> list[str]:
    """A sentence for each role on the ladder that has nobody, or nobody to take over."""
    plans = desk.parts.ladder.plans
    roles = dict.fromkeys(role for plan in plans for rung in plan.rungs for role in rung.roles)
    words = {0: "nobody is on call", 1: "only one person is on call"}
    counts = {role: len(duty.get(role, ())) for role in roles}
    return [f"{role}: {words[count]}" for role, count in counts.items() if count in words]


def read_duty(written: Sequence[str]) -> dict[str, list[str]]:
    """The roster of words like ``owner=per_…,per_…``; raises PeopleError."""
    duty: dict[str, list[str]] = {}
    for group in written:
        role, equals, people = group.partition("=")
        if not equals or role not in ROSTER_ROLES:
            raise PeopleError(f"say role=per_…,per_… with a role of {', '.join(ROSTER_ROLES)}")
        if role in duty:
            raise PeopleError(f"{role} is given twice")
        duty[role] = [identity for identity in people.split(",") if identity]
        if len(set(duty[role])) < len(duty[role]):
            raise PeopleError(f"{role} has somebody twice")
    return duty


def known(desk: Desk, identity: str) -> Person:
    """The person; raises PeopleError for nobody, and for the last resort of the settings."""
    person = desk.registry.person(identity) if identity != FALLBACK else None
    if person is None:
        raise PeopleError(f"nobody has the id {identity}")
    return person


def checked(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same details, when a page can be sent with them; raises PeopleError."""
    if not details.get("name", "x").strip():
        raise PeopleError("the name is empty")
    if not _PHONE.fullmatch(details.get("phone", "+1000000")):
        raise PeopleError("a phone number is a plus sign and 7 to 15 digits, without spaces")
    if not _EMAIL.fullmatch(details.get("email", "a@b")):
        raise PeopleError("an email address has one @ and no spaces")
    channels = details.get("channels", tuple(Channel))
    if not channels or len(set(channels)) < len(channels) or set(channels) - set(Channel):
        raise PeopleError("channels are sms, email or both, the preferred one first")
    return details


def draw_pin() -> str:
    """Six random digits."""
    number = int.from_bytes(random_bytes(8)) % 10**PIN_LENGTH
    return f"{number:0{PIN_LENGTH}d}"


def _hashed(desk: Desk, pin: str, identity: str) -> str:
    if not desk.parts.link_key:
        raise PeopleError(
            "set LINK_KEY to the stack's link key (docs/runbooks/README.md says how to read it), "
            "or say --local: without it no PIN can be made"
        )
    return pin_hash(pin, identity, desk.parts.link_key)


def _require_reachable(person: Person) -> None:
    if not reachable(person):
        raise PeopleError(f"{person.id} cannot be reached: no address for any of their channels")


def _tell(desk: Desk, event: str, **told: Any) -> None:
    desk.note(CHAIN, "roster", {"e": event, **told})


# -- The command -----------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools.people", description=__doc__)
    parser.add_argument("--local", action="store_true", help="the running local stack")
    verbs = parser.add_subparsers(dest="verb", required=True)
    new = verbs.add_parser("add", help="somebody new; the id and the PIN are shown")
    new.add_argument("--role", required=True, choices=sorted(role.value for role in CLIENT_ROLES))
    new.add_argument("--org", default="client", help="the employer, 'client' unless you say so")
    _details(new, required=True)
    verbs.add_parser("list", help="everybody, with their addresses")
    other = verbs.add_parser("change", help="what is given; the rest stays")
    other.add_argument("id", metavar="per_…")
    _details(other, required=False)
    pin = verbs.add_parser("pin", help="a new PIN; the old one is wrong from now on")
    pin.add_argument("id", metavar="per_…")
    roster = verbs.add_parser("roster", help="who is on call, or the whole roster anew")
    roster.add_argument("duty", nargs="*", metavar="role=per_…,per_…")
    for verb in verbs.choices.values():
        verb.add_argument(
            "--local", action="store_true", default=argparse.SUPPRESS, help="as above"
        )
    return parser


def _details(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--name", required=required)
    parser.add_argument("--phone", required=required, metavar="+…", help="E.164")
    parser.add_argument("--email", required=required)
    parser.add_argument("--language", choices=LANGUAGES, help="of their pages; zh-CN at first")
    parser.add_argument("--channels", metavar="sms,email", help="the preferred one first")


def _given(chosen: argparse.Namespace) -> dict[str, Any]:
    given = {name: value for name in DETAILS if (value := getattr(chosen, name)) is not None}
    if "channels" in given:
        given["channels"] = tuple(name.strip() for name in given["channels"].split(","))
    return given


def _add(desk: Desk, chosen: argparse.Namespace) -> None:
    made = add(desk, Role(chosen.role), chosen.org, _given(chosen))
    print(made.id)
    print(made.pin)
    print("The second line is the PIN. It is not kept anywhere, and not shown again.")


def _list(desk: Desk, _chosen: argparse.Namespace) -> None:
    for one in desk.registry.people():
        print(
            f"{one.id}  {one.role.value:<17} {one.employer:<10} {one.language:<5} "
            f"{','.join(one.channels):<9}  {one.phone:<16} {one.email}  {one.name}"
        )


def _change(desk: Desk, chosen: argparse.Namespace) -> None:
    print(f"{chosen.id}: changed {', '.join(change(desk, chosen.id, _given(chosen)))}")


def _pin(desk: Desk, chosen: argparse.Namespace) -> None:
    print(set_pin(desk, chosen.id))
    print("The first line is the PIN. It is not kept anywhere, and not shown again.")


def _roster(desk: Desk, chosen: argparse.Namespace) -> None:
    if chosen.duty:
        put_roster(desk, read_duty(chosen.duty))
    duty = on_call(desk)
    for role in dict.fromkeys((*ROSTER_ROLES, *duty)):
        for identity in duty.get(role, ()):
            person = known(desk, identity)
            print(f"{role:<17} {identity}  {','.join(reachable(person)):<9}  {person.name}")
    for warning in thin(desk, duty):
        print(f"warning: {warning}", file=sys.stderr)


def _refused(why: str) -> int:
    print(f"people: {why}", file=sys.stderr)
    return 1


_VERBS: dict[str, Callable[[Desk, argparse.Namespace], None]] = {
    "add": _add,
    "list": _list,
    "change": _change,
    "pin": _pin,
    "roster": _roster,
}


if __name__ == "__main__":
    sys.exit(main())
