"""Changes in memory, with the semantics that the contract tests hold the real ones to."""

import threading
from collections.abc import Mapping, Sequence

from chalicelib.aws import cursors
from chalicelib.aws.changes import change_item, read_change
from chalicelib.aws.ids import ulid
from chalicelib.aws.people import reachable
from chalicelib.services.change_model import Change
from chalicelib.services.change_ports import AcceptLink, Effect, Step
from chalicelib.services.employers import CLIENT
from chalicelib.services.ports import ConflictError, UncertainError
from tests.support.fake_ledger import FakeLedger
from tests.support.fakes import FakeRegistry


class FakeChanges:
    """``Changes`` beside a ledger and a registry that are in memory too."""

    def __init__(self, ledger: FakeLedger, registry: FakeRegistry) -> None:
        """None yet."""
        self._ledger = ledger
        self._registry = registry
        self._changes: dict[str, Change] = {}
        self._links: dict[str, AcceptLink] = {}
        self._lock = threading.RLock()

    def change(self, identity: str) -> Change | None:
        """As the port."""
        return self._changes.get(identity)

    def since(self, at: int) -> tuple[Change, ...]:
        """As the port."""
        first = f"chg_{ulid(max(0, at), 0)}"
        return tuple(self._changes[name] for name in sorted(self._changes) if name >= first)

    def listing(self, cursor: str, limit: int) -> tuple[tuple[Change, ...], str]:
        """As the port."""
        before = str(*cursors.decode(cursor, str)) if cursor else "~"
        names = [name for name in sorted(self._changes, reverse=True) if name < before]
        found = tuple(self._changes[name] for name in names[:limit])
        more = len(names) > limit
        return found, cursors.encode(found[-1].id) if more else ""

    def link(self, token_hash: str) -> AcceptLink | None:
        """As the port."""
        return self._links.get(token_hash)

    def roster(self) -> dict[str, tuple[str, ...]]:
        """As the port."""
        return dict(self._registry.roster)

    def record(self, step: Step) -> None:
        """As the port."""
        with self._lock:
            stored = self._changes.get(step.change.id)
            if (stored.version if stored else 0) != step.change.version - 1:
                raise ConflictError("change")
            if step.effect:
                self._check(step.effect)
            try:
                self._ledger.append(step.entry, step.before)
            except UncertainError as fault:
                if str(fault) == "stored":
                    self._write(step)
                raise
            self._write(step)

    def _check(self, effect: Effect) -> None:
        if effect.duty is not None and _plain(effect.duty_was or {}) != self.roster():
            raise ConflictError("effect")
        person = effect.person
        if person and self._registry.person(person.id) != effect.was:
            raise ConflictError("effect")
        if effect.org in self._registry.orgs():
            raise ConflictError("effect")
        duty = effect.duty if effect.duty is not None else self.roster()
        everyone = {one for group in duty.values() for one in group}
        for one in everyone:
            found = person if person and person.id == one else self._registry.person(one)
            if found is None or not reachable(found):
                raise ConflictError("effect")

    def _write(self, step: Step) -> None:
        # Through the item's form, so that what it cannot carry is found here too.
        self._changes[step.change.id] = read_change(change_item(step.change))
        if step.link:
            self._links[step.link.token_hash] = step.link
        effect = step.effect
        if effect and effect.person:
            self._registry.keep(effect.person)
        if effect and effect.duty is not None:
            self._registry.put_roster(effect.duty)
        if effect and effect.org:
            self._registry.put_org(effect.org, CLIENT)


def _plain(duty: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {role: tuple(group) for role, group in duty.items()}
