"""Counts of requests by credential and window, in the registry; they vanish by their TTL."""

from typing import Any

from chalicelib.aws.dynamo import Store, marshal, unmarshal
from chalicelib.services.ports import Clock
from chalicelib.terms import SECOND


class DynamoCounter:
    """``Counter`` on DynamoDB; raises UncertainError when the store gives no answer."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        """``client`` is a low-level DynamoDB client."""
        self._store = Store(client, clock)
        self._table = table

    def count(self, key: str, window: int, expires: int) -> int:
        """One more in this window, atomically; how many there are with it."""
        answer = self._store.call(
            "update_item",
            TableName=self._table,
            Key=marshal({"pk": f"rate#{key}", "sk": str(window)}),
            UpdateExpression="ADD n :one SET #ttl = :ttl",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues=marshal({":one": 1, ":ttl": expires // SECOND}),
            ReturnValues="UPDATED_NEW",
        )
        return int(unmarshal(answer["Attributes"])["n"])
