"""What a reporter sees through their own link: where it stands, in roles and times.

No name, no number, nobody's words, and nothing about the subject.  Whoever joined a case by its
order number alone is told that they were heard, and nothing of what is done: it could be the one
who is complained about.
"""

from dataclasses import dataclass

from chalicelib.cases.model import Case

# What the reporter is owed: a call, a promised word, the next word.
WORDS_OWED = ("K5", "K8", "K9")


@dataclass(frozen=True, slots=True)
class Told:
    """Who has been told, as a roster role, and when last (ms)."""

    role: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RopeView:
    """Times in ms, 0 where it has not happened.

    ``whole``: this is the reporter's own case and not one they joined by its order number.
    ``own``: their word can end it.  ``grave``: a person looks whatever they say.  ``rings``:
    people are paged until somebody takes it.  ``late``: a word they were owed did not come.
    """

    code: str
    language: str
    received_at: int
    whole: bool
    own: bool
    grave: bool
    rings: bool
    told: tuple[Told, ...]
    owned_at: int
    action: str
    acted_at: int
    next_by: int
    late: bool
    resolved_at: int
    closed_at: int
    withdrawn_at: int


def look(case: Case, home: Case, sid: str, language: str) -> RopeView:
    """What the holder of the rope ``sid`` of ``case`` may see of ``home``.

    That is the same case, or the one it was merged into, which goes on in its place.
    """
    rope = case.ropes.get(sid)
    safe = rope is not None and not (case.duress or home.duress)
    whole = safe and rope is not None and (_is_first(case, sid) or rope.verified)
    ack, acted = home.ack, home.acted
    owed = [home.clocks[name] for name in WORDS_OWED if name in home.clocks]
    return RopeView(
        code=case.code,
        language=language,
        received_at=rope.at if rope else case.first.get("received", case.opened),
        whole=whole,
        own=safe and may_end(case, sid),
        grave=home.tier.safety_critical,
        rings=bool(home.ladder.plan(home.tier).rungs),
        told=told(home) if whole else (),
        owned_at=ack.at if whole and ack and (ack.holds or acted) else 0,
        action=acted.code if whole and acted else "",
        acted_at=acted.at if whole and acted else 0,
        next_by=min(owed, default=0) if whole else 0,
        late=whole and _is_late(home),
        resolved_at=home.resolved.at if whole and home.resolved else 0,
        closed_at=home.closed.at if home.closed else 0,
        withdrawn_at=case.withdrawn if whole else 0,
    )


def told(case: Case) -> tuple[Told, ...]:
    """Each role to whom a carrier has taken a message, the first one first."""
    waiting = {(sending.person, sending.channel) for sending in case.sending.values()}
    reached: dict[str, int] = {}
    for person, paged in case.paged.items():
        taken = [at for channel, at in paged.last.items() if (person, channel) not in waiting]
        if taken:
            reached[paged.role] = max(reached.get(paged.role, 0), *taken)
    return tuple(Told(role, at) for role, at in sorted(reached.items(), key=lambda row: row[1]))


def _is_first(case: Case, sid: str) -> bool:
    """Whether this address came with the complaint that opened the case."""
    at, first = min((rope.at, name) for name, rope in case.ropes.items())
    return first == sid and at == case.first.get("received")


def may_end(case: Case, sid: str) -> bool:
    """Whether their *solved* or *withdraw* can end it: the earliest proved address alone can."""
    proved = sorted((rope.at, name) for name, rope in case.ropes.items() if rope.verified)
    small = not case.tier.safety_critical or case.resolved is not None
    return small and bool(proved) and proved[0][1] == sid


def _is_late(case: Case) -> bool:
    missed = any(case.missed.get(name) for name in WORDS_OWED)
    return missed or bool(case.acted and case.acted.missed)
