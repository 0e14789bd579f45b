"""The verifier on single stories: each broken promise is found, and named."""

from pathlib import Path

import pytest

from chalicelib.audit.entry import Actor
from chalicelib.terms import DAY, HOUR, MINUTE
from tests.support.log_builder import (
    MACHINE,
    NOON,
    OWNER,
    REPORTER,
    VENDOR,
    ChainLog,
    Event,
    LogBuilder,
    acknowledge,
    cancels,
    holds,
    lapses,
    met,
    note,
    opened_s0,
    opens,
    page,
    resumes,
    starts,
)
from tools.verify_log import verify

REPEAT = f"repeat.{OWNER.id}"


@pytest.fixture
def log() -> LogBuilder:
    """A log with nothing in it yet."""
    return LogBuilder()


@pytest.fixture
def case(log: LogBuilder) -> ChainLog:
    """An S0 case whose owner has been paged once."""
    return opened_s0(log)


@pytest.fixture
def quiet(log: LogBuilder) -> ChainLog:
    """A case with only K4 (1 h), K9 (2 h) and K10 (1 d) running."""
    case = log.case()
    case.add(
        NOON,
        VENDOR,
        opens(),
        starts({"K4": NOON + HOUR, "K9": NOON + 2 * HOUR, "K10": NOON + DAY}),
    )
    return case


def findings(log: LogBuilder, folder: Path, as_of: int | None = None) -> list[str]:
    """What the verifier finds, judged just after the newest entry unless told otherwise."""
    newest = max(entry.at_ms for chain in log.chains for entry in chain.entries)
    report = verify(log.write(folder, as_of or newest))
    assert report.exit_code == (1 if report.findings else 0)
    return [finding.what for finding in report.findings]


def test_a_clock_cannot_be_moved_later(log: LogBuilder, quiet: ChainLog, tmp_path: Path) -> None:
    """A set may bring a running clock forward and never back, even by its owner."""
    quiet.add(NOON + 1, VENDOR, starts({"K4": NOON + HOUR - 1}))
    assert findings(log, tmp_path) == []
    quiet.add(NOON + 2, OWNER, starts({"K4": NOON + HOUR}))
    assert findings(log, tmp_path) == [
        f"clock K4 was moved later, from {NOON + HOUR - 1} to {NOON + HOUR}"
    ]


def test_a_clock_cannot_be_dropped_silently(
    log: LogBuilder, case: ChainLog, tmp_path: Path
) -> None:
    """An entry after a due time without that lapse shows every clock that should have rung."""
    case.add(NOON + 3 * MINUTE, VENDOR, note())
    assert findings(log, tmp_path) == [
        f"clock {name} is due and neither ended nor lapsed" for name in ("K3", "rung.1", REPEAT)
    ]


def test_a_clock_that_nobody_rang_is_overdue(
    log: LogBuilder, quiet: ChainLog, tmp_path: Path
) -> None:
    """At the moment of the export nothing may be due for longer than the grace."""
    quiet.add(NOON + 1, VENDOR, note())
    assert findings(log, tmp_path, NOON + HOUR + 120_000) == []
    assert findings(log, tmp_path, NOON + HOUR + 120_001) == [
        "clock K4 is overdue by 120001 ms and has not lapsed"
    ]


@pytest.mark.parametrize("actor", [VENDOR, REPORTER])
@pytest.mark.parametrize(
    "event", [met("K4"), cancels("K4"), cancels("to_s3"), holds({"rung.1": NOON + 3 * MINUTE})]
)
def test_only_the_client_and_the_machine_end_a_clock(
    log: LogBuilder, case: ChainLog, tmp_path: Path, actor: Actor, event: Event
) -> None:
    """A vendor or a reporter who meets, cancels or holds one is found, whatever `by` says."""
    case.add(NOON + 1000, OWNER, starts({"to_s3": NOON + DAY}))
    case.add(NOON + MINUTE, actor, event)
    assert findings(log, tmp_path) == [f"{event['e']} by an actor who may not end or hold a clock"]


@pytest.mark.parametrize("name", ["acknowledged.v1", "acted.v1"])
@pytest.mark.parametrize("actor", [VENDOR, MACHINE])
def test_only_the_clients_people_own_a_case(
    log: LogBuilder, case: ChainLog, tmp_path: Path, name: str, actor: Actor
) -> None:
    """Neither a vendor nor the machine acknowledges or acts."""
    case.add(NOON + MINUTE, actor, {"e": name})
    assert findings(log, tmp_path) == [f"{name} by an actor who is not one of the client's people"]


def test_a_raised_tier_may_end_to_s3_whoever_raised_it(log: LogBuilder, tmp_path: Path) -> None:
    """But a rise that leaves the case ordinary ends nothing."""
    for tier in ("S1", "S4"):
        case = log.case()
        case.add(NOON, VENDOR, opens("S4"), starts({"to_s3": NOON + DAY, "K10": NOON + DAY}))
        case.add(
            NOON + 1,
            VENDOR,
            {"e": "tier.raised.v1", "from": "S4", "to": tier},
            cancels("to_s3", by="machine"),
        )
    assert findings(log, tmp_path) == [
        "clocks.cancelled.v1 by an actor who may not end or hold a clock"
    ]


ANSWERS: list[Event] = [
    page(1),
    {"e": "page.withheld.v1", "person": OWNER.id, "why": "paged_recently"},
]
EMPTY: Event = {"e": "rung.empty.v1", "rung": 1, "role": "owner"}


@pytest.mark.parametrize("name", ["rung.1", "top", REPEAT, "K9", "K10", "K4"])
def test_a_lapse_without_a_page_is_found(log: LogBuilder, tmp_path: Path, name: str) -> None:
    """A page or its withholding answers it; a page before it or an empty rung does not."""
    due = NOON + MINUTE
    for answers in ([], *([answer] for answer in ANSWERS), [EMPTY, ANSWERS[0]]):
        case = log.case()
        case.add(NOON, VENDOR, opens(), starts({name: due, "to_s3": NOON + DAY}))
        case.add(due, MACHINE, page(0), lapses({name: due}), *answers)
    assert findings(log, tmp_path) == [f"clock {name} lapsed and nobody was paged"]


def test_k3_and_sending_lapse_without_a_page(log: LogBuilder, tmp_path: Path) -> None:
    """The ladder answers K3; a page that was not sent is sent again."""
    due = NOON + MINUTE
    clocks = {"K3": due, "send.1.0": due, "silence.x": due}
    case = log.case()
    case.add(NOON, VENDOR, opens(), starts({**clocks, "K10": NOON + DAY}))
    case.add(due, MACHINE, lapses(clocks))
    assert findings(log, tmp_path) == []


def test_k4_is_answered_by_a_ladder_that_runs(log: LogBuilder, tmp_path: Path) -> None:
    """Where no acknowledgement held the ladder, it goes on by itself."""
    case = log.case()
    case.add(NOON, VENDOR, opens(), starts({"K4": NOON + 1, "rung.3": NOON + MINUTE}))
    late = {"e": "acted.v1", "person": OWNER.id}
    due = {"K4": NOON + 1}
    case.add(NOON + 1, OWNER, lapses(due), late, cancels("rung.3"), starts({"K9": NOON + HOUR}))
    assert findings(log, tmp_path) == []


def test_a_lapse_too_late_is_found(log: LogBuilder, quiet: ChainLog, tmp_path: Path) -> None:
    """Lateness is counted from the due time, and the grace is all there is."""
    late = NOON + HOUR + 120_001
    quiet.add(late, MACHINE, lapses({"K4": NOON + HOUR}), page(2))
    assert findings(log, tmp_path) == ["clock K4 lapsed 120001 ms late"]


def test_a_clock_set_in_the_past_is_not_late(log: LogBuilder, tmp_path: Path) -> None:
    """A claimed earlier time may make a rung due at once: it is judged from when it was set."""
    case = log.case()
    due = {"rung.0": NOON - HOUR}
    case.add(NOON, VENDOR, opens(), starts({**due, "K4": NOON + 1000}), lapses(due), page(1))
    assert findings(log, tmp_path) == []


def test_a_lapse_is_of_the_clock_that_was_set(
    log: LogBuilder, quiet: ChainLog, tmp_path: Path
) -> None:
    """Not before it is due, not as due at another time, and not if it does not run."""
    quiet.add(NOON + 1, MACHINE, lapses({"K4": NOON + HOUR}), page(2))
    quiet.add(NOON + 2, MACHINE, lapses({"K9": NOON + 2}), page(3))
    quiet.add(NOON + 3, MACHINE, lapses({"K9": NOON + 2 * HOUR}), page(4))
    assert findings(log, tmp_path) == [
        f"clock K4 lapsed {HOUR - 1} ms before it was due",
        f"clock K9 lapsed as due {NOON + 2}, but was due {NOON + 2 * HOUR}",
        "clock K9 lapsed and was not running",
    ]


def test_only_running_clocks_end(log: LogBuilder, quiet: ChainLog, tmp_path: Path) -> None:
    """Meeting, cancelling, holding or resuming one that is not there is found."""
    rung = {"rung.1": NOON + HOUR}
    quiet.add(NOON + 1, OWNER, met("K3"), cancels("top"), resumes(rung), holds({"top": NOON + 9}))
    assert findings(log, tmp_path) == [
        "clock K3 was met and was not running",
        "clock top was cancelled and was not running",
        "clock rung.1 was resumed and was not held",
        f"clock top was held and was not running as due {NOON + 9}",
    ]


def test_an_open_case_has_a_clock(log: LogBuilder, quiet: ChainLog, tmp_path: Path) -> None:
    """Even the client cannot take the last one away."""
    quiet.add(NOON + 1, OWNER, cancels("K4", "K9", "K10"))
    assert findings(log, tmp_path) == ["the open case has no running clock"]


def test_an_acknowledgement_ends_with_k4(log: LogBuilder, case: ChainLog, tmp_path: Path) -> None:
    """When K4 lapses, what it held must run again in that very entry."""
    held = acknowledge(case, NOON + 2 * MINUTE)
    due = NOON + 10 * MINUTE
    case.add(due, MACHINE, lapses({"K4": due}), page(3))
    assert findings(log, tmp_path) == [
        f"clock {name} is held although K4 no longer runs" for name in sorted(held)
    ]


def test_a_held_clock_resumes_no_later_than_it_was_held(
    log: LogBuilder, case: ChainLog, tmp_path: Path
) -> None:
    """Its remaining time at most is left; a resumed ladder is an answer to K4."""
    held = acknowledge(case, NOON + 2 * MINUTE)
    due = NOON + 10 * MINUTE
    late = {name: was + 8 * MINUTE for name, was in held.items()}
    case.add(due, MACHINE, lapses({"K4": due}), resumes(late | {"rung.4": NOON + DAY}))
    assert findings(log, tmp_path) == ["clock rung.4 was resumed later than it was held"]


def test_holding_is_not_a_way_to_move_a_clock(
    log: LogBuilder, case: ChainLog, tmp_path: Path
) -> None:
    """Setting a held clock may only bring it forward, and duties cannot be held at all."""
    held = acknowledge(case, NOON + 2 * MINUTE)
    case.add(NOON + 3 * MINUTE, OWNER, starts({"rung.4": held["rung.4"] + 1}))
    case.add(NOON + 4 * MINUTE, OWNER, holds({"K10": NOON + DAY}))
    assert findings(log, tmp_path) == [
        f"clock rung.4 was moved later, from {held['rung.4']} to {held['rung.4'] + 1}",
        "clock K10 cannot be held so",
    ]


@pytest.mark.parametrize(
    "event",
    [
        {"e": "clocks.set.v1"},
        {"e": "clocks.set.v1", "clocks": {}},
        {"e": "clocks.set.v1", "clocks": {"K99": NOON + HOUR}},
        {"e": "clocks.set.v1", "clocks": {"K4": "soon"}},
        {"e": "clocks.met.v1", "clocks": {"K4": 1}, "by": "x"},
        {"e": "clocks.met.v1", "clocks": ["K99"], "by": "x"},
    ],
)
def test_a_clock_event_names_known_clocks(
    log: LogBuilder, quiet: ChainLog, tmp_path: Path, event: Event
) -> None:
    """Clocks of another name, or due at no time, would escape every rule here."""
    quiet.add(NOON + 1, OWNER, event)
    assert findings(log, tmp_path) == [f"{event['e']} names no clocks of this format"]


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"e": "clocks.stopped.v1"}, "clocks.stopped.v1 is not a clock event of this format"),
        ({"e": "clocks.met.v1", "clocks": ["K4"]}, "clocks.met.v1 does not say by whom"),
        (cancels("K4", why=""), "clocks were cancelled without a reason"),
        (opens(), "the case is opened a second time"),
    ],
)
def test_an_event_says_what_the_format_asks(
    log: LogBuilder, quiet: ChainLog, tmp_path: Path, event: Event, found: str
) -> None:
    """Unknown events are let through, but not where clocks are concerned."""
    quiet.add(NOON + 1, OWNER, {"e": "something.new.v1"}, event)
    assert findings(log, tmp_path) == [found]


def test_no_finding_reaches_the_terminal_raw(
    log: LogBuilder, quiet: ChainLog, tmp_path: Path
) -> None:
    """A clock's name may hold anything; printed, it is one harmless line."""
    quiet.add(NOON + 1, MACHINE, met("send.\x1b[2J\n", by="machine"))
    report = verify(log.write(tmp_path, NOON + 2))
    assert [str(finding).partition("seq 2: ")[2] for finding in report.findings] == [
        r"clock send.\x1b[2J\n was met and was not running"
    ]


def test_a_case_begins_with_its_opening(log: LogBuilder, tmp_path: Path) -> None:
    """The first event opens the case; anything before it would have happened to nothing."""
    log.case().add(NOON, VENDOR, note(), starts({"K4": NOON + HOUR}))
    assert findings(log, tmp_path) == ["the case's first event does not open it"]


def test_a_back_dated_entry_is_found(log: LogBuilder, quiet: ChainLog, tmp_path: Path) -> None:
    """A case's time never runs back, though every hash is right."""
    quiet.add(NOON + 5000, VENDOR, note())
    quiet.add(NOON + 4000, VENDOR, note())
    assert findings(log, tmp_path) == ["is dated 1000 ms before the entry before"]


def test_other_chains_may_be_written_by_two_clocks(log: LogBuilder, tmp_path: Path) -> None:
    """One up to three seconds ahead of the store, one as much behind it, and no more."""
    chain = log.chain("rosters")
    for at in (NOON, NOON - 6000, NOON - 6001):
        chain.add(at, MACHINE, {"e": "roster.set.v1"})
    assert findings(log, tmp_path) == ["is dated 6001 ms before the entry before"]


def test_each_pre_is_the_last_post(log: LogBuilder, quiet: ChainLog, tmp_path: Path) -> None:
    """A case that was changed between two entries shows, though both were sealed honestly."""
    assert quiet.state
    quiet.state["tier"] = "S4"
    quiet.add(NOON + 1, VENDOR, note())
    assert findings(log, tmp_path) == ["its `pre` is not the `post` of the entry before"]


def test_an_empty_rung_alone_is_silence(log: LogBuilder, tmp_path: Path) -> None:
    """Nobody on call is no answer: somebody else must be paged in the same entry."""
    due = NOON + MINUTE
    case = log.case()
    case.add(NOON, VENDOR, opens(), starts({"K9": due, "to_s3": NOON + DAY}))
    case.add(due, MACHINE, lapses({"K9": due}), EMPTY)
    assert findings(log, tmp_path) == ["clock K9 lapsed and nobody was paged"]
