"""The stack's keys in Secrets Manager: ``python -m tools.keys list|rotate|drop|adopt|share``.

``SECRET_ID`` names the secret (the stack's output ``KeysSecret``).  No key is ever printed: each is
told by its fingerprint, the first eight hex digits of its SHA-256.

``rotate`` draws a new key that is made with ten minutes from now (``--at`` says another time) and
is accepted at once, so that every worker knows it before any uses it; the old one stays accepted
until it is dropped.  ``drop FINGERPRINT`` ends that; PINs go on resting on a dropped key, unless
``--pins-too`` says that it has leaked.  ``adopt`` puts the key in ``LINK_KEY`` into the secret, as
the one that is made with.  ``share`` takes what is shared with the client's systems from
``CLIENT_SYSTEMS_SECRET``.
"""

import argparse
import json
import os
import sys
from datetime import datetime
from hashlib import sha256
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clock import SystemClock
from chalicelib.aws.ids import random_bytes
from chalicelib.services.keyring import read_keyring
from chalicelib.terms import MINUTE, SECOND, iso
from tools.local.cloud import Cloud

# Twice as long as a worker keeps what it has read.
SOON_MS = 10 * MINUTE
KEY_BYTES = 32

type Secret = dict[str, Any]


class KeysError(Exception):
    """Nothing was changed; the message says why, and holds no key."""


def main(argv: list[str] | None = None) -> int:
    """The command; 1 when nothing was changed that should have been."""
    chosen = _arguments(argv)
    now = SystemClock().now()
    try:
        identity = _from_environment("SECRET_ID")
        client = Cloud().client("secretsmanager")
        before = parsed(client.get_secret_value(SecretId=identity)["SecretString"])
        after = changed(before, chosen, now)
        read_keyring(json.dumps(after), now)
        if after != before:
            client.put_secret_value(SecretId=identity, SecretString=json.dumps(after))
    except (KeysError, ValueError, ClientError, BotoCoreError) as refusal:
        print(f"keys: {refusal}", file=sys.stderr)
        return 1
    print("\n".join(lines(after, now)))
    return 0


def parsed(text: str) -> Secret:
    """The secret with its keys dated, whatever form the stack gave it; raises KeysError."""
    try:
        told: Secret = json.loads(text)
        dated = told.get("link_keys") or [{"key": told["link_key"], "from_ms": 0}]
    except (AttributeError, KeyError, ValueError):
        raise KeysError("the secret is not one of Tocsin's") from None
    told.pop("link_key", None)
    return {**told, "link_keys": dated}


def changed(before: Secret, chosen: argparse.Namespace, now: int) -> Secret:
    """The secret after what was asked for; raises KeysError."""
    if chosen.command == "rotate":
        since = max(chosen.at or 0, now + SOON_MS)
        return _with(before, random_bytes(KEY_BYTES).hex(), since)
    if chosen.command == "adopt":
        return _with(before, _from_environment("LINK_KEY"), now)
    if chosen.command == "share":
        return before | {"client_systems_secret": _from_environment("CLIENT_SYSTEMS_SECRET")}
    if chosen.command == "drop":
        return dropped(before, chosen.fingerprint, now, pins_too=chosen.pins_too)
    return before


def dropped(before: Secret, name: str, now: int, *, pins_too: bool) -> Secret:
    """Without the key of this fingerprint; raises KeysError for the one that is made with."""
    current = fingerprint(read_keyring(json.dumps(before), now).current.hex())
    if name == current:
        raise KeysError("that key is made with now: rotate, and wait until the new one is")
    gone = [one["key"] for one in before["link_keys"] if fingerprint(one["key"]) == name]
    pins = [key for key in before.get("pin_keys", []) if fingerprint(key) != name]
    if not gone and len(pins) == len(before.get("pin_keys", [])):
        raise KeysError(f"there is no key {name}")
    kept = [one for one in before["link_keys"] if one["key"] not in gone]
    return before | {"link_keys": kept, "pin_keys": pins if pins_too else pins + gone}


def lines(secret: Secret, now: int) -> list[str]:
    """Each key by its fingerprint, and what it is good for."""
    current = read_keyring(json.dumps(secret), now).current.hex()
    found = []
    for one in sorted(secret["link_keys"], key=lambda one: int(one["from_ms"])):
        state = "made with" if one["key"] == current else "accepted"
        since = iso(one["from_ms"]) if one["from_ms"] else "the first deployment"
        found.append(f"{fingerprint(one['key'])}  {state:<10} from {since}")
    found += [f"{fingerprint(key)}  PINs only" for key in secret.get("pin_keys", [])]
    shared = "kept here" if secret.get("client_systems_secret") else "not here"
    return [*found, f"shared with the client's systems: {shared}"]


def fingerprint(key: str) -> str:
    """Enough to tell keys apart, and nothing of the key."""
    return sha256(bytes.fromhex(key)).hexdigest()[:8]


def _with(before: Secret, key: str, since: int) -> Secret:
    if any(one["key"] == key for one in before["link_keys"]):
        raise KeysError("that key is there already")
    return before | {"link_keys": [*before["link_keys"], {"key": key, "from_ms": since}]}


def _from_environment(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise KeysError(f"set {name}")
    return value


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools.keys", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="which keys there are")
    rotate = commands.add_parser("rotate", help="draw a new key")
    rotate.add_argument("--at", type=_moment, metavar="TIME", help="RFC 3339; made with from then")
    drop = commands.add_parser("drop", help="accept a key no longer")
    drop.add_argument("fingerprint")
    drop.add_argument("--pins-too", action="store_true", help="PINs made with it are wrong then")
    commands.add_parser("adopt", help="put LINK_KEY into the secret")
    commands.add_parser("share", help="put CLIENT_SYSTEMS_SECRET into the secret")
    return parser.parse_args(argv)


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


if __name__ == "__main__":
    sys.exit(main())
