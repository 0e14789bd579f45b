"""What was said on a case: for the client's people with the words, for a vendor without."""

from collections.abc import Iterator
from typing import Any

from chalicelib.audit.canonical import decode
from chalicelib.cases import events as ev
from chalicelib.cases.roles import Act, may
from chalicelib.services.access import load_visible, permit
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.engine import chain_of
from chalicelib.services.parts import Parts
from chalicelib.services.seen import Seen, is_inbound, reading
from chalicelib.services.wording import Wording
from chalicelib.terms import VENDOR_ROLES, iso

OK = 200
# Entries looked at for one answer; most of a case's entries are not messages.
ENTRIES_MAX = 100
SAID = {ev.OPENED, ev.MESSAGE, ev.CONTACT, ev.ACTED}
FIELDS = ("msg", "direction", "speaker", "kind", "channel", "person", "action", "proposal")
# A vendor is told of what was said and done, and of nothing that the client's people decide.
VENDOR_HIDDEN = {"sid", "person", "proposal"}

type Row = dict[str, Any]


def listing(parts: Parts, caller: Caller, case: str, after: int) -> Answer:
    """Messages and evidence in entries with seq > ``after``, in order, at most 100 entries.

    ``next`` is the next ``after`` as text, empty at the end; a part ends early when its words
    would outgrow one answer.  ``words_unavailable`` is true where the vault did not open: the
    rest of the answer stands.  Opening the words is an entry of its own, written before anything
    is opened.  ``reading`` proves that they were (``services.seen``).
    """
    permit(parts, caller, Act.READ_CASE, case)
    load_visible(parts, caller, case, Act.READ_CASE)
    lines = parts.ledger.entries(chain_of(case), after, ENTRIES_MAX)
    entries = [decode(line) for line in lines]
    everything = may(caller.role, Act.READ_WORDS)
    rows = [row for entry in entries for row in rows_of(entry, everything=everything)]
    last = after + len(lines)
    more = len(lines) == ENTRIES_MAX
    body: dict[str, Any] = {}
    if everything:
        wording = Wording(parts, caller)
        shown = wording.add(rows)
        if len(shown) < len(rows):
            rows, last, more = shown, shown[-1]["seq"], True
        body = {"words_unavailable": True} if wording.closed else {}
        if entries and not wording.closed:
            inbound = [e["seq"] for e in entries if e["seq"] <= last and is_inbound(e)]
            seen = Seen(after, last, max(inbound, default=0), parts.clock.now())
            body["reading"] = reading(parts, caller, case, seen)
    listed = [_shown(row, caller) for row in rows]
    return Answer(OK, {"messages": listed, "next": str(last) if more else ""} | body)


def rows_of(entry: dict[str, Any], *, everything: bool) -> Iterator[Row]:
    """A row for what was said or acted upon; ``everything``: for all else with words, too."""
    actor = entry["actor"]
    who = {"seq": entry["seq"], "at": iso(entry["at_ms"])}
    who |= {"role": actor["role"], "org": actor["org"]}
    named: set[str] = set()
    for event in entry["events"]:
        sid = event.get("sid", "")
        if event["e"] in SAID or (everything and sid and sid not in named):
            named.add(sid)
            about = {} if event["e"] in SAID else {"event": event["e"]}
            fields = {name: event[name] for name in (*FIELDS, "sid") if name in event}
            yield who | about | fields
    for pii in entry.get("pii", ()) if everything else ():
        if pii["sid"] not in named:
            named.add(pii["sid"])
            yield who | {"event": entry["type"], "sid": pii["sid"]}


def _shown(row: Row, caller: Caller) -> Row:
    """Without the vault's id; a vendor is not told who the client's people are."""
    hidden = VENDOR_HIDDEN if caller.role in VENDOR_ROLES else {"sid"}
    if caller.role in VENDOR_ROLES and row["org"] != caller.org:
        hidden = hidden | {"channel"}  # it would name the reporter's own link
    return {name: value for name, value in row.items() if name not in hidden}
