"""What the merged CloudFormation template must say; a merge that goes wrong goes wrong silently."""

import json
from collections.abc import Iterator
from typing import Any

FUNCTIONS = {
    "APIHandler": "app.app",
    "Ring": "app.",
    "Sweep": "app.",
    "Herald": "app.",
    "Pager": "app.",
    "Open": "app.",
}
TABLES = ("CasesTable", "AuditTable", "VaultTable", "RegistryTable")
DECIDING = ("APIHandler", "Ring", "Sweep", "Herald", "Pager")
LOOPING = ("Ring", "Sweep", "Herald", "Pager")
QUEUES = {"Ring": "WakeUpsQueue", "Herald": "FirstPagesQueue", "Pager": "PagesQueue"}
ROLES = ("ApiHandlerRole", "RingRole", "SweepRole", "HeraldRole", "PagerRole", "OpenRole")
MAY_TEXT = {"RingRole", "SweepRole", "HeraldRole", "PagerRole"}
MAY_ASK_OPEN = ("ApiHandlerRole", "HeraldRole", "PagerRole")
MAY_READ_KEYS = MAY_ASK_OPEN
AUDIT_NEVER = (
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PartiQLDelete",
)
IN_A_TRANSACTION = {
    "ForAnyValue:StringEquals": {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}
}
ALARMS = (
    ("WakeUpsDeadLetters", "ApproximateNumberOfMessagesVisible"),
    ("FirstPagesDeadLetters", "ApproximateNumberOfMessagesVisible"),
    ("PagesDeadLetters", "ApproximateNumberOfMessagesVisible"),
    ("Sweep", "Errors"),
    ("Sweep", "Invocations"),
)

Template = dict[str, Any]


def problems(template: Template, runtime: str) -> list[str]:
    """Every promise of the deployment that this template breaks, in words."""
    return [
        *_functions(template, runtime),
        *_calendars(template),
        *_tables(template),
        *_queues(template),
        *_alarms(template),
        *_audit_policy(template),
        *_roles(template),
        *_mixtures(template, "template"),
    ]


def actions(statement: Template) -> list[str]:
    """A statement's actions as a list; iam takes a lone string too."""
    listed = statement.get("Action", [])
    return [listed] if isinstance(listed, str) else list(listed)


def statements(template: Template, role: str) -> list[Template]:
    """All statements of a role's policies."""
    policies = _properties(template, role).get("Policies", [])
    return [s for policy in policies for s in policy["PolicyDocument"]["Statement"]]


def _properties(template: Template, name: str) -> Template:
    found: Template = template.get("Resources", {}).get(name, {}).get("Properties", {})
    return found


def _functions(template: Template, runtime: str) -> Iterator[str]:
    for name, handler in FUNCTIONS.items():
        function = _properties(template, name)
        if function.get("Runtime") != runtime:
            yield f"{name}: the runtime is {function.get('Runtime')}, not {runtime}"
        if not str(function.get("Handler", "")).startswith(handler):
            yield f"{name}: the handler {function.get('Handler')} skips app.py and its middleware"
    for name in LOOPING:
        function = _properties(template, name)
        if function.get("RecursiveLoop") != "Allow":
            yield f"{name}: without RecursiveLoop Allow, AWS stops a chain of wake-ups"
        if not isinstance(function.get("ReservedConcurrentExecutions"), int):
            yield f"{name}: no reserved concurrency, so a flood at the api could starve it"
    if _properties(template, "RestAPI").get("EndpointConfiguration") != "REGIONAL":
        yield "RestAPI: the endpoint is not REGIONAL"


def _calendars(template: Template) -> Iterator[str]:
    """Two functions with two calendars would move one case's clocks to and fro."""
    for name in DECIDING:
        given = _properties(template, name).get("Environment", {}).get("Variables", {})
        if given.get("CALENDAR") != {"Ref": "Calendar"}:
            yield f"{name}: does not count the working days of the parameter Calendar"


def _tables(template: Template) -> Iterator[str]:
    for name in TABLES:
        table = _properties(template, name)
        recovery = table.get("PointInTimeRecoverySpecification", {})
        if recovery.get("PointInTimeRecoveryEnabled") is not True:
            yield f"{name}: no point-in-time recovery"
        if table.get("DeletionProtectionEnabled") is not True:
            yield f"{name}: no deletion protection"
        if table.get("SSESpecification", {}).get("SSEEnabled") is not True:
            yield f"{name}: not encrypted with a KMS key"
        if template.get("Resources", {}).get(name, {}).get("DeletionPolicy") != "Retain":
            yield f"{name}: would be deleted with the stack"
    if "StreamSpecification" not in _properties(template, "AuditTable"):
        yield "AuditTable: no stream"


def _queues(template: Template) -> Iterator[str]:
    for function, queue in QUEUES.items():
        properties = _properties(template, queue)
        redrive = properties.get("RedrivePolicy", {})
        if "deadLetterTargetArn" not in redrive:
            yield f"{queue}: no dead-letter queue"
        timeout = _properties(template, function).get("Timeout", 0)
        if properties.get("VisibilityTimeout", 0) < timeout:
            yield f"{queue}: messages reappear while {function} (timeout {timeout} s) still works"
        yield from _event_source(template, function, queue)


def _event_source(template: Template, function: str, queue: str) -> Iterator[str]:
    properties = _properties(template, function)
    events = [e["Properties"] for e in properties.get("Events", {}).values()]
    if len(events) != 1:
        yield f"{function}: {len(events)} event sources instead of one"
        return
    event = events[0]
    if event.get("Queue") != {"Fn::GetAtt": [queue, "Arn"]}:
        yield f"{function}: reads {event.get('Queue')}, not {queue}"
    if event.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
        yield f"{function}: without ReportBatchItemFailures one failure repeats the whole batch"
    if event.get("MaximumBatchingWindowInSeconds") != 0:
        yield f"{function}: waits to fill its batches"
    most = event.get("ScalingConfig", {}).get("MaximumConcurrency")
    if most != properties.get("ReservedConcurrentExecutions"):
        yield f"{function}: polls {most} at once but reserves another number"


def _alarms(template: Template) -> Iterator[str]:
    alarms = [
        json.dumps(resource["Properties"])
        for resource in template.get("Resources", {}).values()
        if resource.get("Type") == "AWS::CloudWatch::Alarm"
    ]
    for watched, metric in ALARMS:
        if not any(f'"{watched}"' in alarm and f'"{metric}"' in alarm for alarm in alarms):
            yield f"{watched}: no alarm on {metric}"


def _audit_policy(template: Template) -> Iterator[str]:
    policy = _properties(template, "AuditTable").get("ResourcePolicy", {})
    listed = policy.get("PolicyDocument", {}).get("Statement", [])
    denied = {a for s in listed if s["Effect"] == "Deny" for a in actions(s)}
    for action in (*AUDIT_NEVER, "dynamodb:PutItem"):
        if action not in denied:
            yield f"AuditTable: its resource policy does not deny {action}"


def _roles(template: Template) -> Iterator[str]:
    for role in ROLES:
        listed = statements(template, role)
        if not listed:
            yield f"{role}: has no rights at all; was the iam file found?"
        for statement in listed:
            if statement["Effect"] == "Allow":
                yield from _grant(role, statement)


def _grant(role: str, statement: Template) -> Iterator[str]:
    granted = actions(statement)
    for action in granted:
        if "*" in action:
            yield f"{role}: {action} grants more than one action"
        if action.startswith("kms:") and role != "OpenRole":
            yield f"{role}: only OpenRole may use the vault's key, not {action}"
        if action.startswith(("sns:", "ses:")) and role not in MAY_TEXT:
            yield f"{role}: may send messages ({action})"
        if action.startswith("secretsmanager:") and (
            role not in MAY_READ_KEYS or action != "secretsmanager:GetSecretValue"
        ):
            yield f"{role}: may not touch the keys ({action})"
        if action.startswith("lambda:") and role not in MAY_ASK_OPEN:
            yield f"{role}: may call functions ({action})"
    if _touches(statement, "AuditTable"):
        yield from _audit_grant(role, statement, granted)
    if _touches(statement, "VaultTable") and role != "OpenRole" and "dynamodb:GetItem" in granted:
        yield f"{role}: may read the vault"


def _audit_grant(role: str, statement: Template, granted: list[str]) -> Iterator[str]:
    for action in granted:
        if action in AUDIT_NEVER:
            yield f"{role}: {action} on the audit table"
    if "dynamodb:PutItem" in granted and statement.get("Condition") != IN_A_TRANSACTION:
        yield f"{role}: may write to the audit table outside a transaction"


def _touches(statement: Template, table: str) -> bool:
    resource = statement.get("Resource", statement.get("NotResource"))
    broad = resource == "*" and any(a.startswith("dynamodb:") for a in actions(statement))
    return broad or "NotResource" in statement or f'"{table}"' in json.dumps(resource)


def _mixtures(node: Any, path: str) -> Iterator[str]:
    """Two intrinsics deep-merged leave both keys in one object, which CloudFormation refuses."""
    if isinstance(node, dict):
        intrinsic = [k for k in node if k == "Ref" or k.startswith("Fn::")]
        if intrinsic and len(node) > 1:
            yield f"{path}: mixes {', '.join(sorted(node))}"
        for key, value in node.items():
            yield from _mixtures(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _mixtures(value, f"{path}[{index}]")
