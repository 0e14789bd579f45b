"""A vendor's credential against every route and verb: it can add, and nothing else."""

import json

import pytest

from app import app
from chalicelib.cases.model import Case
from chalicelib.services.acts_special import REPORTERS_OWN
from chalicelib.services.acts_table import ACTS
from chalicelib.terms import Role, Tier
from tests.support.world import World
from tests.unit.web.desk import Desk

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
OTHER = "cas_" + "0" * 26
FORBIDDEN = ("lower", "resolve", "close", "clear", "snooze", "withdraw", "reassign", "clocks")
# Every field that any act takes, each with a value that it would accept.
BODY = json.dumps(
    {"text": "done, please close", "tier": "S0", "action": "site_visited", "evidence": "x1 x2"}
    | {"department": "data", "authority": "police", "genuine": True, "contents": ["phone"]}
    | {"task": "t", "what": "lower", "to": "S4", "reason": "misread", "proposal": "1"}
    | {"kind": "cleared", "agrees": True, "outcome": "reached", "channel": "phone"}
    | {"category": "refund", "other": OTHER, "into": OTHER, "why": "same_danger"}
    | {"reach": "vlt_" + "0" * 26, "how": "called_back", "reading": "0.9.9.9.x"}
).encode()
# What a vendor may give on a case of danger: it adds, raises or asks.
OPEN_TO_VENDORS = ("raise", "escalate", "ask_freeze", "police_ask", "propose_merge")


def _case(world: World, case: str) -> Case:
    loaded = world.ledger.load(case)
    assert loaded is not None
    assert loaded.case is not None
    return loaded.case


def _paths(case: str, token: str) -> list[str]:
    named = [path.replace("{case}", case).replace("{token}", token) for path in app.routes]
    every = (*ACTS, *REPORTERS_OWN)
    routes = [path.replace("{act}", act) for path in named for act in every if "{act}" in path]
    routes += [path for path in named if "{act}" not in path]
    return routes + [f"/v1/cases/{case}/{act}" for act in FORBIDDEN] + [f"/v1/cases/{case}/"]


@pytest.mark.parametrize("role", [Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR])
def test_no_route_and_no_verb_lets_a_vendor_quiet_a_case(
    desk: Desk, world: World, role: Role
) -> None:
    """Still open, still S0, nothing owned, done or ended; no clock later; refusals written."""
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
    assert after.closed is None
    assert after.resolved is None
    assert after.contained == after.hold == 0
    assert not any((after.done, after.data, after.tasks, after.proposals, after.reviews))
    assert after.freeze is not None
    assert after.police is not None
    assert after.freeze.state == after.police.state == "asked"
    duties = {name: due for name, due in before.clocks.items() if name.startswith("K")}
    assert duties
    assert all(after.clocks[name] <= due for name, due in duties.items())
    assert {path for verb, path in done if verb == "POST"} == {
        "/v1/complaints",
        "/v1/public/complaints",
        f"/v1/cases/{case}/messages",
        "/v1/heartbeats",
        *(f"/v1/cases/{case}/acts/{act}" for act in OPEN_TO_VENDORS),
    }
    assert not {verb for verb, _ in done} - {"GET", "POST"}
    refused = {event["act"] for event in desk.refusals(role)}
    assert {"acknowledge", "act", "read_audit"} <= refused
    assert {spec.act.value for spec in ACTS.values() if role not in spec.roles} <= refused
    assert set(REPORTERS_OWN) <= refused
