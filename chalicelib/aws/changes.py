"""Changes on DynamoDB: a step, its entry and its effect are written together, or not at all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chalicelib.aws import cursors, people, writes
from chalicelib.aws.dynamo import ABSENT, Item, Raw, Store, Write, marshal
from chalicelib.aws.ids import ulid
from chalicelib.aws.ledger import Tables, check_follows
from chalicelib.services.change_model import Change, ChangeKind, Need, Stage
from chalicelib.services.change_ports import AcceptLink, Effect, Step
from chalicelib.services.employers import CLIENT
from chalicelib.services.people import Person
from chalicelib.services.ports import Clock, ConflictError
from chalicelib.terms import DAY, SECOND

CHANGES_KEY = "changes"
_PAGE = 100
# A link's item outlives the link, so that an old one is told from one that never was.
_LINK_KEPT_MS = 30 * DAY


def change_item(change: Change) -> Item:
    """One change, in the list of all; its id sorts by time."""
    body = json.dumps(asdict(change), ensure_ascii=False, sort_keys=True)
    return {"pk": CHANGES_KEY, "sk": change.id, "version": change.version, "body": body}


def read_change(item: Item) -> Change:
    """As ``change_item`` wrote it."""
    body: dict[str, Any] = json.loads(item["body"])
    needs = [need | {"ways": tuple(map(tuple, need["ways"]))} for need in body["needs"]]
    kind, value = ChangeKind(body["kind"]), body["value"]
    if "channels" in value and kind is not ChangeKind.ROSTER:
        value["channels"] = tuple(value["channels"])
    plain = {"kind": kind, "stage": Stage(body["stage"]), "needs": tuple(Need(**n) for n in needs)}
    lists = {name: tuple(body[name]) for name in ("fields", "to_tell")}
    return Change(**body | plain | lists)


def link_item(link: AcceptLink) -> Item:
    """What an acceptance's link stands for."""
    ttl = (link.expires_at + _LINK_KEPT_MS) // SECOND
    key = {"pk": f"accept#{link.token_hash}", "sk": "link", "ttl": ttl}
    return {**key, **asdict(link)}


class DynamoChanges:
    """``Changes`` on the registry and the audit table.

    Raises UncertainError, as the ledger does, when the store gives no answer.
    """

    def __init__(self, client: Any, tables: Tables, clock: Clock) -> None:
        """``client`` is a low-level DynamoDB client."""
        self._store = Store(client, clock)
        self._tables = tables

    def change(self, identity: str) -> Change | None:
        """Read consistently."""
        item = self._get(CHANGES_KEY, identity)
        return read_change(item) if item else None

    def since(self, at: int) -> tuple[Change, ...]:
        """All proposed at or after this time (ms), the oldest first."""
        found: list[Item] = []
        more: dict[str, Any] = {}
        values = {":pk": CHANGES_KEY, ":from": f"chg_{ulid(max(0, at), 0)}"}
        while True:
            items, last = self._query("pk = :pk AND sk >= :from", values, Limit=_PAGE, **more)
            found += items
            if last is None:
                return tuple(map(read_change, found))
            more = {"ExclusiveStartKey": last}

    def listing(self, cursor: str, limit: int) -> tuple[tuple[Change, ...], str]:
        """The newest first, and the next part's cursor; raises ValueError for a strange one."""
        values = {":pk": CHANGES_KEY}
        where = "pk = :pk"
        if cursor:
            values[":before"] = str(*cursors.decode(cursor, str))
            where += " AND sk < :before"
        items, last = self._query(where, values, Limit=limit, ScanIndexForward=False)
        found = tuple(map(read_change, items))
        return found, cursors.encode(found[-1].id) if last and found else ""

    def link(self, token_hash: str) -> AcceptLink | None:
        """What a link stands for; one that has expired may still be found."""
        item = self._get(f"accept#{token_hash}", "link")
        if item is None:
            return None
        return AcceptLink(item["token_hash"], item["change"], item["expires_at"])

    def roster(self) -> dict[str, tuple[str, ...]]:
        """Ids by role, read consistently and never from memory."""
        item = self._get(people.ROSTER_KEY, people.ROSTER_KEY)
        return _ids(item)

    def record(self, step: Step) -> None:
        """Write the step, its entry and its effect in one transaction.

        Raises:
            ConflictError: ``head``, ``change`` or ``effect`` is no longer as it was read.
            UncertainError: it may or may not have been written.
            ClockSkewError: the clocks disagree, and nothing was written.
        """
        check_follows(step.entry, step.before)
        registry = self._tables.registry
        written = [
            self._change_write(step.change),
            *(self._effect_writes(step.effect) if step.effect else ()),
            writes.head_write(registry, step.entry, step.before),
            writes.entry_write(self._tables.audit, step.entry, "head"),
        ]
        if step.link:
            written.append(Write(table=registry, item=marshal(link_item(step.link)), what="change"))
        if not self._store.agrees:
            self._get("clock", "clock")
        self._store.require_agreement()
        self._store.transact(written, writes.token(step.entry))

    def _change_write(self, change: Change) -> Write:
        item = marshal(change_item(change))
        if change.version == 1:
            return Write(table=self._tables.registry, item=item, what="change")
        return Write(
            table=self._tables.registry,
            item=item,
            what="change",
            condition="version = :version",
            values={":version": change.version - 1},
        )

    def _effect_writes(self, effect: Effect) -> list[Write]:
        written = []
        if effect.person:
            before = people.person_item(effect.was) if effect.was else None
            written.append(self._still(people.person_item(effect.person), before))
        if effect.org:
            written.append(self._still(people.org_item(effect.org, CLIENT), None))
        return written + self._roster_writes(effect)

    def _roster_writes(self, effect: Effect) -> list[Write]:
        """The roster anew, or as it is with the person's new channels; nothing if untouched."""
        item = self._get(people.ROSTER_KEY, people.ROSTER_KEY)
        now = _ids(item)
        if effect.duty is not None and _plain(effect.duty_was or {}) != now:
            raise ConflictError("effect")
        rostered = any(effect.person and effect.person.id in group for group in now.values())
        if effect.duty is None and not rostered:
            return []
        duty = now if effect.duty is None else effect.duty
        fresh = people.roster_item({r: self._group(g, effect.person) for r, g in duty.items()})
        return [self._still(fresh, item)]

    def _group(self, ids: Sequence[str], changed: Person | None) -> list[Person]:
        group = []
        for identity in ids:
            item = self._get("people", identity)
            person = changed if changed and changed.id == identity else None
            person = person or (people.read_person(item) if item else None)
            if person is None or not people.reachable(person):
                raise ConflictError("effect")
            group.append(person)
        return group

    def _still(self, item: Item, before: Item | None) -> Write:
        """Write an item if it still is what it was; None is: if it is not there."""
        registry = self._tables.registry
        if before is None:
            return Write(table=registry, item=marshal(item), what="effect", condition=ABSENT)
        old = {name: value for name, value in before.items() if name not in {"pk", "sk"}}
        return Write(
            table=registry,
            item=marshal(item),
            what="effect",
            condition=" AND ".join(f"#{name} = :{name}" for name in old),
            values={f":{name}": value for name, value in old.items()},
            names={f"#{name}": name for name in old},
        )

    def _get(self, pk: str, sk: str) -> Item | None:
        return self._store.get(self._tables.registry, pk, sk)

    def _query(self, where: str, values: Item, **more: Any) -> tuple[list[Item], Raw | None]:
        return self._store.query(self._tables.registry, where, values, ConsistentRead=True, **more)


def _ids(item: Item | None) -> dict[str, tuple[str, ...]]:
    if item is None:
        return {}
    return {r: tuple(one.person for one in g) for r, g in people.read_roster(item).items()}


def _plain(duty: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {role: tuple(group) for role, group in duty.items()}
