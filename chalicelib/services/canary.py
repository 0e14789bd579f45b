"""Opening the canaries, and what the pager does with their pages."""

from chalicelib.audit.entry import Cause
from chalicelib.cases.codes import speakable
from chalicelib.cases.commands import (
    MACHINE,
    Command,
    Judged,
    Message,
    OpenCase,
    PageSent,
)
from chalicelib.cases.decide import open_case
from chalicelib.services.canaries import LADDER, PATHS
from chalicelib.services.engine import Extras, commit_opening, from_machine, seal_step
from chalicelib.services.parts import Parts
from chalicelib.services.ports import ConflictError
from chalicelib.services.watching import Song
from chalicelib.terms import SECOND, Direction, Kind, Speaker, Tier, iso

TAKEN, NOT_TAKEN, WITHHELD = "taken", "not_taken", "withheld"


def open_missing(parts: Parts, cause: Cause) -> int:
    """Open whichever canary is not there; how many were opened."""
    there = {loaded.beside.case for loaded in parts.ledger.load_all(list(PATHS))}
    missing = [case for case in PATHS if case not in there]
    for case in missing:
        _open(parts, cause, case)
    return len(missing)


def _open(parts: Parts, cause: Cause, case: str) -> None:
    command = OpenCase(
        by=MACHINE,
        case=case,
        code=speakable(case),
        message=Message(
            id=f"msg_canary-{PATHS[case]}",
            direction=Direction.INBOUND,
            speaker=Speaker.BOT,
            kind=Kind.NOTE,
            channel="machine",
        ),
        judged=Judged(Tier.S2, suspect=False, record={"findings": [], "facts": {"canary": True}}),
        ladder=LADDER,
    )
    decision = open_case(command, parts.clock.now(), parts.watch(case))
    entry = seal_step(parts, from_machine(cause), decision, "open")
    try:
        commit_opening(parts, decision, entry, Extras())
    except ConflictError:
        return  # another sweep was first


def sing(parts: Parts, case: str, page: str) -> Command:
    """Tell the monitor that a canary came through, unless a check fails: it is to hear silence.

    The page counts as sent in any case: what the monitor says of it is in the entry.
    """
    path, now = PATHS[case], parts.clock.now()
    before = parts.watching.song(path)
    failing = parts.watching.state().failing(now)
    said = WITHHELD if failing else _ping(parts, path, before, now)
    taken = now if said == TAKEN else before.taken
    parts.watching.sing(path, Song(now, taken))
    return PageSent(page=page, carrier=f"{said}:{failing[0]}" if failing else said)


def _ping(parts: Parts, path: str, before: Song, now: int) -> str:
    body = {
        "path": path,
        "at": iso(now),
        "seconds_since_last": (now - before.at) // SECOND if before.at else None,
        "release": parts.release.version,
        "policies": parts.release.policies,
    }
    taken = parts.outside is not None and parts.outside.ping(path, body)
    return TAKEN if taken else NOT_TAKEN
