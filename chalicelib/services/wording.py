"""Opening the words of many messages, within what one answer can carry."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from chalicelib.services.caller import Caller
from chalicelib.services.parts import Parts
from chalicelib.services.vault_reading import Reading

# An answer of Lambda's holds 6 MB, the opening function's as well as ours.
AT_ONCE = 10
BYTES_MAX = 4_000_000
# Of one message that alone is larger: no sign takes more than 8 bytes in an answer.
SIGNS_MAX = 400_000
# One after the other; a vault that is closed must not use up the time that the answer has.
FAILURES_MAX = 2

type Words = Mapping[str, Mapping[str, Any]]

log = logging.getLogger(__name__)


class Wording:
    """Words for one answer; ``closed`` says whether any of them could not be opened."""

    def __init__(self, parts: Parts, caller: Caller) -> None:
        """Nothing opened yet, and room for ``BYTES_MAX``."""
        self.closed = False
        self._parts = parts
        self._caller = caller
        self._room = BYTES_MAX
        self._failures = 0

    def add(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows, each with its words, up to where the answer is full; never none of them."""
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            words = self._open([row["sid"] for row in some if row.get("sid")])
            for number, row in enumerate(some, start):
                found = words.get(row.get("sid", ""))
                if found is not None and not self._fits(row, found):
                    return rows[:number]
        return rows

    def _fits(self, row: dict[str, Any], found: Mapping[str, Any]) -> bool:
        """Put the words into the row if there is room; one larger than any room is cut."""
        size = _size(found)
        if size > BYTES_MAX:
            found = {"text": str(found.get("text", ""))[:SIGNS_MAX]}
            size = _size(found)
            row["words_cut"] = True
        if size > self._room:
            return False
        self._room -= size
        row["words"] = found
        return True

    def _open(self, sids: list[str]) -> Words:
        """Words by vault id: together, and singly where together is too much for one answer."""
        together = self._ask(sids) if sids else {}
        if together is not None:
            return together
        singly: dict[str, Mapping[str, Any]] = {}
        for sid in sids:
            one = self._ask([sid])
            self._failures = self._failures + 1 if one is None else 0
            self.closed = self.closed or one is None
            singly |= one or {}
        return singly

    def _ask(self, sids: list[str]) -> Words | None:
        """None when the vault did not open, or has failed so often that it is not asked again."""
        if self._failures >= FAILURES_MAX:
            return None
        who = self._caller
        reading = Reading(
            "person" if who.person else who.kind,
            who.role,
            proved=True,
            behalf=who.person,
            request=who.request,
        )
        why = f"messages:{who.request}"
        try:
            return self._parts.vault.open(sids, who.person or who.id, why, reading)
        except Exception:
            # Whatever the vault's trouble is, the rest of the answer can be given.
            log.exception("words not opened", extra={"metric": "WordsUnavailable"})
            return None


def _size(found: Mapping[str, Any]) -> int:
    """Bytes in Lambda's answer, which quotes ours once more."""
    quoted = json.dumps(json.dumps(found, ensure_ascii=False), ensure_ascii=False)
    return len(quoted.encode("utf-8", "surrogatepass"))
