"""How the store's failures become ours."""

from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from chalicelib.aws.dynamo import Store, Write
from chalicelib.services.ports import ClockSkewError, ConflictError, UncertainError
from tests.support.fakes import VirtualClock

AT = 1_795_255_200_000  # Sat, 21 Nov 2026 10:00:00 GMT
DATE = "Sat, 21 Nov 2026 10:00:00 GMT"
URL = "http://127.0.0.1"


def _answer(**more: Any) -> dict[str, Any]:
    return {"ResponseMetadata": {"HTTPHeaders": {"date": DATE}}, **more}


def _cancelled(*codes: str) -> ClientError:
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": ""},
        "ResponseMetadata": {"HTTPStatusCode": 400},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(response, "TransactWriteItems")


def _refusal(code: str, status: int) -> ClientError:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetItem")


def _transact(error: Exception, *whats: str) -> None:
    client = Mock(transact_write_items=Mock(side_effect=error))
    writes = [Write(table="t", item={}, what=what) for what in whats]
    Store(client, VirtualClock()).transact(writes, "token")


@pytest.mark.parametrize(
    ("codes", "what"),
    [
        (["ConditionalCheckFailed", "None", "None", "None"], "case"),
        (["TransactionConflict", "None", "None", "None"], "case"),
        (["ConditionalCheckFailed", "None", "ConditionalCheckFailed", "None"], "link"),
        (["ConditionalCheckFailed", "None", "None", "ConditionalCheckFailed"], "once"),
        (["None", "None", "None", "TransactionConflict"], "case"),
        (["None", "ConditionalCheckFailed", "None", "None"], "words"),
    ],
)
def test_a_lost_race_has_a_name(codes: list[str], what: str) -> None:
    """The most telling loss is named; a first answer still being written is no answer yet."""
    with pytest.raises(ConflictError) as lost:
        _transact(_cancelled(*codes), "case", "words", "link", "once")
    assert lost.value.what == what


def test_a_cancellation_for_another_reason_is_a_fault() -> None:
    """Too large or not well formed: nobody lost a race, and nobody is told so."""
    with pytest.raises(ClientError):
        _transact(_cancelled("ValidationError", "None"), "case", "link")


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_throttled_transaction_is_a_fault_of_the_moment(code: str) -> None:
    """Nothing was written; whoever has a lost race to tell as well tells that."""
    with pytest.raises(UncertainError, match=code):
        _transact(_cancelled("None", code), "case", "link")
    with pytest.raises(ConflictError, match="case"):
        _transact(_cancelled("ConditionalCheckFailed", code), "case", "link")


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url=URL),
        EndpointConnectionError(endpoint_url=URL),
        _refusal("InternalServerError", 500),
        _refusal("ServiceUnavailable", 503),
        _refusal("TransactionInProgressException", 400),
        _refusal("ThrottlingException", 400),
        _refusal("Throttling", 400),
        _refusal("ProvisionedThroughputExceededException", 400),
        _refusal("RequestLimitExceeded", 400),
    ],
)
def test_no_answer_is_no_knowledge(error: Exception) -> None:
    """Silence, a server's fault, a transaction under way or throttled: a fault of the moment."""
    with pytest.raises(UncertainError):
        _transact(error, "case")


def test_a_refused_right_is_a_fault() -> None:
    """What iam denies is not a race and not a doubt."""
    denied = Mock(side_effect=_refusal("AccessDeniedException", 400))
    store = Store(Mock(get_item=denied, put_item=denied), VirtualClock())
    with pytest.raises(ClientError, match="AccessDenied"):
        store.get("t", "p", "s")
    with pytest.raises(ClientError, match="AccessDenied"):
        store.put_new("t", {"pk": "p"})


def test_a_put_on_a_taken_key_says_so() -> None:
    """A part of sealed words that is there already is left as it is."""
    taken = Mock(side_effect=_refusal("ConditionalCheckFailedException", 400))
    assert not Store(Mock(put_item=taken), VirtualClock()).put_new("t", {"pk": "p"})


@pytest.mark.parametrize(
    ("offset", "agrees"),
    [(-2_001, False), (-2_000, True), (0, True), (3_000, True), (3_001, False)],
)
def test_two_seconds_and_the_headers_own(offset: int, agrees: bool) -> None:  # noqa: FBT001
    """The Date header is cut to seconds, so one more is allowed on the side of being late."""
    store = Store(Mock(get_item=Mock(return_value=_answer())), VirtualClock(AT + offset))
    assert store.get("t", "p", "s") is None
    assert store.agrees is agrees
    if not agrees:
        with pytest.raises(ClockSkewError):
            store.require_agreement()


def test_a_slow_answer_is_not_a_wrong_clock() -> None:
    """The store answered at some time between asking and hearing; that is all one knows."""
    clock = VirtualClock(AT)

    def slowly(**_: Any) -> dict[str, Any]:
        clock.advance(8_000)
        return _answer()

    store = Store(Mock(get_item=slowly), clock, clock.now)
    store.get("t", "p", "s")
    assert store.agrees


def test_without_any_answer_the_clocks_are_not_known_to_agree() -> None:
    """A store that has not been heard, or that tells no time, is no reason for trust."""
    store = Store(Mock(get_item=Mock(return_value={"ResponseMetadata": {}})), VirtualClock())
    store.get("t", "p", "s")
    assert not store.agrees


def test_a_batch_goes_on_until_all_is_read() -> None:
    """More than a hundred keys, and keys the store left unread, are asked for again."""
    asked: list[int] = []

    def batch(RequestItems: Any) -> dict[str, Any]:  # noqa: N803 - the client's own name
        keys = RequestItems["t"]["Keys"]
        asked.append(len(keys))
        found, left = keys[:60], keys[60:]
        more = {"UnprocessedKeys": {"t": {"Keys": left}}} if left else {}
        return _answer(Responses={"t": found}, **more)

    store = Store(Mock(batch_get_item=batch), VirtualClock(AT))
    keys = [{"pk": f"k{n}"} for n in range(150)]
    assert store.batch_get("t", keys) == keys
    assert asked == [100, 90, 30]


def test_a_batch_that_never_ends_is_given_up() -> None:
    """A store that reads nothing for many rounds counts as one that does not answer."""
    left = {"t": {"Keys": [{"pk": {"S": "k"}}]}}
    client = Mock(batch_get_item=Mock(return_value=_answer(Responses={}, UnprocessedKeys=left)))
    with pytest.raises(UncertainError):
        Store(client, VirtualClock(AT)).batch_get("t", [{"pk": "k"}])
