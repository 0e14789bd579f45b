"""Sealing words to the vault's public key, and asking the opening function for them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.audit.commitment import SALT_BYTES, commit
from chalicelib.audit.entry import Pii
from chalicelib.aws.envelope import committed, load_public_key, seal_bytes, to_json, unpack
from chalicelib.aws.ids import random_bytes
from chalicelib.services.ports import SealedWords
from chalicelib.services.vault_reading import UNPROVED, Reading

PART_BYTES = 350_000  # a DynamoDB item holds 400 kB


class VaultClosedError(Exception):
    """The opening function did not answer with words; says why, and never quotes any."""


class LambdaVault:
    """``Vault``: seals here with the public key alone, opens in another function."""

    def __init__(self, public_key: bytes, client: Any, open_function: str) -> None:
        """``public_key`` is DER (SPKI, RSA); ``client`` a Lambda client; raises ValueError."""
        self._key = load_public_key(public_key)
        self._client = client
        self._function = open_function

    def seal(self, sid: str, fields: Mapping[str, Any]) -> SealedWords:
        """Seal any JSON-like fields, with a salt and a commitment for each.

        The commitment is over the value in the form that ``envelope.committed`` gives it.
        """
        salts = {name: random_bytes(SALT_BYTES) for name in fields}
        inner = {name: [salts[name].hex(), value] for name, value in fields.items()}
        sealed = seal_bytes(self._key, sid, to_json({"v": 1, "fields": inner}))
        pii = (
            Pii(name, sid, commit(salts[name], name, committed(value)))
            for name, value in fields.items()
        )
        return SealedWords(sid, _parts(sealed), tuple(pii))

    def open(
        self, sids: Sequence[str], reader: str, why: str, reading: Reading = UNPROVED
    ) -> dict[str, dict[str, Any]]:
        """Fields by vault id; ids that the vault does not hold are left out.

        Raises:
            VaultClosedError: the function refused, failed, or did not answer.
        """
        payload = json.dumps({"sids": list(sids), "reader": reader, "why": why} | reading.plain())
        try:
            response = self._client.invoke(FunctionName=self._function, Payload=payload.encode())
            answer = response["Payload"].read()
        except ClientError as error:
            raise VaultClosedError(error.response["Error"]["Code"]) from None
        except BotoCoreError as error:
            raise VaultClosedError(type(error).__name__) from None
        if response.get("FunctionError"):
            raise VaultClosedError("the opening function failed")
        return unpack(json.loads(answer)["words"])


def _parts(sealed: bytes) -> tuple[bytes, ...]:
    return tuple(sealed[at : at + PART_BYTES] for at in range(0, len(sealed), PART_BYTES))
