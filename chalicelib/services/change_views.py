"""A change as it is shown: ids and times for everyone who may read, names for the client's own.

A new number or address is shown masked, even to whoever approves: what proves it is its owner's
acceptance, not a colleague's eye.
"""

from typing import Any

from chalicelib.services import change_rules as rules
from chalicelib.services.change_model import OPEN, Change, ChangeKind, Need, Stage
from chalicelib.terms import CLIENT_ROLES, Role, iso

WAITS = {Stage.PROPOSED: "second_person", Stage.APPROVED: "acceptance"}


def shown(change: Change, reader: Role, now: int) -> dict[str, Any]:
    """One change for this reader at this time."""
    stage = change.stage_at(now)
    view: dict[str, Any] = {
        "change": change.id,
        "kind": change.kind.value,
        "stage": stage.value,
        "fields": list(change.fields),
        "proposed_by": change.by,
        "proposed_at": iso(change.at),
        "waits_for": WAITS.get(stage, ""),
        "told_at": iso(change.told_at) if change.told_at else "",
        "must_accept": [_need(need) for need in change.needs],
    }
    if stage in OPEN or stage is Stage.EXPIRED:
        view["expires_at"] = iso(change.expires_at)
    if change.ended_at:
        view["ended_at"] = iso(change.ended_at)
    if change.person:
        view["person"] = change.person
    if change.approver:
        view["approved_by"] = change.approver
    if change.value:
        view["value"] = _value(change, reader)
    return view


def _need(need: Need) -> dict[str, Any]:
    view: dict[str, Any] = {"person": need.person, "channels": [name for name, _ in need.ways]}
    times = {"sent_at": need.sent_at, "accepted_at": need.accepted_at}
    view |= {name: iso(at) if at else "" for name, at in times.items()}
    return view | ({"undelivered": True} if need.failed else {})


def _value(change: Change, reader: Role) -> dict[str, Any]:
    if change.kind in {ChangeKind.ROSTER, ChangeKind.ORG}:
        return dict(change.value)
    own = reader in CLIENT_ROLES
    value = {n: v for n, v in change.value.items() if own or n in {"language", "role", "employer"}}
    value |= {n: rules.masked(value[n]) for n in rules.ADDRESSES if value.get(n)}
    return value | ({"channels": list(value["channels"])} if "channels" in value else {})
