"""The desk's commands on the command line: their arguments, and what they print."""

import argparse
import sys
from typing import Any

from chalicelib.judging.statement import Statement
from tools.author.book import Book
from tools.author.lint import report
from tools.author.look import look
from tools.author.show import show

ANSWERS = {"yes": True, "no": False}

type Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # it has no other name


def add(commands: Subparsers) -> None:
    """Every command of the desk; each leaves what runs it under ``run``."""
    _add_try(commands)
    _add_lint(commands)


def _add_try(commands: Subparsers) -> None:
    parser = commands.add_parser("try", help="what fires on a text, what nearly does, and why")
    parser.add_argument("text")
    parser.add_argument("--channel", default="", help="such as web, phone or sos")
    parser.add_argument("--danger-now", choices=ANSWERS, help="the first triage answer")
    parser.add_argument("--can-be-reached", choices=ANSWERS, help="the second triage answer")
    parser.add_argument("--relation", help="of the reporter to the subject, such as friend")
    parser.add_argument("--attribute", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--lang", help="the language that the sender claims")
    parser.add_argument("--repeats", type=int, default=0, help="what else came in twenty minutes")
    parser.add_argument("--zh", action="store_true", help="answer in Chinese")
    parser.set_defaults(run=_try)


def _try(options: argparse.Namespace) -> int:
    found = look(Book.of_sources(), statement_of(vars(options)))
    print(show(found, "zh-CN" if options.zh else "en", colour=sys.stdout.isatty()))
    return 0


def statement_of(given: dict[str, Any]) -> Statement:
    """A statement from what was typed; raises ValueError for an attribute without a name."""
    attributes = {}
    for pair in given.get("attribute") or ():
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise ValueError(f"an attribute is written name=value, not {pair!r}")
        attributes[name.strip()] = value.strip()
    return Statement(
        text=given["text"],
        channel=given.get("channel") or "",
        language=given.get("lang") or None,
        danger_now=ANSWERS.get(given.get("danger_now") or ""),
        can_be_reached=ANSWERS.get(given.get("can_be_reached") or ""),
        relation=given.get("relation") or None,
        repeats=given.get("repeats") or 0,
        attributes=attributes,
    )


def _add_lint(commands: Subparsers) -> None:
    parser = commands.add_parser("lint", help="conflicts, what cannot be reached, what overlaps")
    parser.add_argument("--all", action="store_true", help="every term, and no summing up")
    parser.set_defaults(run=_lint)


def _lint(options: argparse.Namespace) -> int:
    said, sound = report(everything=options.all)
    print(said)
    return 0 if sound else 1
