"""The restore drill: ``python -m tools.restore [--local] [--at 2026-11-26T03:30:00Z] [--keep]``.

Restores the four tables to one second under new names, rebuilds every case from its entries and
compares it with its item, arms a wake-up for every open case, and verifies the log of the
restored tables.  The real tables are only read, and what the drill made is deleted at its end,
unless it failed or ``--keep`` is given.

Against AWS that is point-in-time restore.  The local emulator has the same call and no memory: it
copies the tables as they are now, whatever second is asked for.

The last line is JSON.  Exit 0: every case is the fold of its entries, every clock is armed, and
the log holds.  1: something is not so, and each is named.  2: the tables could not be restored.
"""

import argparse
import json
import sys
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chalicelib.aws.clock import SystemClock
from chalicelib.aws.items import EntryAlteredError
from chalicelib.aws.ledger import Tables
from chalicelib.aws.queues import SqsQueues
from chalicelib.services.ports import Clock, Ledger
from chalicelib.terms import SECOND, iso
from tools.export import export_chains
from tools.local.desk import TABLES, NoTablesError, place
from tools.local.home import NotRunningError
from tools.restore.rebuild import Rebuilder, Told
from tools.restore.tables import RestoreError, drop, latest_ms, restore
from tools.verify_log import Report, verify

REFUSED = 2


@dataclass(frozen=True, slots=True)
class Moment(SystemClock):
    """The clock of an export: it stands at the second that was restored."""

    ms: int

    def now(self) -> int:
        """As the port."""
        return self.ms


@dataclass(frozen=True, slots=True)
class Drill:
    """What a drill found."""

    at_ms: int
    told: Told
    entries: int
    chains: int
    armed: int
    findings: tuple[str, ...]

    @property
    def problems(self) -> list[str]:
        """All that is not as it should be."""
        return [*self.told.problems, *self.findings]

    def plain(self) -> dict[str, Any]:
        """For the last line."""
        told = self.told
        return {
            "at": iso(self.at_ms),
            "cases": told.cases,
            "equal": told.equal,
            "rebuilt_damaged": told.rebuilt_damaged,
            "rebuilt_missing": told.rebuilt_missing,
            "due_mended": told.due_mended,
            "open": len(told.open),
            "armed": self.armed,
            "entries": self.entries,
            "chains": self.chains,
            "heads_mended": told.heads_mended,
            "words": told.words,
            "problems": len(self.problems),
        }


def main(argv: list[str] | None = None) -> int:
    """The command; see above for what its exit code says."""
    chosen = _arguments(argv)
    try:
        cloud, names = place(local=chosen.local)
        tables = Tables(*(names[variable] for variable in TABLES))
        store = cloud.client("dynamodb")
        at = latest_ms(store, tables) if chosen.at is None else chosen.at
        label = f"drill-{iso(at)[:19].replace('-', '').replace(':', '')}"
        _say(f"restoring to {iso(at)} as *-{label}")
        if chosen.local:
            _say("  the emulator copies the tables as they are now, whatever the second")
        copies = restore(store, tables, label, at)
    except (NoTablesError, NotRunningError, RestoreError) as refusal:
        print(f"restore: {refusal}", file=sys.stderr)
        return REFUSED
    url = _queue(cloud.client("sqs"), label)
    drill = run(store, cloud.client("sqs"), copies, url, at)
    for name, count in drill.plain().items():
        _say(f"  {name:<16}{count}")
    for problem in drill.problems:
        _say(f"  {problem}")
    if chosen.keep or drill.problems:
        _say(f"kept: {', '.join(astuple(copies))}, {url}")
    else:
        drop(store, copies)
        cloud.client("sqs").delete_queue(QueueUrl=url)
    _say(json.dumps(drill.plain()))
    return 1 if drill.problems else 0


def run(store: Any, sqs: Any, copies: Tables, wake_ups_url: str, at_ms: int) -> Drill:
    """All that follows the restoring; raises what the store raises."""
    clock = SystemClock()
    rebuilder = Rebuilder(store, copies, clock)
    told = rebuilder.run()
    queues, armed = SqsQueues(sqs, {}, wake_ups_url), 0
    for case, due in told.open.items():
        queues.wake(case, due, clock.now())
        armed += 1
    findings = _findings(rebuilder.ledger, list(rebuilder.log.newest), max(at_ms, told.newest_ms))
    return Drill(
        at_ms=at_ms,
        told=told,
        entries=rebuilder.log.entries,
        chains=len(rebuilder.log.newest),
        armed=armed,
        findings=findings,
    )


def _findings(ledger: Ledger, chains: list[str], moment: int) -> tuple[str, ...]:
    """What the auditor's verifier says of the restored tables, rebuilt cases included."""
    clock: Clock = Moment(moment)
    with TemporaryDirectory(prefix="tocsin-drill-") as folder:
        try:
            export_chains(ledger, Path(folder), clock, chains)
        except EntryAlteredError as error:
            return (f"the log cannot be exported: {error}",)
        report: Report = verify(Path(folder), as_of=moment)
    return tuple(str(finding) for finding in report.findings)


def _queue(sqs: Any, label: str) -> str:
    """A queue of the drill's own, so that nothing of it reaches a function."""
    url: str = sqs.create_queue(QueueName=f"tocsin-{label}-wake-ups")["QueueUrl"]
    return url


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools.restore", description=__doc__)
    parser.add_argument("--local", action="store_true", help="the running local stack")
    parser.add_argument("--at", type=_second, help="RFC 3339; the newest possible when not given")
    parser.add_argument("--keep", action="store_true", help="leave the restored tables there")
    return parser.parse_args(argv)


def _second(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
