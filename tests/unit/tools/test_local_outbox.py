"""What the outbox shows of a case and of the messages about it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.fakes import Sms
from tests.support.world import ORDINARY, World
from tools.local.chronicle import Chronicle
from tools.local.desk import Desk
from tools.local.ladder_view import view
from tools.local.outbox import Outbox
from tools.local.ports import HOST


def _case(world: World, case: str) -> dict[str, Any]:
    told = Chronicle(case)
    told.read(world.ledger.entries(f"case#{case}", 0, 1_000))
    loaded = world.ledger.load(case)
    assert loaded
    assert loaded.case
    return view(loaded.case, told, {p.id: p.name for p in world.people.values()})


def _states(shown: dict[str, Any]) -> list[str]:
    return [rung["state"] for rung in shown["rungs"]]


def test_a_fresh_s0_shows_what_rang_and_what_is_coming() -> None:
    """Rung 0 fired with the people it paged; the others have their times; nobody owns it."""
    world = World()
    case = world.complain().body["case"]
    world.fast_forward(1)
    shown = _case(world, case)
    assert _states(shown) == ["fired", "coming", "coming", "coming", "coming"]
    assert shown["rungs"][0]["people"] == ["Person 0", "Person 1"]
    assert shown["rungs"][0]["at"] == world.start
    assert shown["rungs"][1]["at"] == world.start + 3 * 60_000
    assert [clock["clock"] for clock in shown["clocks"]] == ["K3", "K4", "K10"]
    assert shown["acknowledged"] is None
    assert shown["again"] == world.start + 3 * 60_000


def test_an_acknowledgement_holds_the_higher_rungs_and_names_its_person() -> None:
    """Held rungs are shown as held; K3 is gone; after the action they are called off."""
    world = World()
    case = world.complain().body["case"]
    world.acknowledge(case)
    shown = _case(world, case)
    assert _states(shown) == ["fired", "held", "held", "held", "held"]
    assert shown["acknowledged"]["who"] == "Person 0"
    assert "K3" not in [clock["clock"] for clock in shown["clocks"]]
    world.act(case)
    shown = _case(world, case)
    assert _states(shown) == ["fired", "off", "off", "off", "off"]
    assert shown["acted"]["what"] == "authority_informed"


def test_a_missed_clock_stays_in_sight() -> None:
    """K3 is shown as lapsed, with the time at which it was due."""
    world = World()
    case = world.complain().body["case"]
    world.fast_forward(6)
    shown = _case(world, case)
    lapsed = [clock for clock in shown["clocks"] if clock["state"] == "lapsed"]
    assert lapsed == [{"clock": "K3", "due": world.start + 3 * 60_000, "state": "lapsed"}]
    assert _states(shown)[:3] == ["fired", "fired", "fired"]


def test_a_chronicle_reads_each_entry_once() -> None:
    """Reading on from where it stood gives the same as reading from the beginning."""
    world = World()
    case = world.complain().body["case"]
    told = Chronicle(case)
    for _ in range(4):
        world.fast_forward(1)
        told.read(world.ledger.entries(f"case#{case}", told.seq, 1_000))
    whole = Chronicle(case)
    whole.read(world.ledger.entries(f"case#{case}", 0, 1_000))
    assert told == whole
    assert len(told.sent) == len(world.channels.sent)


class _Carriers(ThreadingHTTPServer):
    """What the emulator tells of the messages it took."""

    daemon_threads = True
    world: World


class _Told(BaseHTTPRequestHandler):
    server: _Carriers

    def do_GET(self) -> None:
        texts: dict[str, list[dict[str, str]]] = {}
        mails = []
        for number, sent in enumerate(self.server.world.channels.sent):
            channel = "sms" if isinstance(sent, Sms) else "email"
            identity = f"{channel}-{number + 1}"
            if isinstance(sent, Sms):
                row = {"MessageId": identity, "Message": sent.text}
                texts.setdefault(sent.number, []).append(row)
            else:
                row = {"MessageId": identity, "Subject": sent.subject, "BodyText": sent.text}
                mails.append(row | {"To": [sent.address], "Timestamp": 1_795_255_200.5})
        told = {"messages": {"0": mails}} if "ses" in self.path else {"sms_messages": texts}
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _outbox(world: World, earlier: list[dict[str, Any]] | None = None) -> Iterator[Outbox]:
    server = _Carriers((HOST, 0), _Told)
    server.world = world
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        desk = Desk(world.ledger, world.registry, world.parts)
        yield Outbox(desk, f"http://{HOST}:{server.server_port}", earlier or [])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_every_message_is_shown_with_its_case_and_its_segments() -> None:
    """Who got it, on which rung, of which case, and how long the SMS is."""
    world = World()
    answer = world.complain().body
    world.fast_forward(0)
    with _outbox(world) as outbox:
        data = outbox.data()
    assert len(data["messages"]) == 4
    assert {message["case"] for message in data["messages"]} == {answer["case"]}
    assert {message["code"] for message in data["messages"]} == {answer["code"]}
    assert {(m["role"], m["kind"]) for m in data["messages"]} == {
        (role, kind) for role in ("owner", "safety_specialist") for kind in ("sms", "email")
    }
    assert {m["size"]["segments"] for m in data["messages"] if m["kind"] == "sms"} == {1}
    assert {message["name"] for message in data["messages"]} == {"Person 0", "Person 1"}


def test_the_gravest_case_stands_first() -> None:
    """An ordinary complaint that came later does not push an S0 down."""
    world = World()
    grave = world.complain().body["case"]
    world.fast_forward(1)
    world.complain(ORDINARY)
    with _outbox(world) as outbox:
        tiers = [case["tier"] for case in outbox.data()["cases"]]
        assert outbox.data()["cases"][0]["id"] == grave
    assert tiers == ["S0", "S4"]


def test_it_looks_at_most_twice_a_second() -> None:
    """Between two looks everybody is shown the same; then the news."""
    world = World()
    with _outbox(world) as outbox:
        before = outbox.data()
        world.complain()
        assert outbox.data() is before
        world.clock.advance(600)
        assert len(outbox.data()["cases"]) == 1


def test_mails_of_earlier_runs_are_still_shown() -> None:
    """The emulator forgets them when it stops; what was handed over stands beside the new ones."""
    before = World()
    before.complain()
    before.fast_forward(0)
    with _outbox(before) as outbox:
        mails = outbox.emails()
    assert len(mails) == 2
    with _outbox(World(), mails) as outbox:
        shown = outbox.data()["messages"]
        assert outbox.emails() == mails
    assert {message["id"] for message in shown} == {mail["id"] for mail in mails}
