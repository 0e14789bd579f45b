"""Changes of people and of the roster need two people, and whoever is newly paged accepts.

Nobody changes who is rung by themselves: one of the client's people proposes, another approves,
and a new number or a new duty counts only when it has been accepted from the new number itself.
Until then the old one keeps being paged.
"""

from chalicelib.cases.roles import Act
from chalicelib.services import change_rules as rules
from chalicelib.services.access import permit
from chalicelib.services.caller import Caller
from chalicelib.services.change_model import WAIT_MS, Change, ChangeKind, Stage
from chalicelib.services.change_proposal import (
    Proposal,
    UnfitError,
    drafted,
    fit_roster,
    needs_of,
    subject,
)
from chalicelib.services.change_steps import (
    CONFLICT,
    FORBIDDEN,
    UNFIT,
    UNKNOWN,
    commitment,
    decided,
    nudge,
    refuse,
    write,
)
from chalicelib.services.change_views import shown
from chalicelib.services.complaint import Answer
from chalicelib.services.parts import Parts
from chalicelib.services.people import Person
from chalicelib.terms import CLIENT_ROLES

OK, CREATED = 200, 201
LIMIT_MAX = 50
REJECT = "reject_change"


def propose(parts: Parts, caller: Caller, proposal: Proposal) -> Answer:
    """A proposal that waits a day for a second person; refusals are recorded."""
    act = Act.PROPOSE_CHANGE
    permit(parts, caller, act)
    person = _somebody(parts, caller, act)
    code = rules.may_propose(caller.role, proposal.kind)
    if code:
        refuse(parts, caller, act.value, FORBIDDEN, code)
    try:
        change = drafted(parts, proposal, person.id)
    except UnfitError as unfit:
        refuse(parts, caller, act.value, UNFIT, unfit.code)
    now = parts.clock.now()
    code = rules.crowded(change, parts.changes.since(now - 2 * WAIT_MS), now)
    if code:
        refuse(parts, caller, act.value, CONFLICT, code)
    receipt = write(parts, caller, change, _proposed(parts, change))
    nudge(parts, change.id)
    return Answer(CREATED, shown(change, caller.role, now) | {"receipt": receipt})


def _proposed(parts: Parts, change: Change) -> dict[str, object]:
    """The event: ids as they are, everything else as keyed commitments."""
    told: dict[str, object] = {
        "e": "change.proposed.v1",
        "by": change.by,
        "fields": list(change.fields),
        "expires_ms": change.expires_at,
    }
    if change.person:
        told["person"] = change.person
    if change.kind in {ChangeKind.ROSTER, ChangeKind.ORG}:
        return told | {"value": dict(change.value)}
    key = parts.link_key
    sealed = {n: commitment(key, change.id, n, v) for n, v in change.value.items()}
    return told | {"committed": sealed}


def approve(parts: Parts, caller: Caller, identity: str) -> Answer:
    """The second person's yes: from now on those who must accept are asked, for a day."""
    act = Act.APPROVE_CHANGE
    permit(parts, caller, act)
    person = _somebody(parts, caller, act)

    def decide() -> Answer:
        change = _open(parts, caller, act, identity)
        code = rules.approve_fault(
            change, person, parts.registry.person(change.by), _concerned(parts, change)
        )
        if code:
            status = CONFLICT if code == "change_approved_already" else FORBIDDEN
            refuse(parts, caller, act.value, status, code, change.id)
        _still_fit(parts, caller, change)
        now = parts.clock.now()
        after = rules.approved(change, person.id, needs_of(parts, change), now + WAIT_MS)
        event = {
            "e": "change.approved.v1",
            "by": person.id,
            "must_accept": [need.person for need in after.needs],
            "expires_ms": after.expires_at,
        }
        receipt = write(parts, caller, after, event)
        return Answer(OK, shown(after, caller.role, now) | {"receipt": receipt})

    answer = decided(parts, decide)
    nudge(parts, identity)
    return answer


def reject(parts: Parts, caller: Caller, identity: str) -> Answer:
    """Any of the client's people ends it, or its proposer withdraws it; it had no effect."""
    act = Act.PROPOSE_CHANGE
    permit(parts, caller, act)
    person = _somebody(parts, caller, act)

    def decide() -> Answer:
        change = _open(parts, caller, act, identity)
        if caller.role not in CLIENT_ROLES and change.by != person.id:
            refuse(parts, caller, REJECT, FORBIDDEN, "role_may_not", change.id)
        now = parts.clock.now()
        after = change.ended(Stage.REJECTED, now)
        receipt = write(parts, caller, after, {"e": "change.rejected.v1", "by": person.id})
        return Answer(OK, shown(after, caller.role, now) | {"receipt": receipt})

    return decided(parts, decide)


def one(parts: Parts, caller: Caller, identity: str) -> Answer:
    """One change, its expiry included."""
    permit(parts, caller, Act.READ_CHANGES)
    change = _known(parts, caller, Act.READ_CHANGES, identity)
    return Answer(OK, shown(change, caller.role, parts.clock.now()))


def listing(parts: Parts, caller: Caller, cursor: str, limit: int) -> Answer:
    """The newest first; raises ValueError for a strange cursor."""
    permit(parts, caller, Act.READ_CHANGES)
    found, following = parts.changes.listing(cursor, max(1, min(limit, LIMIT_MAX)))
    now = parts.clock.now()
    rows = [shown(change, caller.role, now) for change in found]
    return Answer(OK, {"changes": rows, "next": following})


def _somebody(parts: Parts, caller: Caller, act: Act) -> Person:
    """The person behind the credential: two credentials of one person are one person."""
    person = parts.registry.person(caller.person) if caller.person else None
    if person is None:
        refuse(parts, caller, act.value, FORBIDDEN, "person_needed")
    return person


def _known(parts: Parts, caller: Caller, act: Act, identity: str) -> Change:
    change = parts.changes.change(identity)
    if change is None:
        refuse(parts, caller, act.value, UNKNOWN, "change_unknown")
    return change


def _open(parts: Parts, caller: Caller, act: Act, identity: str) -> Change:
    change = _known(parts, caller, act, identity)
    code = rules.open_fault(change, parts.clock.now())
    if code:
        refuse(parts, caller, act.value, CONFLICT, code, change.id)
    return change


def _concerned(parts: Parts, change: Change) -> list[Person]:
    """Those whose own number or duty it is: they accept, and so cannot approve."""
    if change.kind is ChangeKind.ROSTER:
        new = rules.added(parts.changes.roster(), change.value)
        found = [parts.registry.person(identity) for identity in new]
    else:
        found = [subject(parts, change)]
    return [person for person in found if person]


def _still_fit(parts: Parts, caller: Caller, change: Change) -> None:
    """A roster that has become too thin since is refused before anybody is asked to accept."""
    if change.kind is not ChangeKind.ROSTER:
        return
    try:
        fit_roster(parts, change.value)
    except UnfitError as unfit:
        refuse(parts, caller, Act.APPROVE_CHANGE.value, UNFIT, unfit.code, change.id)
