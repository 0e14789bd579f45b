"""Acts over HTTPS: what there are, how they are read, and how they are refused."""

import json
import re
from pathlib import Path

import pytest

from chalicelib.cases.roles import Act
from chalicelib.services.acts_model import Evidence, Shape
from chalicelib.services.acts_table import ACTS
from chalicelib.terms import Role
from chalicelib.web.act_body import given, given_from
from chalicelib.web.words import LANGUAGES, locale
from tests.support.world import World
from tests.unit.web.desk import FORM, Desk

CASES = Path("chalicelib/cases")
# A client person's acts that no row of the table gives, and why.
ELSEWHERE = {
    Act.OPEN_CASE,  # a complaint
    Act.ADD_MESSAGE,
    Act.ACKNOWLEDGE,  # routes of their own
    Act.ACT,
}


def test_every_act_that_the_core_grants_to_people_is_in_the_table() -> None:
    """What a client's person may do by the matrix can be done over HTTPS."""
    given_by_people = {act for act in Act if not act.value.startswith(("read_", "list_"))}
    served = {spec.act for spec in ACTS.values()}
    others = {Act.NOTE_STALL, Act.REPORTER_SAYS, Act.TICK, Act.RECORD_PAGE, Act.SEND_HEARTBEAT}
    others |= {Act.PROPOSE_CHANGE, Act.APPROVE_CHANGE}
    assert given_by_people - served == ELSEWHERE | others


def test_the_list_says_what_each_act_takes_and_who_may(desk: Desk) -> None:
    """An integrator finds every act, its path, its fields and its roles."""
    listed = {row["act"]: row for row in desk.get("/v1/acts", Role.VENDOR_AGENT).json_body["acts"]}
    assert set(listed) == {*ACTS, "acknowledge", "act"}
    assert listed["act"]["path"] == "/v1/cases/{case}/act"
    assert listed["release"]["path"] == "/v1/cases/{case}/acts/release"
    assert listed["propose"]["reading"] is True
    assert listed["escalate"]["you_may"] is True
    assert listed["approve"]["you_may"] is False
    (outcome, channel) = listed["call"]["fields"]
    assert outcome["one_of"] == ["reached", "no_answer", "wrong_number", "not_safe"]
    assert channel["needed"] is False


@pytest.mark.parametrize("name", sorted(ACTS))
def test_each_missing_field_is_named(desk: Desk, name: str) -> None:
    """Nothing at all is refused with the field's name in a document in both languages."""
    case = desk.complain()
    spec = ACTS[name]
    role = Role.SAFETY_SPECIALIST if Role.OWNER in spec.roles else Role.VENDOR_AGENT
    answer = desk.post(f"/v1/cases/{case}/acts/{name}", b"", role)
    needed = [field.name for field in spec.fields if field.needed]
    needed += ["evidence"] if spec.evidence is Evidence.NEEDED else []
    if not needed:
        assert answer.json_body.get("code", "") not in {"field_missing", "evidence_missing"}
        return
    body = answer.json_body
    assert answer.status_code == 422
    assert body["code"] == ("field_missing" if needed[0] != "evidence" else "evidence_missing")
    assert body["field"] == needed[0]
    assert len(desk.refusals(role)) == 1


def test_a_value_that_stands_in_clear_is_a_code_and_never_echoed(desk: Desk, world: World) -> None:
    """A name or a number in such a field is refused by the field's name alone."""
    case = desk.complain()
    path = f"/v1/cases/{case}/acts"
    for value in ("李雷", "13800138000", {"a": 1}, "x" * 41, "two; drop"):
        told = {"authority": value, "evidence": "x1"}
        answer = desk.post(f"{path}/attempt_hand_over", told, Role.OWNER)
        assert (answer.status_code, answer.json_body["field"]) == (422, "authority")
        assert "13800138000" not in answer.body.decode()
        assert "李雷" not in answer.body.decode()
    fine = {"authority": "Traffic police", "number": "13800138000", "evidence": "李雷 answered"}
    assert desk.post(f"{path}/attempt_hand_over", fine, Role.OWNER).status_code == 200
    log = b"".join(world.ledger.entries(f"case#{case}", 0, 100)).decode()
    assert "traffic_police" in log
    assert "13800138000" not in log
    assert "李雷" not in log
    said = desk.get(f"/v1/cases/{case}/messages").json_body["messages"][-1]
    assert said["event"] == "hand_over.attempted.v1"
    assert said["words"]["evidence"] == {"number": "13800138000", "text": "李雷 answered"}


def test_a_form_and_a_plain_text_are_read_as_well(desk: Desk) -> None:
    """Whatever the client's system can send: fields in a form, or words alone as evidence."""
    case = desk.complain()
    path = f"/v1/cases/{case}/acts"
    call = desk.post(
        f"{path}/call",
        b"outcome=reached&channel=phone&evidence=she+is+home",
        Role.OWNER,
        content_type=FORM,
    )
    assert call.status_code == 200
    assert "K5" in call.json_body["done"]
    held = desk.post(
        f"{path}/place_hold", "律师来函".encode(), Role.OWNER, content_type="text/plain"
    )
    assert held.status_code == 200
    words = desk.get(f"/v1/cases/{case}/messages").json_body["messages"][-1]["words"]
    assert words["evidence"] == {"text": "律师来函"}


def test_whoever_may_add_and_not_read_is_told_little(desk: Desk) -> None:
    """The client's app may escalate; it learns no more than the case's tier and state."""
    case = desk.complain()
    answer = desk.post(f"/v1/cases/{case}/acts/escalate", {}, Role.CLIENT_APP)
    assert answer.status_code == 200
    assert set(answer.json_body) == {"case", "code", "tier", "status", "receipt"}


def test_what_is_no_act_is_not_found_and_recorded(desk: Desk) -> None:
    """A stranger's path is never written down."""
    case = desk.complain()
    answer = desk.post(f"/v1/cases/{case}/acts/delete", {}, Role.OWNER)
    assert (answer.status_code, answer.json_body["code"]) == (404, "act_unknown")
    assert "delete" not in json.dumps(desk.refusals(Role.OWNER))
    assert desk.post("/v1/cases/nonsense/acts/call", {}, Role.OWNER).status_code == 404
    assert desk.post(f"/v1/cases/{case}/acts/call", {}, None).status_code == 401


def test_yes_no_lists_and_numbers_are_read_as_people_write_them() -> None:
    """And what cannot be read is named, not guessed."""
    spec = ACTS["answer_data"]
    for value in (True, "yes", "是", ["true"]):
        assert given_from({"department": "data", "absent": value}, spec).values["absent"] is True
    assert given_from({"absent": "perhaps"}, spec).unreadable == {"absent"}
    pack = given_from({"contents": "Phone, device", "absent": ["track"]}, ACTS["release"]).values
    assert pack == {"contents": ("phone", "device"), "absent": ("track",)}
    assert given_from({"contents": ["x"] * 21}, ACTS["release"]).unreadable == {"contents"}
    assert given_from({"proposal": 7}, ACTS["approve"]).values == {"proposal": "7"}
    assert given_from({"proposal": "-7"}, ACTS["approve"]).unreadable == {"proposal"}
    several = given(b'{"proposal": "7", "reading": ["a", "b"]}', "", ACTS["approve"])
    assert several.readings == ("a", "b")


def test_every_refusal_of_the_core_has_words_in_both_languages() -> None:
    """A code that the core returns never reaches a person as a code."""
    source = "\n".join(path.read_text() for path in CASES.glob("*.py"))
    codes = set(re.findall(r'Refusal\("([a-z_]+)"\)', source))
    eyes = (CASES / "eyes.py").read_text() + (CASES / "ending.py").read_text()
    found = re.findall(r'return "([a-z_]+)"|return .* else "([a-z_]+)"', eyes)
    codes |= {code for pair in found for code in pair if code}
    assert {"two_needed", "not_lower", "task_open"} <= codes
    for language in LANGUAGES:
        assert codes <= set(locale(language)["problems"])


def test_only_codes_and_ids_stand_in_clear() -> None:
    """No field of an act takes free words into the log."""
    shapes = {field.shape for spec in ACTS.values() for field in spec.fields}
    assert shapes <= set(Shape)
    assert not {"text", "line"} & {shape.value for shape in shapes}
