"""The ledger's contract: all or nothing, one winner, and exact bytes."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import Pii
from chalicelib.aws.items import beside_of, indexed, slot_of, write_units
from chalicelib.aws.link_items import link_item
from chalicelib.cases.model import Case, Closure
from chalicelib.services.ports import (
    Beside,
    ClockSkewError,
    Commit,
    ConflictError,
    Link,
    Once,
    SealedWords,
    Slice,
)
from chalicelib.terms import DAY, HOUR, Tier
from tests.contract.building import a_case, an_entry, following, opening
from tests.contract.conftest import Rig, uncertain

CASE = "cas_01"
WORDS = SealedWords("vlt_01", (b"sealed",), (Pii("text", "vlt_01", "00"),))


def test_what_was_committed_is_loaded(rig: Rig) -> None:
    """A case comes back as it was, with its head and what stands beside it."""
    commit = opening(a_case(CASE, rig.at))
    rig.ledger.commit(commit)
    loaded = rig.ledger.load(CASE)
    assert loaded is not None
    assert loaded.case == commit.case
    assert loaded.head == commit.entry.head
    assert loaded.beside == beside_of(commit.case)


@pytest.mark.parametrize("case", ["cas_none", "", "x" * 3_000, "\ud800"])
def test_a_case_that_never_was(rig: Rig, case: str) -> None:
    """Whatever somebody types for an id, there is no such case."""
    assert rig.ledger.load(case) is None


def test_everything_of_one_command_or_nothing(rig: Rig) -> None:
    """When one part of a commit loses its race, no other part is written."""
    rig.ledger.commit(replace(opening(a_case("cas_02", rig.at)), links=(Link("link#a", "cas_02"),)))
    late = replace(
        opening(a_case(CASE, rig.at)),
        words=(WORDS,),
        once=Once("once#k", "h", "{}", rig.at + DAY),
        links=(Link("link#a", CASE),),
    )
    with pytest.raises(ConflictError, match="link"):
        rig.ledger.commit(late)
    assert rig.ledger.load(CASE) is None
    assert rig.ledger.once("once#k") is None
    assert rig.ledger.entries(f"case#{CASE}", 0, 9) == ()
    assert rig.parts("vlt_01") == ()


def test_a_stale_version_loses(rig: Rig) -> None:
    """A commit on a head that has moved is a conflict, and leaves the case alone."""
    first = opening(a_case(CASE, rig.at))
    second = following(first, rig.at + 1)
    rig.ledger.commit(first)
    rig.ledger.commit(second)
    with pytest.raises(ConflictError, match="case"):
        rig.ledger.commit(following(first, rig.at + 2, "ent_3"))
    loaded = rig.ledger.load(CASE)
    assert loaded is not None
    assert loaded.head == second.entry.head


def test_a_head_with_another_hash_loses(rig: Rig) -> None:
    """The right version is not enough: the chain's hash must be the same too."""
    first = opening(a_case(CASE, rig.at))
    rig.ledger.commit(first)
    other = opening(a_case(CASE, rig.at), "ent_other")
    with pytest.raises(ConflictError, match="case"):
        rig.ledger.commit(following(other, rig.at + 1))


def test_an_entry_is_never_overwritten(rig: Rig) -> None:
    """A case cannot be opened twice, and its first entry stays what it was."""
    first = opening(a_case(CASE, rig.at))
    rig.ledger.commit(first)
    with pytest.raises(ConflictError, match="case"):
        rig.ledger.commit(opening(a_case(CASE, rig.at), "ent_other"))
    assert rig.ledger.entries(f"case#{CASE}", 0, 9) == (first.entry.bytes,)


def test_sealed_words_are_never_overwritten(rig: Rig) -> None:
    """A second commit of the same sealed words is refused: the first was written."""
    first = replace(opening(a_case(CASE, rig.at)), words=(WORDS,))
    rig.ledger.commit(first)
    again = replace(following(first, rig.at + 1), words=(WORDS,))
    with pytest.raises(ConflictError, match="words"):
        rig.ledger.commit(again)


def test_the_first_answer_stays(rig: Rig) -> None:
    """A key gives its first answer until that expires."""
    once = Once("once#k", "hash", '{"a":1}', rig.at + DAY)
    rig.ledger.commit(replace(opening(a_case(CASE, rig.at)), once=once))
    other = replace(opening(a_case("cas_02", rig.at)), once=replace(once, answer="{}"))
    with pytest.raises(ConflictError, match="once"):
        rig.ledger.commit(other)
    assert rig.ledger.once("once#k") == once
    assert rig.ledger.once("once#other") is None


def test_an_expired_answer_is_none(rig: Rig) -> None:
    """After its time a key is free again, though its item may still be there."""
    once = Once("once#k", "hash", "{}", rig.at - 1)
    rig.ledger.commit(replace(opening(a_case(CASE, rig.at)), once=once))
    assert rig.ledger.once("once#k") is None
    newer = replace(once, expires_ms=rig.at + DAY)
    rig.ledger.commit(replace(opening(a_case("cas_02", rig.at)), once=newer))
    assert rig.ledger.once("once#k") == newer


def test_links_come_back_in_order_with_versions(rig: Rig) -> None:
    """Each commit moves a link's version on by one; an absent link has version 0."""
    first = Link("link#a", CASE, rig.at)
    rig.ledger.commit(replace(opening(a_case(CASE, rig.at)), links=(first,)))
    stored = replace(first, version=1)
    assert rig.ledger.links(["link#b", "link#a"]) == (Link("link#b"), stored)
    assert rig.ledger.links([]) == ()
    moved = replace(stored, case="cas_02")
    rig.ledger.commit(replace(opening(a_case("cas_02", rig.at)), links=(moved,)))
    assert rig.ledger.links(["link#a"]) == (replace(moved, version=2),)


def test_a_link_head_keeps_its_members(rig: Rig) -> None:
    """Cases, tiers and times come back as they were, twenty of them in less than one write unit."""
    head = Link("link#reporter#" + "a" * 40)
    for number in range(25):
        head = head.leading_to(f"cas_{number:026d}", Tier.S2, rig.at + number)
    rig.ledger.commit(replace(opening(a_case(CASE, rig.at)), links=(head,)))
    assert rig.ledger.links([head.key]) == (replace(head, version=1),)
    assert write_units(link_item(head)) == 1


def test_cases_are_read_together(rig: Rig) -> None:
    """Those that exist, in the order asked for, each once; an unreadable one without its case."""
    for identity in (CASE, "cas_02"):
        rig.ledger.commit(opening(a_case(identity, rig.at)))
    rig.corrupt("cas_02", b"{}")
    found = rig.ledger.load_all(["cas_02", "cas_03", CASE, CASE])
    assert [loaded.beside.case for loaded in found] == ["cas_02", CASE]
    assert [loaded.case is None for loaded in found] == [True, False]
    assert found[1] == rig.ledger.load(CASE)
    assert rig.ledger.load_all([]) == ()


def test_a_lost_answer_is_settled_by_the_same_commit(rig: Rig) -> None:
    """Stored but not answered: the same commit again is accepted and writes nothing twice."""
    commit = replace(opening(a_case(CASE, rig.at)), words=(WORDS,))
    rig.lose_answer()
    uncertain(lambda: rig.ledger.commit(commit))
    assert rig.ledger.load(CASE) is not None
    rig.ledger.commit(commit)
    assert rig.ledger.entries(f"case#{CASE}", 0, 9) == (commit.entry.bytes,)


def test_a_lost_request_is_settled_by_the_same_commit(rig: Rig) -> None:
    """Not stored and not answered: the same commit again writes it."""
    commit = opening(a_case(CASE, rig.at))
    rig.lose_request()
    uncertain(lambda: rig.ledger.commit(commit))
    assert rig.ledger.load(CASE) is None
    rig.ledger.commit(commit)
    assert rig.ledger.load(CASE) is not None


def test_one_of_64_wins(rig: Rig) -> None:
    """Of 64 commits at once on one case exactly one is written; all others are conflicts."""
    first = opening(a_case(CASE, rig.at))
    rig.ledger.commit(first)
    rivals = [following(first, rig.at + 1, f"ent_{n}") for n in range(64)]

    def outcome(rival: Commit) -> str:
        try:
            rig.ledger.commit(rival)
        except ConflictError as lost:
            return lost.what
        return "won"

    with ThreadPoolExecutor(32) as pool:
        outcomes = Counter(pool.map(outcome, rivals))
    assert outcomes == {"won": 1, "case": 63}
    assert len(rig.ledger.entries(f"case#{CASE}", 0, 99)) == 2


def test_a_commit_that_does_not_fit_together(rig: Rig) -> None:
    """Entry, head and case must follow one another: anything else is a fault, not a race."""
    commit = opening(a_case(CASE, rig.at))
    with pytest.raises(ValueError, match="does not follow"):
        rig.ledger.commit(replace(commit, before=Head(4, "ab" * 32)))
    with pytest.raises(ValueError, match="not that of the case"):
        rig.ledger.commit(replace(commit, case=a_case("cas_02", rig.at)))


def test_several_cases_are_written_together(rig: Rig) -> None:
    """Ten cases, each with its entry, in one transaction."""
    first = [opening(a_case(f"cas_{n:02d}", rig.at)) for n in range(10)]
    rig.ledger.commit_all(first)
    second = [following(commit, rig.at) for commit in first]
    rig.ledger.commit_all(second)
    for commit in second:
        loaded = rig.ledger.load(commit.case.id)
        assert loaded is not None
        assert loaded.head == commit.entry.head
        assert len(rig.ledger.entries(commit.entry.chain, 0, 9)) == 2


def test_one_that_lost_its_race_keeps_all_from_being_written(rig: Rig) -> None:
    """All or nothing: the nine that could have been written are as they were."""
    first = [opening(a_case(f"cas_{n:02d}", rig.at)) for n in range(10)]
    rig.ledger.commit_all(first)
    rig.ledger.commit(following(first[7], rig.at, "ent_8"))
    with pytest.raises(ConflictError, match="case"):
        rig.ledger.commit_all([following(commit, rig.at) for commit in first])
    heads = {
        case.beside.case: case.head for case in rig.ledger.load_all([c.case.id for c in first])
    }
    stayed = [commit for commit in first if heads[commit.case.id] == commit.entry.head]
    assert len(stayed) == 9


def test_a_lost_answer_about_several_is_settled_by_the_same_commits(rig: Rig) -> None:
    """Written, not answered, sent again: written once."""
    commits = [opening(a_case(f"cas_{n:02d}", rig.at)) for n in range(3)]
    rig.lose_answer()
    uncertain(lambda: rig.ledger.commit_all(commits))
    rig.ledger.commit_all(commits)
    assert all(len(rig.ledger.entries(one.entry.chain, 0, 9)) == 1 for one in commits)


@pytest.mark.parametrize("count", [2, 11])
def test_a_transaction_holds_no_case_twice_and_no_more_than_ten(rig: Rig, count: int) -> None:
    """A fault of the caller's: nothing is written."""
    names = ["cas_00"] * 2 if count == 2 else [f"cas_{n:02d}" for n in range(count)]
    with pytest.raises(ValueError, match="in one transaction"):
        rig.ledger.commit_all([opening(a_case(name, rig.at)) for name in names])
    assert rig.ledger.load("cas_00") is None


def test_the_grave_ones_of_a_slot_are_found_behind_all_others(rig: Rig) -> None:
    """S0 and S1 alone, after any place."""
    slot = slot_of("cas_001")
    names = [n for n in (f"cas_{n:03d}" for n in range(200)) if slot_of(n) == slot]
    tiers = [Tier.S4] * 5 + [Tier.S1, Tier.S4, Tier.S0]
    for place, (name, tier) in enumerate(zip(names, tiers, strict=False)):
        rig.ledger.commit(opening(a_case(name, rig.at, due=rig.at + place, tier=tier)))
    first = rig.ledger.due(slot, rig.at + 100, 2)
    after = first[-1].place
    found = rig.ledger.due(slot, rig.at + 100, 9, after, grave=True)
    assert [beside.tier for beside in found] == [Tier.S1, Tier.S0]
    [next_one] = rig.ledger.due(slot, rig.at + 100, 1, after, grave=True)
    assert next_one.tier is Tier.S1
    assert rig.ledger.due(slot, rig.at + 100, 9, found[-1].place, grave=True) == ()


def test_due_gives_the_longest_overdue_first(rig: Rig) -> None:
    """Only this slot's cases that are due by then, in order, and no more than asked for."""
    cases = [a_case(f"cas_{n:03d}", rig.at, due=rig.at + 1_000 * n) for n in range(40)]
    for case in cases:
        rig.ledger.commit(opening(case))
    slot = slot_of("cas_001")
    mine = [case for case in cases if slot_of(case.id) == slot]
    assert len(mine) > 2
    assert rig.ledger.due(slot, rig.at + 40_000, 99) == _indexed(mine)
    second = mine[1].due or 0
    assert rig.ledger.due(slot, second, 99) == _indexed(mine[:2])
    assert rig.ledger.due(slot, second - 1, 99) == _indexed(mine[:1])
    assert rig.ledger.due(slot, rig.at + 40_000, 2) == _indexed(mine[:2])


def test_a_closed_case_is_owed_nothing_and_stays_readable(rig: Rig) -> None:
    """It leaves the due index and the board, and can be loaded for ever."""
    case = a_case("cas_1", rig.at, due=rig.at)
    opened = opening(case)
    rig.ledger.commit(opened)
    later = following(opened, rig.at)
    ended = replace(later.case, clocks={}, closed=Closure("confirmed", "per_1", rig.at))
    rig.ledger.commit(replace(later, case=ended))
    loaded = rig.ledger.load("cas_1")
    assert loaded is not None
    assert loaded.case == ended
    assert loaded.beside.due == 0
    assert rig.ledger.due(slot_of("cas_1"), rig.at + 1_000, 9) == ()
    assert rig.ledger.board(None, rig.at + 1_000, "", 9).items == ()


def test_due_can_be_read_on_after_any_case(rig: Rig) -> None:
    """Batch by batch each due case comes once, also when one read before has moved meanwhile."""
    commits = [opening(a_case(f"cas_{n:03d}", rig.at, due=rig.at + n // 9)) for n in range(80)]
    for commit in commits:
        rig.ledger.commit(commit)
    slot = slot_of("cas_001")
    mine = [commit for commit in commits if slot_of(commit.case.id) == slot]
    everything = rig.ledger.due(slot, rig.at + 80, 99)
    assert len(everything) == len(mine) > 3
    seen: list[Beside] = []
    while batch := rig.ledger.due(slot, rig.at + 80, 2, seen[-1].place if seen else None):
        assert len(batch) <= 2
        seen += batch
        if len(seen) == 2:
            first = next(c for c in mine if c.case.id == seen[1].case)
            rig.ledger.commit(following(first, rig.at, due=rig.at + HOUR))
    assert tuple(seen) == everything


def _indexed(cases: list[Case]) -> tuple[Beside, ...]:
    return tuple(indexed(beside_of(case)) for case in cases)


def test_a_case_moves_within_the_index(rig: Rig) -> None:
    """A case stands in the index once, at its newest due time."""
    first = opening(a_case(CASE, rig.at, due=rig.at))
    rig.ledger.commit(first)
    rig.ledger.commit(following(first, rig.at, due=rig.at + HOUR))
    assert rig.ledger.due(slot_of(CASE), rig.at, 9) == ()
    assert len(rig.ledger.due(slot_of(CASE), rig.at + HOUR, 9)) == 1


@pytest.mark.parametrize("tier", [None, Tier.S1])
@pytest.mark.parametrize("limit", [1, 7, 100])
def test_the_board_shows_each_case_once(rig: Rig, tier: Tier | None, limit: int) -> None:
    """Page by page the board shows every case of the tier that is due before, and no other."""
    for n in range(30):
        case = a_case(f"cas_{n:03d}", rig.at, due=rig.at + n, tier=Tier.S1 if n % 3 else Tier.S0)
        rig.ledger.commit(opening(case))
    expected = {f"cas_{n:03d}" for n in range(25) if tier is None or n % 3}
    seen, cursor, pages = [], "", 0
    while cursor or not pages:
        part = rig.ledger.board(tier, rig.at + 25, cursor, limit)
        assert len(part.items) <= limit
        seen += [beside.case for beside in part.items]
        cursor, pages = part.cursor, pages + 1
    assert len(seen) == len(expected)
    assert set(seen) == expected
    by_slot = sorted(seen, key=lambda case: (slot_of(case), case))
    assert seen == by_slot


@pytest.mark.parametrize("cursor", ["x", "bm90IGpzb24=", "WzEsMiwzXQ==", "Wzk5LDEsImEiXQ==", "!"])
def test_a_strange_cursor_is_refused(rig: Rig, cursor: str) -> None:
    """A cursor that is not ours is a ValueError, whatever it holds."""
    with pytest.raises(ValueError, match="cursor"):
        rig.ledger.board(None, rig.at, cursor, 9)
    with pytest.raises(ValueError, match="cursor"):
        rig.ledger.entries_between(rig.at, rig.at + 1, cursor, 9)


@pytest.mark.parametrize("body", [b"{}", b"\xff", b'{"schema":99}', b"[]", b'{"schema":1}'])
def test_an_unreadable_case_still_has_what_stands_beside(rig: Rig, body: bytes) -> None:
    """A body from another release, or broken, gives no case but all that a bell needs."""
    commit = opening(a_case(CASE, rig.at))
    rig.ledger.commit(commit)
    rig.corrupt(CASE, body)
    loaded = rig.ledger.load(CASE)
    assert loaded is not None
    assert loaded.case is None
    assert loaded.beside == beside_of(commit.case)


@pytest.mark.parametrize("from_index", [False, True])
def test_putting_off_moves_only_the_due_time(rig: Rig, *, from_index: bool) -> None:
    """After a fallback bell the case is due later, its body is untouched, its entry is there."""
    commit = opening(a_case(CASE, rig.at, due=rig.at))
    rig.ledger.commit(commit)
    chain = f"fallback#{CASE}"
    entry = an_entry(chain, Head.genesis(), "ent_f", rig.at)
    beside = beside_of(commit.case)
    seen = rig.ledger.due(slot_of(CASE), rig.at, 9)[0] if from_index else beside
    rig.ledger.put_off(seen, rig.at + HOUR, entry, Head.genesis())
    loaded = rig.ledger.load(CASE)
    assert loaded is not None
    assert loaded.beside == replace(beside, due=rig.at + HOUR)
    assert loaded.head == commit.entry.head
    assert loaded.case == commit.case
    assert rig.ledger.entries(chain, 0, 9) == (entry.bytes,)
    assert rig.ledger.due(slot_of(CASE), rig.at, 9) == ()
    rig.ledger.commit(following(commit, rig.at + 1))


def test_putting_off_a_case_that_moved_is_a_conflict(rig: Rig) -> None:
    """A case that somebody wrote meanwhile keeps its own due time."""
    commit = opening(a_case(CASE, rig.at, due=rig.at))
    rig.ledger.commit(commit)
    rig.ledger.commit(following(commit, rig.at + 1))
    entry = an_entry(f"fallback#{CASE}", Head.genesis(), "ent_f", rig.at)
    with pytest.raises(ConflictError, match="case"):
        rig.ledger.put_off(beside_of(commit.case), rig.at + HOUR, entry, Head.genesis())
    assert rig.ledger.head(f"fallback#{CASE}") == Head.genesis()


def test_other_chains_grow_one_by_one(rig: Rig) -> None:
    """Entries follow the head; an append on an old head is a conflict and writes nothing."""
    chain = "refusals#crd_1"
    assert rig.ledger.head(chain) == Head.genesis()
    first = an_entry(chain, Head.genesis(), "ent_1", rig.at)
    rig.ledger.append(first, Head.genesis())
    assert rig.ledger.head(chain) == first.head
    second = an_entry(chain, first.head, "ent_2", rig.at, "second")
    rig.ledger.append(second, first.head, (WORDS,))
    rival = an_entry(chain, first.head, "ent_3", rig.at)
    with pytest.raises(ConflictError, match="head"):
        rig.ledger.append(rival, first.head)
    assert rig.ledger.entries(chain, 0, 9) == (first.bytes, second.bytes)
    assert rig.ledger.entries(chain, 1, 9) == (second.bytes,)
    assert rig.ledger.entries(chain, 0, 1) == (first.bytes,)
    assert rig.parts("vlt_01") == (b"sealed",)


def test_entries_between_gives_each_entry_once(rig: Rig) -> None:
    """Over days, chains and pages: exactly the entries of the span, their exact bytes."""
    start = rig.at // DAY * DAY - 2 * DAY
    expected = []
    for n in range(24):
        at = start - HOUR + n * 3 * HOUR
        entry = an_entry(f"reads#per_{n}", Head.genesis(), f"ent_{n:026d}", at)
        rig.ledger.append(entry, Head.genesis())
        if start <= at < start + 2 * DAY:
            expected.append(entry.bytes)
    seen: list[bytes] = []
    cursor, calls = "", 0
    while cursor or not calls:
        part = rig.ledger.entries_between(start, start + 2 * DAY, cursor, 5)
        assert len(part.items) <= 5
        seen += part.items
        cursor, calls = part.cursor, calls + 1
    assert len(seen) == len(expected)
    assert set(seen) == set(expected)


def test_entries_of_one_moment_are_told_apart(rig: Rig) -> None:
    """Many entries of one chain and one millisecond are all given, in the order of their ids."""
    before, expected = Head.genesis(), []
    for n in range(7):
        entry = an_entry("rosters", before, f"ent_{n:026d}", rig.at)
        rig.ledger.append(entry, before)
        before = entry.head
        expected.append(entry.bytes)
    first = rig.ledger.entries_between(rig.at, rig.at + 1, "", 3)
    rest = rig.ledger.entries_between(rig.at, rig.at + 1, first.cursor, 99)
    assert [*first.items, *rest.items] == expected
    assert rest.cursor == ""


def test_a_span_of_nothing_is_empty(rig: Rig) -> None:
    """A span that ends before it begins, or lies before there were entries, is simply empty."""
    rig.ledger.append(an_entry("rosters", Head.genesis(), "ent_1", rig.at), Head.genesis())
    for start, end in ((rig.at, rig.at), (rig.at + 9, rig.at), (0, 9), (rig.at + DAY, 2**60)):
        assert rig.ledger.entries_between(start, end, "", 9) == Slice(())


def test_words_larger_than_a_transaction(rig: Rig) -> None:
    """Sealed words of any size are stored whole, those that do not fit being put before."""
    parts = tuple(bytes([n]) * 350_000 for n in range(13))
    words = SealedWords("vlt_big", parts, ())
    rig.ledger.commit(replace(opening(a_case(CASE, rig.at)), words=(words,)))
    assert rig.parts("vlt_big")[:2] == parts[:2]
    assert rig.ledger.load(CASE) is not None


@pytest.mark.emulator
@pytest.mark.parametrize("rig", ["emulator"], indirect=True)
@pytest.mark.parametrize("offset", [-4_000, 4_000])
def test_a_worker_with_a_wrong_clock_commits_nothing(rig: Rig, offset: int) -> None:
    """Four seconds off the store's time, neither a load nor a commit works; then it does again."""
    first = opening(a_case(CASE, rig.at))
    rig.ledger.commit(first)
    rig.clock.offset = offset
    with pytest.raises(ClockSkewError):
        rig.ledger.load(CASE)
    with pytest.raises(ClockSkewError):
        rig.ledger.commit(following(first, rig.at))
    rig.clock.offset = 0
    rig.ledger.commit(following(first, rig.at))


@pytest.mark.emulator
@pytest.mark.parametrize("rig", ["emulator"], indirect=True)
@pytest.mark.parametrize("offset", [-3_600_000, 3_600_000])
def test_a_clock_that_is_set_between_load_and_commit_commits_nothing(rig: Rig, offset: int) -> None:
    """A worker that slept, or waited for a carrier: the store is asked again."""
    first = opening(a_case(CASE, rig.at))
    rig.ledger.commit(first)
    assert rig.ledger.load(CASE)
    rig.clock.offset = offset
    with pytest.raises(ClockSkewError):
        rig.ledger.commit(following(first, rig.at + offset))
    rig.clock.offset = 0
    rig.ledger.commit(following(first, rig.at))


@pytest.mark.emulator
@pytest.mark.parametrize("rig", ["emulator"], indirect=True)
@pytest.mark.parametrize("offset", [-3_600_000, 3_600_000])
def test_an_opening_that_was_stamped_by_a_wrong_clock_is_refused(rig: Rig, offset: int) -> None:
    """Though the clock has been put right meanwhile."""
    with pytest.raises(ClockSkewError):
        rig.ledger.commit(opening(a_case(CASE, rig.at + offset)))
    assert rig.ledger.load(CASE) is None


@pytest.mark.parametrize("rig", ["fake"], indirect=True)
def test_a_fake_ledger_fails_as_told(rig: Rig) -> None:
    """The simulation's faults are those that the services know."""
    commit = opening(a_case(CASE, rig.at))
    rig.ledger.fail_next("skew", "conflict:link", "before", "")  # type: ignore[attr-defined]
    with pytest.raises(ClockSkewError):
        rig.ledger.commit(commit)
    with pytest.raises(ConflictError, match="link"):
        rig.ledger.commit(commit)
    uncertain(lambda: rig.ledger.commit(commit))
    rig.ledger.commit(commit)
    assert rig.ledger.load(CASE) is not None


@pytest.mark.parametrize("rig", ["fake"], indirect=True)
def test_a_fake_index_may_be_stale(rig: Rig) -> None:
    """With a lag the index shows a case as it was, while a load shows it as it is."""
    rig.ledger.lag_ms = 2_000  # type: ignore[attr-defined]
    commit = opening(a_case(CASE, rig.at, due=rig.at))
    rig.ledger.commit(commit)
    assert rig.ledger.due(slot_of(CASE), rig.at, 9) == ()
    rig.clock.offset += 5_000
    assert rig.ledger.due(slot_of(CASE), rig.at, 9) == _indexed([commit.case])
