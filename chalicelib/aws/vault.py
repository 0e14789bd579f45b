"""Sealing words to the vault's public key, and asking the opening function for them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.audit.commitment import SALT_BYTES, commit
from chalicelib.audit.entry import Pii
from chalicelib.aws.asking import Asking
from chalicelib.aws.envelope import committed, load_public_key, seal_bytes
from chalicelib.aws.ids import random_bytes
from chalicelib.aws.wire import to_json
from chalicelib.services.ports import SealedWords

PART_BYTES = 350_000  # a DynamoDB item holds 400 kB


class LambdaVault(Asking):
    """``Vault``: seals here with the public key alone, opens in another function."""

    def __init__(self, public_key: bytes, client: Any, open_function: str) -> None:
        """``public_key`` is DER (SPKI, RSA); ``client`` a Lambda client; raises ValueError."""
        super().__init__(client, open_function)
        self._key = load_public_key(public_key)

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


def _parts(sealed: bytes) -> tuple[bytes, ...]:
    return tuple(sealed[at : at + PART_BYTES] for at in range(0, len(sealed), PART_BYTES))
