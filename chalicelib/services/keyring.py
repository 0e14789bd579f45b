"""The keys that Tocsin keeps to itself: one is made with, and all that are still good are accepted.

A secret is JSON: ``link_key`` (hex, as the stack drew it) or, once it was rotated, ``link_keys``,
each ``{"key": hex, "from_ms": ms}``; ``pin_keys``, which only PINs may still rest on; and
``client_systems_secret``.  A key is accepted from the moment it is there and made with from
``from_ms`` on, so that every worker knows it before any uses it.
"""

import json
from dataclasses import dataclass
from typing import Any

from chalicelib.services.webhooks import read_secrets

LEAST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keyring:
    """``current`` makes hashes, cookies and readings; ``others`` are accepted beside it."""

    current: bytes
    others: tuple[bytes, ...] = ()
    pins: tuple[bytes, ...] = ()
    client_systems: tuple[bytes, ...] = ()


def read_keyring(text: str, now: int) -> Keyring:
    """The keys as they stand at ``now`` (ms); raises ValueError, which quotes nothing of it."""
    try:
        told = json.loads(text)
        dated = told.get("link_keys") or [{"key": told["link_key"], "from_ms": 0}]
        keys = sorted((int(one["from_ms"]), _key(one["key"])) for one in dated)
        pins = tuple(_key(key) for key in told.get("pin_keys", ()))
        secret = str(told.get("client_systems_secret", ""))
        client = read_secrets(secret) if secret else ()
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError("the secret is not as docs/settings.md describes it") from None
    current = max((one for one in keys if one[0] <= now), default=None)
    if current is None:
        raise ValueError("the secret has no key that is good already")
    others = tuple(key for since, key in reversed(keys) if (since, key) != current)
    return Keyring(current[1], others, pins, client)


def _key(text: Any) -> bytes:
    key = bytes.fromhex(text)
    if len(key) < LEAST_BYTES:
        raise ValueError("short")
    return key
