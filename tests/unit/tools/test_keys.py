"""The command that changes keys: none is printed, and none is lost by mistake."""

import json
from typing import Any

import pytest

from chalicelib.services.keyring import read_keyring
from tools import keys
from tools.keys import KeysError, fingerprint, main, parsed

A = "0a" * 32


class Secrets:
    """Secrets Manager with one secret."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.puts = 0

    def client(self, _service: str) -> "Secrets":
        """As the cloud gives it."""
        return self

    def get_secret_value(self, **_: str) -> dict[str, str]:
        """As the service."""
        return {"SecretString": self.text}

    def put_secret_value(self, *, SecretString: str, **_: str) -> None:  # noqa: N803 - the API's
        """As the service."""
        self.text = SecretString
        self.puts += 1

    @property
    def told(self) -> dict[str, Any]:
        """What it holds."""
        return parsed(self.text)


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Secrets:
    """The secret as the stack drew it."""
    made = Secrets(json.dumps({"link_key": A}))
    monkeypatch.setattr(keys, "Cloud", lambda: made)
    monkeypatch.setenv("SECRET_ID", "tocsin-test/keys")
    return made


def test_a_rotation_overlaps(secrets: Secrets, capsys: pytest.CaptureFixture[str]) -> None:
    """The new key is accepted at once and made with later; the old one goes on; none is shown."""
    assert main(["rotate"]) == 0

    new = secrets.told["link_keys"][1]
    out = capsys.readouterr().out
    assert new["key"] not in out
    assert A not in out
    assert f"{fingerprint(A)}  made with" in out
    assert f"{fingerprint(new['key'])}  accepted" in out
    ring = read_keyring(secrets.text, new["from_ms"])
    assert (ring.current.hex(), [key.hex() for key in ring.others]) == (new["key"], [A])


def test_a_dropped_key_stays_good_for_pins(secrets: Secrets) -> None:
    """Unless it has leaked; the key that is made with is never dropped."""
    new = "0b" * 32
    secrets.text = json.dumps({"link_keys": [{"key": A, "from_ms": 0}, {"key": new, "from_ms": 1}]})
    assert main(["drop", fingerprint(new)]) == 1
    assert main(["drop", "00000000"]) == 1
    assert secrets.puts == 0
    assert main(["drop", fingerprint(A)]) == 0
    assert [one["key"] for one in secrets.told["link_keys"]] == [new]
    assert secrets.told["pin_keys"] == [A]
    assert main(["drop", fingerprint(A), "--pins-too"]) == 0
    assert secrets.told["pin_keys"] == []


def test_an_old_stacks_key_is_adopted(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made with a parameter's key goes on; the drawn one stays accepted."""
    old = "0c" * 32
    monkeypatch.setenv("LINK_KEY", old)
    assert main(["adopt"]) == 0
    assert read_keyring(secrets.text, 2**45).current.hex() == old
    assert main(["adopt"]) == 1


def test_the_shared_secret_is_put_beside_them(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is shared with the client's systems; a malformed one is refused and changes nothing."""
    monkeypatch.setenv("CLIENT_SYSTEMS_SECRET", "whsec_c2hvcnQ=")
    assert main(["share"]) == 1
    assert secrets.puts == 0
    monkeypatch.setenv("CLIENT_SYSTEMS_SECRET", "whsec_" + "c2Vj" * 8)
    assert main(["share"]) == 0
    assert read_keyring(secrets.text, 0).client_systems


def test_looking_changes_nothing(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The list is only a list; without a secret's name there is none."""
    assert main(["list"]) == 0
    assert "the first deployment" in capsys.readouterr().out
    assert secrets.puts == 0
    monkeypatch.delenv("SECRET_ID")
    assert main(["list"]) == 1
    with pytest.raises(KeysError, match="not one of Tocsin's"):
        parsed("{}")
