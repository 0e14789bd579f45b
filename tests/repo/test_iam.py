"""Who may do what, read from the iam files themselves."""

import pytest

from tests.repo.merged import merged_template
from tools.package_template import AUDIT_NEVER, ROLES, actions, statements

WORKERS = ("ApiHandlerRole", "RingRole", "SweepRole", "PagerRole")


def allowed(role: str) -> set[str]:
    """All actions that a role is allowed, on whatever resource."""
    listed = statements(merged_template(), role)
    return {a for s in listed if s["Effect"] == "Allow" for a in actions(s)}


@pytest.mark.parametrize("role", ROLES)
def test_no_function_may_delete_or_batch_write_anything(role: str) -> None:
    """Deleting, batch writing and PartiQL are granted to nobody, on any table."""
    assert not allowed(role) & (set(AUDIT_NEVER) - {"dynamodb:UpdateItem"})


@pytest.mark.parametrize("role", WORKERS)
def test_only_open_holds_the_private_key(role: str) -> None:
    """No worker may decrypt, nor read what is in the vault."""
    assert not {a for a in allowed(role) if a.startswith("kms:")}


def test_open_can_only_read_the_vault_and_log_that_it_did() -> None:
    """The one function with the key sends nothing, calls nothing and touches no case."""
    assert allowed("OpenRole") == {
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "kms:Decrypt",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }


def test_a_worker_can_look_for_its_own_entry_and_no_more() -> None:
    """After an unsure commit it asks whether its entry is there; browsing by day is the api's."""
    for role in set(ROLES) - {"ApiHandlerRole"}:
        touching = [s for s in statements(merged_template(), role) if "AuditTable" in str(s)]
        granted = {a: s["Resource"] for s in touching for a in actions(s)}
        table = {"Fn::GetAtt": ["AuditTable", "Arn"]}
        assert granted == {"dynamodb:PutItem": table, "dynamodb:Query": table}


def test_the_api_calls_only_open() -> None:
    """The api may invoke one function, by its own name."""
    calls = [
        s["Resource"]
        for s in statements(merged_template(), "ApiHandlerRole")
        if "lambda:InvokeFunction" in actions(s)
    ]
    assert calls == [{"Fn::GetAtt": ["Open", "Arn"]}]


def test_text_messages_go_to_phones_only() -> None:
    """Publishing to a phone number has no resource of its own, so topics are left out by name."""
    for role in ("RingRole", "SweepRole", "PagerRole"):
        [statement] = [
            s for s in statements(merged_template(), role) if "sns:Publish" in actions(s)
        ]
        assert statement["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}
