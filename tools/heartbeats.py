"""Vendors' heartbeats: ``python -m tools.heartbeats list | end VENDOR``.

Works on the tables that the environment names (see docs/settings.md), or with ``--local`` on the
running local stack.  ``end`` is for a contract that is over: the vendor is watched no more, until
it beats again, and the entry stands on its chain ``heartbeats#<vendor>``.
"""

import argparse
import sys

from chalicelib.services.beating import end
from chalicelib.services.heartbeats import Kept
from chalicelib.terms import iso
from tools.local.desk import Desk, NoTablesError, configured
from tools.local.home import NotRunningError

PAGE = 100


def main(argv: list[str] | None = None) -> int:
    """The command; 0 when done, 1 when refused."""
    chosen = _parser().parse_args(argv)
    try:
        desk = configured(local=chosen.local)
    except (NoTablesError, NotRunningError) as refusal:
        print(f"heartbeats: {refusal}", file=sys.stderr)
        return 1
    if chosen.verb == "list":
        _list(desk)
        return 0
    if end(desk.parts, chosen.vendor):
        print(f"{chosen.vendor} is watched no more, until it beats again")
        return 0
    print(f"heartbeats: {chosen.vendor} has no watch that could be ended", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools.heartbeats", description=__doc__)
    parser.add_argument("--local", action="store_true", help="the running local stack")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="every vendor that has ever beaten")
    over = verbs.add_parser("end", help="the contract is over: watch this vendor no more")
    over.add_argument("vendor", help="as its credentials name it")
    for verb in verbs.choices.values():
        verb.add_argument(
            "--local", action="store_true", default=argparse.SUPPRESS, help="as above"
        )
    return parser


def _list(desk: Desk) -> None:
    after = ""
    while found := desk.parts.heartbeats.vendors(after, PAGE):
        for kept in found:
            print(_line(kept, desk.now))
        after = found[-1].vendor


def _line(kept: Kept, now: int) -> str:
    vitals = kept.vitals
    if vitals is None:
        return f"{kept.vendor:<20} unreadable"
    state = "ended" if vitals.ended else "DARK" if vitals.is_dark(now) else "beats"
    last = f"last {iso(vitals.at)}  seq {vitals.seq}  missed {vitals.missed}"
    return f"{kept.vendor:<20} {state:<10} {last}  {vitals.case}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
