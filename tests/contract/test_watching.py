"""What the self-checks ask, on the emulator: the same answers as the stories' own."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from chalicelib.aws.clients import Clients
from chalicelib.aws.outside import Monitor
from chalicelib.aws.watching import KEY, AwsWatching
from chalicelib.services.watching import Check, Running, Song, Standing, State, Watching
from chalicelib.terms import SECOND
from tests.contract.conftest import BOTH, OffsetClock
from tests.support.emulator import Emulator
from tests.support.fake_watching import FakeWatching

STATE = State(at=1_795_255_200_000, checks={check: Standing(figure="0") for check in Check})
FAILING = State(
    at=STATE.at + 1,
    checks={**STATE.checks, Check.RELEASES: Standing(figure="2", since=7, case="cas_1")},
)


@pytest.fixture(params=BOTH)
def watching(request: pytest.FixtureRequest) -> Watching:
    """Fresh, in memory or on the emulator."""
    if request.param == "fake":
        return FakeWatching()
    emulator: Emulator = request.getfixturevalue("emulator")
    tables = emulator.make_tables()
    return AwsWatching(emulator.clients, tables.registry, tables.audit, (), OffsetClock())


def test_the_state_is_kept_as_it_is(watching: Watching) -> None:
    """Whole, and the newest alone."""
    assert watching.state() == State()
    watching.save(STATE)
    watching.save(FAILING)
    assert watching.state() == FAILING
    assert watching.state().failing(STATE.at) == ("releases",)


def test_songs_and_functions_are_kept_by_name(watching: Watching) -> None:
    """Each path and each function has its own."""
    assert watching.song("sweep") == Song()
    watching.sing("sweep", Song(2, 1))
    watching.sing("wake-up", Song(3, 3))
    assert watching.song("sweep") == Song(2, 1)
    watching.report(Running("ring", "a", 1))
    watching.report(Running("ring", "b", 2))
    watching.report(Running("api", "b", 3))
    assert set(watching.running()) == {Running("ring", "b", 2), Running("api", "b", 3)}


@dataclass
class Deployment:
    """What the checks look at."""

    emulator: Emulator
    watching: AwsWatching
    audit: str
    letters: str


@pytest.fixture
def deployment(emulator: Emulator) -> Deployment:
    """A queue with its dead letters, and four tables."""
    tables = emulator.make_tables()
    queue, letters = emulator.make_queue(), emulator.make_queue()
    sqs = emulator.clients.sqs
    told = sqs.get_queue_attributes(QueueUrl=letters, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": told["Attributes"]["QueueArn"], "maxReceiveCount": "3"}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(policy)})
    watching = AwsWatching(emulator.clients, tables.registry, tables.audit, (queue,), OffsetClock())
    return Deployment(emulator, watching, tables.audit, letters)


@pytest.mark.emulator
def test_dead_letters_are_counted(deployment: Deployment) -> None:
    """Found by way of the queue that gives them up."""
    assert sum(deployment.watching.dead_letters().values()) == 0
    deployment.emulator.clients.sqs.send_message(QueueUrl=deployment.letters, MessageBody="{}")
    assert sum(deployment.watching.dead_letters().values()) == 1


@pytest.mark.emulator
def test_a_queue_without_dead_letters_does_not_pass(emulator: Emulator) -> None:
    """What fails there would be lost, so the check cannot hold."""
    tables = emulator.make_tables()
    queues = (emulator.make_queue(),)
    watching = AwsWatching(emulator.clients, tables.registry, tables.audit, queues, OffsetClock())
    with pytest.raises(LookupError):
        watching.dead_letters()


@pytest.mark.emulator
def test_a_stream_on_and_off(deployment: Deployment) -> None:
    """As the table says."""
    dynamodb = deployment.emulator.clients.dynamodb
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert not deployment.watching.stream_is_on()
    dynamodb.update_table(TableName=deployment.audit, StreamSpecification=specification)
    assert deployment.watching.stream_is_on()


class _Limits:
    """SNS as far as the check asks it; the emulator does not know the question."""

    def __init__(self, **attributes: str) -> None:
        self._attributes = attributes

    def get_sms_attributes(self, attributes: list[str]) -> dict[str, dict[str, str]]:
        """The attributes that are set, of those asked for."""
        return {"attributes": {k: v for k, v in self._attributes.items() if k in attributes}}


@pytest.mark.emulator
def test_the_money_for_sms(emulator: Emulator) -> None:
    """What CloudWatch has of this month, and the limit that is set; else the first dollar."""
    clients = Clients()
    cloudwatch = emulator.clients.cloudwatch
    vars(clients).update(cloudwatch=cloudwatch, sns=_Limits(MonthlySpendLimit="50"))
    watching = AwsWatching(clients, "registry", "audit", (), OffsetClock())
    # A question ends before the second it is asked in, so the figure is of the minute before.
    told = datetime.now(UTC) - timedelta(minutes=1)
    spent = {"MetricName": "SMSMonthToDateSpentUSD", "Value": 41.5, "Timestamp": told}
    cloudwatch.put_metric_data(Namespace="AWS/SNS", MetricData=[spent])
    assert watching.sms_spend() == (41.5, 50.0)
    vars(clients).update(sns=_Limits())
    assert watching.sms_spend() == (41.5, 1.0)


@pytest.mark.emulator
def test_a_state_that_another_release_wrote_is_none(deployment: Deployment) -> None:
    """It is replaced within the minute; until then nobody knows, and the heartbeat stops."""
    watching = deployment.watching
    watching.save(STATE)
    table = {"TableName": watching._registry, "Key": {"pk": {"S": KEY}, "sk": {"S": "state"}}}
    deployment.emulator.clients.dynamodb.update_item(
        **table,
        UpdateExpression="SET body = :b",
        ExpressionAttributeValues={":b": {"B": b'{"at":1,"checks":{"unheard_of":{}}}'}},
    )
    assert watching.state() == State()
    assert watching.state().failing(STATE.at + SECOND) == ("stale",)


class _Listener(BaseHTTPRequestHandler):
    heard: ClassVar[list[tuple[str, bytes]]] = []
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.path, body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_a_ping_and_a_monitor_that_refuses_or_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken with a 2xx and with nothing else; never an error."""
    _Listener.heard.clear()
    server = HTTPServer(("127.0.0.1", 0), _Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    monitor = Monitor(f"http://127.0.0.1:{server.server_port}/t")
    try:
        assert monitor.ping("sweep", {"path": "sweep"})
        monkeypatch.setattr(_Listener, "status", 503)
        assert not monitor.ping("wake-up", {})
    finally:
        server.shutdown()
        server.server_close()
    assert not monitor.ping("sweep", {})
    assert _Listener.heard == [("/t/sweep", b'{"path": "sweep"}'), ("/t/wake-up", b"{}")]
