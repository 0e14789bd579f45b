"""Changes that need two people, from the terminal: for the client's staff without the API.

Whoever gives an order proves by their PIN who they are; wrong ones are counted as on a page's
link.  The running stack does the rest: it tells, asks and applies within a minute or two.
"""

from chalicelib.services import changes, pins
from chalicelib.services.caller import Caller
from chalicelib.services.change_proposal import Proposal
from chalicelib.services.errors import RefusedError
from chalicelib.services.page_link import is_pin
from chalicelib.services.ports import ConflictError
from tools.local.desk import Desk
from tools.people_registry import PeopleError, known, require_link_key, sentence

REQUEST = "tools.people"
LISTED = 20


def proved(desk: Desk, identity: str, pin: str) -> Caller:
    """The person as who they say they are; raises PeopleError for a wrong PIN or a locked one."""
    require_link_key(desk)
    person = known(desk, identity)
    if not pins.claim(desk.parts, identity):
        raise PeopleError("too many wrong PINs: wait a quarter of an hour, longer each time")
    if not is_pin(desk.parts, person, pin):
        raise PeopleError("the PIN is wrong")
    try:
        pins.reset(desk.parts, identity)
    except ConflictError:
        raise PeopleError("somebody else is trying PINs of yours at this moment") from None
    return Caller(
        kind="person",
        id=identity,
        role=person.role,
        org=person.employer,
        person=identity,
        request=REQUEST,
    )


def propose(desk: Desk, caller: Caller, proposal: Proposal) -> str:
    """The id of the change that now waits for a second person; raises PeopleError."""
    try:
        answer = changes.propose(desk.parts, caller, proposal)
    except RefusedError as refused:
        raise PeopleError(sentence(refused.code, refused.status)) from None
    return str(answer.body["change"])


def approve(desk: Desk, caller: Caller, identity: str) -> list[str]:
    """The ids of those who must accept now; raises PeopleError."""
    try:
        answer = changes.approve(desk.parts, caller, identity)
    except RefusedError as refused:
        raise PeopleError(sentence(refused.code, refused.status)) from None
    return [need["person"] for need in answer.body["must_accept"]]


def reject(desk: Desk, caller: Caller, identity: str) -> None:
    """End it, or withdraw one's own; raises PeopleError."""
    try:
        changes.reject(desk.parts, caller, identity)
    except RefusedError as refused:
        raise PeopleError(sentence(refused.code, refused.status)) from None


def newest(desk: Desk) -> list[str]:
    """A line for each of the newest changes: ids, kind, stage and fields, no value."""
    found, _ = desk.parts.changes.listing("", LISTED)
    return [
        f"{one.id}  {one.kind.value:<10} {one.stage_at(desk.now).value:<9} "
        f"{one.person or '-':<30} by {one.by}  {','.join(one.fields)}".rstrip()
        for one in found
    ]
