"""DynamoDB as the adapters use it: plain items in and out, and its failures by our names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004

from chalicelib.aws.agreement import Agreement, Asking, elapsed
from chalicelib.services.ports import Clock, ConflictError, UncertainError
from chalicelib.terms import SECOND

type Item = dict[str, Any]  # str, int or bytes by attribute name
type Raw = dict[str, dict[str, Any]]  # as DynamoDB writes it

ABSENT = "attribute_not_exists(pk)"

_BATCH = 100
_BATCH_ROUNDS = 20
_SERVER_FAULT = 500
# Refused for the moment, after the client's own retries.  Throttling has several spellings.
_THROTTLED = ("Throttling", "ProvisionedThroughputExceeded", "RequestLimitExceeded")
_LONGEST_PK, _LONGEST_SK = 2_048, 1_024  # bytes
# A lost race is reported as the thing whose loss tells the caller most.
_TELLING = ("once", "link", "case", "change", "effect", "head", "words")


def marshal(item: Mapping[str, Any]) -> Raw:
    """Typed attributes of a plain item."""
    return {name: _typed(value) for name, value in item.items()}


def _typed(value: str | int | bytes) -> dict[str, Any]:
    if isinstance(value, bytes):
        return {"B": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def unmarshal(raw: Raw) -> Item:
    """A plain item; attributes of kinds that this release does not use are left out."""
    item: Item = {}
    for name, typed in raw.items():
        if "N" in typed:
            if typed["N"].lstrip("-").isdigit():
                item[name] = int(typed["N"])
        elif "S" in typed or "B" in typed:
            item[name] = typed["S"] if "S" in typed else bytes(typed["B"])
    return item


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One Put of a transaction; ``what`` names it when its condition fails."""

    table: str
    item: Raw
    what: str
    condition: str = ABSENT
    values: Item = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def request(self) -> dict[str, Any]:
        """As TransactWriteItems wants it."""
        put: dict[str, Any] = {
            "TableName": self.table,
            "Item": self.item,
            "ConditionExpression": self.condition,
        }
        if self.values:
            put["ExpressionAttributeValues"] = marshal(self.values)
        if self.names:  # of attributes that are words of DynamoDB's own
            put["ExpressionAttributeNames"] = dict(self.names)
        return {"Put": put}


class Store:
    """A DynamoDB client that knows how far its clock is from ours.

    Every method raises UncertainError when the network or the store gave no answer (nothing is
    known of a write then) or throttled it after all retries, and ClientError for what is a fault:
    no right, no table.
    """

    def __init__(self, client: Any, clock: Clock, steady: Callable[[], int] = elapsed) -> None:
        """``client`` is a low-level DynamoDB client; ``clock`` is this worker's.

        ``steady`` counts ms and is never set.
        """
        self._client = client
        self._agreement = Agreement(clock, steady)

    def call(self, operation: str, **request: Any) -> Any:
        """One request; what its Date header says of our clock is remembered."""
        asked = self._agreement.asking()
        try:
            response = getattr(self._client, operation)(**request)
        except ClientError as error:
            if _is_unsure(error):
                raise UncertainError(error.response["Error"]["Code"]) from None
            raise
        except (ConnectionError, HTTPClientError) as error:
            raise UncertainError(type(error).__name__) from None
        self._observe(asked, response["ResponseMetadata"].get("HTTPHeaders", {}))
        return response

    def _observe(self, asked: Asking, headers: Mapping[str, str]) -> None:
        if "date" in headers:
            theirs = int(parsedate_to_datetime(headers["date"]).timestamp()) * SECOND
            self._agreement.observe(asked, theirs)

    @property
    def agrees(self) -> bool:
        """Whether our clock is known to be within two seconds of the store's."""
        return self._agreement.holds

    def require_agreement(self, at: int = 0) -> None:
        """Raise ClockSkewError when our clock is another than the store's, or was at ``at``."""
        self._agreement.require(at)

    def get_raw(self, table: str, pk: str, sk: str) -> Raw | None:
        """One item as stored, read consistently; None too for what cannot be a key at all."""
        if not (_is_key(pk, _LONGEST_PK) and _is_key(sk, _LONGEST_SK)):
            return None
        key = marshal({"pk": pk, "sk": sk})
        response = self.call("get_item", TableName=table, Key=key, ConsistentRead=True)
        found: Raw | None = response.get("Item")
        return found

    def get(self, table: str, pk: str, sk: str) -> Item | None:
        """One plain item, read consistently."""
        raw = self.get_raw(table, pk, sk)
        return None if raw is None else unmarshal(raw)

    def batch_get(self, table: str, keys: Sequence[Item]) -> list[Item]:
        """Those of the items that exist, read consistently, in no particular order."""
        found: list[Item] = []
        waiting = [marshal(key) for key in keys]
        for _ in range(_BATCH_ROUNDS + len(keys) // _BATCH):
            if not waiting:
                return found
            asked = {table: {"Keys": waiting[:_BATCH], "ConsistentRead": True}}
            response = self.call("batch_get_item", RequestItems=asked)
            found += [unmarshal(raw) for raw in response["Responses"].get(table, [])]
            left = response.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            waiting = left + waiting[_BATCH:]
        raise UncertainError("the store leaves keys unread")

    def query(
        self, table: str, where: str, values: Item, **more: Any
    ) -> tuple[list[Item], Raw | None]:
        """Plain items, and where to go on if there are more."""
        response = self.call(
            "query",
            TableName=table,
            KeyConditionExpression=where,
            ExpressionAttributeValues=marshal(values),
            **more,
        )
        return [unmarshal(raw) for raw in response["Items"]], response.get("LastEvaluatedKey")

    def put_new(self, table: str, item: Item) -> bool:
        """Put one item outside any transaction; False if its key is taken."""
        try:
            self.call("put_item", TableName=table, Item=marshal(item), ConditionExpression=ABSENT)
        except ClientError as error:
            if not is_refused(error):
                raise
            return False
        return True

    def transact(self, writes: Sequence[Write], token: str) -> None:
        """All of it or nothing; the same token and writes again within 10 min change nothing.

        Raises:
            ConflictError: a condition failed, or another transaction held one of the items.
            UncertainError: no answer, or throttled: then nothing was written.
        """
        items = [write.request() for write in writes]
        try:
            self.call("transact_write_items", TransactItems=items, ClientRequestToken=token)
        except ClientError as error:
            raise (_conflict(error, writes) or _throttled(error) or error) from None


def is_refused(error: ClientError) -> bool:
    """Whether a single write's own condition refused it."""
    return bool(error.response["Error"]["Code"] == "ConditionalCheckFailedException")


def _is_key(text: str, longest: int) -> bool:
    """Ids come from addresses that anyone may type."""
    try:
        return 0 < len(text.encode()) <= longest
    except UnicodeEncodeError:
        return False


def _is_unsure(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = error.response["Error"]["Code"]
    in_doubt = status >= _SERVER_FAULT or code == "TransactionInProgressException"
    return in_doubt or code.startswith(_THROTTLED)


def _conflict(error: ClientError, writes: Sequence[Write]) -> ConflictError | None:
    """The lost race, if that is why a transaction was cancelled."""
    lost = {_lost(write.what, code) for write, code in zip(writes, _reasons(error), strict=False)}
    return next((ConflictError(what) for what in _TELLING if what in lost), None)


def _throttled(error: ClientError) -> UncertainError | None:
    """Whether a transaction was cancelled only because one of its items is too busy."""
    busy = (code for code in _reasons(error) if code.startswith(_THROTTLED))
    return next((UncertainError(code) for code in busy), None)


def _reasons(error: ClientError) -> list[str]:
    reasons: list[dict[str, str]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    return [reason.get("Code", "") for reason in reasons]


def _lost(what: str, code: str) -> str:
    if code == "ConditionalCheckFailed":
        return what
    if code != "TransactionConflict":
        return ""
    # Another transaction was writing the first answer and may yet fail, so there may be none
    # to give: the caller must simply try again.
    return "case" if what == "once" else what
