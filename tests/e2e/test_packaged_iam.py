"""What each function's own role may not do, tried with that role's credentials."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.services.keyring import read_keyring
from tests.e2e.packaged import Packaged
from tools.local.cloud import Cloud

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

ROLES = ["APIHandlerName", "RingFunction", "SweepFunction"]
ROLES += ["HeraldFunction", "PagerFunction", "OpenFunction"]
KEY = {"pk": {"S": "case#cas_x"}, "seq": {"N": "1"}}


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest, packaged: Packaged) -> Iterator[Cloud]:
    """Clients with one function's rights."""
    with closing(packaged.role_of(request.param)) as cloud:
        yield cloud


def test_no_function_can_change_or_remove_an_entry(role: Cloud, packaged: Packaged) -> None:
    """Update, delete and batch writes are refused, inside a transaction too, and by PartiQL."""
    store, table = role.client("dynamodb"), packaged.running.outputs["AuditTable"]
    change = {
        "TableName": table,
        "Key": KEY,
        "UpdateExpression": "SET e = :e",
        "ExpressionAttributeValues": {":e": {"B": b"forged"}},
    }
    refused(lambda: store.update_item(**change))
    refused(lambda: store.delete_item(TableName=table, Key=KEY))
    refused(lambda: store.batch_write_item(RequestItems={table: [{"DeleteRequest": {"Key": KEY}}]}))
    refused(lambda: store.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": KEY}}]}))
    refused(lambda: store.transact_write_items(TransactItems=[{"Update": change}]))
    refused(
        lambda: store.transact_write_items(
            TransactItems=[{"Delete": {"TableName": table, "Key": KEY}}]
        )
    )
    refused(
        lambda: store.execute_statement(
            Statement=f"DELETE FROM \"{table}\" WHERE pk='case#cas_x' AND seq=1"
        )
    )


def test_no_function_can_put_an_entry_outside_a_transaction(
    role: Cloud, packaged: Packaged
) -> None:
    """A lone Put is refused; in a transaction it is allowed, so the refusal is about the form."""
    store, table = role.client("dynamodb"), packaged.running.outputs["AuditTable"]
    refused(lambda: store.put_item(TableName=table, Item=KEY))
    impossible = {"ConditionExpression": "attribute_exists(pk)"}
    with pytest.raises(ClientError) as cancelled:
        store.transact_write_items(
            TransactItems=[{"Put": {"TableName": table, "Item": KEY, **impossible}}]
        )
    assert cancelled.value.response["Error"]["Code"] == "TransactionCanceledException"
    reasons = cancelled.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["ConditionalCheckFailed"]


@pytest.mark.parametrize("output", ROLES)
def test_only_the_opening_function_can_use_the_vaults_key(output: str, packaged: Packaged) -> None:
    """kms:Decrypt is refused to all others; function open gets as far as the key itself."""
    asked = {
        "KeyId": packaged.running.outputs["VaultKeyId"],
        "CiphertextBlob": b"x" * 384,
        "EncryptionAlgorithm": "RSAES_OAEP_SHA_256",
    }
    with closing(packaged.role_of(output)) as cloud:
        decrypt = cloud.client("kms").decrypt
        if output != "OpenFunction":
            refused(lambda: decrypt(**asked))
            return
        with pytest.raises(ClientError) as nonsense:
            decrypt(**asked)
        assert not nonsense.value.response["Error"]["Code"].startswith("AccessDenied")


@pytest.mark.parametrize("output", ROLES)
def test_only_three_functions_can_read_the_keys(output: str, packaged: Packaged) -> None:
    """The secret that the stack drew is a keyring; nobody can change it, and few can read it."""
    identity = packaged.running.outputs["KeysSecret"]
    with closing(packaged.role_of(output)) as cloud:
        store = cloud.client("secretsmanager")
        refused(lambda: store.put_secret_value(SecretId=identity, SecretString="{}"))
        if output not in {"APIHandlerName", "HeraldFunction", "PagerFunction"}:
            refused(lambda: store.get_secret_value(SecretId=identity))
            return
        text = store.get_secret_value(SecretId=identity)["SecretString"]
    assert len(read_keyring(text, 0).current) == 32


def refused(call: Callable[[], Any]) -> None:
    """The call is denied by iam, and for no other reason."""
    with pytest.raises(ClientError) as denied:
        call()
    assert denied.value.response["Error"]["Code"].startswith("AccessDenied")
