"""Deploy with CloudFormation: ``python -m tools.deploy --stage prod --bucket my-artifacts``.

Packages, uploads the zip under its digest, creates or updates the stack, and on the first
deployment hands the public half of the vault's key back to the stack.  Never ``chalice deploy``:
it makes no tables.  Credentials and region come from the usual AWS environment.

Parameters such as ``SesSender=bell@example.com`` are given once and kept by the stack from then on.
The stack draws its link key itself, into Secrets Manager, so that nobody ever sees it.

Before anything is uploaded ``tools.preflight`` asks the account and the stack, and a *stop* ends
it; ``--skip NAME=REASON`` leaves one of its checks out.
"""

import argparse
import base64
import json
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError, WaiterError

from chalicelib.services.errors import BusyError
from chalicelib.services.ports import ClockSkewError, UncertainError
from tools.deployed import record
from tools.local.cloud import Cloud
from tools.local.desk import of_stack
from tools.package import ROOT, build
from tools.package_sources import Inputs, PackageError, app_name
from tools.package_zip import sha256
from tools.preflight.__main__ import add_skips, ask, look, stops
from tools.template_store import keep

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
WAIT = {"Delay": 10, "MaxAttempts": 180}
"""Half an hour; the tables and their indexes take the longest."""


class DeployError(Exception):
    """The stack is not as wanted; the message says what CloudFormation said."""


def main(argv: list[str] | None = None) -> int:
    """The command; 0 when the stack runs this package."""
    parser = argparse.ArgumentParser(prog="tools.deploy", description=__doc__)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--bucket", required=True)
    parser.add_argument("--out", type=Path, default=Path("out"))
    add_skips(parser)
    parser.add_argument("parameters", nargs="*", metavar="NAME=value")
    chosen = parser.parse_args(argv)
    session = boto3.Session()
    try:
        given = dict(pair.split("=", 1) for pair in chosen.parameters)
        inputs = Inputs(ROOT, chosen.stage, session.region_name or "us-east-1")
        preflight(session, inputs, given, dict(chosen.skip))
        build(inputs, chosen.out, _say)
        deploy(session, inputs, chosen.out, chosen.bucket, given)
    except (PackageError, DeployError, ClientError) as error:
        print(f"deploy: FAILED: {error}", file=sys.stderr)
        return 1
    except (BusyError, ClockSkewError, UncertainError) as error:
        # It runs, but the log does not say so yet: deploying again writes that and nothing else.
        print(f"deploy: deployed and not logged, do it again: {error!r}", file=sys.stderr)
        return 1
    return 0


def deploy(
    session: boto3.Session, inputs: Inputs, out: Path, bucket: str, given: dict[str, str]
) -> None:
    """Bring the stack ``<app>-<stage>`` to this package, and note it in its log.

    Raises DeployError or ClientError, and what the log's store raises.
    """
    cloud = session.client("cloudformation")
    stack = f"{app_name(inputs.root)}-{inputs.stage}"
    template = json.loads((out / "sam.json").read_text("utf-8"))
    store = session.client("s3")
    code = _upload(store, out / "deployment.zip", bucket, stack)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = code
    url = keep(store, json.dumps(template, separators=(",", ":")), bucket, f"{stack}/")
    named = sorted(given)
    outputs = _apply(cloud, stack, url, _parameters(cloud, stack, template, given))
    key = session.client("kms").get_public_key(KeyId=outputs["VaultKeyId"])["PublicKey"]
    fresh = {
        "VaultPublicKey": base64.b64encode(key).decode(),
        "LinkBase": outputs["EndpointURL"].rstrip("/"),
    }
    wanted = _parameters(cloud, stack, template, _missing(cloud, stack, fresh))
    _apply(cloud, stack, url, wanted)
    record(of_stack(Cloud(), outputs), out, inputs.stage, named)
    _say(f"{stack} runs at {outputs['EndpointURL']}")


def preflight(
    session: boto3.Session, inputs: Inputs, given: dict[str, str], skips: dict[str, str]
) -> None:
    """Print what ``tools.preflight`` finds; raises DeployError when it says stop."""
    stack = f"{app_name(inputs.root)}-{inputs.stage}"
    client: Any = session.client  # its stubs know services by literal names only
    lines = ask(look(client, stack, given), skips)
    for line in lines:
        _say(str(line))
    if found := stops(lines):
        raise DeployError(f"preflight says stop: {', '.join(line.name for line in found)}")


def _upload(store: Any, package: Path, bucket: str, stack: str) -> dict[str, str]:
    """The zip under its digest, so that CloudFormation sees a change exactly when there is one."""
    key = f"{stack}/{sha256(package)}.zip"
    _say(f"uploading {key}")
    store.upload_file(str(package), bucket, key)
    return {"Bucket": bucket, "Key": key}


def _stack(cloud: Any, stack: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = cloud.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return found


def _parameters(
    cloud: Any, stack: str, template: dict[str, Any], given: dict[str, str]
) -> list[dict[str, Any]]:
    """What is given now; the rest as the stack has it; what it never had takes its default."""
    standing = _stack(cloud, stack) or {}
    kept = {p["ParameterKey"] for p in standing.get("Parameters", [])}
    unknown = given.keys() - template["Parameters"].keys()
    if unknown:
        raise DeployError(f"no such parameter: {', '.join(sorted(unknown))}")
    wanted: list[dict[str, Any]] = []
    for name, parameter in template["Parameters"].items():
        if name in given:
            wanted.append({"ParameterKey": name, "ParameterValue": given[name]})
        elif name in kept:
            wanted.append({"ParameterKey": name, "UsePreviousValue": True})
        elif "Default" not in parameter:
            raise DeployError(f"the first deployment needs {name}=…: {parameter['Description']}")
    return wanted


def _missing(cloud: Any, stack: str, fresh: dict[str, str]) -> dict[str, str]:
    """Those of the fresh values that the stack still has empty."""
    standing = (_stack(cloud, stack) or {}).get("Parameters", [])
    values = {p["ParameterKey"]: p.get("ParameterValue", "") for p in standing}
    return {name: value for name, value in fresh.items() if not values.get(name)}


def _apply(
    cloud: Any, stack: str, template_url: str, parameters: list[dict[str, Any]]
) -> dict[str, str]:
    """Create or update and wait; the outputs.  No change is no error."""
    verb = "update" if _stack(cloud, stack) else "create"
    _say(f"{verb} {stack}")
    call = cloud.update_stack if verb == "update" else cloud.create_stack
    try:
        call(
            StackName=stack,
            TemplateURL=template_url,
            Parameters=parameters,
            Capabilities=CAPABILITIES,
        )
        cloud.get_waiter(f"stack_{verb}_complete").wait(StackName=stack, WaiterConfig=WAIT)
    except WaiterError as error:
        raise DeployError(f"{stack}: {_reason(cloud, stack)}") from error
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
    found = _stack(cloud, stack) or {}
    return {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])}


def _reason(cloud: Any, stack: str) -> str:
    """The first failure that CloudFormation tells of; the later ones are its consequences."""
    events = cloud.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [e for e in events if e["ResourceStatus"].endswith("FAILED")]
    if not failed:
        return "no reason given"
    return f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason', '')}"


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
