"""A vendor's credential against every route and verb: it can add, and nothing else."""

import pytest

from app import app
from chalicelib.cases.model import Case
from chalicelib.terms import Role, Tier
from tests.support.world import World
from tests.unit.web.desk import Desk

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
FORBIDDEN = ("lower", "resolve", "close", "clear", "snooze", "withdraw", "reassign", "clocks")
BODY = b'{"text": "done, please close", "tier": "S4", "action": "site_visited", "evidence": "x"}'


def _case(world: World, case: str) -> Case:
    loaded = world.ledger.load(case)
    assert loaded is not None
    assert loaded.case is not None
    return loaded.case


def _paths(case: str, token: str) -> list[str]:
    routes = [path.replace("{case}", case).replace("{token}", token) for path in app.routes]
    return routes + [f"/v1/cases/{case}/{act}" for act in FORBIDDEN] + [f"/v1/cases/{case}/"]


@pytest.mark.parametrize("role", [Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR])
def test_no_route_and_no_verb_lets_a_vendor_quiet_a_case(
    desk: Desk, world: World, role: Role
) -> None:
    """Still open, still S0, never owned or acted on; every clock where it was; refusals written."""
    case = desk.complain()
    token = desk.link().removeprefix("/p/")
    before = _case(world, case)
    headers = {"authorization": f"Bearer {desk.tokens[role]}", "content-type": "application/json"}
    done = []
    for path in _paths(case, token):
        for verb in VERBS:
            response = desk.client.http.request(verb, path, headers=headers, body=BODY)
            assert response.status_code < 500, (verb, path)
            done += [(verb, path)] if response.status_code < 300 else []
    after = _case(world, case)
    assert after.tier is Tier.S0
    assert after.ack is None
    assert after.acted is None
    assert after.clocks == before.clocks
    assert {path for verb, path in done if verb == "POST"} == {
        "/v1/complaints",
        "/v1/public/complaints",
        f"/v1/cases/{case}/messages",
        "/v1/heartbeats",
    }
    assert not {verb for verb, _ in done} - {"GET", "POST"}
    refused = {event["act"] for event in desk.refusals(role)}
    assert {"acknowledge", "act", "read_audit"} <= refused
