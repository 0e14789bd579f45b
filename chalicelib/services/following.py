"""What follows from an opening on other cases: links back, split tickets, mass events.

Asked for through the vendors' lane of pages once the case is stored, so that no complaint waits
for it; each step looks first whether it was taken already, so that the queue may hand a message
out again.
"""

import logging
from collections.abc import Mapping

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import MACHINE, NoteStall
from chalicelib.cases.end_commands import Link as LinkCase
from chalicelib.cases.end_commands import ProposeMerge
from chalicelib.cases.model import Case
from chalicelib.services import mass
from chalicelib.services.known import Known
from chalicelib.services.parts import Parts
from chalicelib.services.telling import tell

log = logging.getLogger(__name__)

SPLIT = "T13"
# A new case names the newest one of its order, of its reporter and of its subject.
LINKS_BACK = 3


def ask(parts: Parts, case: Case, known: Known) -> None:
    """Ask for what follows from this opening, if anything does; never raises.

    ``known`` holds the heads as they were written with the case.
    """
    gathers = not case.parent and mass.looks_like_one(known)
    if not (gathers or _to_link_back(case, known) or known.splits(case.vendor, case.id)):
        return
    try:
        parts.queues.follow(case.id, {kind: head.key for kind, head in known.heads.items()})
    except Exception:  # the case is stored and rings; what was to follow shows with the next one
        log.exception("not queued", extra={"case": case.id, "what": "follow"})


def follow(parts: Parts, cause: Cause, case_id: str, keys: Mapping[str, str]) -> None:
    """Do what follows from the opening of this case; raises BusyError when trying again may help.

    ``keys`` are those of its link heads, by kind.
    """
    loaded = parts.ledger.load(case_id)
    if loaded is None or loaded.case is None:
        log.warning("nothing follows from a case that cannot be read", extra={"case": case_id})
        return
    case = loaded.case
    known = Known.read(parts.ledger, [keys], case.first.get("received", case.opened))
    splits = known.splits(case.vendor, case.id)
    for other in splits:
        _split(parts, cause, case, other)
    mass.gather(parts, cause, known)
    for other in _to_link_back(case, known):
        if other not in splits:
            _link_back(parts, cause, case, other, "subject")


def _to_link_back(case: Case, known: Known) -> tuple[str, ...]:
    """The cases that it names and that should name it; those of one event have their parent."""
    parents = {other: found.parent for other in case.linked if (found := known.case(other))}
    named = case.linked[:LINKS_BACK]
    return tuple(one for one in named if not case.parent or parents.get(one) != case.parent)


def _split(parts: Parts, cause: Cause, newer: Case, older: str) -> None:
    """T13: one reporter, one vendor, several tickets.

    A family shares a phone, so it is only proposed to merge them.  The link on the newer case says
    that it was told; a crash before tells it twice.
    """
    if older not in newer.linked:
        tell(parts, cause, newer.id, ProposeMerge(by=MACHINE, other=older, why="split"))
        tell(parts, cause, newer.id, NoteStall(by=MACHINE, tactic=SPLIT, who=newer.vendor))
        tell(parts, cause, newer.id, LinkCase(by=MACHINE, other=older, kind="split"))
    _link_back(parts, cause, newer, older, "split")


def _link_back(parts: Parts, cause: Cause, newer: Case, older: str, kind: str) -> None:
    loaded = parts.ledger.load(older)
    if loaded and loaded.case and newer.id not in loaded.case.linked:
        tell(parts, cause, older, LinkCase(by=MACHINE, other=newer.id, kind=kind))
