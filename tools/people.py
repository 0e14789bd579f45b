"""People and the roster: ``python -m tools.people add | change | pin | roster | approve | …``.

Works on the tables that the environment names (see docs/settings.md), or with ``--local`` on the
running local stack.  PINs and changes need the stack's link key in LINK_KEY too (with ``--local``
it is known).

Until somebody is on call, ``add``, ``change``, ``pin``, ``org`` and ``roster`` write at once: the
first set-up.  From then on they propose, as the person of ``--as``, who is asked for their PIN;
another one approves, and whoever is newly paged accepts by a link.
docs/runbooks/changing-the-roster.md tells it step by step.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from getpass import getpass
from typing import Any

from chalicelib.aws.people import reachable
from chalicelib.services.caller import Caller
from chalicelib.services.change_model import ChangeKind
from chalicelib.services.change_proposal import Proposal
from chalicelib.services.change_rules import (
    ADDRESSES,
    DETAILS,
    LANGUAGES,
    PERSON_ROLES,
    ROSTER_ROLES,
)
from chalicelib.services.errors import BusyError
from chalicelib.services.ports import ClockSkewError, UncertainError
from chalicelib.terms import Role
from tools import people_changes as changing
from tools import people_registry as setup
from tools.local.desk import Desk, NoTablesError, configured
from tools.local.home import NotRunningError
from tools.people_registry import PeopleError

type Chosen = argparse.Namespace


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


# -- The command's words ---------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools.people", description=__doc__)
    parser.add_argument("--local", action="store_true", help="the running local stack")
    verbs = parser.add_subparsers(dest="verb", required=True)
    new = verbs.add_parser("add", help="somebody new")
    new.add_argument("--role", required=True, choices=sorted(role.value for role in PERSON_ROLES))
    new.add_argument("--org", default="client", help="the employer, 'client' unless you say so")
    _details(new, required=True)
    verbs.add_parser("list", help="everybody, with their addresses")
    other = verbs.add_parser("change", help="what is given; the rest stays")
    other.add_argument("id", metavar="per_…")
    _details(other, required=False)
    pin = verbs.add_parser("pin", help="a new PIN; the old one is wrong from then on")
    pin.add_argument("id", metavar="per_…")
    leaver = verbs.add_parser("leave", help="somebody works here no more; they are off call")
    leaver.add_argument("id", metavar="per_…")
    roster = verbs.add_parser("roster", help="who is on call; or the roles that are given, anew")
    roster.add_argument("duty", nargs="*", metavar="role=per_…,per_…")
    org = verbs.add_parser("org", help="one more organisation of the client's own")
    org.add_argument("org", metavar="NAME")
    verbs.add_parser("changes", help="the newest changes, and where they stand")
    for name, help_ in (("approve", "as the second person"), ("reject", "or withdraw your own")):
        verbs.add_parser(name, help=help_).add_argument("id", metavar="chg_…")
    for name, verb in verbs.choices.items():
        verb.add_argument(
            "--local", action="store_true", default=argparse.SUPPRESS, help="as above"
        )
        if name not in {"list", "changes"}:
            needed = name in {"approve", "reject", "leave"}
            verb.add_argument("--as", dest="by", required=needed, metavar="per_…", help="you")
    return parser


def _details(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--name", required=required)
    parser.add_argument("--phone", required=required, metavar="+…", help="E.164")
    parser.add_argument("--email", required=required)
    parser.add_argument("--language", choices=LANGUAGES, help="of their pages; zh-CN at first")
    parser.add_argument("--channels", metavar="sms,email", help="the preferred one first")


def _given(chosen: Chosen) -> dict[str, Any]:
    given = {name: value for name in DETAILS if (value := getattr(chosen, name)) is not None}
    if "channels" in given:
        given["channels"] = tuple(name.strip() for name in given["channels"].split(","))
    return given


# -- What each does --------------------------------------------------------------------------


def _me(desk: Desk, chosen: Chosen) -> Caller:
    return changing.proved(desk, chosen.by, getpass(f"PIN of {chosen.by}: "))


def _propose(
    desk: Desk, chosen: Chosen, kind: ChangeKind, person: str, value: Mapping[str, Any]
) -> None:
    proposal = Proposal(kind=kind, person=person, value=value)
    print(changing.propose(desk, _me(desk, chosen), proposal))
    print(
        "It waits a day for another of the client's people: tools.people approve chg_… --as per_…"
    )


def _add(desk: Desk, chosen: Chosen) -> None:
    if chosen.by:
        details = {**_given(chosen), "role": chosen.role, "employer": chosen.org}
        _propose(desk, chosen, ChangeKind.NEW_PERSON, "", details)
        return
    made = setup.add(desk, Role(chosen.role), chosen.org, _given(chosen))
    print(made.id)
    print(made.pin)
    print("The second line is the PIN. It is not kept anywhere, and not shown again.")


def _list(desk: Desk, _chosen: Chosen) -> None:
    for one in desk.registry.people():
        print(
            f"{one.id}  {one.role.value:<17} {one.employer:<10} {one.language:<5} "
            f"{','.join(one.channels):<9}  {one.phone:<16} {one.email}  {one.name}"
        )


def _change(desk: Desk, chosen: Chosen) -> None:
    given = _given(chosen)
    if not chosen.by:
        print(f"{chosen.id}: changed {', '.join(setup.change(desk, chosen.id, given))}")
        return
    numbers = given.keys() & set(ADDRESSES)
    if numbers and given.keys() - numbers:
        raise PeopleError("addresses and other details are two changes: propose one at a time")
    kind = ChangeKind.NUMBER if numbers else ChangeKind.PERSON
    _propose(desk, chosen, kind, chosen.id, given)


def _pin(desk: Desk, chosen: Chosen) -> None:
    if chosen.by:
        _propose(desk, chosen, ChangeKind.PIN, chosen.id, {})
        return
    print(setup.set_pin(desk, chosen.id))
    print("The first line is the PIN. It is not kept anywhere, and not shown again.")


def _roster(desk: Desk, chosen: Chosen) -> None:
    if chosen.duty and chosen.by:
        _propose(desk, chosen, ChangeKind.ROSTER, "", setup.read_duty(chosen.duty))
        return
    if chosen.duty:
        setup.put_roster(desk, setup.read_duty(chosen.duty))
    duty = setup.on_call(desk)
    for role in dict.fromkeys((*ROSTER_ROLES, *duty)):
        for identity in duty.get(role, ()):
            person = setup.known(desk, identity)
            print(f"{role:<17} {identity}  {','.join(reachable(person)):<9}  {person.name}")
    for warning in setup.thin(desk, duty):
        print(f"warning: {warning}", file=sys.stderr)


def _leave(desk: Desk, chosen: Chosen) -> None:
    _propose(desk, chosen, ChangeKind.LEAVE, chosen.id, {})


def _org(desk: Desk, chosen: Chosen) -> None:
    if chosen.by:
        _propose(desk, chosen, ChangeKind.ORG, "", {"org": chosen.org})
        return
    setup.declare(desk, chosen.org)
    print(f"{chosen.org} is one of the client's own from now on")


def _changes(desk: Desk, _chosen: Chosen) -> None:
    for line in changing.newest(desk):
        print(line)


def _approve(desk: Desk, chosen: Chosen) -> None:
    waiting = changing.approve(desk, _me(desk, chosen), chosen.id)
    told = f"asked to accept, for a day: {', '.join(dict.fromkeys(waiting))}"
    print(told if waiting else "it takes effect within a minute or two")


def _reject(desk: Desk, chosen: Chosen) -> None:
    changing.reject(desk, _me(desk, chosen), chosen.id)
    print(f"{chosen.id} is over and has had no effect")


def _refused(why: str) -> int:
    print(f"people: {why}", file=sys.stderr)
    return 1


_VERBS: dict[str, Callable[[Desk, Chosen], None]] = {
    "add": _add,
    "list": _list,
    "change": _change,
    "pin": _pin,
    "roster": _roster,
    "leave": _leave,
    "org": _org,
    "changes": _changes,
    "approve": _approve,
    "reject": _reject,
}


if __name__ == "__main__":
    sys.exit(main())
