"""The queues' contract: what is sent, and when it would be handed over."""

import json
from typing import Any

import pytest

from chalicelib.aws.queues import NotQueuedError, SqsQueues, delay_s
from chalicelib.cases.source import PageLane
from chalicelib.services.ports import Look, PageAsked, Place, Slot
from chalicelib.terms import HOUR, MINUTE
from tests.support.emulator import Emulator
from tests.support.fakes import FakeQueues, VirtualClock


@pytest.mark.parametrize(
    ("left", "delay"),
    [(-5_000, 0), (0, 0), (999, 0), (1_000, 1), (179_999, 179), (900_999, 900), (5 * HOUR, 900)],
)
def test_whole_seconds_rounded_down(left: int, delay: int) -> None:
    """A wake-up is never late by rounding, and never asks for more than SQS can delay."""
    assert delay_s(10_000 + left, 10_000) == delay


@pytest.mark.emulator
def test_messages_on_sqs(emulator: Emulator) -> None:
    """A page goes at once in its own lane; a wake-up is delayed and is not handed over before."""
    sqs = emulator.clients.sqs
    first, vendors, wake_ups = (emulator.make_queue() for _ in range(3))
    lanes = {PageLane.FIRST: first, PageLane.VENDORS: vendors}
    queues = SqsQueues(sqs, lanes, wake_ups)
    queues.ask_pages(
        [
            PageAsked("cas_1", "cas_1.2.0", 1, PageLane.VENDORS),
            PageAsked("cas_2", "cas_2.2.0", 3, PageLane.FIRST),
        ]
    )
    queues.ask_looks([Look("cas_1", 180_500)], 1_000)
    queues.wake("cas_2", 500, 1_000, hop=3)
    assert _bodies(sqs, vendors) == [{"case": "cas_1", "page": "cas_1.2.0", "attempt": 1}]
    assert _bodies(sqs, first) == [{"case": "cas_2", "page": "cas_2.2.0", "attempt": 3}]
    queues.follow("cas_1", {"order": "link#order#a"})
    queues.change("chg_1")
    assert _bodies(sqs, vendors) == [{"case": "cas_1", "follow": {"order": "link#order#a"}}]
    assert _bodies(sqs, first) == [{"change": "chg_1"}]
    assert _bodies(sqs, wake_ups) == [{"case": "cas_2", "due": 500, "hop": 3}]
    names = ["ApproximateNumberOfMessagesDelayed"]
    left = sqs.get_queue_attributes(QueueUrl=wake_ups, AttributeNames=names)["Attributes"]
    assert left == {names[0]: "1"}
    queues.hand_on(Slot(7, Place(500, "cas_2"), 1))
    queues.hand_on(Slot(8))
    handed_on = sorted(_bodies(sqs, wake_ups), key=lambda body: body["slot"])
    assert handed_on == [
        {"slot": 7, "after": [500, "cas_2"], "hop": 1},
        {"slot": 8, "after": None, "hop": 0},
    ]


@pytest.mark.emulator
def test_many_messages_at_once_on_sqs(emulator: Emulator) -> None:
    """More than one request can carry: all of them arrive, each once."""
    sqs = emulator.clients.sqs
    first, vendors, wake_ups = (emulator.make_queue() for _ in range(3))
    queues = SqsQueues(sqs, {PageLane.FIRST: first, PageLane.VENDORS: vendors}, wake_ups)
    queues.ask_pages([PageAsked(f"cas_{n}", "1.0", 1, PageLane.FIRST) for n in range(23)])
    found = [body["case"] for _ in range(3) for body in _bodies(sqs, first)]
    assert sorted(found) == sorted(f"cas_{n}" for n in range(23))


def test_a_message_that_sqs_did_not_take_is_told() -> None:
    """The request succeeded and one of its messages did not."""

    class Refusing:
        def send_message_batch(self, **_: Any) -> dict[str, Any]:
            return {"Failed": [{"Id": "0"}]}

    queues = SqsQueues(Refusing(), {PageLane.FIRST: "q"}, "w")
    with pytest.raises(NotQueuedError, match="1 of 2"):
        queues.ask_pages([PageAsked("cas_1", f"1.{n}", 1, PageLane.FIRST) for n in range(2)])


def _bodies(sqs: Any, url: str) -> list[Any]:
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0)
    return [json.loads(message["Body"]) for message in received.get("Messages", [])]


def test_messages_in_memory() -> None:
    """The fake hands over the same bodies, each when it is due."""
    clock = VirtualClock(1_000)
    queues = FakeQueues(clock)
    queues.ask_pages([PageAsked("cas_1", "cas_1.2.0", 1, PageLane.VENDORS)])
    queues.ask_looks([Look("cas_1", 180_500)], 1_000)
    assert [message.lane for message in queues.pages] == [PageLane.VENDORS]
    assert queues.take_pages() == [{"case": "cas_1", "page": "cas_1.2.0", "attempt": 1}]
    queues.follow("cas_1", {"order": "link#order#a"})
    queues.change("chg_1")
    assert [message.lane for message in queues.pages] == [PageLane.VENDORS, PageLane.FIRST]
    assert queues.take_pages() == [
        {"case": "cas_1", "follow": {"order": "link#order#a"}},
        {"change": "chg_1"},
    ]
    assert queues.take_pages() == []
    assert queues.take_wake_ups() == []
    clock.advance(3 * MINUTE)
    assert queues.take_wake_ups() == [{"case": "cas_1", "due": 180_500, "hop": 0}]
