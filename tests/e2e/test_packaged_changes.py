"""A change of somebody's number on the really packaged app, with the functions' own rights."""

import re

import pytest

from chalicelib.audit.canonical import decode
from tests.e2e.packaged import Answer, Packaged

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

NEW_PHONE = "+447700900955"


def _link(packaged: Packaged) -> str:
    """The path of the acceptance link that went to the new number, once it is out."""

    def look() -> str:
        listed = packaged.get("/outbox/data.json").json["messages"]
        texts = (message["text"] for message in listed if message["to"] == NEW_PHONE)
        found = next((m for text in texts if (m := re.search(r"/a/[\w-]{22}", text))), None)
        return found[0] if found else ""

    return packaged.until(look, 60)


def _stage(packaged: Packaged, change: str) -> str:
    return str(packaged.get(f"/v1/changes/{change}", by="auditor").json["stage"])


def test_a_number_changes_by_two_people_and_a_link(packaged: Packaged) -> None:
    """The api records, the herald tells, asks and applies; the roster pages the new number."""
    person = packaged.id_of("head_of_safety")
    asked = {"kind": "number", "person": person, "phone": NEW_PHONE}
    assert packaged.post("/v1/changes", asked, by="vendor_a_agent").status == 403
    answer = packaged.post("/v1/changes", asked, by="owner")
    assert answer.status == 201, answer.body
    change = answer.json["change"]
    approve = f"/v1/changes/{change}/approve"
    assert packaged.post(approve, {}, by="owner").json["code"] == "own_proposal"
    assert packaged.post(approve, {}, by="admin").json["code"] == "role_may_not"
    assert packaged.post(approve, {}, by="duty_director").status == 200
    link = _link(packaged)
    page: Answer = packaged.get(link)
    assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
    assert _stage(packaged, change) == "approved"
    assert packaged.form(link, do="accept").status == 200
    packaged.until(lambda: _stage(packaged, change) == "applied", 60)
    registered = packaged.running.desk.registry.person(person)
    assert registered is not None
    assert registered.phone == NEW_PHONE
    lines = packaged.running.desk.ledger.entries("people", 0, 100)
    mine = [e for line in lines for e in decode(line)["events"] if e.get("change") == change]
    happened = [event["e"].split(".")[1] for event in mine]
    happened.remove("told")  # by the herald, at its own pace: before or after the approval
    assert happened == ["proposed", "approved", "asked", "sent", "accepted", "applied"]
    assert all(NEW_PHONE.encode() not in line for line in lines)


def test_the_deployment_and_its_policies_are_in_the_log(packaged: Packaged) -> None:
    """One entry each, before anybody has used what was deployed."""
    ledger = packaged.running.desk.ledger
    [deployed] = ledger.entries("deployments", 0, 9)
    [published] = ledger.entries("policies", 0, 9)
    assert decode(deployed)["events"][0]["e"] == "deployment.made.v1"
    event = decode(published)["events"][0]
    assert event["digest"] == packaged.running.desk.parts.rules.digest
    assert "ladders/life-safety" in event["added"]
