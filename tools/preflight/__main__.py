"""Ask before deploying: ``python -m tools.preflight --stage prod [SesSender=… …]``.

Changes nothing.  Each line says ok, warn or stop, and what to do; ``make deploy`` asks the same
and does not go on from a stop.  ``--skip NAME=REASON`` leaves a check out, and the reason is
printed.  Parameters are those that would be given to the deployment; the rest are the stack's.

Exit 0: nothing stops a deployment.  1: something does.  2: nothing could be asked.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clock import SystemClock
from tools.package import ROOT
from tools.package_sources import app_name
from tools.preflight import account, stack
from tools.preflight.model import Answer, Check, Line, Site, Verdict

CHECKS: dict[str, Check] = {
    "bundle": stack.bundle,
    "concurrency": account.concurrency,
    "sms": account.sms,
    "mail": account.mail,
    "key": stack.key,
    "stream": stack.stream,
    "recovery": stack.recovery,
    "monitor": stack.monitor,
}
RESERVING = ("Ring", "Sweep", "Herald", "Pager")
REFUSED = 2


def main(argv: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="tools.preflight", description=__doc__)
    parser.add_argument("--stage", required=True)
    add_skips(parser)
    parser.add_argument("parameters", nargs="*", metavar="NAME=value")
    chosen = parser.parse_args(argv)
    given = dict(pair.split("=", 1) for pair in chosen.parameters)
    session: Any = boto3.Session()  # its stubs know services by literal names only
    try:
        site = look(session.client, f"{app_name(ROOT)}-{chosen.stage}", given)
    except (ClientError, BotoCoreError) as error:
        print(f"preflight: {error}", file=sys.stderr)
        return REFUSED
    lines = ask(site, dict(chosen.skip))
    print("\n".join(map(str, lines)), flush=True)
    return 1 if stops(lines) else 0


def add_skips(parser: argparse.ArgumentParser) -> None:
    """The option that leaves checks out; each needs its reason."""
    parser.add_argument(
        "--skip", type=skipped, action="append", default=[], metavar="NAME=REASON", help="a check"
    )


def skipped(text: str) -> tuple[str, str]:
    """Name and reason; raises ArgumentTypeError."""
    name, _, reason = text.partition("=")
    if name not in CHECKS:
        raise argparse.ArgumentTypeError(f"no check {name!r}; there are {', '.join(CHECKS)}")
    if not reason.strip():
        raise argparse.ArgumentTypeError(f"say why: {name}=REASON")
    return name, reason.strip()


def look(client: Callable[[str], Any], name: str, given: Mapping[str, str]) -> Site:
    """The stack as it stands, with what is given now; raises ClientError."""
    cloud = client("cloudformation")
    now_ms = SystemClock().now()
    try:
        standing = cloud.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return Site(client, ROOT, name, dict(given), now_ms=now_ms)
    kept = {p["ParameterKey"]: p.get("ParameterValue", "") for p in standing.get("Parameters", [])}
    outputs = {o["OutputKey"]: o["OutputValue"] for o in standing.get("Outputs", [])}
    functions = {}
    for logical in RESERVING:
        told = cloud.describe_stack_resource(StackName=name, LogicalResourceId=logical)
        functions[logical] = told["StackResourceDetail"]["PhysicalResourceId"]
    return Site(client, ROOT, name, kept | dict(given), outputs, functions, now_ms)


def ask(site: Site, skips: Mapping[str, str]) -> list[Line]:
    """One line a check; one that cannot be asked stops, since nobody knows."""
    return [_line(name, check, site, skips) for name, check in CHECKS.items()]


def _line(name: str, check: Check, site: Site, skips: Mapping[str, str]) -> Line:
    if name in skips:
        return Line(name, Verdict.SKIPPED, f"because: {skips[name]}")
    try:
        return check(site, Answer(name))
    except (ClientError, BotoCoreError) as error:
        do = f"give whoever deploys this right, or --skip {name}=REASON"
        return Line(name, Verdict.STOP, f"could not be asked: {error}", do)


def stops(lines: list[Line]) -> list[Line]:
    """Those that a deployment must not go on from."""
    return [line for line in lines if line.verdict is Verdict.STOP]


if __name__ == "__main__":
    sys.exit(main())
