"""``GET messages``: what it shows to whom, and that no amount of words makes it fail."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from chalicelib.services.vault_reading import Reading
from chalicelib.services.wording import AT_ONCE, BYTES_MAX
from chalicelib.terms import Role
from tests.support.world import World
from tests.unit.web.desk import Desk

LAMBDA_MAX = 6_291_556


class Moody:
    """A vault whose opening function fails for some of what it is asked."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """Takes the place of the world's own opening; fails for nothing yet."""
        self.asked: list[int] = []
        self.most = 10**9
        self.broken: set[str] = set()
        self._open = world.vault.open
        monkeypatch.setattr(world.vault, "open", self.open)

    def open(self, sids: Sequence[str], reader: str, why: str, reading: Reading) -> Any:
        """As the port."""
        self.asked.append(len(sids))
        if len(sids) > self.most or self.broken.intersection(sids):
            raise RuntimeError("the opening function failed: 张三")
        return self._open(sids, reader, why, reading)


def parts_of(desk: Desk, case: str) -> list[dict[str, Any]]:
    """Every part of the list, each small enough for Lambda as it answers."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        response = desk.get(f"/v1/cases/{case}/messages?cursor={cursor}")
        assert response.status_code == 200
        answer = json.dumps({"body": response.body.decode()}, ensure_ascii=False)
        assert len(answer.encode()) < LAMBDA_MAX
        found.append(response.json_body)
        cursor = response.json_body["next"]
        if not cursor:
            return found


def add(desk: Desk, case: str, text: str) -> None:
    """One more message."""
    assert desk.post(f"/v1/cases/{case}/messages", {"text": text}).status_code == 201


def test_a_vendor_is_not_told_who_acted(desk: Desk) -> None:
    """No id of the client's people; the client's own people and the auditor see it."""
    case = desk.complain()
    body = {"action": "site_visited", "evidence": "seen it"}
    assert desk.post(f"/v1/cases/{case}/act", body, Role.OWNER).status_code == 200
    path = f"/v1/cases/{case}/messages"

    for role in (Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR):
        answer = desk.get(path, role)
        assert b"per_" not in answer.body
        assert [row.get("action") for row in answer.json_body["messages"]] == [None, "site_visited"]
    for role in (Role.OWNER, Role.AUDITOR):
        assert desk.get(path, role).json_body["messages"][1]["person"].startswith("per_")


def test_a_closed_vault_leaves_the_rest_of_the_answer(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """200 without words, which says so; the vault is asked a few times only, and it is counted."""
    case = desk.complain()
    for number in range(30):
        add(desk, case, f"note {number}")
    vault = Moody(world, monkeypatch)
    vault.most = 0
    answer = desk.get(f"/v1/cases/{case}/messages")

    assert answer.status_code == 200
    assert answer.json_body["words_unavailable"] is True
    assert len(answer.json_body["messages"]) == 31
    assert not any("words" in row for row in answer.json_body["messages"])
    assert len(vault.asked) <= 3
    said = capsys.readouterr().out
    assert '"WordsUnavailable":[1' in said
    assert "张三" not in said


def test_words_are_asked_for_ten_at_a_time(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the opening function's answer stays small; nothing is said of trouble."""
    case = desk.complain()
    for number in range(24):
        add(desk, case, f"note {number}")
    vault = Moody(world, monkeypatch)
    (part,) = parts_of(desk, case)

    assert vault.asked == [AT_ONCE, AT_ONCE, 5]
    assert "words_unavailable" not in part


def test_words_too_large_together_are_opened_singly(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one message that never opens hides no other."""
    case = desk.complain()
    for number in range(12):
        add(desk, case, f"note {number}")
    vault = Moody(world, monkeypatch)
    vault.most = 1
    (part,) = parts_of(desk, case)
    assert all("words" in row for row in part["messages"])
    assert "words_unavailable" not in part

    vault.broken = {list(world.ledger.vault)[4]}
    (part,) = parts_of(desk, case)
    assert ["words" in row for row in part["messages"]].count(False) == 1
    assert part["words_unavailable"] is True


@pytest.mark.parametrize("sign", ["救", "x", '"', "\u0001"])
def test_a_part_ends_before_it_outgrows_an_answer(desk: Desk, sign: str) -> None:
    """Megabytes of words come in several parts, and every message is in exactly one."""
    case = desk.complain()
    for number in range(7):
        add(desk, case, f"{number}" + sign * 300_000)
    found = parts_of(desk, case)
    texts = [row["words"]["text"] for part in found for row in part["messages"]]

    assert [text[:1] for text in texts[1:]] == list("0123456")
    assert all(len(text) == 300_001 for text in texts[1:])


def test_one_message_larger_than_an_answer_is_cut(desk: Desk) -> None:
    """Its beginning is shown, and that it was cut; what follows is in the next part."""
    case = desk.complain()
    add(desk, case, "\u0001" * (BYTES_MAX // 4))
    add(desk, case, "the end")
    rows = [row for part in parts_of(desk, case) for row in part["messages"]]

    assert [row.get("words_cut", False) for row in rows] == [False, True, False]
    assert rows[1]["words"]["text"].startswith("\u0001")
    assert rows[2]["words"]["text"] == "the end"
