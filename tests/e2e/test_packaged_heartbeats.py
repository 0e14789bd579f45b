"""A vendor's heartbeats on the really packaged app, with each function's own rights."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.audit.entry import Cause
from chalicelib.services.beating import keep
from chalicelib.services.caller import machine
from chalicelib.services.engine import Origin
from chalicelib.services.heartbeats import Vitals
from chalicelib.terms import MINUTE
from tests.e2e.packaged import Packaged
from tools.local.people import VENDOR_A

pytestmark = [pytest.mark.slow, pytest.mark.emulator]


def _grow_silent(packaged: Packaged, vendor: str) -> None:
    """As if its newest heartbeat had come eleven minutes ago."""

    def change(vitals: Vitals | None, _at: int) -> tuple[Vitals, dict[str, Any]]:
        assert vitals is not None
        return replace(vitals, at=vitals.at - 11 * MINUTE), {"e": "heartbeat.received.v1"}

    origin = Origin(machine("story"), Cause("tool", "story"))
    keep(packaged.running.desk.parts, origin, vendor, change)


def _sweep(packaged: Packaged) -> None:
    """A minute's sweep, now."""
    function = packaged.running.outputs["SweepFunction"]
    names = ("version", "account", "region", "time", "source", "detail-type")
    event = dict.fromkeys(names, "") | {"id": "by-hand", "resources": [], "detail": {}}
    found = packaged.running.cloud.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(event).encode()
    )
    assert "FunctionError" not in found, found["Payload"].read()


def _row(packaged: Packaged) -> dict[str, Any]:
    [row] = packaged.get("/v1/heartbeats", by="auditor").json["vendors"]
    found: dict[str, Any] = row
    return found


def _counted(packaged: Packaged) -> int:
    """How many contacts of the vendor's were counted in the hour, by this story or another."""
    quarter = packaged.running.desk.now // (15 * MINUTE) * 15 * MINUTE
    beats = packaged.running.desk.parts.heartbeats
    return sum(beats.counted(VENDOR_A, quarter - n * 15 * MINUTE) for n in range(4))


def test_a_vendor_gone_dark_pages_the_client(packaged: Packaged) -> None:
    """The api keeps the beat, the sweep opens the case, the pager sends; and none has more rights.

    A complaint of the vendor's is counted, and its next heartbeat is told to the case.
    """
    before = _counted(packaged)
    packaged.post("/v1/complaints", {"text": "where is my refund"}, by="vendor_a_agent")
    first = packaged.post("/v1/heartbeats", {"seq": 1, "answered": 1}, by="vendor_a_agent")
    assert (first.status, first.json["vendor"]) == (200, VENDOR_A)
    assert len(first.json["receipt"]) == 64
    assert _counted(packaged) == before + 1
    assert _row(packaged)["dark"] is False
    _grow_silent(packaged, VENDOR_A)
    _sweep(packaged)
    row = _row(packaged)
    assert row["dark"] is True
    code = packaged.get(f"/v1/cases/{row['case']}", by="owner").json["code"]
    pages = packaged.until(lambda: packaged.messages(code), 60)
    assert {page["kind"] for page in pages} <= {"sms", "email"}
    back = packaged.post("/v1/heartbeats", {"seq": 2}, by="vendor_a_agent")
    assert back.status == 200
    spoken = [e for e in packaged.events(row["case"]) if e["e"] == "message.added.v1"]
    assert [event["direction"] for event in spoken] == ["internal"]
    assert _row(packaged)["dark"] is False
