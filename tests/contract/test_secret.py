"""The keyring in Secrets Manager, on the emulator, with the network failing on demand."""

import json

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.aws.secret import AGAIN_MS, KEPT_MS, SecretKeys
from chalicelib.services.ports import UncertainError
from tests.support.emulator import Emulator, Meddler
from tests.support.fakes import VirtualClock

pytestmark = pytest.mark.emulator

A, B = "0a" * 32, "0b" * 32


def _fails(_operation: str, _call: object) -> object:
    raise ReadTimeoutError(endpoint_url="http://127.0.0.1")


@pytest.fixture
def name(emulator: Emulator, request: pytest.FixtureRequest) -> str:
    """A secret of this test's own, as the stack draws it."""
    name = f"keys-{request.node.name}"
    emulator.clients.secrets.create_secret(Name=name, SecretString=json.dumps({"link_key": A}))
    return name


def test_a_rotated_key_is_known_within_minutes(emulator: Emulator, name: str) -> None:
    """What was read is kept for a while, and the secret is asked again after that."""
    clock, store = VirtualClock(), emulator.clients.secrets
    keys = SecretKeys(store, name, clock)
    assert keys.keyring().current == bytes.fromhex(A)
    dated = [{"key": A, "from_ms": 0}, {"key": B, "from_ms": clock.now() + 2 * KEPT_MS}]
    store.put_secret_value(SecretId=name, SecretString=json.dumps({"link_keys": dated}))

    assert keys.keyring().others == ()
    clock.advance(KEPT_MS)
    assert keys.keyring().others == (bytes.fromhex(B),)
    clock.advance(KEPT_MS)
    assert keys.keyring().current == bytes.fromhex(B)


def test_a_worker_that_has_its_keys_goes_on_without_the_store(
    emulator: Emulator, name: str
) -> None:
    """An outage of Secrets Manager changes nothing for it, and it asks again soon."""
    clock, store = VirtualClock(), Meddler(emulator.clients.secrets)
    keys = SecretKeys(store, name, clock)
    keys.keyring()
    clock.advance(KEPT_MS)
    store.meddle = _fails

    assert keys.keyring().current == bytes.fromhex(A)
    emulator.clients.secrets.put_secret_value(
        SecretId=name, SecretString=json.dumps({"link_key": B})
    )
    clock.advance(AGAIN_MS)
    assert keys.keyring().current == bytes.fromhex(B)


def test_a_worker_that_never_read_them_says_so(emulator: Emulator, name: str) -> None:
    """No key is made up; the next request asks anew, and a missing secret is the same fault."""
    store = Meddler(emulator.clients.secrets)
    store.meddle = _fails
    keys = SecretKeys(store, name, VirtualClock())

    with pytest.raises(UncertainError):
        keys.keyring()
    assert keys.keyring().current == bytes.fromhex(A)
    with pytest.raises(UncertainError):
        SecretKeys(store, "none", VirtualClock()).keyring()
