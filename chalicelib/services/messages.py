"""What was said on a case: for the client's people with the words, for a vendor without."""

from typing import Any

from chalicelib.audit.canonical import decode
from chalicelib.cases import events as ev
from chalicelib.cases.roles import Act, may
from chalicelib.services.access import load_visible, permit
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.engine import chain_of
from chalicelib.services.parts import Parts
from chalicelib.services.wording import Wording
from chalicelib.terms import VENDOR_ROLES, iso

OK = 200
# Entries looked at for one answer; most of a case's entries are not messages.
ENTRIES_MAX = 100
SAID = {ev.OPENED, ev.MESSAGE, ev.CONTACT, ev.ACTED}
FIELDS = ("msg", "direction", "speaker", "kind", "channel", "person", "action")

type Row = dict[str, Any]


def listing(parts: Parts, caller: Caller, case: str, after: int) -> Answer:
    """Messages and evidence in entries with seq > ``after``, in order, at most 100 entries.

    ``next`` is the next ``after`` as text, empty at the end; a part ends early when its words
    would outgrow one answer.  ``words_unavailable`` is true where the vault did not open: the
    rest of the answer stands.  Opening the words is an entry of its own, written before anything
    is opened.
    """
    permit(parts, caller, Act.READ_CASE, case)
    load_visible(parts, caller, case, Act.READ_CASE)
    lines = parts.ledger.entries(chain_of(case), after, ENTRIES_MAX)
    rows = [row for line in lines for row in _rows(decode(line))]
    last = after + len(lines)
    more = len(lines) == ENTRIES_MAX
    body: dict[str, Any] = {}
    if may(caller.role, Act.READ_WORDS):
        wording = Wording(parts, caller)
        shown = wording.add(rows)
        if len(shown) < len(rows):
            rows, last, more = shown, shown[-1]["seq"], True
        body = {"words_unavailable": True} if wording.closed else {}
    listed = [_shown(row, caller) for row in rows]
    return Answer(OK, {"messages": listed, "next": str(last) if more else ""} | body)


def _rows(entry: dict[str, Any]) -> list[Row]:
    actor = entry["actor"]
    return [
        {"seq": entry["seq"], "at": iso(entry["at_ms"]), "role": actor["role"], "org": actor["org"]}
        | {name: event[name] for name in (*FIELDS, "sid") if name in event}
        for event in entry["events"]
        if event["e"] in SAID
    ]


def _shown(row: Row, caller: Caller) -> Row:
    """Without the vault's id; a vendor is not told who the client's people are."""
    hidden = {"sid", "person"} if caller.role in VENDOR_ROLES else {"sid"}
    return {name: value for name, value in row.items() if name not in hidden}
