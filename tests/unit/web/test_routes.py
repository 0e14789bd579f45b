"""The API over HTTP: what each route answers, and to whom."""

import hashlib
import json
from collections.abc import Callable

import pytest
from chalice.app import NotFoundError
from chalice.test import HTTPResponse

from app import app
from chalicelib import wiring
from chalicelib.services import acting
from chalicelib.services.errors import BusyError
from chalicelib.services.ports import ClockSkewError, UncertainError
from chalicelib.terms import DAY, Role, iso
from tests.support.world import World
from tests.unit.web.desk import Desk

CLIENT = (Role.OWNER, Role.DUTY_DIRECTOR, Role.SAFETY_SPECIALIST)
VENDOR = (Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR)
EVIDENCE = {"action": "authority_informed", "evidence": {"reference": "110-42"}}


def is_problem(response: HTTPResponse, status: int, code: str) -> bool:
    """A problem document that says so."""
    assert response.headers["Content-Type"] == "application/problem+json", response.body
    return (response.status_code, response.json_body["code"]) == (status, code)


def test_a_complaint_is_answered_with_everything(desk: Desk) -> None:
    """201 with case, code, tier, why, who is paged by when, what to do, problems and receipt."""
    response = desk.post("/v1/complaints", {"text": "救命,他锁了车门", "danger_now": "是"})

    body = response.json_body
    assert response.status_code == 201
    assert body["tier"] == "S0"
    assert "救命" in [m["words"] for why in body["why"] for m in why["matches"]]
    assert body["paged"][0]["paged"] is True
    assert body["agent"]["never_say"]["zh-CN"]
    assert body["problems"] == []
    assert len(body["receipt"]) == 64
    assert "救命" in response.body.decode()  # and not as \\u6551


def test_anybody_may_complain(desk: Desk) -> None:
    """The public intake asks for no credential, and is told nothing of the agents' cards."""
    response = desk.post("/v1/public/complaints", b"help, he locked the doors", role=None)

    assert response.status_code == 201
    assert "agent" not in response.json_body
    assert {"field": "body", "code": "not_json"} in response.json_body["problems"]


def test_a_retry_gets_the_first_answer(desk: Desk) -> None:
    """The same key and body make one case; the answer says that it is a replay."""
    first, again, other = (
        desk.post("/v1/complaints", {"text": text}, idempotency_key="k-1")
        for text in ("救命", "救命", "起火了")
    )

    assert again.json_body == first.json_body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.json_body["case"] != first.json_body["case"]
    assert {"field": "Idempotency-Key", "code": "idempotency_key_reused"} in other.json_body[
        "problems"
    ]


def test_nothing_at_all_is_refused(desk: Desk) -> None:
    """422 only when there is nothing in it."""
    assert is_problem(desk.post("/v1/complaints", {}), 422, "nothing_in_it")


def test_a_wrong_credential_is_refused_before_anything(desk: Desk) -> None:
    """401 with a challenge, for a missing, malformed, unknown or revoked token."""
    missing = desk.get("/v1/cases", role=None)
    assert is_problem(missing, 401, "credential_missing")
    assert missing.headers["WWW-Authenticate"].startswith("Bearer")
    wrong = f"Bearer tocsin_{'0' * 26}_{'x' * 43}"
    assert is_problem(desk.get("/v1/cases", authorization=wrong), 401, "credential_unknown")
    desk.world.registry.revoke_credential(desk.ids[Role.OWNER], 1)
    assert is_problem(desk.get("/v1/cases"), 401, "credential_revoked")


ACTS: dict[str, Callable[[Desk, str, Role], HTTPResponse]] = {
    "complain": lambda d, _, r: d.post("/v1/complaints", {"text": "x"}, r),
    "add": lambda d, c, r: d.post(f"/v1/cases/{c}/messages", {"text": "x"}, r),
    "read": lambda d, c, r: d.get(f"/v1/cases/{c}", r),
    "messages": lambda d, c, r: d.get(f"/v1/cases/{c}/messages", r),
    "list": lambda d, _, r: d.get("/v1/cases", r),
    "acknowledge": lambda d, c, r: d.post(f"/v1/cases/{c}/acknowledge", b"", r),
    "act": lambda d, c, r: d.post(f"/v1/cases/{c}/act", EVIDENCE, r),
    "audit case": lambda d, c, r: d.get(f"/v1/audit/cases/{c}", r),
    "audit state": lambda d, c, r: d.get(f"/v1/audit/cases/{c}/state", r),
    "audit": lambda d, _, r: d.get("/v1/audit", r),
}
MAY: dict[str, tuple[Role, ...]] = {
    "complain": (*VENDOR, *CLIENT, Role.CLIENT_APP),
    "add": (*VENDOR, *CLIENT, Role.CLIENT_APP),
    "read": (*VENDOR, *CLIENT, Role.AUDITOR),
    "messages": (*VENDOR, *CLIENT, Role.AUDITOR),
    "list": (*VENDOR, *CLIENT, Role.AUDITOR),
    "acknowledge": CLIENT,
    "act": CLIENT,
    "audit case": (*CLIENT, Role.AUDITOR),
    "audit state": (*CLIENT, Role.AUDITOR),
    "audit": (*CLIENT, Role.AUDITOR),
}


def test_the_matrix_of_roles_holds_on_every_route(desk: Desk) -> None:
    """Each role gets what the matrix grants, and 403 with an entry for everything else."""
    case = desk.complain()
    for name, knock in ACTS.items():
        for role in desk.tokens:
            before = len(desk.refusals(role))
            response = knock(desk, case, role)
            if role in MAY[name]:
                assert response.status_code in {200, 201}, (name, role, response.body)
            else:
                assert is_problem(response, 403, "role_may_not"), (name, role)
                assert desk.refusals(role)[before]["code"] == "role_may_not"


def test_another_vendor_s_case_is_not_there(desk: Desk, world: World) -> None:
    """404, alike for a case of another vendor's and for none at all; both are recorded."""
    case = desk.complain()
    other = world.vendor(org="other")
    token = {"authorization": f"Bearer {world.credential(other, 'o' * 43)}"}

    for path in (f"/v1/cases/{case}", "/v1/cases/cas_00000000000000000000000000", "/v1/cases/x"):
        assert is_problem(desk.get(path, None, **token), 404, "case_unknown")
    assert desk.get("/v1/cases", None, **token).json_body["cases"] == []
    assert len(world.ledger.entries(f"refusals#{other.id}", 0, 10)) == 3


def test_what_is_written_in_a_path_is_not_recorded(desk: Desk, world: World) -> None:
    """A name or a number in place of a case's id stays out of the log."""
    desk.get("/v1/cases/zhang-13800138000", Role.VENDOR_AGENT)

    assert desk.refusals(Role.VENDOR_AGENT)[-1]["case"] == "malformed"
    assert b"13800138000" not in b"".join(
        world.ledger.entries(f"refusals#{desk.ids[Role.VENDOR_AGENT]}", 0, 10)
    )


def test_owning_and_acting(desk: Desk) -> None:
    """An acknowledgement, then an action with evidence; each answers with the case."""
    case = desk.complain()

    owned = desk.post(f"/v1/cases/{case}/acknowledge", b"", Role.OWNER)
    assert (owned.status_code, owned.json_body["status"]) == (200, "acknowledged")
    acted = desk.post(f"/v1/cases/{case}/act", EVIDENCE, Role.OWNER)
    assert (acted.status_code, acted.json_body["status"]) == (200, "acting")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "unknown_action"),
        ({"action": "smile", "evidence": "x"}, "unknown_action"),
        ({"action": "site_visited"}, "evidence_missing"),
        ({"action": "site_visited", "evidence": ""}, "evidence_missing"),
        ({"action": ["site_visited"], "evidence": {}}, "evidence_missing"),
        (b"not json", "unknown_action"),
    ],
)
def test_an_action_needs_a_code_and_evidence(desk: Desk, body: object, code: str) -> None:
    """422 says which of the two is missing."""
    case = desk.complain()
    assert is_problem(desk.post(f"/v1/cases/{case}/act", body, Role.OWNER), 422, code)


def test_evidence_may_be_words_alone(desk: Desk) -> None:
    """A sentence is evidence as much as an object is, and broken characters do not matter."""
    case = desk.complain()
    body = b'{"action":"site_visited","evidence":"seen \\ud800 there"}'

    assert desk.post(f"/v1/cases/{case}/act", body, Role.OWNER).status_code == 200


def test_a_message_is_added(desk: Desk) -> None:
    """201 with the case as it stands; new danger raises the tier."""
    case = desk.post("/v1/complaints", {"text": "退款还没到"}).json_body["case"]
    body = {"text": "救命,他锁了车门", "kind": "transcript"}
    response = desk.post(f"/v1/cases/{case}/messages", body)

    assert response.status_code == 201
    assert response.json_body["tier"] == "S0"


def test_the_board_is_paged(desk: Desk) -> None:
    """Every case is listed exactly once over the parts, whatever the limit."""
    cases = {desk.complain(text=f"救命 {n}") for n in range(7)}
    seen: list[str] = []
    cursor = ""
    while True:
        body = desk.get(f"/v1/cases?limit=2&tier=S0&cursor={cursor}").json_body
        seen += [row["case"] for row in body["cases"]]
        cursor = body["next"]
        if not cursor:
            break

    assert sorted(seen) == sorted(cases)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=many", "bad_limit"),
        ("limit=-1", "bad_limit"),
        ("limit=99999", "bad_limit"),
        ("due_before=soon", "bad_time"),
        ("cursor=nonsense", "bad_cursor"),
        ("cursor=%E6%95%91", "bad_cursor"),
        ("tier=S9", "unknown_tier"),
    ],
)
def test_a_wrong_parameter_is_named(desk: Desk, query: str, code: str) -> None:
    """422 for what cannot be read; nothing is guessed in a question."""
    assert is_problem(desk.get(f"/v1/cases?{query}"), 422, code)


def test_due_before_takes_any_form_of_time(desk: Desk, world: World) -> None:
    """RFC 3339 and milliseconds mean the same."""
    case = desk.complain()
    later = world.clock.now() + DAY
    for form in (iso(later), str(later)):
        assert desk.get(f"/v1/cases?due_before={form}").json_body["cases"][0]["case"] == case
    assert desk.get("/v1/cases?due_before=2026-01-01T00:00:00Z").json_body["cases"] == []


def test_the_log_s_lines_are_the_entries_bytes(desk: Desk, world: World) -> None:
    """A line's SHA-256 under the leaf prefix is the hash that the next entry names."""
    case = desk.complain()
    response = desk.get(f"/v1/audit/cases/{case}", Role.AUDITOR)
    lines = response.body.splitlines()
    hashes = [hashlib.sha256(b"\0" + line).hexdigest() for line in lines]

    assert response.headers["Content-Type"] == "application/jsonl"
    assert tuple(lines) == world.ledger.entries(f"case#{case}", 0, 500)
    assert [json.loads(line)["prev"] for line in lines[1:]] == hashes[:-1]
    state = desk.get(f"/v1/audit/cases/{case}/state", Role.AUDITOR).json_body
    assert (state["seq"], state["head"]) == (len(lines), hashes[-1])


def test_the_log_is_paged_by_links(desk: Desk) -> None:
    """Following X-Next-Cursor gives every line once; Link says the same."""
    case = desk.complain()
    whole = desk.get(f"/v1/audit/cases/{case}").body.splitlines()
    parts: list[bytes] = []
    cursor = ""
    while True:
        response = desk.get(f"/v1/audit/cases/{case}?limit=2&cursor={cursor}")
        parts += response.body.splitlines()
        cursor = response.headers.get("X-Next-Cursor", "")
        assert (f"cursor={cursor}" in response.headers.get("Link", "")) is bool(cursor)
        if not cursor:
            break

    assert parts == whole


def test_all_chains_of_a_period(desk: Desk, world: World) -> None:
    """Without a period it is the last day; a limit is kept, and the parts join up."""
    desk.complain()
    world.clock.advance(1)
    whole = desk.get("/v1/audit", Role.AUDITOR).body.splitlines()
    start, end = world.start, world.clock.now()
    path = f"/v1/audit?from={start}&to={end}&limit=3"
    parts: list[bytes] = []
    cursor = ""
    while True:
        response = desk.get(f"{path}&cursor={cursor}", Role.AUDITOR)
        parts += response.body.splitlines()
        cursor = response.headers.get("X-Next-Cursor", "")
        if not cursor:
            break

    assert len(parts) > 3
    assert set(parts) <= set(whole)
    assert is_problem(desk.get(f"/v1/audit?from={end}&to={start}"), 422, "empty_period")
    assert is_problem(desk.get("/v1/audit/cases/x?cursor=abc"), 422, "bad_cursor")
    assert is_problem(desk.get(f"{path}&cursor=abc"), 422, "bad_cursor")


def test_health_names_build_and_policies(desk: Desk) -> None:
    """No credential, no store, no secret."""
    response = desk.get("/v1/health", None)

    assert response.status_code == 200
    assert response.json_body.keys() == {"service", "version", "policies"}


def test_every_answer_is_private(desk: Desk) -> None:
    """Nothing is cached, sniffed, framed or referred to, a refusal no more than an answer."""
    for response in (desk.get("/v1/health"), desk.get("/v1/cases", None)):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_problems_speak_the_caller_s_language(desk: Desk) -> None:
    """Accept-Language, or ``?lang=``."""
    chinese = desk.get("/v1/cases/x", accept_language="zh-CN").json_body
    assert chinese["title"] == "没有这个案件"
    assert desk.get("/v1/cases/x?lang=zh").json_body["title"] == "没有这个案件"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BusyError("x"), 503),
        (UncertainError(), 503),
        (ClockSkewError(), 503),
        (RuntimeError("张三 13800138000"), 500),
        (NotFoundError("张三 13800138000"), 404),
    ],
)
def test_a_fault_is_a_document_and_says_nothing_personal(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    status: int,
) -> None:
    """503 with Retry-After, or 500; an exception's message reaches neither caller nor log."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(acting, "acknowledge", fail)
    response = desk.post("/v1/cases/x/acknowledge", b"", Role.OWNER)

    assert is_problem(response, status, {503: "busy", 404: "not_found"}.get(status, "internal"))
    assert ("Retry-After" in response.headers) is (status == 503)
    said = response.body.decode() + capsys.readouterr().out
    assert "13800138000" not in said


def test_a_function_that_cannot_start_says_so(desk: Desk, world: World) -> None:
    """Missing settings are a 500 document, and not a stack on somebody's screen."""
    wiring.use("api", None)

    assert is_problem(desk.get("/v1/health"), 500, "internal")
    wiring.use("api", world.parts)


def event(path: str, method: str, **more: object) -> dict[str, object]:
    """An API Gateway event."""
    context = {"httpMethod": method, "resourcePath": path, "requestId": "req-9"}
    return {
        "multiValueQueryStringParameters": None,
        "headers": {},
        "pathParameters": None,
        "requestContext": context,
        "body": None,
        "stageVariables": None,
        **more,
    }


def test_what_chalice_refuses_is_a_problem_too(world: World) -> None:
    """A method or a media type that is not offered, and an event that makes no sense."""
    for path, method, status, code in (
        ("/v1/health", "DELETE", 405, "method_not_allowed"),
        ("/v1/cases/{case}", "GET", 500, "internal"),
    ):
        answer = app(event(path, method), None)
        assert answer["statusCode"] == status
        assert answer["headers"]["Content-Type"] == "application/problem+json"
        assert json.loads(answer["body"])["code"] == code
    assert world.ledger.commits == 0


def test_no_complaint_is_refused_for_its_media_type(world: World) -> None:
    """Base64 from the platform, any content type, none at all."""
    for headers, body, flag in (
        ({"content-type": "application/octet-stream"}, "aGVscCBtZQ==", True),
        ({"content-type": "image/png"}, "help me", False),
        ({}, "help \ud800 me", False),
    ):
        sent = event("/v1/public/complaints", "POST", headers=headers, body=body)
        answer = app(sent | {"isBase64Encoded": flag}, None)
        assert answer["statusCode"] == 201
    assert len(world.ledger.vault) == 3
