"""Who may do what, read from the iam files themselves."""

import pytest

from chalicelib.audit.chain import Head
from chalicelib.aws.changes import change_item
from chalicelib.aws.changes import link_item as accept_item
from chalicelib.aws.heartbeats import counts_key, heartbeat_item
from chalicelib.aws.items import head_key
from chalicelib.aws.people import (
    ROSTER_KEY,
    link_item,
    org_item,
    person_item,
    pins_item,
    roster_item,
)
from chalicelib.services.change_model import Change, ChangeKind
from chalicelib.services.change_ports import AcceptLink
from chalicelib.services.heartbeats import Vitals
from chalicelib.services.ports import PageLink, Person, PinTries
from chalicelib.terms import Role
from tests.repo.merged import merged_template
from tools.package_template import AUDIT_NEVER, ROLES, actions, statements

WORKERS = ("ApiHandlerRole", "RingRole", "SweepRole", "HeraldRole", "PagerRole")


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
        looks = {"dynamodb:DescribeTable": table} if role == "SweepRole" else {}
        assert granted == {"dynamodb:PutItem": table, "dynamodb:Query": table, **looks}


IN_A_TRANSACTION = {
    "ForAnyValue:StringEquals": {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}
}
HEADS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["head#*"]}}
LINKS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["page#*"]}}
PINS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["pins#*"]}}
BEATS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["heartbeats"]}}
COUNTS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["counts#*"]}}
PROPOSED = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["changes"]}}
APPLIED_KEYS = ["changes", "accept#*", "people", "roster", "orgs"]
APPLIED = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": APPLIED_KEYS}}
RECORD_CHANGES = ("dynamodb:PutItem", IN_A_TRANSACTION | PROPOSED)
APPLY_CHANGES = ("dynamodb:PutItem", IN_A_TRANSACTION | APPLIED)
KEEP_WATCH = (
    "dynamodb:PutItem",
    {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["watch"]}},
)
KEEP_BEATS = ("dynamodb:PutItem", IN_A_TRANSACTION | BEATS)
MOVE_HEADS = ("dynamodb:PutItem", IN_A_TRANSACTION | HEADS)
READS = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}


@pytest.mark.parametrize(
    ("role", "writes"),
    [
        (
            "ApiHandlerRole",
            [
                MOVE_HEADS,
                RECORD_CHANGES,
                KEEP_BEATS,
                ("dynamodb:UpdateItem", COUNTS),
                ("dynamodb:UpdateItem", LINKS),
                ("dynamodb:PutItem", PINS),
                KEEP_WATCH,
            ],
        ),
        ("HeraldRole", [MOVE_HEADS, APPLY_CHANGES, ("dynamodb:PutItem", LINKS), KEEP_WATCH]),
        ("PagerRole", [MOVE_HEADS, ("dynamodb:PutItem", LINKS), KEEP_WATCH]),
        ("RingRole", [MOVE_HEADS, KEEP_WATCH]),
        ("SweepRole", [MOVE_HEADS, KEEP_BEATS, KEEP_WATCH]),
        ("OpenRole", [MOVE_HEADS]),
    ],
)
def test_only_the_herald_writes_a_person_or_the_roster_and_nobody_a_credential(
    role: str, writes: list[tuple[str, object]]
) -> None:
    """The herald, which the internet cannot call, does so in a transaction; the rest cannot.

    They move heads of chains, keep links, how guessing a PIN stands and vendors' heartbeats,
    count contacts, and propose changes.
    """
    touching = [s for s in statements(merged_template(), role) if "RegistryTable" in str(s)]
    granted = [(a, s.get("Condition")) for s in touching for a in actions(s) if a not in READS]
    assert sorted(granted, key=str) == sorted(writes, key=str)
    for key in ("credentials", "people", ROSTER_KEY):
        mine = ("head#", "page#", "pins#", "changes", "accept#", "heartbeats", "counts#")
        assert not key.startswith(mine)
    assert not {"credentials", "pins#*"} & set(APPLIED_KEYS)


def test_the_rights_on_the_registry_name_the_keys_that_are_written() -> None:
    """The emulator does not ask for the leading key, so a key renamed would fail only on AWS."""
    link = PageLink("hash", "cas_x", "per_x", "1.0", 0)
    assert head_key("fallback#cas_x").startswith("head#")
    assert link_item(link)["pk"].startswith("page#")
    assert pins_item(PinTries("per_x"))["pk"].startswith("pins#")
    assert heartbeat_item(Vitals(vendor="acme", at=0), Head.genesis())["pk"] == "heartbeats"
    assert counts_key("acme").startswith("counts#")
    change = Change(id="chg_x", kind=ChangeKind.ORG, by="per_x", at=0, expires_at=0, value={})
    person = Person("per_x", "x", Role.OWNER, "client")
    written = [change_item(change), person_item(person), roster_item({}), org_item("x", "client")]
    assert {item["pk"] for item in written} == set(APPLIED_KEYS) - {"accept#*"}
    assert accept_item(AcceptLink("hash", "chg_x", 0))["pk"].startswith("accept#")


ASKERS = ("ApiHandlerRole", "HeraldRole", "PagerRole")


@pytest.mark.parametrize("role", ASKERS)
def test_the_api_and_the_pagers_call_only_open(role: str) -> None:
    """Each may invoke one function, by its own name; nobody else may invoke any."""
    calls = [
        s["Resource"]
        for s in statements(merged_template(), role)
        if "lambda:InvokeFunction" in actions(s)
    ]
    assert calls == [{"Fn::GetAtt": ["Open", "Arn"]}]
    for other in set(ROLES) - set(ASKERS):
        assert "lambda:InvokeFunction" not in allowed(other)


def test_text_messages_go_to_phones_only() -> None:
    """Publishing to a phone number has no resource of its own, so topics are left out by name."""
    for role in ("RingRole", "SweepRole", "HeraldRole", "PagerRole"):
        [statement] = [
            s for s in statements(merged_template(), role) if "sns:Publish" in actions(s)
        ]
        assert statement["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}
