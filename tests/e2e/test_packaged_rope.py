"""The reporter's own rope on the really packaged app, with each function's own rights."""

import re

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.services.opening import SHARDS
from tests.e2e.packaged import Packaged

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

PHONE = "+447700900777"
SEEN_BY = ("vendor_a_agent", "vendor_a_supervisor")


def _link(packaged: Packaged) -> str:
    """The path of the link that the reporter was sent."""
    found = packaged.get("/outbox/data.json").json["messages"]
    mine = [message["text"] for message in found if message["to"] == PHONE]
    link = re.search(r"/r/[A-Za-z0-9_-]{22}", mine[0]) if mine else None
    return link[0] if link else ""


def test_a_reporters_press_pages_and_their_address_was_all_that_was_opened(
    packaged: Packaged,
) -> None:
    """Complaint, message, page, press: the pager opens an address, the herald pages."""
    told = {"text": "My refund is late, order page shows nothing", "reporter": {"phone": PHONE}}
    answer = packaged.post("/v1/complaints", told, by="vendor_a_agent")
    assert answer.status == 201
    case, code = answer.json["case"], answer.json["code"]

    link = packaged.until(lambda: _link(packaged), 60)
    page = packaged.get(f"{link}?lang=en")
    assert page.status == 200
    assert PHONE.encode() not in page.body
    assert b"refund" not in page.body
    assert packaged.form(f"{link}?lang=en", do="danger").status == 200
    assert packaged.pages(code)

    def senders() -> list[str]:
        """Which function sent what, the vendor's link first, once a page is recorded."""
        chain = packaged.chain(case)
        names = [e["code"]["fn"] for e in chain if e["events"][0]["e"] == "page.sent.v1"]
        return names if len(names) > 1 else []

    first, *others = packaged.until(senders, 60)
    assert (first, set(others)) == ("pager", {"herald"})
    asked = [event for event in packaged.events(case) if event["e"] == "rope.requested.v1"]
    assert [event["channel"] for event in asked] == ["sms"]
    ledger = packaged.running.desk.ledger
    lines = [line for n in range(SHARDS) for line in ledger.entries(f"opens#{n}", 0, 500)]
    events = [event for line in lines for event in decode(line)["events"]]
    opened = [event for event in events if event["sids"] == [asked[0]["reach"]]]
    assert {(one["reader"], one["why"].partition(":")[0]) for one in opened} == {("pager", "rope")}
    for vendor in SEEN_BY:
        for path in (f"/v1/cases/{case}", f"/v1/cases/{case}/messages", "/v1/cases"):
            said = packaged.get(path, by=vendor)
            assert said.status == 200
            assert link.removeprefix("/r/").encode() not in said.body
            assert b"rope" not in said.body
