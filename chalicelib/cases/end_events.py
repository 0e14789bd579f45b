"""What has happened about a case's end: the shapes of those events, as ``cases.events`` says."""

from chalicelib.cases.commands import By
from chalicelib.cases.end_commands import Draw, Propose
from chalicelib.cases.events import Event
from chalicelib.cases.model import Case
from chalicelib.terms import Tier

PROPOSED = "proposal.made.v1"
APPROVED = "proposal.approved.v1"
REJECTED = "proposal.rejected.v1"
EXPIRED = "proposal.expired.v1"
LOWERED = "tier.lowered.v1"
REVIEW_OWED = "review.owed.v1"
REVIEWED = "review.given.v1"
GLASS_BROKEN = "glass.broken.v1"
CONTAINED = "contained.v1"
RESOLVED = "resolved.v1"
UNRESOLVED = "resolution.voided.v1"
TRIED = "confirmation.tried.v1"
REPORTER_SAID = "reporter.said.v1"
REPORTER_VERIFIED = "reporter.verified.v1"
SAMPLE_DRAWN = "sample.drawn.v1"
CLOSED = "case.closed.v1"
REOPENED = "case.reopened.v1"
MERGE_PROPOSED = "merge.proposed.v1"
ABSORBED = "case.absorbed.v1"
LINKED = "case.linked.v1"


def _by(name: str, by: By, sid: str = "", **more: object) -> Event:
    event: dict[str, object] = {"e": name, "person": by.id, "role": by.role.value}
    event |= {key: value for key, value in more.items() if value not in ("", None, [])}
    return event | ({"sid": sid} if sid else {})


def proposed(identity: str, command: Propose, until: int) -> Event:
    """One person proposes what needs two; it expires at ``until`` (ms)."""
    more: dict[str, object] = {}
    if command.what == "release":
        more = {"contents": list(command.contents), "absent": list(command.absent)}
    return _by(
        PROPOSED,
        command.by,
        command.sid,
        proposal=identity,
        what=command.what,
        reason=command.reason,
        until=until,
        to=command.to.value if command.to else "",
        **more,
    )


def approved(identity: str, what: str, by: By, sid: str) -> Event:
    """A second person agrees."""
    return _by(APPROVED, by, sid, proposal=identity, what=what)


def rejected(identity: str, what: str, by: By, sid: str) -> Event:
    """A second person does not agree, or the first takes it back."""
    return _by(REJECTED, by, sid, proposal=identity, what=what)


def expired(identity: str) -> Event:
    """Nobody agreed in time."""
    return {"e": EXPIRED, "proposal": identity}


def lowered(before: Tier, after: Tier, reason: str, by: By, approved_by: str) -> Event:
    """The tier fell: by two people, or by one and a review that is owed."""
    tiers = {"from": before.value, "to": after.value}
    return _by(LOWERED, by, reason=reason, approved=approved_by, **tiers)


def review_owed(kind: str, by: str, tier: Tier, also: str = "") -> Event:
    """Another person must look at what ``by`` (and ``also``) did."""
    event = {"e": REVIEW_OWED, "kind": kind, "by": by, "tier": tier.value}
    return event | ({"also": also} if also else {})


def reviewed(kind: str, by: By, sid: str, *, agrees: bool) -> Event:
    """They have looked."""
    return _by(REVIEWED, by, sid, kind=kind, agrees=agrees)


def glass_broken(by: str, approved_by: str, until: int) -> Event:
    """Until then one person may do what needs two."""
    return {"e": GLASS_BROKEN, "person": by, "approved": approved_by, "until": until}


def contained(by: By, sid: str) -> Event:
    """The hazard cannot reach another person any more."""
    return _by(CONTAINED, by, sid)


def resolved(by: By, reason: str, approved_by: str, sid: str) -> Event:
    """The cause is fixed."""
    return _by(RESOLVED, by, sid, reason=reason, approved=approved_by)


def unresolved(why: str) -> Event:
    """It was not: the reporter came back, or danger did."""
    return {"e": UNRESOLVED, "why": why}


def tried(by: By, channel: str, sid: str) -> Event:
    """The reporter was asked whether it is solved, and did not answer."""
    return _by(TRIED, by, sid, channel=channel)


def reporter_said(what: str, reach: str, sid: str, *, verified: bool, doubted: bool) -> Event:
    """The reporter's own word; ``doubted`` when it may have been coerced."""
    event: dict[str, object] = {"e": REPORTER_SAID, "what": what, "reach": reach}
    event |= {"verified": verified, "doubted": doubted}
    return event | ({"sid": sid} if sid else {})


def reporter_verified(by: By, reach: str, how: str, sid: str) -> Event:
    """Their address was matched with the client's own data, or called back."""
    return _by(REPORTER_VERIFIED, by, sid, reach=reach, how=how)


def sample_drawn(draw: Draw) -> Event:
    """The lot of a delegated closure, which an auditor can draw again."""
    return {
        "e": SAMPLE_DRAWN,
        "rule": draw.rule,
        "value": draw.value,
        "permille": draw.permille,
        "month": draw.month,
        "commitment": draw.commitment,
        "sampled": draw.sampled,
    }


def closed(how: str, by: By, sid: str = "", approved_by: str = "", into: str = "") -> Event:
    """Nothing is owed any more."""
    return _by(CLOSED, by, sid, how=how, approved=approved_by, into=into)


def reopened(why: str, by: By, sid: str = "") -> Event:
    """Everything is owed again; the case's age goes on from its opening."""
    return _by(REOPENED, by, sid, why=why)


def merge_proposed(other: str, why: str, by: By) -> Event:
    """These two look like one."""
    return _by(MERGE_PROPOSED, by, other=other, why=why)


def absorbed(other: str, by: By, case: Case) -> Event:
    """What was owed on ``case``, which ``other`` names, is owed here from now on.

    What is firm there is so here; its contacts, duress and hazards are this case's too.
    """
    return _by(
        ABSORBED,
        by,
        other=other,
        firm=case.firm.value if case.firm else "",
        contacts=case.counts.get("contacts"),
        duress=case.duress or None,
        hazards=list(case.hazards),
    )


def linked(other: str, kind: str) -> Event:
    """Another case belongs beside this one; ``kind`` is parent, child, subject or split."""
    return {"e": LINKED, "other": other, "kind": kind}
