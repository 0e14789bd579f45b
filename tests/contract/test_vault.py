"""The vault's contract: what is sealed is hidden, and comes back exactly as it was."""

from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.aws.asking import VaultClosedError
from chalicelib.aws.clock import SystemClock
from chalicelib.aws.dynamo import marshal
from chalicelib.aws.envelope import SealBrokenError
from chalicelib.aws.items import word_items
from chalicelib.aws.opening import KmsOpener
from chalicelib.aws.vault import LambdaVault
from chalicelib.aws.wire import pack
from chalicelib.services.ports import SealedWords
from tests.contract.conftest import BOTH
from tests.support.emulator import Emulator
from tests.support.fakes import FakeVault, SeededIds

FIELDS: dict[str, Any] = {
    "text": "司机说再叫就杀了我 \ud83d lone",
    "reporter": {"phone": "+8613800000001", "年龄": 20},
    "odd": [1.5, True, None, float("inf"), 2**70, {"a": []}],
}


@pytest.fixture(params=BOTH)
def vault(request: pytest.FixtureRequest) -> Any:
    """A vault that can seal."""
    if request.param == "fake":
        return FakeVault()
    _, public = request.getfixturevalue("emulator").make_key()
    return LambdaVault(public, Mock(), "open")


def test_sealed_words_show_nothing(vault: Any) -> None:
    """Neither parts nor commitments hold a word of it, and each field has one commitment."""
    sealed = vault.seal("vlt_1", FIELDS)
    shown = b"".join(sealed.parts) + repr(sealed.pii).encode()
    assert b"1380000" not in shown
    assert "司机".encode() not in shown
    assert [pii.f for pii in sealed.pii] == list(FIELDS)
    assert {pii.sid for pii in sealed.pii} == {"vlt_1"}


def test_the_same_words_twice_look_unlike(vault: Any) -> None:
    """Salts are fresh, so that equal words cannot be told by their commitments."""
    first, second = vault.seal("vlt_1", FIELDS), vault.seal("vlt_2", FIELDS)
    assert {pii.c for pii in first.pii}.isdisjoint(pii.c for pii in second.pii)
    assert first.parts != second.parts


def test_the_fake_opens_what_it_sealed() -> None:
    """The fake gives words back and remembers who asked."""
    vault = FakeVault()
    vault.seal("vlt_1", FIELDS)
    assert vault.open(["vlt_1", "vlt_2"], "per_1", "case") == {"vlt_1": FIELDS}
    assert vault.openings == [(("vlt_1", "vlt_2"), "per_1", "case")]


@pytest.mark.emulator
def test_words_survive_the_whole_way(emulator: Emulator) -> None:
    """Sealed to the public key, stored in parts, unwrapped by KMS: the fields are as they were."""
    key, public = emulator.make_key()
    table = emulator.make_tables().vault
    fields = FIELDS | {"long": _noise(900_000)}
    sealed = LambdaVault(public, Mock(), "open").seal("vlt_1", fields)
    assert len(sealed.parts) > 1
    _store(emulator, table, sealed)
    opener = KmsOpener(emulator.clients.dynamodb, emulator.clients.kms, table, key, SystemClock())
    read = opener.read(["vlt_1", "vlt_none", "vlt_1"])
    assert list(read) == ["vlt_1"]
    assert opener.open_parts("vlt_1", read["vlt_1"]) == fields
    with pytest.raises(SealBrokenError):
        opener.open_parts("vlt_2", read["vlt_1"])


@pytest.mark.emulator
def test_words_with_a_part_missing_are_not_there(emulator: Emulator) -> None:
    """What was cut by a crash before its transaction is not taken for words."""
    table = emulator.make_tables().vault
    _store(emulator, table, SealedWords("vlt_1", (b"a", b"b"), ()), but=1)
    clients = emulator.clients
    opener = KmsOpener(clients.dynamodb, clients.kms, table, "key", SystemClock())
    assert opener.read(["vlt_1"]) == {}


def _store(emulator: Emulator, table: str, sealed: SealedWords, but: int = -1) -> None:
    for index, item in enumerate(word_items((sealed,))):
        if index != but:
            emulator.clients.dynamodb.put_item(TableName=table, Item=marshal(item))


def _noise(length: int) -> str:
    """Text that does not compress."""
    ids = SeededIds()
    return "".join(ids.token() for _ in range(length // 22))


@pytest.mark.emulator
@pytest.mark.slow
def test_words_come_from_the_opening_function(emulator: Emulator) -> None:
    """The answer of the other function is unpacked, lone surrogates and all."""
    name = emulator.make_function({"words": pack({"vlt_1": FIELDS})})
    _, public = emulator.make_key()
    vault = LambdaVault(public, emulator.clients.lambda_, name)
    assert vault.open(["vlt_1"], "per_1", "case") == {"vlt_1": FIELDS}
    with pytest.raises(VaultClosedError, match="ResourceNotFound"):
        LambdaVault(public, emulator.clients.lambda_, "none").open(["vlt_1"], "per_1", "case")


@pytest.mark.emulator
def test_a_vault_that_does_not_answer(emulator: Emulator) -> None:
    """A function that failed, or never answered, is a named error without any words in it."""
    _, public = emulator.make_key()
    failed = Mock(invoke=Mock(return_value={"FunctionError": "Unhandled", "Payload": Mock()}))
    with pytest.raises(VaultClosedError, match="failed"):
        LambdaVault(public, failed, "open").open(["vlt_1"], "per_1", "case")
    lost = Mock(invoke=Mock(side_effect=ReadTimeoutError(endpoint_url="http://127.0.0.1")))
    with pytest.raises(VaultClosedError, match="ReadTimeoutError"):
        LambdaVault(public, lost, "open").open(["vlt_1"], "per_1", "case")
