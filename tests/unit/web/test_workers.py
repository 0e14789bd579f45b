"""The functions behind the queues and the schedule, as Lambda calls them."""

import json
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

import app as functions
from chalicelib import wiring
from chalicelib.aws.wire import unpack
from chalicelib.services import changes
from chalicelib.services.change_model import ChangeKind
from chalicelib.services.change_proposal import Proposal
from chalicelib.services.ports import TransportError
from chalicelib.terms import MINUTE
from chalicelib.web import observe
from tests.support.world import World


def batch(*bodies: Any) -> dict[str, Any]:
    """An SQS event; a string goes as it is."""
    return {
        "Records": [
            {
                "messageId": f"m{n}",
                "receiptHandle": "r",
                "body": body if isinstance(body, str) else json.dumps(dict(body)),
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for n, body in enumerate(bodies)
        ]
    }


def invoke(name: str, event: dict[str, Any]) -> Any:
    """As Lambda would."""
    with Client(functions.app) as client:
        return client.lambda_.invoke(name, event).payload


def failures(answer: Any) -> list[str]:
    """The ids that go back to the queue."""
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


@pytest.mark.parametrize("lane", ["herald", "pager"])
def test_a_pager_sends_and_one_bad_message_goes_back_alone(world: World, lane: str) -> None:
    """The partial batch response passes through Chalice, and the good ones are done."""
    world.complain()
    pages = world.queues.take_pages()
    answer = invoke(lane, batch("not json", *pages, {"case": "x"}))

    assert failures(answer) == ["m0", f"m{len(pages) + 1}"]
    assert len(world.channels.sent) == len(pages) > 0


def test_the_pager_does_what_follows_from_an_opening(world: World) -> None:
    """The older case of a subject learns of the newer one; a strange message goes back."""
    older, newer = (world.complain(subject_id="D1").body["case"] for _ in range(2))
    asked = [body for body in world.queues.take_pages() if "follow" in body]
    answer = invoke("pager", batch(*asked, {"case": newer, "follow": "not keys"}))

    assert failures(answer) == ["m1"]
    found = world.ledger.load(older)
    assert found is not None
    assert found.case is not None
    assert found.case.linked == (newer,)


def test_the_herald_alone_carries_changes_of_people(world: World) -> None:
    """What is to be told of a change is told; in the vendors' lane it goes back, and nothing is."""
    roster = {"owner": [world.people["owner_second"].id]}
    proposal = Proposal(kind=ChangeKind.ROSTER, value=roster)
    changes.propose(world.parts, world.client("duty_director"), proposal)
    asked = world.queues.take_pages()

    assert failures(invoke("pager", batch(*asked))) == ["m0"]
    assert world.channels.sent == []
    assert failures(invoke("herald", batch(*asked))) == []
    assert world.people["owner"].phone in {sms.number for sms in world.channels.messages}


def test_a_carrier_s_moment_of_weakness_goes_back(world: World) -> None:
    """A refusal that may pass is handed out again; one that may not is an outcome."""
    world.complain()
    pages = world.queues.take_pages()
    world.channels.fail_next("throttled", permanent=False)

    assert failures(invoke("pager", batch(*pages))) == ["m0"]
    world.channels.refuse = lambda *_: TransportError("blocked", permanent=True)
    assert failures(invoke("pager", batch(pages[0]))) == []


def test_ring_rings_what_is_due(world: World) -> None:
    """A wake-up at its time fires the next rung."""
    case = world.complain().body["case"]
    world.settle()
    world.clock.advance(3 * MINUTE)
    world.queues.pages.clear()
    due = world.ledger.load(case)
    assert due
    answer = invoke("ring", batch({"case": case, "due": due.beside.due, "hop": 0}, "{}"))

    assert failures(answer) == ["m1"]
    assert world.queues.pages


def test_the_sweep_rings_without_any_wake_up(world: World) -> None:
    """Lost wake-ups are found by the schedule alone."""
    world.complain()
    world.settle()
    world.clock.advance(4 * MINUTE)
    world.queues.pages.clear()
    with Client(functions.app) as client:
        event = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
        client.lambda_.invoke("sweep", event)

    assert world.queues.pages


class Opener:
    """Stands for KMS: a part is its own words."""

    def read(self, sids: list[str]) -> dict[str, tuple[bytes, ...]]:
        """All but what is not there."""
        return {sid: (sid.encode(),) for sid in sids if sid != "vlt_none"}

    def open_parts(self, sid: str, parts: tuple[bytes, ...]) -> dict[str, Any]:
        """The fields."""
        return {"text": parts[0].decode(), "sid": sid}


def test_open_writes_an_entry_and_packs_the_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes back is what the vault's client unpacks, and the opening is on its chain."""
    monkeypatch.setattr(wiring, "opener", Opener)
    event = {"sids": ["vlt_a", "vlt_none"], "reader": "per_1", "why": "page"}
    answer = invoke("open", event)

    assert unpack(answer["words"]) == {"vlt_a": {"text": "vlt_a", "sid": "vlt_a"}}
    assert any(world.ledger.entries(f"opens#{shard}", 0, 1) for shard in range(16))


def test_packaging_stops_at_a_stale_bundle(tmp_path: Path) -> None:
    """The committed bundle passes; edited policies do not; a copy without policies is left be."""
    functions.refuse_stale_bundle(Path(functions.__file__).parent)
    functions.refuse_stale_bundle(tmp_path)
    (tmp_path / "policies").mkdir()
    (tmp_path / "tools").mkdir()
    with pytest.raises(RuntimeError, match="stale"):
        functions.refuse_stale_bundle(tmp_path)


def test_a_metric_that_fails_makes_no_answer_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted has been committed already."""

    def fail(**_: object) -> None:
        raise RuntimeError("full")

    monkeypatch.setattr(observe.metrics, "add_metric", fail)
    observe.count(Anything=1)
