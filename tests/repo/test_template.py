"""The deployment as it is written in ``.chalice/``, and the asserts that guard it."""

from typing import Any

import pytest

from tests.repo.merged import merged_template
from tools import package_template
from tools.package_sources import RUNTIME

R = "Resources"
P = "Properties"


def test_our_template_keeps_every_promise() -> None:
    """The merged template breaks none of its promises."""
    assert package_template.problems(merged_template(), RUNTIME) == []


SPOILED = [
    ([R, "Ring", P, "RecursiveLoop"], None, "Ring: without RecursiveLoop"),
    ([R, "Sweep", P, "RecursiveLoop"], "Terminate", "Sweep: without RecursiveLoop"),
    ([R, "Pager", P, "ReservedConcurrentExecutions"], None, "Pager: no reserved"),
    ([R, "Ring", P, "Runtime"], "python3.12", "Ring: the runtime is python3.12"),
    ([R, "Pager", P, "Handler"], "chalicelib.web.pager", "Pager: the handler"),
    ([R, "RestAPI", P, "EndpointConfiguration"], "EDGE", "not REGIONAL"),
    ([R, "CasesTable", P, "PointInTimeRecoverySpecification"], None, "CasesTable: no point"),
    ([R, "VaultTable", P, "DeletionProtectionEnabled"], False, "VaultTable: no deletion"),
    ([R, "RegistryTable", P, "SSESpecification"], None, "RegistryTable: not encrypted"),
    ([R, "AuditTable", "DeletionPolicy"], "Delete", "AuditTable: would be deleted"),
    ([R, "Ring", P, "Environment"], None, "Ring: does not count the working days"),
    ([R, "AuditTable", P, "StreamSpecification"], None, "AuditTable: no stream"),
    ([R, "AuditTable", P, "ResourcePolicy"], None, "does not deny dynamodb:DeleteItem"),
    ([R, "PagesQueue", P, "RedrivePolicy"], None, "PagesQueue: no dead-letter queue"),
    ([R, "PagesQueue", P, "VisibilityTimeout"], 5, "PagesQueue: messages reappear"),
    ([R, "Pager", P, "Events"], {}, "Pager: 0 event sources"),
    ([R, "Herald", P, "RecursiveLoop"], None, "Herald: without RecursiveLoop"),
    ([R, "Herald", P, "ReservedConcurrentExecutions"], None, "Herald: no reserved"),
    ([R, "FirstPagesQueue", P, "RedrivePolicy"], None, "FirstPagesQueue: no dead-letter queue"),
    ([R, "FirstPagesQueue", P, "VisibilityTimeout"], 5, "FirstPagesQueue: messages reappear"),
    ([R, "FirstPagesDeadLettersAlarm"], None, "FirstPagesDeadLetters: no alarm"),
    ([R, "SweepErrorsAlarm"], None, "Sweep: no alarm on Errors"),
    ([R, "SweepStalledAlarm"], None, "Sweep: no alarm on Invocations"),
    ([R, "WakeUpsDeadLettersAlarm"], None, "WakeUpsDeadLetters: no alarm"),
    ([R, "OpenRole"], None, "OpenRole: has no rights"),
    ([R, "Ring", P, "Role"], {"Ref": "A", "Fn::GetAtt": ["B", "Arn"]}, "mixes"),
]


@pytest.mark.parametrize(("path", "value", "bark"), SPOILED)
def test_a_spoiled_template_is_refused(path: list[str], value: Any, bark: str) -> None:
    """Taking away or changing any one of these makes the assert name it."""
    template = merged_template()
    _set(template, path, value)

    assert any(bark in problem for problem in package_template.problems(template, RUNTIME))


@pytest.mark.parametrize(
    ("key", "value", "bark"),
    [
        ("Queue", "arn:aws:sqs:us-east-1:000000000000:placeholder", "not WakeUpsQueue"),
        ("FunctionResponseTypes", None, "ReportBatchItemFailures"),
        ("MaximumBatchingWindowInSeconds", 5, "waits to fill"),
        ("ScalingConfig", {"MaximumConcurrency": 100}, "reserves another number"),
    ],
)
def test_a_spoiled_queue_source_is_refused(key: str, value: Any, bark: str) -> None:
    """A queue that repeats whole batches, waits, or outruns its workers is refused."""
    template = merged_template()
    _set(template, [R, "Ring", P, "Events", "RingSqsEventSource", P, key], value)

    assert any(bark in problem for problem in package_template.problems(template, RUNTIME))


AUDIT = {"Fn::GetAtt": ["AuditTable", "Arn"]}
VAULT = {"Fn::GetAtt": ["VaultTable", "Arn"]}


@pytest.mark.parametrize(
    ("role", "action", "resource", "bark"),
    [
        ("PagerRole", "dynamodb:UpdateItem", AUDIT, "dynamodb:UpdateItem on the audit table"),
        ("RingRole", "dynamodb:DeleteItem", "*", "dynamodb:DeleteItem on the audit table"),
        ("SweepRole", "dynamodb:PutItem", AUDIT, "outside a transaction"),
        ("ApiHandlerRole", "dynamodb:PutItem", [VAULT, AUDIT], "outside a transaction"),
        ("ApiHandlerRole", "dynamodb:GetItem", VAULT, "may read the vault"),
        ("ApiHandlerRole", "kms:Decrypt", "*", "only OpenRole"),
        ("ApiHandlerRole", "sns:Publish", "*", "may send messages"),
        ("RingRole", "lambda:InvokeFunction", "*", "may call functions"),
        ("OpenRole", "dynamodb:*", VAULT, "more than one action"),
    ],
)
def test_a_right_too_many_is_refused(role: str, action: str, resource: Any, bark: str) -> None:
    """One statement granting what a function must not do is enough to stop the build."""
    template = merged_template()
    policies = template[R][role][P]["Policies"]
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    policies[0]["PolicyDocument"]["Statement"].append(statement)

    assert any(bark in problem for problem in package_template.problems(template, RUNTIME))


def _set(template: dict[str, Any], path: list[str], value: Any) -> None:
    """Set the value at the path, or take it away when the value is None."""
    node = template
    for key in path[:-1]:
        node = node[key]
    if value is None:
        del node[path[-1]]
    else:
        node[path[-1]] = value
