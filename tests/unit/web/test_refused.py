"""Every refusal leaves one entry and reaches its caller, whatever happens to the entry."""

import json

import pytest

from chalicelib.services import accounts
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.terms import Role
from chalicelib.web import asked
from tests.support.world import World
from tests.unit.web.desk import FORM, Desk
from tests.unit.web.test_routes import is_problem


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", "/v1/complaints", {}, "nothing_in_it"),
        ("POST", "/v1/cases/{}/messages", {}, "nothing_in_it"),
        ("POST", "/v1/cases/{}/act", {"action": "smile", "evidence": "x1"}, "unknown_action"),
        ("POST", "/v1/cases/{}/act", {"action": "site_visited"}, "evidence_missing"),
        ("GET", "/v1/cases?tier=S9", None, "unknown_tier"),
        ("GET", "/v1/cases?limit=x", None, "bad_limit"),
        ("GET", "/v1/cases?due_before=x", None, "bad_time"),
        ("GET", "/v1/cases?cursor=x", None, "bad_cursor"),
        ("GET", "/v1/audit?from=2&to=1", None, "bad_time"),
        ("GET", "/v1/audit?from=2026-11-22T10:00:00Z", None, "empty_period"),
        ("GET", "/v1/cases/{}/messages?cursor=" + "9" * 60, None, "bad_cursor"),
        ("GET", "/v1/cases/{}/messages?cursor=-1", None, "bad_cursor"),
        ("GET", "/v1/audit/cases/{}?cursor=" + "9" * 60, None, "bad_cursor"),
    ],
)
def test_what_cannot_be_had_as_asked_is_one_entry(
    desk: Desk, method: str, path: str, body: object, code: str
) -> None:
    """422, and exactly one entry on the caller's own chain, never two."""
    path = path.format(desk.complain())
    before = len(desk.refusals(Role.OWNER))
    response = desk.get(path, Role.OWNER) if method == "GET" else desk.post(path, body, Role.OWNER)

    assert is_problem(response, 422, code)
    assert [event["code"] for event in desk.refusals(Role.OWNER)[before:]] == [code]


def test_a_stranger_s_empty_complaint_is_an_entry_too(desk: Desk, world: World) -> None:
    """On one of the chains of those without a credential."""
    assert is_problem(desk.post("/v1/public/complaints", {}, None), 422, "nothing_in_it")

    chains = [chain for chain in world.ledger.chains if chain.startswith("refusals#anonymous#")]
    lines = [json.loads(line) for chain in chains for line in world.ledger.entries(chain, 0, 9)]
    assert [line["events"][0]["code"] for line in lines] == ["nothing_in_it"]


def test_a_page_asked_for_what_it_does_not_do_leaves_an_entry(desk: Desk, world: World) -> None:
    """The form of a page has two buttons; a third is refused like any other question."""
    desk.complain()
    response = desk.post(desk.link(), b"do=dance", None, content_type=FORM)

    assert response.status_code == 422
    assert any(chain.startswith("refusals#anonymous#") for chain in world.ledger.chains)


@pytest.mark.parametrize(
    "evidence",
    [" ", "\u200b\u200b", ".", "--", "x", 0, 7, False, True, {"a": " "}, {"a": [" ", {"b": "0"}]}],
)
def test_evidence_that_is_nothing_is_none(desk: Desk, evidence: object) -> None:
    """Blanks, a dot, 0 and false prove nothing, and the ladder goes on."""
    case = desk.complain()
    body = {"action": "subject_frozen", "evidence": evidence}
    response = desk.post(f"/v1/cases/{case}/act", body, Role.OWNER)

    assert is_problem(response, 422, "evidence_missing")
    assert desk.get(f"/v1/cases/{case}").json_body["status"] == "paged"


@pytest.mark.parametrize("evidence", ["ok", "已冻结", 11042, {"a": {"b": ["", "110-42"]}}])
def test_evidence_may_be_short(desk: Desk, evidence: object) -> None:
    """Two letters, signs or digits in one place are enough."""
    case = desk.complain()
    body = {"action": "subject_frozen", "evidence": evidence}

    assert desk.post(f"/v1/cases/{case}/act", body, Role.OWNER).status_code == 200


@pytest.mark.parametrize("secret", ["\ud800", "x\ud800", "é", "\0"])
def test_a_secret_of_any_characters_is_a_recorded_401(
    desk: Desk, world: World, secret: str
) -> None:
    """After a genuine id, and in place of an id."""
    genuine = desk.tokens[Role.OWNER].rpartition("_")[0]
    for token in (f"{genuine}_{secret}", f"tocsin_{secret}_x"):
        before = world.ledger.commits, len(world.ledger.chains)
        with pytest.raises(RefusedError) as refused:
            accounts.authenticate(world.parts, f"Bearer {token}", f"r{token!r}", "GET /")
        assert (refused.value.status, refused.value.code) == (401, "credential_unknown")
        chain = next(c for c in world.ledger.chains if c.startswith("refusals#anonymous#"))
        assert world.ledger.entries(chain, 0, 9)
        assert before[0] == world.ledger.commits


def test_a_refusal_stands_when_its_chain_takes_no_entry(
    desk: Desk, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eight races lost: 401, 403 and 422 all the same, and each is counted."""
    world.ledger.fail_next(*["conflict:head"] * 8)
    assert is_problem(desk.get("/v1/cases", None), 401, "credential_missing")
    world.ledger.fail_next(*["conflict:head"] * 8)
    assert is_problem(desk.get("/v1/audit", Role.VENDOR_AGENT), 403, "role_may_not")
    world.ledger.fail_next(*["conflict:head"] * 8)
    assert is_problem(desk.get("/v1/cases?tier=S9"), 422, "unknown_tier")
    said = capsys.readouterr().out

    assert said.count('"RefusalsUnrecorded":[1') == 3


def test_a_refusal_stands_when_the_log_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any trouble in recording what a service refused is logged, and the answer is the refusal."""

    def fail(*_: object) -> None:
        raise RuntimeError("张三 13800138000")

    monkeypatch.setattr(asked, "record", fail)
    assert is_problem(desk.get("/v1/cases?tier=S9"), 422, "unknown_tier")
    said = capsys.readouterr().out

    assert '"RefusalsUnrecorded":[1' in said
    assert "13800138000" not in said


def test_a_busy_case_is_no_refusal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a refusal's own entry may be missing; any other lost race is 503 as before."""

    def busy(*_: object) -> None:
        raise BusyError("case")

    monkeypatch.setattr("chalicelib.services.acting.apply", busy)
    case = desk.complain()
    assert is_problem(desk.post(f"/v1/cases/{case}/acknowledge", b"", Role.OWNER), 503, "busy")
