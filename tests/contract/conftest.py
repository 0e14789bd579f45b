"""One emulator for all contract tests, and each port in both its forms."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.aws.clock import SystemClock
from chalicelib.aws.dynamo import marshal
from chalicelib.aws.ledger import DynamoLedger, Tables
from chalicelib.services.ports import Ledger, UncertainError
from tests.support.emulator import Emulator, Meddler
from tests.support.fakes import FakeLedger

BOTH = ["fake", pytest.param("emulator", marks=pytest.mark.emulator)]


class OffsetClock(SystemClock):
    """The real time, moved by ``offset`` ms; waiting takes no time."""

    def __init__(self) -> None:
        """Right until it is moved."""
        self.offset = 0

    def now(self) -> int:
        """As the port."""
        return super().now() + self.offset

    def wait_until(self, at: int) -> None:
        """As the port."""
        self.offset += max(0, min(1_000, at - self.now()))


@dataclass
class Rig:
    """A ledger with the handles that its contract needs, whichever ledger it is."""

    ledger: Ledger
    clock: OffsetClock
    corrupt: Callable[[str, bytes], None]
    lose_answer: Callable[[], None]
    lose_request: Callable[[], None]
    parts: Callable[[str], tuple[bytes, ...]]
    at: int = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.clock.now()


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """The emulator, started when the first test asks for it."""
    running = Emulator()
    running.start()
    yield running
    running.stop()


@pytest.fixture(params=BOTH)
def rig(request: pytest.FixtureRequest) -> Rig:
    """A fresh ledger, once in memory and once on the emulator."""
    if request.param == "fake":
        return _fake_rig()
    return _real_rig(request.getfixturevalue("emulator"))


def _fake_rig() -> Rig:
    clock = OffsetClock()
    ledger = FakeLedger(clock)
    return Rig(
        ledger,
        clock,
        corrupt=ledger.corrupt,
        lose_answer=lambda: ledger.fail_next("after"),
        lose_request=lambda: ledger.fail_next("before"),
        parts=lambda sid: ledger.vault.get(sid, ()),
    )


def _real_rig(emulator: Emulator) -> Rig:
    clock, tables = OffsetClock(), emulator.make_tables()
    client = Meddler(emulator.clients.dynamodb)
    ledger = DynamoLedger(client, tables, clock)
    ledger.load("none")  # the store's time is known, so the next call is the write itself
    return Rig(
        ledger,
        clock,
        corrupt=lambda case, body: _corrupt(client, tables, case, body),
        lose_answer=lambda: setattr(client, "meddle", _lost_answer),
        lose_request=lambda: setattr(client, "meddle", _lost_request),
        parts=lambda sid: _parts(client, tables, sid),
    )


def _corrupt(client: Any, tables: Tables, case: str, body: bytes) -> None:
    key = marshal({"pk": f"case#{case}", "sk": "state"})
    item = client.get_item(TableName=tables.cases, Key=key)["Item"]
    item.pop("enc", None)
    client.put_item(TableName=tables.cases, Item=item | marshal({"body": body}))


def _parts(client: Any, tables: Tables, sid: str) -> tuple[bytes, ...]:
    found = client.query(
        TableName=tables.vault,
        KeyConditionExpression="pk = :sid",
        ExpressionAttributeValues=marshal({":sid": sid}),
    )
    return tuple(bytes(item["b"]["B"]) for item in found["Items"])


def _lost_answer(_operation: str, call: Callable[[], Any]) -> Any:
    call()
    raise ReadTimeoutError(endpoint_url="http://127.0.0.1")


def _lost_request(_operation: str, _call: Callable[[], Any]) -> Any:
    raise ReadTimeoutError(endpoint_url="http://127.0.0.1")


def uncertain(commit: Callable[[], None]) -> None:
    """Run it; it must not say whether it was written."""
    with pytest.raises(UncertainError):
        commit()
