"""Which walks there are: each group of moves from each opening, and two linked cases."""

from chalicelib.terms import Tier
from tools.explore.intake import STRANGER, Heard
from tools.explore.walk import MOVES, Job
from tools.explore.world import Weather

OPENINGS = {
    **{tier.value: Heard(STRANGER, tier) for tier in Tier},
    "S0?": Heard(STRANGER, Tier.S0, suspect=True),
    "S1?": Heard(STRANGER, Tier.S1, suspect=True),
}
# Moves that are walked on together: the ladder with each lane, never the product of all lanes.
GROUPS: dict[str, frozenset[str]] = {
    "ladder": frozenset({"contact", "raise", "escalate", "stall", "ack", "act", "promise"}),
    "words": frozenset({"contact", "ack", "act", "reply", "promise", "call", "note", "duress"}),
    "lower": frozenset({"contact", "ack", "act", "lower", "clear"}),
    "end": frozenset({"contact", "act", "resolve", "close", "try", "reopen", "contain"}),
    "review": frozenset({"contact", "clear"}),
    "confirm": frozenset({"resolve", "try", "close"}),
    "ordinary": frozenset({"contact", "raise", "delegate", "close", "reopen", "clear", "task"}),
    "rope": frozenset({"rope", "verify", "reach", "act", "resolve", "duress", "reopen"}),
    "freeze": frozenset({"ack", "act", "freeze", "subject", "contact"}),
    "police": frozenset({"police", "glass", "act", "resolve"}),
    "data": frozenset({"data", "task", "hold", "act", "resolve"}),
    "handover": frozenset({"handover", "call", "ack", "contact"}),
}
CLOSING = frozenset({"act", "resolve", "try", "close"})
# Two cases: intake opens the second one, and either may be merged into the other.
PAIRS: dict[str, frozenset[str]] = {
    "owned": frozenset({"merge", "ack", "act", "raise"}),
    "cleared": frozenset({"merge", "clear", "contact"}),
    "resolved": frozenset({"merge", "act", "resolve"}),
    "working": frozenset({"merge", "police", "task", "promise"}),
}
# Where the last moment before an instant is tried as well: ends and raises race with lapses.
RACES = {"ladder", "lower", "words"}
# Openings are told apart by a star where a walk is too long for every day: see ``depth_jobs``.
PAIR_DAYS = {
    "owned": "S0 S1*",
    "cleared": "S0* S0?",
    "resolved": "S1 S2*",
    "working": "S0 S2*",
}
# One client person does whatever they like, with every vendor on their side.
ALONE = frozenset({"contact", "ack", "act", "lower", "clear", "resolve", "close", "reopen"})
SOLO_DAYS = {"owner": "S1 S0?*", "director": "S0? S1*", "specialist": "S1 S0?*"}
STORMS = {"refusing": Weather(refusing=True), "deserted": Weather(deserted=True)}
STORM_DAYS = "S0 S2*"
# By day each group starts where it has something to do; by night everywhere.
DAYS: dict[str, str] = {
    "ladder": "S0 S1* S1?* S2* S3* S4*",
    "words": "S1 S2* S4*",
    "lower": "S0* S0?* S1 S1?*",
    "end": "S1 S2* S3",
    "review": "S0? S1?*",
    "confirm": "S3",
    "ordinary": "S3* S4",
    "rope": "S1 S2* S4",
    "freeze": "S0 S2*",
    "police": "S0 S3*",
    "data": "S1 S3*",
    "handover": "S0 S2*",
}
_EVERY_TAG = frozenset(move.tag for move in MOVES)


def _chosen(openings: str, told: str, *, more: bool) -> bool:
    return told in openings.split() or (more and f"{told}*" in openings.split())


def depth_jobs(depth: int, *, more: bool = False) -> list[Job]:
    """For CI: every move by everybody after any first step, then each group to ``depth``.

    ``more`` takes the starred openings too, which doubles the work.
    """
    return [
        *_two_cases(depth, more=more),
        *(
            Job(f"{name} {told}", heard, GROUPS[name], depth, wide=-1, just_before=name in RACES)
            for name, openings in DAYS.items()
            for told, heard in OPENINGS.items()
            if _chosen(openings, told, more=more)
        ),
        # Three attempts with time between them need more moves than the others.
        Job("closing S2", OPENINGS["S2"], CLOSING, depth + 3, wide=-1, just_before=False),
        *_solo(depth, more=more),
        *(
            Job(
                f"ladder {told} {name}",
                heard,
                GROUPS["ladder"],
                depth - 1,
                wide=-1,
                weather=weather,
            )
            for told, heard in OPENINGS.items()
            for name, weather in STORMS.items()
            if _chosen(STORM_DAYS, told, more=more)
        ),
        *(
            Job(f"everything {told}", heard, _EVERY_TAG, 2, second=True)
            for told, heard in OPENINGS.items()
        ),
    ]


def _two_cases(depth: int, *, more: bool) -> list[Job]:
    return [
        Job(f"two {name} {told}", heard, tags, depth, wide=-1, second=True, just_before=False)
        for name, tags in PAIRS.items()
        for told, heard in OPENINGS.items()
        if _chosen(PAIR_DAYS[name], told, more=more)
    ]


def _solo(depth: int, *, more: bool) -> list[Job]:
    return [
        Job(f"{person} alone {told}", heard, ALONE, depth, wide=-1, people=(person,))
        for person in SOLO_DAYS
        for told, heard in OPENINGS.items()
        if _chosen(SOLO_DAYS[person], told, more=more)
    ]


def deep_jobs(limit: int) -> list[Job]:
    """For the night: every group from every opening until nothing new is found, or ``limit``."""
    return [
        Job(f"{name} {told}", heard, tags, 0, wide=-1, just_before=False, limit=limit)
        for name, tags in GROUPS.items()
        for told, heard in OPENINGS.items()
    ]
