"""The outbox: every SMS and email that left, and the live ladder of each open case.

Reads what the emulator's carriers took, and the tables as their owner; it writes nothing.
"""

import http.client
import json
import re
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chalicelib.terms import DAY
from tools.local.chronicle import Chronicle, Sent
from tools.local.desk import Desk
from tools.local.ladder_view import view
from tools.local.segments import size

FRESH_MS = 500
CASES_MAX = 50
MESSAGES_MAX = 200
_HORIZON_MS = 400 * DAY
_CODE = re.compile(r"\b[2-9C-Y]{3}-[2-9C-Y]{3}\b")
_REPEAT = re.compile(r"警钟重|重发|\bREPEAT\b")


@dataclass(frozen=True, slots=True)
class Names:
    """Names of people by id, and by the number or address that reaches them."""

    by_id: dict[str, str]
    by_address: dict[str, str]


class Outbox:
    """Gathers at most twice a second, however many pages are looking at it."""

    def __init__(self, desk: Desk, emulator: str, earlier: list[dict[str, Any]]) -> None:
        """``emulator`` is its address; it forgets mails when it stops: here are the ``earlier``."""
        self._desk = desk
        self._earlier = earlier
        self._address = urlsplit(emulator).netloc
        self._lock = threading.Lock()
        self._chronicles: dict[str, Chronicle] = {}
        self._first_seen: dict[str, int] = {}
        self._gathered: tuple[int, dict[str, Any]] = (0, {})

    def data(self) -> dict[str, Any]:
        """``{"now", "messages", "cases"}``, times in ms UTC.

        Messages stand newest first; cases gravest first, then those nobody has acted on.
        """
        with self._lock:
            now = self._desk.now
            if now - self._gathered[0] >= FRESH_MS:
                self._gathered = (now, self._gather(now))
            return self._gathered[1]

    def _gather(self, now: int) -> dict[str, Any]:
        people = self._desk.registry.people()
        names = Names(
            {p.id: p.name for p in people},
            {address: p.name for p in people for address in (p.phone, p.email)},
        )
        found = [self._case(case, names) for case in self._newest_cases(now)]
        cases = [case for case in found if case]
        cases.sort(key=lambda case: (case["tier"], bool(case["acted"]), -case["opened"]))
        return {
            "now": now,
            "cases": cases,
            "messages": self._messages(now, names),
        }

    def _newest_cases(self, now: int) -> list[str]:
        """Ids of open cases; they sort by time."""
        found: list[str] = []
        cursor = ""
        while True:
            part = self._desk.ledger.board(None, now + _HORIZON_MS, cursor, 100)
            found += [beside.case for beside in part.items]
            cursor = part.cursor
            if not cursor:
                return sorted(found, reverse=True)[:CASES_MAX]

    def _case(self, identity: str, names: Names) -> dict[str, Any] | None:
        told = self._chronicles.setdefault(identity, Chronicle(identity))
        told.read(self._desk.ledger.entries(f"case#{identity}", told.seq, 1_000))
        loaded = self._desk.ledger.load(identity)
        if loaded is None or loaded.case is None:
            return None
        return view(loaded.case, told, names.by_id)

    def _messages(self, now: int, names: Names) -> list[dict[str, Any]]:
        sent: dict[str, Sent] = {}
        for told in self._chronicles.values():
            sent |= told.sent
        found = [*self._sms(), *self.emails()]
        for message in found:
            self._tell(message, sent.get(message["id"]), names, now)
        found.sort(key=lambda message: (message["at"], message["id"]), reverse=True)
        return found[:MESSAGES_MAX]

    def _tell(self, message: dict[str, Any], page: Sent | None, names: Names, now: int) -> None:
        """Add who it reached, when, and which case it is about.

        SNS keeps no time, so it is the log's; until the log has it, when it was first seen here.
        """
        seen = self._first_seen.setdefault(message["id"], now)
        text = message.get("subject", "") + message["text"]
        code = _CODE.search(text)
        message |= {
            "name": names.by_address.get(message["to"], ""),
            "at": message.get("at") or (page.at if page else seen),
            "code": code[0] if code else "",
            "case": page.case if page else "",
            "role": page.role if page else "",
            "rung": page.rung if page else None,
            "why": page.why if page else "",
            "repeat": bool(_REPEAT.search(text)),
        }

    def _sms(self) -> list[dict[str, Any]]:
        sent = self._ask("/_ministack/sns/sms-messages")["sms_messages"]
        return [
            {
                "kind": "sms",
                "id": one["MessageId"],
                "to": number,
                "text": one["Message"],
                "size": size(one["Message"])._asdict(),
            }
            for number, messages in sent.items()
            for one in messages
        ]

    def emails(self) -> list[dict[str, Any]]:
        """Every email that ever left, as ``earlier`` takes them; raises OSError."""
        sent = self._ask("/_ministack/ses/messages")["messages"]
        return [dict(mail) for mail in self._earlier] + [
            {
                "kind": "email",
                "id": one["MessageId"],
                "to": ", ".join(one["To"]),
                "subject": one["Subject"],
                "text": one["BodyText"] or "",
                "at": int(one["Timestamp"] * 1000),
            }
            for messages in sent.values()
            for one in messages
        ]

    def _ask(self, path: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._address, timeout=5)
        try:
            connection.request("GET", path)
            found: dict[str, Any] = json.load(connection.getresponse())
        finally:
            connection.close()
        return found
