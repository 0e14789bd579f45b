"""The sealed form of words: compressed JSON under AES-256-GCM, its key wrapped by RSA-OAEP.

``"TV1" | the key's name (8) | length of the wrapped key (2) | wrapped key | nonce (12) |
ciphertext and tag``, sizes in bytes.  The key's name is the beginning of the SHA-256 of its
public half, so that words sealed before a rotation say which key opens them.  The vault id and
that name are authenticated too: sealed words cannot be moved to another message.
"""

import json
import zlib
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from chalicelib.audit import canonical
from chalicelib.aws.ids import random_bytes

_MARK = b"TV1"
_NAME_BYTES = 8
_KEY_BYTES = 32
_NONCE_BYTES = 12
_LEAST_RSA_BITS = 3_072

# RSAES_OAEP_SHA_256, by the name that KMS gives it.
OAEP_SHA_256 = OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None)


class SealBrokenError(ValueError):
    """Sealed words that do not open: cut, altered, or belonging to another vault id."""


def load_public_key(der: bytes) -> RSAPublicKey:
    """The vault's public key.

    Raises:
        ValueError: not a DER public key, not RSA, or shorter than 3072 bits.
    """
    key = load_der_public_key(der)
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_RSA_BITS:
        raise ValueError(f"The vault's key must be RSA of at least {_LEAST_RSA_BITS} bits.")
    return key


def key_name(key: RSAPublicKey) -> bytes:
    """What sealed words call this key: eight bytes of the SHA-256 of its DER form."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(der).digest()[:_NAME_BYTES]


def seal_bytes(key: RSAPublicKey, sid: str, plain: bytes) -> bytes:
    """Sealed so that only the holder of the private key can read it."""
    data_key, nonce = random_bytes(_KEY_BYTES), random_bytes(_NONCE_BYTES)
    wrapped = key.encrypt(data_key, OAEP_SHA_256)
    name = key_name(key)
    hidden = AESGCM(data_key).encrypt(nonce, zlib.compress(plain, 6), name + sid.encode())
    return b"".join((_MARK, name, len(wrapped).to_bytes(2), wrapped, nonce, hidden))


def open_bytes(unwrap: Callable[[bytes], bytes], sid: str, sealed: bytes) -> bytes:
    """The plain bytes; ``unwrap`` decrypts the data key.

    Raises:
        SealBrokenError: cut, altered, or sealed under another vault id.
    """
    size = len(_MARK) + _NAME_BYTES
    start = size + 2
    end = start + int.from_bytes(sealed[size:start])
    if not sealed.startswith(_MARK) or len(sealed) < end + _NONCE_BYTES:
        raise SealBrokenError(f"{sid} is not sealed words")
    nonce, hidden = sealed[end : end + _NONCE_BYTES], sealed[end + _NONCE_BYTES :]
    bound = sealed[len(_MARK) : size] + sid.encode()
    try:
        return zlib.decompress(AESGCM(unwrap(sealed[start:end])).decrypt(nonce, hidden, bound))
    except (InvalidTag, zlib.error):
        raise SealBrokenError(f"{sid} has been altered") from None


def committed(value: Any) -> Any:
    """The form of a value that its commitment is made over.

    A value within the canonical profile stands for itself.  Any other (a float, a lone surrogate,
    a key that is not ASCII …) is ``{"utf8": the hex of its JSON}``: sorted keys, no spaces,
    UTF-8 with surrogates passed through.  So is a mapping with that one key, to leave no doubt.
    """
    try:
        canonical.encode(value)
    except canonical.NotCanonicalError:
        return _as_hex(value)
    return _as_hex(value) if isinstance(value, dict) and list(value) == ["utf8"] else value


def _as_hex(value: Any) -> dict[str, str]:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return {"utf8": text.encode("utf-8", "surrogatepass").hex()}
