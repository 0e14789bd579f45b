"""P2 over real entries: whoever is not of the client may add and raise, and nothing else."""

from collections.abc import Mapping
from typing import Any

from chalicelib.cases.model import Case
from chalicelib.terms import VENDOR_ROLES, Role, Tier

VENDORS = {role.value for role in VENDOR_ROLES}
OUTSIDERS = VENDORS | {Role.REPORTER.value, Role.CLIENT_APP.value}
ENTITLED = {Role.OWNER.value, Role.DUTY_DIRECTOR.value, Role.SAFETY_SPECIALIST.value}
OWNING = {"acknowledged.v1", "acted.v1"}


def only_raised(before: Case, after: Case, entry: Mapping[str, Any]) -> list[str]:
    """What an outsider's entry did that it may not; no clock is later, unless it had lapsed."""
    names = {event["e"] for event in entry["events"]}
    found = []
    if after.tier.rank > before.tier.rank:
        found.append(f"P2: {after.id} was lowered")
    if after.closed and not before.closed:
        return [*found, *_ended(before, entry, names)]
    lapsed = _lapsed(entry)
    dropped = ("to_s3", "proposal.") if "tier.raised.v1" in names else ()
    now = {**after.held, **after.clocks}
    for name, due in {**before.held, **before.clocks}.items():
        if name in lapsed or (dropped and name.startswith(dropped)):
            continue
        if now.get(name, due + 1) > due:
            found.append(f"P2: an outsider moved {name} of {after.id}")
    return found


def owned_by_right(entry: Mapping[str, Any]) -> list[str]:
    """Only a person of the client's, in a role that may, owns a case or has acted on it."""
    actor = entry["actor"]
    may = actor["role"] in ENTITLED and actor["org"] == "client"
    owned = any(event["e"] in OWNING for event in entry["events"])
    return [f"P2: {entry['chain']} is owned by a {actor['role']}"] if owned and not may else []


def _ended(before: Case, entry: Mapping[str, Any], names: set[str]) -> list[str]:
    """A vendor ends what was always ordinary, by lot; a reporter what is theirs to end."""
    if entry["actor"]["role"] in VENDORS:
        may = before.worst is Tier.S4 and "sample.drawn.v1" in names
    else:
        small = not before.tier.safety_critical or before.resolved is not None
        may = small and "reporter.said.v1" in names and not before.duress
    return [] if may else [f"P2: an outsider closed {before.id} of {before.tier}"]


def _lapsed(entry: Mapping[str, Any]) -> set[str]:
    lapses = (e["clocks"] for e in entry["events"] if e["e"] == "clocks.lapsed.v1")
    return {name for clocks in lapses for name in clocks}
