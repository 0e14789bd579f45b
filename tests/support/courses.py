"""Short courses that stories about linked cases share: what is stored, closed, merged, counted."""

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import Command
from chalicelib.cases.end_commands import Absorb, Close, MergeInto
from chalicelib.cases.model import Case
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Reporter
from chalicelib.services.engine import apply, from_http, from_machine
from tests.support.world import World

GROPED = "The driver groped me and I got out yesterday."
INJURED = "The heater sparked and burned my hand."
DYING = "He is not breathing"


def stored(world: World, identity: str) -> Case:
    """The case as it is stored."""
    loaded = world.ledger.load_quietly(identity)
    assert loaded is not None
    assert loaded.case is not None
    return loaded.case


def give(world: World, case: str, command: Command, by: Caller | None = None) -> None:
    """Have a command applied that no route of this story gives; it must not be refused."""
    origin = from_http(by) if by else from_machine(Cause("tool", "story"))
    applied = apply(world.parts, origin, case, command)
    assert applied.decision.refused is None


def close(world: World, case: str) -> None:
    """A client person closes an ordinary case."""
    owner = world.client()
    give(world, case, Close(by=owner.by, reason="unconfirmed", sid="vlt_1"), owner)


def merge(world: World, case: str, into: str) -> None:
    """A client person decides that the two are one."""
    owner = world.client()
    give(world, into, Absorb(by=owner.by, other=stored(world, case)), owner)
    give(world, case, MergeInto(by=owner.by, target=stored(world, into)), owner)


def caller_on(phone: str) -> Reporter:
    """Somebody who calls from this number."""
    return Reporter(phone=phone)
