"""The desk's commands on the command line: their arguments, and what they print."""

import argparse
import sys
from pathlib import Path
from typing import Any

from chalicelib.judging.statement import Statement
from chalicelib.terms import Tier
from tools.author import compare, schema, start
from tools.author.book import Book
from tools.author.lint import report
from tools.author.look import look
from tools.author.paged import Scene, table
from tools.author.show import show

ANSWERS = {"yes": True, "no": False}

type Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # it has no other name


def add(commands: Subparsers) -> None:
    """Every command of the desk; each leaves what runs it under ``run``."""
    _add_try(commands)
    _add_lint(commands)
    _add_dry_run(commands)
    _add_diff(commands)
    _add_schema(commands)
    _add_new(commands)


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


def _add_dry_run(commands: Subparsers) -> None:
    parser = commands.add_parser("dry-run", help="who would be paged when, and who could be silent")
    parser.add_argument(
        "--ladder", nargs="?", default="", metavar="ID", help="the first if left out"
    )
    parser.add_argument("--tier", choices=[tier.value for tier in Tier], help="all if left out")
    parser.add_argument("--calendar", default="cn", help="which days are worked")
    parser.add_argument("--suspect", action="store_true", help="the tier rests on weak evidence")
    parser.set_defaults(run=_dry_run)


def _dry_run(options: argparse.Namespace) -> int:
    from tools.author.silence import silence_table  # noqa: PLC0415  # brings the exploration along

    bundle = Book.of_sources().bundle
    for kind, name in (("ladders", options.ladder), ("calendars", options.calendar)):
        if name and name not in bundle[kind]:
            known = ", ".join(sorted(bundle[kind]))
            raise ValueError(f"there is no {name!r} under {kind}, only {known}")
    scene = Scene.of_bundle(bundle, options.ladder or "", options.calendar)
    tiers = (Tier(options.tier),) if options.tier else tuple(Tier)
    print(
        f"ladder {scene.ladder.name}; a vendor's agent opens a case on a Monday at ten; nobody acts"
    )
    print("\n".join(table(scene, tiers)))
    print(
        "\nOne person alone, doing all that their role may: the longest silence after it",
        flush=True,
    )
    delegated = bool(bundle["delegation"])
    for tier in tiers:
        lines = silence_table(scene, tier, suspect=options.suspect, delegated=delegated)
        print("\n".join(lines), flush=True)
    return 0


def _add_diff(commands: Subparsers) -> None:
    parser = commands.add_parser("diff", help="what a change does to complaints, and to a shift")
    for name in ("old", "new"):
        parser.add_argument(name, help="a git revision, a folder with policies, or a bundle file")
    parser.add_argument("--on", type=Path, required=True, help="complaints, JSON Lines or JSON")
    parser.add_argument("--per-shift", type=int, default=1000, help="complaints in eight hours")
    parser.set_defaults(run=_diff)


def _diff(options: argparse.Namespace) -> int:
    difference = compare.compare(compare.side(options.old), compare.side(options.new), options.on)
    print(compare.report(difference, options.per_shift))
    return 0


def _add_schema(commands: Subparsers) -> None:
    parser = commands.add_parser("schema", help="write the JSON Schemas for editors")
    parser.set_defaults(run=_schema)


def _schema(_options: argparse.Namespace) -> int:
    print(schema.write())
    return 0


def _add_new(commands: Subparsers) -> None:
    parser = commands.add_parser("new", help="start a draft, with its cases and its pattern")
    parser.add_argument("id")
    parser.add_argument("--hazard", default="", help="a folder of policies/rules")
    parser.add_argument("--language", default="", choices=["", "en", "zh"], help="of its notes")
    parser.add_argument("--pattern", action="store_true", help="with a pattern of its own")
    parser.set_defaults(run=_new)


def _new(options: argparse.Namespace) -> int:
    known = options.hazard or "unsorted", options.language or "en"
    wanted = start.Start(options.id, *known, options.pattern)
    if not (options.hazard and options.language) and sys.stdin.isatty():
        wanted = start.ask(wanted, input)
    print(start.start_policy(wanted))
    return 0
