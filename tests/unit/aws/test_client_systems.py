"""The client's systems over the wire: what is believed, and what is only unknown."""

import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.client_systems import Limits, WebhookClientSystems
from chalicelib.services.client_systems import (
    NOBODY,
    Facts,
    NoClientSystems,
    Outcome,
    Question,
    State,
    Subject,
)
from chalicelib.services.webhooks import sign
from chalicelib.terms import MINUTE
from tests.support.client_end import SECRET, ClientEnd, Reply, client_end, with_body
from tests.support.fakes import SeededIds, VirtualClock

QUESTION = Question(order="A-7", phone="+8613800138000")
MATCH = {"source": "orders", "phone_on_record": True, "trip_active": True}
UNKNOWN = Facts(source="client_systems")
# A thread that waits for nothing else; what is asked here answers in a moment or never.
QUICK = Limits(connect_s=0.2, total_s=0.3)


@pytest.fixture
def clock() -> VirtualClock:
    """The time that both sides go by."""
    return VirtualClock()


@pytest.fixture
def end(clock: VirtualClock) -> Iterator[ClientEnd]:
    """The client's side, which says that the phone is on its record."""
    with client_end(clock) as running:
        running.answer = lambda _kind, _data: MATCH
        yield running


def systems(end: ClientEnd, clock: VirtualClock, **more: Any) -> WebhookClientSystems:
    """Our side, with the same secret unless a test says otherwise."""
    secrets = more.pop("secrets", (SECRET,))
    limits = more.pop("limits", Limits())
    return WebhookClientSystems(more.pop("url", end.url), secrets, clock, SeededIds(), limits)


def test_facts_are_what_the_client_says_with_its_source(
    end: ClientEnd, clock: VirtualClock
) -> None:
    """The question goes out signed, with the parts that were given and no other."""
    end.answer = lambda _kind, _data: (
        MATCH
        | {
            "email_on_record": False,
            "subjects": [
                {"kind": "driver", "id": "D1"},
                {"kind": 7},
                "x",
                {"kind": "car", "id": "C2"},
            ],
        }
    )
    facts = systems(end, clock).look_up(QUESTION)
    assert facts == Facts(
        source="client_systems:orders",
        subjects=(Subject("driver", "D1"), Subject("car", "C2")),
        phone_on_record=True,
        email_on_record=False,
        trip_active=True,
    )
    assert facts.matches
    [asked] = end.asked
    assert asked["type"] == "look_up"
    assert asked["data"] == {"order": "A-7", "phone": "+8613800138000"}


@pytest.mark.parametrize("state", [State.DONE, State.QUEUED, State.REFUSED])
def test_an_outcome_is_what_the_client_says(
    end: ClientEnd, clock: VirtualClock, state: State
) -> None:
    """A freeze and a request for data, each with the client's own reference."""
    end.answer = lambda _kind, _data: {"state": state.value, "reference": "FRZ-1"}
    ours = systems(end, clock)
    told = Outcome(state=state, source="client_systems", reference="FRZ-1")
    assert ours.freeze(Subject("driver", "D1"), "cas_1", on=True) == told
    assert ours.request_data("trips", "cas_1", ["track", "phone"]) == told
    assert [question["data"] for question in end.asked] == [
        {"subject": {"kind": "driver", "id": "D1"}, "case": "cas_1", "on": True},
        {"department": "trips", "case": "cas_1", "wants": ["track", "phone"]},
    ]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"phone_on_record": "yes", "trip_active": 1, "subjects": {"kind": "driver"}},
        {"source": "13800138000", "state": "perhaps", "subjects": None},
    ],
)
def test_what_is_not_said_plainly_is_unknown(
    end: ClientEnd, clock: VirtualClock, data: dict[str, object]
) -> None:
    """No answer of a strange form becomes a yes, a no or a done."""
    end.answer = lambda _kind, _data: data
    ours = systems(end, clock)
    assert ours.look_up(QUESTION) == UNKNOWN
    assert not UNKNOWN.matches
    assert ours.freeze(Subject("driver", "D1"), "cas_1", on=True).state is State.UNKNOWN


def _altered(reply: Reply, _end: ClientEnd) -> Reply:
    return with_body(reply, reply.body.replace(b'"orders"', b'"others"'))


def _unsigned(reply: Reply, _end: ClientEnd) -> Reply:
    return replace(reply, headers={})


def _of_another_secret(reply: Reply, end: ClientEnd) -> Reply:
    proof = sign(b"x" * 32, end.requests[-1].id, end.clock.now(), reply.body)
    return replace(reply, headers=proof.headers())


def _under_another_id(reply: Reply, end: ClientEnd) -> Reply:
    return end.signed("whk_another", reply.body)


def _stale(reply: Reply, end: ClientEnd) -> Reply:
    then = end.clock.now() - 6 * MINUTE
    proof = sign(SECRET, end.requests[-1].id, then, reply.body)
    return replace(reply, headers=proof.headers())


def _mirror(_reply: Reply, end: ClientEnd) -> Reply:
    """Our own question back: the right secret, under the right id."""
    return Reply(200, end.requests[-1].headers(), end.bodies[-1])


def _redirect(reply: Reply, end: ClientEnd) -> Reply:
    return replace(reply, status=307, headers={**reply.headers, "Location": end.url})


def _oversize(_reply: Reply, end: ClientEnd) -> Reply:
    body = json.dumps({"type": "look_up.answer", "data": MATCH, "x": "x" * 70_000})
    return end.signed(end.requests[-1].id, body.encode())


def _not_json(_reply: Reply, end: ClientEnd) -> Reply:
    return end.signed(end.requests[-1].id, b"yes, it matches")


def _nested(_reply: Reply, end: ClientEnd) -> Reply:
    return end.signed(end.requests[-1].id, b"[" * 60_000)


def _of_another_kind(_reply: Reply, end: ClientEnd) -> Reply:
    body = json.dumps({"type": "freeze.answer", "data": MATCH})
    return end.signed(end.requests[-1].id, body.encode())


def _without_data(_reply: Reply, end: ClientEnd) -> Reply:
    return end.signed(end.requests[-1].id, b'{"type": "look_up.answer", "data": []}')


def _fault(reply: Reply, _end: ClientEnd) -> Reply:
    return replace(reply, status=500)


LIES = [
    _altered,
    _unsigned,
    _of_another_secret,
    _under_another_id,
    _stale,
    _mirror,
    _redirect,
    _oversize,
    _not_json,
    _nested,
    _of_another_kind,
    _without_data,
    _fault,
]


@pytest.mark.parametrize("meddle", LIES, ids=lambda meddle: meddle.__name__.strip("_"))
def test_nobody_in_between_can_say_that_it_matches(
    end: ClientEnd, clock: VirtualClock, meddle: Any
) -> None:
    """An answer that is altered, unsigned, old, another's, too large or none is unknown."""
    end.meddle = meddle
    assert systems(end, clock).look_up(QUESTION) == UNKNOWN
    assert len(end.requests) == 1


def test_an_answer_of_yesterday_is_no_answer_of_today(end: ClientEnd, clock: VirtualClock) -> None:
    """A recorded answer is bound to the question that it answered."""
    recorded: list[Reply] = []

    def record(reply: Reply, _end: ClientEnd) -> Reply:
        recorded.append(reply)
        return recorded[0]

    end.meddle = record
    ours = systems(end, clock)
    assert ours.look_up(QUESTION).matches
    assert ours.look_up(Question(order="B-8", phone="+8613800138001")) == UNKNOWN


def test_a_question_that_is_not_signed_with_its_secret_is_refused(
    end: ClientEnd, clock: VirtualClock
) -> None:
    """The client's side has the same rights against us."""
    assert systems(end, clock, secrets=(b"x" * 32,)).look_up(QUESTION) == UNKNOWN
    assert end.refused == ["signature_wrong"]


def test_while_the_secret_is_changed_the_newest_signs_and_either_answers(
    end: ClientEnd, clock: VirtualClock
) -> None:
    """The client takes both, and may still answer with the old one."""
    newest = b"n" * 32
    end.secrets = (SECRET, newest)
    assert systems(end, clock, secrets=(newest, SECRET)).look_up(QUESTION).matches
    end.secrets = (newest,)
    assert systems(end, clock, secrets=(newest, SECRET)).look_up(QUESTION).matches


def test_a_system_that_never_answers_is_left_behind(end: ClientEnd, clock: VirtualClock) -> None:
    """The socket is open and nothing comes: unknown, while the other side still holds it."""
    end.holds = True
    assert systems(end, clock, limits=QUICK).look_up(QUESTION) == UNKNOWN
    assert not end.release.is_set()


def test_a_system_that_trickles_is_left_behind(end: ClientEnd, clock: VirtualClock) -> None:
    """A byte now and then keeps a socket awake, and nobody waiting."""
    end.trickles = True
    assert systems(end, clock, limits=QUICK).look_up(QUESTION) == UNKNOWN
    assert not end.release.is_set()


def test_requests_that_hang_do_not_pile_up(end: ClientEnd, clock: VirtualClock) -> None:
    """Beyond a few under way the next one is not even sent."""
    end.trickles = True
    ours = systems(end, clock, limits=replace(QUICK, at_once=1))
    assert ours.look_up(QUESTION) == UNKNOWN
    assert ours.look_up(QUESTION) == UNKNOWN
    assert len(end.requests) == 1


def test_a_system_that_is_away_is_unknown(end: ClientEnd, clock: VirtualClock) -> None:
    """Nobody listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert systems(end, clock, url=url).look_up(QUESTION) == UNKNOWN


def test_a_certificate_is_asked_for(end: ClientEnd, clock: VirtualClock) -> None:
    """Whatever answers on the port without a certificate is not the client."""
    url = end.url.replace("http://", "https://")
    assert systems(end, clock, url=url).look_up(QUESTION) == UNKNOWN
    assert end.requests == []


def test_nothing_personal_is_logged(
    end: ClientEnd, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A line says why there was no answer, and nothing of what was asked."""
    end.meddle = _fault
    with caplog.at_level(logging.DEBUG, logger="chalicelib"):
        systems(end, clock).look_up(Question(order="A-7", phone="+8613800138000", email="a@b.cd"))
    [line] = caplog.records
    assert (line.__dict__["why"], line.__dict__["asked"]) == ("status_500", "look_up")
    assert not {"8613800138000", "a@b.cd", "A-7"} & set(str(line.__dict__).split("'"))
    assert "8613800138000" not in str(line.__dict__)


def test_a_broken_character_asks_all_the_same(end: ClientEnd, clock: VirtualClock) -> None:
    """Half a surrogate out of a complaint's order is no reason to ask nothing."""
    assert systems(end, clock).look_up(Question(order="A\ud800")).matches
    assert end.asked[0]["data"] == {"order": "A?"}


def test_without_any_systems_nothing_is_known() -> None:
    """Nobody was asked, so nobody said no."""
    none = NoClientSystems()
    assert none.look_up(QUESTION) == Facts(source=NOBODY)
    unknown = Outcome(state=State.UNKNOWN, source=NOBODY)
    assert none.freeze(Subject("driver", "D1"), "cas_1", on=True) == unknown
    assert none.request_data("trips", "cas_1", ["track"]) == unknown
