"""Put what this release stores on the shelf: ``python -m tests.releases``, once a release.

Cases are taken from simulated storms, each that shows an event or a field not seen yet; ids and
times come from seeds, so that the same code writes the same files.
"""

import sys
from collections.abc import Iterator

from chalicelib.audit.canonical import decode
from chalicelib.aws.items import case_item, case_key, read_case
from chalicelib.cases.body import to_body
from chalicelib.version import VERSION
from tests.releases.shelf import Kept, write
from tests.simulation.run import Simulation
from tests.support.fake_ledger import FakeLedger

SEEDS = range(1, 61)
STEPS = 12
LONGEST = 60  # entries of one case: what comes later is more of the same


def main() -> int:
    """The command; it says what is on the shelf now."""
    seen: set[str] = set()
    cases: list[Kept] = []
    other: dict[str, bytes] = {}
    for seed in SEEDS:
        simulation = Simulation(seed)
        simulation.run(STEPS)
        ledger = simulation.world.ledger
        for kept in _cases(ledger):
            if news := _shows(kept) - seen:
                seen |= news
                cases.append(kept)
        for line in _others(ledger):
            for event in decode(line)["events"]:
                other.setdefault(event["e"], line)
    folder = write(VERSION, cases, [other[name] for name in sorted(other)])
    entries = sum(len(kept.lines) for kept in cases)
    print(f"{folder}: {len(cases)} cases, {entries} entries, {len(other)} other events")
    return 0


def _cases(ledger: FakeLedger) -> Iterator[Kept]:
    for case in ledger.cases:
        loaded = ledger.load_quietly(case)
        lines = ledger.entries(case_key(case), 0, LONGEST + 1)
        if loaded and loaded.case and len(lines) <= LONGEST:
            yield Kept(case, case_item(loaded.case, loaded.head), lines)


def _shows(kept: Kept) -> set[str]:
    """Names of events, and of the body's fields and clocks."""
    entries = [decode(line) for line in kept.lines]
    return {str(event["e"]) for entry in entries for event in entry["events"]} | _fields(kept)


def _fields(kept: Kept) -> set[str]:
    case = read_case(kept.item)
    assert case
    return {f"field {name}" for name in to_body(case)} | {f"status {case.status}"}


def _others(ledger: FakeLedger) -> Iterator[bytes]:
    for chain in ledger.chains:
        if not chain.startswith("case#"):
            yield from ledger.entries(chain, 0, LONGEST)


if __name__ == "__main__":
    sys.exit(main())
