"""Which code and which policies run from when on: an entry on ``deployments``, one on ``policies``.

A deployment is written down once it stands, because the first one makes the tables that the log
is in.  What ran without its entry is seen all the same: every entry names its code and policies.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from chalicelib.audit.canonical import decode
from chalicelib.services.caller import machine
from chalicelib.services.parts import Parts
from chalicelib.services.refusals import append

DEPLOYMENTS, POLICIES = "deployments", "policies"
DEPLOYED, PUBLISHED = "deployment.made.v1", "policies.published.v1"
# Of the bundle itself, and of no rule in it.
_ABOUT = frozenset({"digest", "schema"})


@dataclass(frozen=True, slots=True)
class Deployed:
    """What was deployed: SHA-256 of the zip and of the template, and names of new parameters."""

    stage: str
    version: str
    code: str
    template: str
    parameters: tuple[str, ...] = ()


def note(parts: Parts, deployed: Deployed, bundle: Mapping[str, Any]) -> tuple[bool, bool]:
    """Write down what differs from the newest entries: whether the code did, and the policies.

    Raises BusyError when the log took no entry.
    """
    return _note_code(parts, deployed), _note_policies(parts, bundle)


def _note_code(parts: Parts, deployed: Deployed) -> bool:
    told = asdict(deployed) | {"parameters": list(deployed.parameters)}
    newest = _newest(parts, DEPLOYMENTS)
    if not deployed.parameters and _same(newest, told):
        return False
    append(parts, machine("tools"), DEPLOYMENTS, "deployment", {"e": DEPLOYED, **told})
    return True


def _same(newest: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    return all(newest.get(name) == value for name, value in told.items() if name != "parameters")


def _note_policies(parts: Parts, bundle: Mapping[str, Any]) -> bool:
    newest = _newest(parts, POLICIES)
    if newest.get("digest") == bundle["digest"]:
        return False
    before, now = newest.get("parts", {}), digests(bundle)
    event = {
        "e": PUBLISHED,
        "digest": bundle["digest"],
        "previous": newest.get("digest", ""),
        "added": sorted(now.keys() - before.keys()),
        "changed": sorted(name for name in now.keys() & before.keys() if now[name] != before[name]),
        "removed": sorted(before.keys() - now.keys()),
        "parts": now,
    }
    append(parts, machine("tools"), POLICIES, "policies", event)
    return True


def digests(bundle: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of each part of a bundle, such as ``rules/gas-smell`` or ``ladders/life-safety``.

    What has no names inside, such as the list of attributes, is one part.
    """
    found: dict[str, str] = {}
    for section, value in bundle.items():
        if section not in _ABOUT:
            named = _named(value)
            found |= {f"{section}/{name}": _digest(part) for name, part in named.items()}
            if not named:
                found[section] = _digest(value)
    return found


def _named(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, Sequence) or isinstance(value, str):
        return {}
    ids = [row.get("id") for row in value if isinstance(row, Mapping)]
    whole = all(ids) and len(set(ids)) == len(value)
    return dict(zip(map(str, ids), value, strict=True)) if whole else {}


def _digest(value: Any) -> str:
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()


def _newest(parts: Parts, chain: str) -> Mapping[str, Any]:
    """The event of the chain's newest entry; empty before there is one."""
    head = parts.ledger.head(chain)
    lines = parts.ledger.entries(chain, head.seq - 1, 1) if head.seq else ()
    newest: Mapping[str, Any] = decode(lines[0])["events"][0] if lines else {}
    return newest
