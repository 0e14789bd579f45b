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
from chalicelib.terms import iso

OK = 200
# Entries looked at for one answer; most of a case's entries are not messages.
ENTRIES_MAX = 100
SAID = {ev.OPENED, ev.MESSAGE, ev.CONTACT, ev.ACTED}
FIELDS = ("msg", "direction", "speaker", "kind", "channel", "person", "action")


def listing(parts: Parts, caller: Caller, case: str, after: int) -> Answer:
    """Messages and evidence in entries with seq > ``after``, in order, at most 100 entries.

    ``next`` is the next ``after`` as text, empty at the end.  Opening the words is an entry of
    its own, written before anything is opened.
    """
    permit(parts, caller, Act.READ_CASE, case)
    load_visible(parts, caller, case, Act.READ_CASE)
    lines = parts.ledger.entries(chain_of(case), after, ENTRIES_MAX)
    rows = [row for line in lines for row in _rows(decode(line))]
    if may(caller.role, Act.READ_WORDS):
        _add_words(parts, caller, rows)
    for row in rows:
        row.pop("sid", None)
    following = str(after + len(lines)) if len(lines) == ENTRIES_MAX else ""
    return Answer(OK, {"messages": rows, "next": following})


def _rows(entry: dict[str, Any]) -> list[dict[str, Any]]:
    actor = entry["actor"]
    return [
        {"seq": entry["seq"], "at": iso(entry["at_ms"]), "role": actor["role"], "org": actor["org"]}
        | {name: event[name] for name in (*FIELDS, "sid") if name in event}
        for event in entry["events"]
        if event["e"] in SAID
    ]


def _add_words(parts: Parts, caller: Caller, rows: list[dict[str, Any]]) -> None:
    sids = [row["sid"] for row in rows if row.get("sid")]
    # The opening function takes fifty at a time.
    for start in range(0, len(sids), 50):
        reader = caller.person or caller.id
        words = parts.vault.open(sids[start : start + 50], reader, f"messages:{caller.request}")
        for row in rows:
            if row.get("sid") in words:
                row["words"] = words[row["sid"]]
