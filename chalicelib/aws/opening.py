"""The side that opens the vault; only function ``open`` holds the right to the private key."""

from collections.abc import Sequence
from typing import Any

from chalicelib.aws.dynamo import Store
from chalicelib.aws.envelope import open_bytes
from chalicelib.aws.items import part_key
from chalicelib.aws.wire import from_json
from chalicelib.services.ports import Clock


class KmsOpener:
    """Reads sealed words and has KMS unwrap their keys; it makes no entry, its caller does."""

    def __init__(self, dynamodb: Any, kms: Any, table: str, key_id: str, clock: Clock) -> None:
        """Clients of DynamoDB and KMS, the vault table, and the key's id."""
        self._store = Store(dynamodb, clock)
        self._kms = kms
        self._table = table
        self._key_id = key_id

    def read(self, sids: Sequence[str]) -> dict[str, tuple[bytes, ...]]:
        """Sealed parts by vault id; an id with a part missing is left out."""
        firsts = self._items([(sid, 0) for sid in dict.fromkeys(sids)])
        counts = {sid: item["n"] for (sid, _), item in firsts.items()}
        rest = [(sid, index) for sid, count in counts.items() for index in range(1, count)]
        found = firsts | self._items(rest)
        return {
            sid: tuple(found[sid, index]["b"] for index in range(count))
            for sid, count in counts.items()
            if all((sid, index) in found for index in range(count))
        }

    def _items(self, places: list[tuple[str, int]]) -> dict[tuple[str, int], Any]:
        items = self._store.batch_get(self._table, [part_key(*place) for place in places])
        return {(item["pk"], int(item["sk"].removeprefix("part#"))): item for item in items}

    def open_parts(self, sid: str, parts: Sequence[bytes]) -> dict[str, Any]:
        """The fields as they were sealed.

        Raises:
            SealBrokenError: the parts are cut, altered, or another message's.
        """
        inner = from_json(open_bytes(self._unwrap, sid, b"".join(parts)))
        return {name: value for name, (_, value) in inner["fields"].items()}

    def _unwrap(self, wrapped: bytes) -> bytes:
        response = self._kms.decrypt(
            KeyId=self._key_id,
            CiphertextBlob=wrapped,
            EncryptionAlgorithm="RSAES_OAEP_SHA_256",
        )
        plain: bytes = response["Plaintext"]
        return plain
