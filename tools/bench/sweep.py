"""What a sweep costs with few and with very many open cases: ``python -m tools.bench.sweep``.

100 cases are due each time, and 1,000, 10,000 or 100,000 are open.  The last line is JSON:
``{"runs": [{"open", "due", "read_units", "write_units", "seconds"}], "spread"}``, where
``spread`` is how far the units of the largest run are from those of the smallest.  Exit 1 when it
is more than a tenth.

Units are the emulator's count where it counts as AWS does (writes, transactions, queries of an
index), and DynamoDB's published sizes for reads of whole cases.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.aws.clients import Clients
from chalicelib.aws.dynamo import unmarshal
from chalicelib.aws.items import item_bytes
from chalicelib.services.ring import sweep
from chalicelib.terms import HOUR
from tools.bench.crowd import STEP_MS, Crowd
from tools.bench.scene import emulated
from tools.local.progress import Progress

OPEN = (1_000, 10_000, 100_000)
DUE = 100
SPREAD = 0.1
_READ_UNIT = 4_096
_COUNTED = frozenset({"Query", "TransactWriteItems", "PutItem"})


@dataclass(slots=True)
class Units:
    """Hooks on a client: what its reads and writes consumed since ``clear``."""

    found: Counter[str] = field(default_factory=Counter)

    def watch(self, client: Any) -> None:
        """From now on."""
        client.meta.events.register("provide-client-params.dynamodb", self._ask)
        client.meta.events.register("after-call.dynamodb", self._read)

    def _ask(self, params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any] | None:
        return params | {"ReturnConsumedCapacity": "TOTAL"} if model.name in _COUNTED else None

    def _read(self, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        listed = consumed if isinstance(consumed, list) else [consumed]
        total = sum(one["CapacityUnits"] for one in listed)
        if model.name == "Query":
            self.found["read"] += total
        elif model.name in _COUNTED:
            self.found["write"] += total
        elif model.name == "BatchGetItem":
            for items in parsed["Responses"].values():
                self.found["read"] += sum(-(-_bytes(raw) // _READ_UNIT) for raw in items)
        elif model.name == "GetItem":
            self.found["read"] += -(-_bytes(parsed.get("Item", {})) // _READ_UNIT) or 1


def _bytes(raw: Any) -> int:
    return item_bytes(unmarshal(raw))


def measure(clients: Clients, units: Units, count: int, due: int) -> dict[str, Any]:
    """One sweep over ``count`` open cases of which ``due`` are due."""
    crowd = Crowd(clients, name=f"open-{count}-")
    # So many take a while to put there: they are given an hour, and those that are due come last.
    crowd.put(crowd.open(crowd.clock.now() + HOUR) for _ in range(count - due))
    # Their next rung is a minute after they were opened.
    crowd.put(crowd.open(crowd.clock.now() - STEP_MS) for _ in range(due))
    crowd.parts.watch()
    units.found.clear()
    begun = time.perf_counter()
    swept = sweep(crowd.parts)
    seconds = time.perf_counter() - begun
    if swept.rung != due or swept.failed:
        raise ValueError(f"rung {swept.rung} of {due}, {swept.failed} failed")
    return {
        "open": count,
        "due": due,
        "read_units": units.found["read"],
        "write_units": units.found["write"],
        "seconds": round(seconds, 3),
    }


def spread(runs: list[dict[str, Any]]) -> float:
    """How far the units of the last run are from those of the first."""
    first, *_, last = (float(run["read_units"] + run["write_units"]) for run in runs)
    return round(abs(last - first) / first, 3)


def main() -> int:
    """The command; 1 when units grow with what is open."""
    asked = argparse.ArgumentParser(prog="python -m tools.bench.sweep")
    asked.add_argument("--open", type=int, nargs="+", default=OPEN)
    given = asked.parse_args()
    progress, units = Progress(), Units()
    runs = []
    with emulated() as (clients, _):
        units.watch(clients.dynamodb)
        for count in given.open:
            with progress.step(f"{count} open"):
                runs.append(measure(clients, units, count, DUE))
            print(f"{runs[-1]}")
    grown = spread(runs)
    print(json.dumps({"runs": runs, "spread": grown}))
    return 1 if grown > SPREAD else 0


if __name__ == "__main__":
    sys.exit(main())
