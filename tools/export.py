"""The auditor's export: ``python -m tools.export FOLDER [--local]``.

Writes ``entries.jsonl``, ``heads.jsonl`` and ``manifest.json`` as ``tools/verify_log.py`` reads
them, for every chain there is.  The chains are learnt from the index of days; each is then read to
its end by its own key, so an entry that the index does not show yet is in the export too.  The
index is asked day by day from ``--from-ms``: give the log's first day, or wait a little longer.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.audit.canonical import decode, encode
from chalicelib.audit.chain import entry_hash
from chalicelib.services.ports import Clock, Ledger
from chalicelib.services.stored_form import stored_state
from chalicelib.terms import DAY
from tools.local.desk import Desk, NoTablesError, configured
from tools.local.home import NotRunningError

FIRST_DAY_MS = 1_763_596_800_000  # 2025-11-20: before the first entry of any log
BATCH = 500
CASE = "case#"


@dataclass(frozen=True, slots=True)
class Told:
    """What was written."""

    entries: int
    chains: int


def main(argv: list[str] | None = None) -> int:
    """The command; 0 when the export is complete."""
    parser = argparse.ArgumentParser(prog="tools.export", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--local", action="store_true", help="the running local stack")
    parser.add_argument("--from-ms", type=int, help="when the log began, or earlier (ms UTC)")
    chosen = parser.parse_args(argv)
    try:
        desk = configured(local=chosen.local)
    except (NoTablesError, NotRunningError) as refusal:
        print(f"export: {refusal}", file=sys.stderr)
        return 1
    start = chosen.from_ms
    if start is None:
        start = _first(desk) if chosen.local else FIRST_DAY_MS
    told = export(desk.ledger, chosen.folder, desk.parts.clock, start)
    print(f"{told.entries} entries of {told.chains} chains: {chosen.folder}")
    return 0


def _first(desk: Desk) -> int:
    """A local stack is seeded before it serves, so its log begins with its first credential."""
    made = [credential.created_at for credential in desk.registry.credentials()]
    return min(made, default=desk.now) - DAY


def export(ledger: Ledger, folder: Path, clock: Clock, start: int = FIRST_DAY_MS) -> Told:
    """Write the three files; ``start`` is ms UTC.

    The manifest's time is read last, so that no entry in the export is newer.
    """
    return export_chains(ledger, folder, clock, _chains(ledger, start, clock.now() + DAY))


def export_chains(ledger: Ledger, folder: Path, clock: Clock, chains: Iterable[str]) -> Told:
    """The same for chains that are known already."""
    folder.mkdir(parents=True, exist_ok=True)
    chains = sorted(chains)
    written = 0
    with (
        (folder / "entries.jsonl").open("wb") as entries,
        (folder / "heads.jsonl").open("wb") as heads,
    ):
        for chain in chains:
            lines, state = _whole(ledger, chain)
            entries.writelines(line + b"\n" for line in lines)
            head = {"chain": chain, "seq": len(lines), "head": entry_hash(lines[-1])}
            heads.write(encode({**head, "state": state}) + b"\n")
            written += len(lines)
    counts = {"entries": written, "chains": len(chains)}
    manifest = {"as_of_ms": clock.now(), **counts, "log": "tocsin", "v": 1}
    (folder / "manifest.json").write_bytes(encode(manifest) + b"\n")
    return Told(written, len(chains))


def _chains(ledger: Ledger, start: int, end: int) -> set[str]:
    found: set[str] = set()
    cursor = ""
    while True:
        part = ledger.entries_between(start, end, cursor, BATCH)
        found.update(str(decode(line)["chain"]) for line in part.items)
        cursor = part.cursor
        if not cursor:
            return found


def _whole(ledger: Ledger, chain: str) -> tuple[list[bytes], dict[str, Any] | None]:
    """A chain's entries, and for a case the state that its last one names.

    A case that moves while it is read is read again up to where its state stood.
    """
    if not chain.startswith(CASE):
        return list(_entries(ledger, chain)), None
    loaded = ledger.load(chain.removeprefix(CASE))
    lines = list(_entries(ledger, chain))
    state = stored_state(loaded) if loaded else None
    if loaded is None or state is None:
        return lines, None
    return lines[: loaded.head.seq], state


def _entries(ledger: Ledger, chain: str) -> Iterator[bytes]:
    after = 0
    while lines := ledger.entries(chain, after, BATCH):
        yield from lines
        after += len(lines)


if __name__ == "__main__":
    sys.exit(main())
