"""The restore drill on the emulator: cases in many states, one broken and one gone."""

import json
from dataclasses import astuple, dataclass, field
from typing import Any

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.audit.entry import SealedEntry
from chalicelib.aws import items
from chalicelib.aws.dynamo import Item, marshal, unmarshal
from chalicelib.aws.ledger import Tables
from chalicelib.aws.link_items import link_item
from chalicelib.cases.commands import RecordCall
from chalicelib.services import acting
from chalicelib.services.errors import RefusedError
from chalicelib.services.ports import Link, SealedWords
from chalicelib.terms import iso
from tests.support.courses import GROPED, INJURED, close, give, merge
from tests.support.emulator import Emulator
from tests.support.fake_ledger import FakeLedger
from tests.support.world import DANGER_EN, DANGER_ZH, ORDINARY, World
from tools.restore.__main__ import Drill, main, run
from tools.restore.tables import RestoreError, latest_ms, restore

pytestmark = pytest.mark.emulator


def _world() -> World:
    """Thirty-five cases of all kinds, each left at another point of its life."""
    world = World()
    texts = (DANGER_ZH, DANGER_EN, GROPED, INJURED, ORDINARY, ORDINARY, "我不方便说话,他就在旁边")
    opened: list[list[str]] = []
    for group in range(5):
        opened.append(
            [
                str(
                    world.complain(text, order=f"o{group}-{n}", subject_id=f"d{group}-{n}").body[
                        "case"
                    ]
                )
                for n, text in enumerate(texts)
            ]
        )
        world.fast_forward(1)
    for case in opened[1][:4]:
        world.acknowledge(case)
    for case in opened[2][:4]:
        world.act(case)
        specialist = world.client("safety_specialist")
        give(world, case, RecordCall(by=specialist.by, outcome="reached"), specialist)
    world.fast_forward(3)
    close(world, opened[0][4])
    merge(world, opened[1][4], opened[1][5])
    for case in (opened[0][0], opened[3][4]):
        world.say(case, world.vendor(), text="a specialist will call you in 20 minutes")
        world.complain(ORDINARY, order="o3-5")
    with pytest.raises(RefusedError):
        acting.acknowledge(world.parts, world.vendor(), opened[0][0])
    world.fast_forward(4)
    return world


@dataclass
class Site:
    """Four tables full of cases, and the means of a drill on them."""

    emulator: Emulator
    tables: Tables
    cases: list[str]
    at_ms: int
    heads: list[SealedEntry] = field(default_factory=list)
    words: dict[str, bytes] = field(default_factory=dict)

    def put(self, table: str, item: Any) -> None:
        """Write an item as it is."""
        self.emulator.clients.dynamodb.put_item(TableName=table, Item=marshal(item))

    def take(self, table: str, pk: str, sk: str) -> None:
        """Remove an item."""
        key = marshal({"pk": pk, "sk": sk})
        self.emulator.clients.dynamodb.delete_item(TableName=table, Key=key)

    def item(self, table: str, case: str) -> Item:
        """The case's item, as stored."""
        key = marshal({"pk": items.case_key(case), "sk": "state"})
        return unmarshal(
            self.emulator.clients.dynamodb.get_item(TableName=table, Key=key).get("Item", {})
        )

    def drill(self, label: str) -> tuple[Drill, Tables]:
        """Restore and rebuild; what was found, and the copies."""
        clients = self.emulator.clients
        copies = restore(clients.dynamodb, self.tables, label, self.at_ms)
        queue = self.emulator.make_queue()
        drill = run(clients.dynamodb, clients.sqs, copies, queue, self.at_ms)
        told = clients.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])
        waiting = told["Attributes"]
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed")
        assert sum(int(waiting[name]) for name in names) == drill.armed
        return drill, copies


@pytest.fixture(scope="module")
def site(emulator: Emulator) -> Site:
    """A few dozen cases, with all that was written beside them."""
    tables = emulator.make_tables()
    store = emulator.clients.dynamodb
    for table in astuple(tables):
        on = {"PointInTimeRecoveryEnabled": True}
        store.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=on)
    world = _world()
    found = Site(emulator, tables, list(world.ledger.cases), world.clock.now())
    _fill(found, world.ledger)
    return found


def _fill(site: Site, ledger: FakeLedger) -> None:
    """As the ledger on DynamoDB would have written it."""
    tables = site.tables
    for chain in ledger.chains:
        entries = ledger._entries[chain]
        for entry in entries:
            site.put(tables.audit, items.entry_item(entry))
        if not chain.startswith("case#"):
            site.heads.append(entries[-1])
            site.put(tables.registry, items.head_item(entries[-1]))
    for case in ledger.cases:
        loaded = ledger.load_quietly(case)
        assert loaded
        assert loaded.case
        site.put(tables.cases, items.case_item(loaded.case, loaded.head))
        (opening,) = ledger.entries(items.case_key(case), 0, 1)
        site.words |= {pii["sid"]: ledger.vault[pii["sid"]][0] for pii in decode(opening)["pii"]}
    for sid, parts in ledger.vault.items():
        for item in items.word_items((SealedWords(sid, parts, ()),)):
            site.put(tables.vault, item)
    site.put(tables.cases, link_item(Link("link#order#x")))


def test_a_drill_finds_every_case_as_its_entries_make_it(site: Site) -> None:
    """Dozens of cases in many states are equal to their fold, and each open one is armed."""
    drill, copies = site.drill("whole")

    assert drill.problems == []
    assert drill.told.cases == drill.told.equal == len(site.cases) >= 30
    states = {site.item(copies.cases, case)["status"] for case in site.cases}
    assert states == {"classified", "paged", "acknowledged", "acting", "closed"}
    assert 0 < drill.armed == len(drill.told.open) <= len(site.cases)
    assert drill.told.words > 0


def test_what_is_broken_or_gone_is_rebuilt_from_its_entries(site: Site) -> None:
    """A damaged body, a missing item, a case behind its log, a late due time, a lost head."""
    tables = site.tables
    chosen = [case for case in site.cases if "due_at" in site.item(tables.cases, case)][:4]
    broken, gone, behind, late = chosen
    honest = {case: site.item(tables.cases, case) for case in chosen}
    site.put(tables.cases, honest[broken] | {"body": b"{", "enc": "zlib"})
    site.take(tables.cases, items.case_key(gone), "state")
    site.put(tables.cases, honest[behind] | {"version": 1, "head": b"\0" * 32})
    site.put(tables.cases, honest[late] | {"due_at": 9_000_000_000_000})
    lost = site.heads[0]
    site.take(tables.registry, items.head_key(lost.chain), "head")

    drill, copies = site.drill("mended")

    assert drill.problems == []
    told = drill.told
    assert (told.rebuilt_damaged, told.rebuilt_missing, told.due_mended) == (2, 1, 1)
    assert (told.heads_mended, told.equal) == (1, told.cases - 4)
    for case, item in honest.items():
        assert _read(site.item(copies.cases, case)) == _read(item)
        site.put(tables.cases, item)
    site.put(tables.registry, items.head_item(lost))


def test_what_no_rebuilding_mends_is_named(site: Site) -> None:
    """An entry that was lost, a message without words, an item that no entry opened."""
    case = site.cases[0]
    chain, table = items.case_key(case), site.tables.audit
    key = marshal({"pk": chain, "seq": 2})
    store = site.emulator.clients.dynamodb
    kept = store.get_item(TableName=table, Key=key)["Item"]
    store.delete_item(TableName=table, Key=key)
    sid = next(iter(site.words))
    site.take(site.tables.vault, sid, "part#000")
    site.put(site.tables.cases, {"pk": "case#cas_stray", "sk": "state", "version": 1})

    drill, _ = site.drill("hopeless")

    said = "\n".join(drill.problems)
    assert f"{case} cannot be rebuilt: entry 2 is not there" in said
    assert "1 messages have no words" in said
    assert "cas_stray has an item and no entry" in said
    assert any(chain in problem and "BROKEN" in problem for problem in drill.problems)
    store.put_item(TableName=table, Item=kept)
    site.put(site.tables.vault, items.part_key(sid, 0) | {"n": 1, "b": site.words[sid]})
    site.take(site.tables.cases, "case#cas_stray", "state")


def test_an_altered_entry_is_named(site: Site) -> None:
    """Other bytes than were written are no ground to rebuild on, and the drill fails."""
    case = site.cases[-1]
    store, table = site.emulator.clients.dynamodb, site.tables.audit
    key = marshal({"pk": items.case_key(case), "seq": 1})
    kept = store.get_item(TableName=table, Key=key)["Item"]
    store.put_item(TableName=table, Item=kept | marshal({"h": b"\0" * 32}))

    drill, _ = site.drill("altered")

    assert any(f"{case} cannot be rebuilt" in problem for problem in drill.problems)
    assert any("cannot be exported" in problem for problem in drill.problems)
    store.put_item(TableName=table, Item=kept)


def test_the_command_says_counts_and_cleans_up(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last line is JSON, the exit code 0, and nothing of the drill is left."""
    environment = site.emulator.environment | {
        f"{name.upper()}_TABLE": getattr(site.tables, name)
        for name in ("cases", "audit", "vault", "registry")
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    before = site.emulator.clients.dynamodb.list_tables()["TableNames"]

    assert main(["--at", iso(site.at_ms)]) == 0

    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["cases"] == told["equal"] == len(site.cases)
    assert told["open"] == told["armed"]
    assert told["problems"] == 0
    assert site.emulator.clients.dynamodb.list_tables()["TableNames"] == before


def test_tables_without_recovery_are_refused(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A drill on tables that AWS keeps no past of says so, and exits with 2."""
    tables = emulator.make_tables()
    with pytest.raises(RestoreError, match="point-in-time recovery is off"):
        latest_ms(emulator.clients.dynamodb, tables)
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("cases", "audit", "vault", "registry"):
        monkeypatch.setenv(f"{name.upper()}_TABLE", f"{getattr(tables, name)}-none")

    assert main([]) == 2
    assert "ResourceNotFoundException" in capsys.readouterr().err


def _read(item: Item) -> tuple[Any, ...]:
    """What an item says, however it is packed."""
    beside = {name: item.get(name) for name in ("slot", "due_at", "head")}
    return items.read_case(item), items.read_beside(item), beside
