"""What the self-checks ask of AWS, and where their answers are kept: the registry's table."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from chalicelib.audit import canonical
from chalicelib.aws.clients import Clients
from chalicelib.aws.dynamo import Item, Store, marshal
from chalicelib.services.ports import Clock
from chalicelib.services.watching import Check, Running, Song, Standing, State
from chalicelib.terms import DAY, SECOND

KEY = "watch"
STATE = "state"
# A function that is gone says nothing more; what it said last goes a day later.
KEPT_MS = DAY
# What an account may spend on SMS before it asks for more (SNS, "Requesting increases").
DEFAULT_LIMIT_USD = 1.0


class NoRedriveError(LookupError):
    """A queue has no dead-letter queue: what fails in it would be lost."""


class AwsWatching:
    """``Watching`` on DynamoDB, SQS, SNS and CloudWatch; raises what their clients raise."""

    def __init__(
        self, clients: Clients, registry: str, audit: str, queues: Sequence[str], clock: Clock
    ) -> None:
        """``registry`` and ``audit`` name tables; ``queues`` are addresses of the main queues."""
        self._clients = clients
        self._registry = registry
        self._audit = audit
        self._queues = queues
        self._clock = clock

    @cached_property
    def _store(self) -> Store:
        return Store(self._clients.dynamodb, self._clock)

    def state(self) -> State:
        """Read consistently; one that another release wrote and this cannot read is no state."""
        item = self._store.get(self._registry, KEY, STATE)
        try:
            return _state(canonical.decode(item["body"])) if item else State()
        except (KeyError, TypeError, ValueError, AttributeError):
            return State()

    def save(self, state: State) -> None:
        """The newest state and no other."""
        checks = {
            check.value: {"figure": one.figure, "since": one.since, "case": one.case}
            for check, one in state.checks.items()
        }
        self._put(STATE, body=canonical.encode({"at": state.at, "checks": checks}))

    def song(self, path: str) -> Song:
        """Of one canary."""
        item = self._store.get(self._registry, KEY, f"song#{path}")
        return Song(int(item["at"]), int(item["taken"])) if item else Song()

    def sing(self, path: str, song: Song) -> None:
        """Replace it."""
        self._put(f"song#{path}", at=song.at, taken=song.taken)

    def report(self, running: Running) -> None:
        """Kept for a day."""
        self._put(
            f"running#{running.function}",
            policies=running.policies,
            at=running.at,
            ttl=(running.at + KEPT_MS) // SECOND,
        )

    def running(self) -> tuple[Running, ...]:
        """Every function that worked of late."""
        found, _ = self._store.query(
            self._registry,
            "pk = :pk AND begins_with(sk, :running)",
            {":pk": KEY, ":running": "running#"},
            ConsistentRead=True,
        )
        return tuple(
            Running(item["sk"].partition("#")[2], item["policies"], int(item["at"]))
            for item in found
        )

    def dead_letters(self) -> Mapping[str, int]:
        """Messages in each, by the queue's name."""
        return {url.rsplit("/", 1)[1]: self._waiting(url) for url in self._dead_letter_urls}

    @cached_property
    def _dead_letter_urls(self) -> tuple[str, ...]:
        """From the queues themselves, asked once a process."""
        return tuple(map(self._dead_letter_url, self._queues))

    def _dead_letter_url(self, queue: str) -> str:
        told = self._attribute(queue, "RedrivePolicy")
        if not told:
            raise NoRedriveError(queue.rsplit("/", 1)[1])
        arn = str(json.loads(told)["deadLetterTargetArn"])
        url: str = self._clients.sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[1])["QueueUrl"]
        return url

    def _waiting(self, queue: str) -> int:
        return int(self._attribute(queue, "ApproximateNumberOfMessages"))

    def _attribute(self, queue: str, name: str) -> str:
        told = self._clients.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
        return str(told.get("Attributes", {}).get(name, ""))

    def stream_is_on(self) -> bool:
        """Whether the audit table's changes are streamed."""
        table = self._clients.dynamodb.describe_table(TableName=self._audit)["Table"]
        return bool(table.get("StreamSpecification", {}).get("StreamEnabled"))

    def sms_spend(self) -> tuple[float, float]:
        """As CloudWatch has it: the largest figure of the newest hour of the last day."""
        told = self._clients.sns.get_sms_attributes(attributes=["MonthlySpendLimit"])
        limit = float(told["attributes"].get("MonthlySpendLimit", DEFAULT_LIMIT_USD))
        end = datetime.fromtimestamp(self._clock.now() / SECOND, UTC)
        found = self._clients.cloudwatch.get_metric_statistics(
            Namespace="AWS/SNS",
            MetricName="SMSMonthToDateSpentUSD",
            StartTime=end - timedelta(days=1),
            EndTime=end,
            Period=3_600,
            Statistics=["Maximum"],
        )
        points = sorted(found["Datapoints"], key=lambda point: point["Timestamp"])
        return (float(points[-1]["Maximum"]) if points else 0.0), limit

    def _put(self, sk: str, **fields: Any) -> None:
        item: Item = {"pk": KEY, "sk": sk, **fields}
        self._store.call("put_item", TableName=self._registry, Item=marshal(item))


def _state(body: Mapping[str, Any]) -> State:
    checks = {
        Check(name): Standing(figure=one["figure"], since=one["since"], case=one["case"])
        for name, one in body["checks"].items()
    }
    return State(at=body["at"], checks=checks)
