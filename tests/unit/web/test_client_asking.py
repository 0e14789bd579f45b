"""A person asks a department for data, and the client's own systems are asked with it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.aws.client_systems import WebhookClientSystems
from chalicelib.terms import Role
from tests.support.client_end import SECRET, ClientEnd, Reply, client_end
from tests.support.fakes import SeededIds
from tests.support.world import World
from tests.unit.web.desk import Desk


@pytest.fixture
def end(world: World) -> Iterator[ClientEnd]:
    """The client's systems, which put every request into a queue of theirs."""
    with client_end(world.clock) as running:
        running.answer = lambda _kind, _data: {"state": "queued", "reference": "REQ-77"}
        systems = WebhookClientSystems(running.url, (SECRET,), world.clock, SeededIds(9))
        world.parts = replace(world.parts, client_systems=systems)
        wiring.use("api", world.parts)
        yield running


def ask(desk: Desk, case: str, **more: Any) -> dict[str, Any]:
    """The owner asks the trips department."""
    body = {"department": "trips"} | more
    response = desk.post(f"/v1/cases/{case}/acts/request_data", body, Role.OWNER)
    assert response.status_code == 200, response.body
    found: dict[str, Any] = response.json_body
    return found


def test_a_department_s_systems_are_asked_with_it(desk: Desk, world: World, end: ClientEnd) -> None:
    """The case's clock starts; what the systems say is on the case, its reference in the vault."""
    case = desk.complain()
    assert ask(desk, case, wants=["track", "phone"])["client_systems"] == "queued"
    assert end.asked[0]["data"] == {
        "department": "trips",
        "case": case,
        "wants": ["track", "phone"],
    }
    lines = world.ledger.entries(f"case#{case}", 0, 100)
    assert b'"data.queued"' in lines[-1]
    assert b"REQ-77" not in b"".join(lines)
    [message] = [e for e in json.loads(lines[-1])["events"] if e["e"] == "message.added.v1"]
    words = world.vault.open([message["sid"]], "per_x", "test")[message["sid"]]
    assert words["fact"]["reference"] == "REQ-77"


def test_systems_that_fail_cost_nothing(desk: Desk, world: World, end: ClientEnd) -> None:
    """The department owes the data all the same."""
    case = desk.complain()
    end.meddle = lambda _reply, _end: Reply(500, {}, b"")
    assert ask(desk, case)["client_systems"] == "unknown"
    loaded = world.ledger.load(case)
    assert loaded is not None
    assert loaded.case is not None
    assert "data.trips" in loaded.case.clocks


def test_without_systems_nobody_is_asked(desk: Desk) -> None:
    """The answer says nothing of them."""
    assert "client_systems" not in ask(desk, desk.complain())
