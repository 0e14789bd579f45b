"""The template as Chalice would merge it from the real ``.chalice/`` files, without a build."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from chalice.package import TemplateDeepMerger
from chalice.utils import to_cfn_resource_name

ROOT = Path(__file__).resolve().parents[2]
HANDLERS = {
    "api_handler": "app.app",
    "ring": "app.ring",
    "herald": "app.herald",
    "pager": "app.pager",
    "sweep": "app.sweep",
    "open": "app.open_vault",
}


def merged_template() -> dict[str, Any]:
    """A fresh copy, safe to spoil."""
    copy: dict[str, Any] = json.loads(_merged())
    return copy


@cache
def _merged() -> str:
    config = _read("config.json")
    resources: dict[str, Any] = {
        "RestAPI": {
            "Type": "AWS::Serverless::Api",
            "Properties": {"EndpointConfiguration": config["api_gateway_endpoint_type"]},
        }
    }
    for name, settings in config["lambda_functions"].items():
        role = to_cfn_resource_name(f"{name}_role")
        resources[role] = _role(role, settings["iam_policy_file"])
        cfn_name = "APIHandler" if name == "api_handler" else to_cfn_resource_name(name)
        resources[cfn_name] = _function(name, settings)
    base = {"Resources": resources, "Outputs": {}}
    return json.dumps(TemplateDeepMerger().merge(_read("resources.json"), base))


def _role(name: str, iam_file: str) -> dict[str, Any]:
    policy = {"PolicyName": f"{name}Policy", "PolicyDocument": _read(iam_file)}
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}


def _function(name: str, settings: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "Runtime": "python3.13",
        "Handler": HANDLERS[name],
        "Timeout": settings["lambda_timeout"],
    }
    if "reserved_concurrency" in settings:
        properties["ReservedConcurrentExecutions"] = settings["reserved_concurrency"]
    if name in ("ring", "herald", "pager"):
        source = {"Queue": "arn:aws:sqs:us-east-1:000000000000:placeholder", "BatchSize": 10}
        event = f"{to_cfn_resource_name(name)}SqsEventSource"
        properties["Events"] = {event: {"Type": "SQS", "Properties": source}}
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / ".chalice" / name).read_text("utf-8"))
    return document
