"""The shelf: what each release stored, as files under ``tests/data/releases/<version>/``.

``items.jsonl`` holds case items as the table had them, bytes in base64; ``entries.jsonl`` the
exact bytes of their entries; ``others.jsonl`` one entry with each event of the other chains.
"""

import base64
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.audit.canonical import decode

FOLDER = Path(__file__).parents[1] / "data" / "releases"
ITEMS, ENTRIES, OTHERS = "items.jsonl", "entries.jsonl", "others.jsonl"


@dataclass(frozen=True, slots=True)
class Kept:
    """One case: the item, and its entries in order."""

    case: str
    item: dict[str, Any]
    lines: tuple[bytes, ...]


def releases() -> list[str]:
    """Versions that are on the shelf."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def read(version: str) -> list[Kept]:
    """The cases of a release."""
    chains: dict[str, list[bytes]] = defaultdict(list)
    for line in (FOLDER / version / ENTRIES).read_bytes().splitlines():
        chains[str(decode(line)["chain"])].append(line)
    items = map(json.loads, (FOLDER / version / ITEMS).read_text("utf-8").splitlines())
    return [
        Kept(item["pk"].removeprefix("case#"), _plain(item), tuple(chains[item["pk"]]))
        for item in items
    ]


def others(version: str) -> list[bytes]:
    """Entries of chains that are not a case's."""
    return (FOLDER / version / OTHERS).read_bytes().splitlines()


def write(version: str, cases: list[Kept], other: list[bytes]) -> Path:
    """Put a release on the shelf, over what stood there."""
    folder = FOLDER / version
    folder.mkdir(parents=True, exist_ok=True)
    items = [json.dumps(_text(kept.item), sort_keys=True) for kept in cases]
    (folder / ITEMS).write_text("\n".join(items) + "\n", "utf-8")
    (folder / ENTRIES).write_bytes(b"".join(line + b"\n" for k in cases for line in k.lines))
    (folder / OTHERS).write_bytes(b"".join(line + b"\n" for line in other))
    return folder


def _text(item: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"b64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for name, value in item.items()
    }


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    return {
        name: base64.b64decode(value["b64"]) if isinstance(value, dict) else value
        for name, value in item.items()
    }
