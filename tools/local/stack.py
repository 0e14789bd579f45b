"""The CloudFormation stack in the emulator, from the same package that would be deployed.

Only three things differ from a deployment: where the zip lies (``CodeUri``), that nothing waits
for AWS, and that who may send a message may send several at once.  Tables, queues,
schedules, rights and settings are those of the merged template.
"""

import base64
import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tools.local.cloud import Cloud
from tools.local.desk import TABLES
from tools.package_zip import sha256
from tools.template_store import keep

STACK = "tocsin-local"
BUCKET = "tocsin-local-code"
API_STAGE = "api"
WAIT_S = 120
PAGERS = 4
PAGER_OUTPUTS = ("HeraldFunction", "PagerFunction")
_POLL_S = 0.1
# For AWS that is the right to SendMessageBatch as well; the emulator goes by the call's own name.
_SEND = "sqs:SendMessage"
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


# As API Gateway passes it on; reads no store and writes no entry.
_HEALTH = {
    "resource": "/v1/health",
    "path": "/v1/health",
    "httpMethod": "GET",
    "headers": {},
    "multiValueHeaders": {},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {
        "httpMethod": "GET",
        "resourcePath": "/v1/health",
        "requestId": "warm-up",
        "identity": {"sourceIp": "127.0.0.1"},
    },
    "body": None,
    "isBase64Encoded": False,
}


class StackError(Exception):
    """The stack is not as wanted; the message says what CloudFormation said."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A package (the folder that ``tools.package`` filled) and the stack's parameters."""

    package: Path
    parameters: dict[str, str]


def bring_up(cloud: Cloud, wanted: Wanted) -> dict[str, str]:
    """Make the stack run this package; its outputs.  Does nothing when it already does.

    Raises:
        StackError: CloudFormation refused or failed.
    """
    code = _upload(cloud, wanted.package / "deployment.zip")
    template = _template(wanted.package / "sam.json", code)
    parameters = dict(wanted.parameters)
    found = _find(cloud)
    if found is None:
        # The first time there is no key yet, so the public half comes with a second update.
        _apply(cloud, template, parameters, "no key yet")
        found = _find(cloud) or {}
    outputs = _outputs(found)
    parameters["VaultPublicKey"] = _public_key(cloud, outputs["VaultKeyId"])
    digest = _digest(template, parameters)
    if _tag(found) != digest:
        _apply(cloud, template, parameters, digest)
        outputs = _outputs(_find(cloud) or {})
    cloud.client("ses").verify_email_identity(EmailAddress=parameters["SesSender"])
    _recoverable(cloud, outputs)
    return outputs


def warm_up(cloud: Cloud, outputs: dict[str, str]) -> None:
    """Have workers import the app before the first complaint does, by asking them for nothing.

    The emulator unpacks the package for each worker and runs one for each call at a time, and an
    S0 is four pages at once.

    Raises:
        StackError: a function cannot start.
    """
    nothing = json.dumps({"Records": []}).encode()
    health = json.dumps(_HEALTH).encode()
    calls = [(outputs["APIHandlerName"], health)]
    calls += [(outputs[pager], nothing) for pager in PAGER_OUTPUTS for _ in range(PAGERS)]

    def call(name: str, payload: bytes) -> None:
        answer = cloud.client("lambda").invoke(FunctionName=name, Payload=payload)
        said = answer["Payload"].read().decode("utf-8", "replace")
        if answer.get("FunctionError"):
            raise StackError(f"{name} does not start: {said[:1_000]}")

    with ThreadPoolExecutor() as pool:
        list(pool.map(call, *zip(*calls, strict=True)))


def api_path(outputs: dict[str, str]) -> str:
    """Where the emulator serves the API, without a slash at the end."""
    return f"/_aws/execute-api/{outputs['RestAPIId']}/{API_STAGE}"


def _upload(cloud: Cloud, package: Path) -> dict[str, str]:
    store = cloud.client("s3")
    key = f"{sha256(package)}.zip"
    try:
        store.head_object(Bucket=BUCKET, Key=key)
    except ClientError:
        store.create_bucket(Bucket=BUCKET)
        store.put_object(Bucket=BUCKET, Key=key, Body=package.read_bytes())
    return {"Bucket": BUCKET, "Key": key}


def _template(merged: Path, code: dict[str, str]) -> str:
    template: dict[str, Any] = json.loads(merged.read_text("utf-8"))
    # The emulator refuses alarms that reckon with metrics (it says so); it rings none either.
    template["Resources"] = {
        name: resource
        for name, resource in template["Resources"].items()
        if "Metrics" not in resource.get("Properties", {})
    }
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = code
        for policy in resource.get("Properties", {}).get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement.get("Action") == _SEND:
                    statement["Action"] = [_SEND, f"{_SEND}Batch"]
    return json.dumps(template, sort_keys=True)


def _digest(template: str, parameters: dict[str, str]) -> str:
    whole = json.dumps([template, parameters], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _apply(cloud: Cloud, template: str, parameters: dict[str, str], digest: str) -> None:
    """Create or update, and wait; the tag tells the next start what it stands on."""
    formation = cloud.client("cloudformation")
    call = formation.create_stack if _find(cloud) is None else formation.update_stack
    call(
        StackName=STACK,
        TemplateURL=keep(cloud.client("s3"), template, BUCKET),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
        Capabilities=_CAPABILITIES,
        Tags=[{"Key": "digest", "Value": digest}],
    )
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        status = (_find(cloud) or {}).get("StackStatus", "GONE")
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return
        if not status.endswith("IN_PROGRESS"):
            raise StackError(f"{status}: {_reason(formation)}")
        time.sleep(_POLL_S)
    raise StackError(f"not ready after {WAIT_S} s")


def _recoverable(cloud: Cloud, outputs: dict[str, str]) -> None:
    """The template turns point-in-time recovery on; the emulator takes that from a call only."""
    on = {"PointInTimeRecoveryEnabled": True}
    for output in TABLES.values():
        cloud.client("dynamodb").update_continuous_backups(
            TableName=outputs[output], PointInTimeRecoverySpecification=on
        )


def _find(cloud: Cloud) -> dict[str, Any] | None:
    try:
        stacks = cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    except ClientError:
        return None
    found: dict[str, Any] = stacks[0]
    return found


def _outputs(stack: dict[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _tag(stack: dict[str, Any]) -> str:
    tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
    return str(tags.get("digest", ""))


def _reason(formation: Any) -> str:
    """The first failure that it tells of; the later ones are its consequences."""
    events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    if not failed:
        return "no reason given"
    return f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason', '')}"


def _public_key(cloud: Cloud, key: str) -> str:
    """Base64 of the DER, as function ``api`` reads it."""
    der = cloud.client("kms").get_public_key(KeyId=key)["PublicKey"]
    return base64.b64encode(der).decode()
