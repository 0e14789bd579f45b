"""Compile the policies into the bundle, check them, and try them on a text.

Importing this module is cheap, so that the app can compare digests while it is being packaged.
"""

import argparse
import hashlib
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from signal import SIG_DFL, SIGPIPE, signal
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (
    "rules",
    "lexicons",
    "concepts",
    "patterns",
    "ladders",
    "cards",
    "calendars",
    "delegation",
)
BUNDLE = Path("chalicelib/bundle/policies.json")


def source_digest(root: Path = ROOT) -> str:
    """SHA-256 in hex over the relative path and bytes of every source under ``policies/``."""
    whole = hashlib.sha256()
    folders = [root / "policies" / folder for folder in FOLDERS]
    weights = root / "policies" / "likeness" / "weights.tsv"
    paths = {path.relative_to(root).as_posix(): path for f in folders for path in f.rglob("*.yaml")}
    if weights.is_file():
        paths[weights.relative_to(root).as_posix()] = weights
    for name in sorted(paths):
        for part in (name.encode(), paths[name].read_bytes()):
            whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def compile_policies(root: Path = ROOT, *, cases: bool = True) -> dict[str, Any]:
    """The bundle of the sources under ``root``; raises SourceError with every mistake found."""
    from tools.author.lint import lint_errors  # noqa: PLC0415  # see the module's promise
    from tools.policy_cases import case_problems  # noqa: PLC0415
    from tools.policy_compile import compile_bundle  # noqa: PLC0415
    from tools.policy_sources import gather  # noqa: PLC0415
    from tools.policy_yaml import SourceError  # noqa: PLC0415

    sources = gather(root)
    bundle = compile_bundle(sources, root)
    if cases:
        sources.problems += lint_errors(sources, bundle)
    if cases and not sources.problems:
        sources.problems += case_problems(sources, bundle)
    if sources.problems:
        raise SourceError(sources.problems)
    return bundle


def build(root: Path = ROOT) -> str:
    """Write the bundle, and say what is in it; raises SourceError."""
    from tools.policy_compile import bundle_bytes  # noqa: PLC0415

    bundle = compile_policies(root)
    written = bundle_bytes(bundle)
    (root / BUNDLE).write_bytes(written)
    terms = sum(map(len, bundle["concepts"].values()))
    return (
        f"{len(bundle['rules'])} policies, {len(bundle['concepts'])} concepts, {terms} terms, "
        f"{len(bundle['patterns'])} patterns, {len(bundle['masks'])} masks; "
        f"{len(written):,} bytes; digest {bundle['digest']}"
    )


def is_fresh(root: Path = ROOT) -> bool:
    """Whether the committed bundle is what the sources compile to; raises SourceError."""
    from tools.policy_compile import bundle_bytes  # noqa: PLC0415

    committed = root / BUNDLE
    compiled = bundle_bytes(compile_policies(root))
    return committed.is_file() and committed.read_bytes() == compiled


def warnings(today: date, root: Path = ROOT) -> list[str]:
    """What in the committed bundle is sound, and will soon not be enough."""
    from tools.policy_calendars import calendar_warnings  # noqa: PLC0415

    return calendar_warnings(json.loads((root / BUNDLE).read_bytes())["calendars"], today)


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 when all is well, 1 when the policies or the bundle are not."""
    parser = argparse.ArgumentParser(prog="python -m tools.policies", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="check everything, run all cases, write the bundle")
    commands.add_parser("check", help="the same without writing; fails on a stale bundle")
    from tools.author.commands import add  # noqa: PLC0415

    add(commands)
    return _run(parser.parse_args(arguments))


def _run(options: argparse.Namespace) -> int:
    from tools.author.lint import warned  # noqa: PLC0415
    from tools.policy_yaml import SourceError  # noqa: PLC0415

    try:
        match options.command:
            case "build":
                print(build())
            case "check":
                if not is_fresh():
                    print(f"{BUNDLE} is stale: run `make policies` and commit it", file=sys.stderr)
                    return 1
            case _:
                return int(options.run(options))
        if options.command in {"build", "check"}:
            for line in [*warnings(_today()), *warned()]:
                print(f"warning: {line}", file=sys.stderr)
    except (SourceError, FileExistsError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _today() -> date:
    return datetime.now(UTC).date()


if __name__ == "__main__":
    signal(SIGPIPE, SIG_DFL)  # whoever reads may have seen enough: ``… | head``
    sys.exit(main())
