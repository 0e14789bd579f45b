"""Stories on the really packaged app, over HTTP, in the emulator with iam enforced."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.terms import Role
from tests.e2e.packaged import DANGER_EN, DANGER_ZH, Packaged
from tools.credentials import Order, make, register, revoke
from tools.export import export
from tools.local.desk import TABLES
from tools.local.home import ROOT
from tools.local.people import PEOPLE
from tools.local.segments import size
from tools.restore import __main__ as restoring

pytestmark = [pytest.mark.slow, pytest.mark.emulator]


def test_a_danger_in_english_from_anybody_pages_the_client(
    packaged: Packaged,
) -> None:
    """201 with S0 and why; an SMS and an email to each of rung 0, one segment, one link."""
    body = packaged.complain(DANGER_EN)
    assert body["tier"] == "S0"
    assert "is smoking" in [match["words"] for why in body["why"] for match in why["matches"]]
    assert "agent" not in body
    pages = packaged.pages(body["code"])
    first = [part for part in PEOPLE if part.key in {"owner", "safety_specialist"}]
    reached = {(page["to"], page["kind"]) for page in pages}
    assert reached == {(p.phone, "sms") for p in first} | {(p.email, "email") for p in first}
    assert all(f"{packaged.running.base}/p/" in page["text"] for page in pages)
    assert {size(page["text"]).segments for page in pages if page["kind"] == "sms"} == {1}
    assert not any("hallway" in page["text"] for page in pages)


def test_a_danger_in_chinese_from_a_vendor_tells_the_agent_what_to_do(packaged: Packaged) -> None:
    """The words that matched come back with their place; the agent gets a card; pages go out."""
    answer = packaged.post("/v1/complaints", {"text": DANGER_ZH}, by="vendor_a_agent")
    assert answer.status == 201
    body = answer.json
    assert body["tier"] == "S0"
    match = body["why"][0]["matches"][0]
    assert DANGER_ZH[match["start"] : match["end"]] == match["words"]
    assert body["agent"]
    assert len(packaged.pages(body["code"])) == 4


def test_a_retry_with_the_same_key_gets_the_first_answer(packaged: Packaged) -> None:
    """Same case, same receipt, and no second page to anybody."""
    sent = {"text": DANGER_ZH, "channel": "phone"}
    key = {"Idempotency_Key": "story-1"}
    first = packaged.post("/v1/complaints", sent, by="vendor_a_agent", **key)
    again = packaged.post("/v1/complaints", sent, by="vendor_a_agent", **key)
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    code = first.json["code"]
    packaged.pages(code)
    assert [e["e"] for e in packaged.events(first.json["case"])].count("case.opened.v1") == 1


def test_looking_at_a_link_changes_nothing(packaged: Packaged) -> None:
    """Mail and chat software fetches links: the case's chain is the same before and after."""
    body = packaged.complain()
    link = packaged.link(body["code"], "safety_specialist")
    packaged.until(lambda: _sent(packaged, body["case"]) == 4, within=60)
    before = packaged.chain(body["case"])
    for _ in range(2):
        shown = packaged.get(link)
        assert shown.status == 200
        assert body["code"] in shown.body.decode()
        assert "smoking" in shown.body.decode()
        assert "Set-Cookie" not in shown.headers
    assert packaged.chain(body["case"]) == before


def _sent(packaged: Packaged, case: str) -> int:
    return [event["e"] for event in packaged.events(case)].count("page.sent.v1")


def test_a_wrong_pin_is_refused_and_recorded(packaged: Packaged) -> None:
    """A forwarded link has no effect on the case; the attempt stands on a chain of its own."""
    body = packaged.complain()
    link = packaged.link(body["code"], "owner")
    refused = packaged.form(link, do="acknowledge", pin="not-it")
    assert refused.status == 403
    assert "acknowledged.v1" not in [e["e"] for e in packaged.events(body["case"])]
    ledger = packaged.running.desk.ledger
    chains = (f"refusals#anonymous#{shard}" for shard in range(16))
    recorded = [decode(line) for chain in chains for line in ledger.entries(chain, 0, 500)]
    events = [event for entry in recorded for event in entry["events"]]
    wrong = [(e.get("case"), e.get("person")) for e in events if e["code"] == "pin_wrong"]
    assert (body["case"], packaged.id_of("owner")) in wrong


def test_the_pin_owns_the_case_and_the_device_then_acts(packaged: Packaged) -> None:
    """*I own it* holds the ladder; the enrolled phone acts without typing the PIN again."""
    body = packaged.complain()
    link = packaged.link(body["code"], "owner")
    owned = packaged.form(link, do="acknowledge", pin=packaged.running.seeds.pins["owner"])
    assert owned.status == 200
    case = packaged.get(f"/v1/cases/{body['case']}", by="owner").json
    assert case["status"] == "acknowledged"
    assert case["acknowledged"]["person"] == packaged.id_of("owner")
    cookie = owned.headers["Set-Cookie"].partition(";")[0]
    acted = packaged.ask(
        "POST",
        link,
        b"do=act&action=service_shut&evidence=110-42",
        {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert acted.status == 200
    assert packaged.get(f"/v1/cases/{body['case']}", by="owner").json["status"] == "acting"


def test_the_owner_acts_by_the_api_and_a_vendor_may_not(packaged: Packaged) -> None:
    """The vendor is refused and the clocks stay; the owner's action is on the chain."""
    case = packaged.complain()["case"]
    evidence = {"action": "authority_informed", "evidence": {"reference": "119-20260304-7"}}
    for verb in ("acknowledge", "act"):
        refused = packaged.post(f"/v1/cases/{case}/{verb}", evidence, by="vendor_a_supervisor")
        assert refused.status == 403
        assert refused.json["code"] == "role_may_not"
    assert packaged.post(f"/v1/cases/{case}/acknowledge", {}, by="owner").status == 200
    assert packaged.post(f"/v1/cases/{case}/act", evidence, by="owner").status == 200
    events = [event["e"] for event in packaged.events(case)]
    assert events.index("acknowledged.v1") < events.index("acted.v1")


def test_the_auditor_reads_everything_and_the_export_holds(
    packaged: Packaged, tmp_path: Path
) -> None:
    """The chain over HTTP is the export's, byte for byte, and the verifier passes on it."""
    case = packaged.complain()["case"]
    packaged.until(lambda: _sent(packaged, case) == 4, within=60)
    told = packaged.get(f"/v1/audit/cases/{case}", by="auditor").body
    assert packaged.get("/v1/audit?limit=5", by="auditor").status == 200
    desk = packaged.running.desk
    export(desk.ledger, tmp_path, desk.parts.clock, desk.now - 3_600_000)
    assert told in (tmp_path / "entries.jsonl").read_bytes()
    verified = subprocess.run(
        [sys.executable, ROOT / "tools" / "verify_log.py", tmp_path],
        check=False,
        capture_output=True,
        text=True,
    )
    assert verified.returncode == 0, verified.stdout


def test_a_revoked_credential_is_refused_at_once(packaged: Packaged) -> None:
    """The very next request gets 401, though every worker had seen the credential before."""
    desk = packaged.running.desk
    order = Order(Role.VENDOR_AGENT, "acme-care", "Leaver")
    made = make(desk, order)
    register(desk, order, made.token)
    key = {"Authorization": f"Bearer {made.token}"}
    assert packaged.ask("GET", "/v1/cases", headers=key).status == 200
    revoke(desk, made.id)
    refused = packaged.ask("GET", "/v1/cases", headers=key)
    assert refused.status == 401
    assert refused.json["code"] == "credential_revoked"


def _killed_while_holding(packaged: Packaged) -> list[dict[str, object]]:
    """The pages of a complaint whose pagers were stopped as they took them, then killed."""
    packaged.running.warm_up()
    packaged.until(lambda: packaged.in_flight() == 0, within=60)  # none of an earlier story
    assert packaged.signal_workers("Herald", signal.SIGSTOP)
    body = packaged.complain()
    packaged.until(lambda: packaged.in_flight() > 0, within=30)
    assert packaged.signal_workers("Herald", signal.SIGKILL)

    def everyone_once() -> list[dict[str, object]]:
        found = packaged.messages(body["code"])
        reached = {(message["to"], message["kind"]) for message in found}
        return found if len(reached) == 4 else []

    pages = packaged.until(everyone_once, within=90)
    packaged.until(lambda: _sent(packaged, body["case"]) == 4, within=60)
    return pages


def test_a_pager_killed_between_commit_and_send_loses_no_page(packaged: Packaged) -> None:
    """SIGKILL for the workers that hold the pages: all go out, and what may be a repeat says so.

    A page taken from the queue may not have reached a worker's hands when the kill comes; it is
    then no repeat, and the story is told again.
    """
    told = (_killed_while_holding(packaged) for _ in range(4))
    assert any(page["repeat"] for pages in told for page in pages)


def test_the_running_stack_can_be_restored_as_a_drill(
    packaged: Packaged, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``make restore-drill LOCAL=1``: each case is the fold of its entries, each clock is armed."""
    packaged.complain()
    outputs = packaged.running.outputs
    names = {variable: outputs[output] for variable, output in TABLES.items()}
    monkeypatch.setattr(
        restoring, "place", lambda *, local: (packaged.running.cloud, names) if local else None
    )
    assert restoring.main(["--local"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    # Pages go out meanwhile, and the emulator copies its tables one after the other.
    rebuilt = told["rebuilt_damaged"] + told["rebuilt_missing"]
    assert told["cases"] == told["equal"] + rebuilt > 0
    assert told["armed"] == told["open"] > 0
    assert not told["problems"]
