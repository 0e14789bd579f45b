"""The verifier on how cases end: by whom they may, with nothing left, and not into thin air."""

from pathlib import Path

import pytest

from chalicelib.audit.entry import Actor
from chalicelib.terms import DAY, HOUR
from tests.support.log_builder import (
    BY_LINK,
    DIRECTOR,
    MACHINE,
    NOON,
    OWNER,
    REPORTER,
    SPECIALIST,
    VENDOR,
    ChainLog,
    Event,
    LogBuilder,
    by,
    cancels,
    lapses,
    met,
    note,
    opens,
    starts,
)
from tools.verify_log import verify

LATER = NOON + 20 * DAY
K10 = {"K10": LATER}
RAISED = {"e": "tier.raised.v1", "from": "S4", "to": "S3", "suspect": False}


@pytest.fixture
def log() -> LogBuilder:
    """A log with nothing in it yet."""
    return LogBuilder()


def opened(log: LogBuilder, tier: str, at: int = NOON) -> ChainLog:
    """A case of this tier with one clock."""
    case = log.case(at)
    case.add(at, VENDOR, opens(tier) | {"suspect": False}, starts(K10))
    return case


def findings(log: LogBuilder, folder: Path) -> list[str]:
    """What the verifier finds, judged just after the newest entry."""
    newest = max(entry.at_ms for chain in log.chains for entry in chain.entries)
    report = verify(log.write(folder, newest))
    assert report.exit_code == (1 if report.findings else 0)
    return [finding.what for finding in report.findings]


def closes(how: str, actor: Actor = OWNER, **more: object) -> Event:
    """The end."""
    return by(actor, "case.closed.v1", how=how, **more)


def ends(case: ChainLog, at: int, actor: Actor, *before: Event, how: str, **more: object) -> None:
    """Whatever runs is cancelled by name, and the case is closed."""
    assert case.state
    clocks = sorted({*case.state.get("clocks", {}), *case.state.get("held", {})})
    gone = cancels(*clocks, by=actor.id, why=how)
    case.add(at, actor, *before, gone, closes(how, actor, **more))


def said(what: str, *, verified: bool = True, doubted: bool = False) -> Event:
    """The reporter's own word."""
    return {"e": "reporter.said.v1", "what": what, "verified": verified, "doubted": doubted}


def lot(*, sampled: bool) -> Event:
    """What was drawn over a delegated closure."""
    return {"e": "sample.drawn.v1", "sampled": sampled}


def resolved(log: LogBuilder, tier: str = "S1") -> ChainLog:
    """Acted upon, and resolved by as many as it takes."""
    case = opened(log, tier)
    case.add(NOON + 1, OWNER, by(OWNER, "acted.v1", action="site_visited"))
    if tier in {"S0", "S1"}:
        told = {"proposal": "3", "what": "resolve", "reason": "cause_fixed"}
        clock = starts({"proposal.3": NOON + HOUR})
        case.add(NOON + 2, OWNER, by(OWNER, "proposal.made.v1", **told), clock)
        agreed = by(DIRECTOR, "proposal.approved.v1", proposal="3", what="resolve")
        done = by(OWNER, "resolved.v1", reason="cause_fixed", approved=DIRECTOR.id)
        after = met("proposal.3", by=DIRECTOR.id), starts({"K11": NOON + 9 * DAY})
        case.add(NOON + 3, DIRECTOR, agreed, done, *after)
    else:
        done = by(OWNER, "resolved.v1", reason="cause_fixed")
        case.add(NOON + 3, OWNER, done, starts({"K11": NOON + 9 * DAY}))
    return case


def tries(case: ChainLog, *channels: str, gap: int = 2 * DAY) -> None:
    """The reporter is asked in vain, again and again."""
    for number, channel in enumerate(channels, 1):
        case.add(NOON + number * gap, OWNER, by(OWNER, "confirmation.tried.v1", channel=channel))


def test_a_closed_case_has_no_clock_and_may_live_again(log: LogBuilder, tmp_path: Path) -> None:
    """Its last entry has none, a word on it changes nothing, and reopened it has clocks again."""
    case = resolved(log)
    ends(case, NOON + DAY, REPORTER, said("solved"), how="confirmed")
    case.add(NOON + 2 * DAY, VENDOR, note())
    assert findings(log, tmp_path / "closed") == []
    assert "clocks" not in (case.state or {})
    reopens = {"e": "case.reopened.v1", "why": "contact"}
    case.add(NOON + 3 * DAY, VENDOR, note(), reopens, starts(K10))
    assert findings(log, tmp_path / "open") == []


def test_a_clock_left_on_a_closed_case_is_found(log: LogBuilder, tmp_path: Path) -> None:
    """Whether the end forgot it or somebody sets one afterwards."""
    case = opened(log, "S4")
    case.add(NOON + 1, OWNER, closes("resolved"))
    assert findings(log, tmp_path / "left") == ["clock K10 is left on a closed case"]
    log.chains.clear()
    case = opened(log, "S4")
    ends(case, NOON + 1, OWNER, how="resolved")
    case.add(NOON + 2, OWNER, starts({"K4": NOON + DAY}))
    assert findings(log, tmp_path / "set") == ["clock K4 is left on a closed case"]


def test_a_reopened_case_has_a_clock(log: LogBuilder, tmp_path: Path) -> None:
    """And one that is open cannot be reopened, nor one that is closed be closed."""
    case = opened(log, "S4")
    ends(case, NOON + 1, OWNER, how="resolved")
    case.add(NOON + 2, OWNER, closes("resolved"))
    case.add(NOON + 3, OWNER, {"e": "case.reopened.v1", "why": "audit"})
    case.add(NOON + 4, OWNER, {"e": "case.reopened.v1", "why": "audit"}, starts(K10))
    assert findings(log, tmp_path) == [
        "the case is closed a second time",
        "the open case has no running clock",
        "the case was reopened and was not closed",
    ]


@pytest.mark.parametrize("tier", ["S0", "S1", "S2", "S3"])
@pytest.mark.parametrize("actor", [VENDOR, MACHINE, REPORTER])
@pytest.mark.parametrize(
    "how", ["resolved", "delegated", "unconfirmed", "merged", "confirmed", "x"]
)
def test_no_outsider_closes_a_safety_case(
    log: LogBuilder, tmp_path: Path, tier: str, actor: Actor, how: str
) -> None:
    """However the end is called, and whatever lot is drawn."""
    case = opened(log, tier)
    ends(case, NOON + 1, actor, lot(sampled=False), how=how)
    assert any(what.startswith("the case was closed as") for what in findings(log, tmp_path))


def test_a_vendor_closes_an_ordinary_case_that_the_lot_lets_it(
    log: LogBuilder, tmp_path: Path
) -> None:
    """Without a lot, with one that says look, or after the case was graver, it is found."""
    ends(opened(log, "S4"), NOON + 1, VENDOR, lot(sampled=False), how="delegated")
    assert findings(log, tmp_path / "honest") == []
    ends(opened(log, "S4"), NOON + 1, VENDOR, how="delegated")
    ends(opened(log, "S4"), NOON + 1, VENDOR, lot(sampled=True), how="delegated")
    graver = opened(log, "S4")
    graver.add(NOON + 1, VENDOR, RAISED)
    ends(graver, NOON + 2, VENDOR, lot(sampled=False), how="delegated")
    without = "the case was closed as 'delegated', without a lot that lets it"
    assert findings(log, tmp_path / "forged") == [
        without,
        without,
        "a closure was sampled and no review of it is owed",
        "the case was closed as 'delegated', which is for ordinary cases alone",
    ]


def test_a_sampled_closure_waits_for_its_review(log: LogBuilder, tmp_path: Path) -> None:
    """Whoever looked at it ends it; nobody else does, and not without having looked."""
    owed = {"e": "review.owed.v1", "kind": "sample", "by": VENDOR.id, "tier": "S4"}
    clock = starts({"review.sample": NOON + DAY})
    looked = by(OWNER, "review.given.v1", kind="sample", agrees=True)
    for before in ((looked,), ()):
        case = opened(log, "S4")
        case.add(NOON + 1, VENDOR, lot(sampled=True), owed, clock)
        ends(case, NOON + 2, OWNER, *before, how="delegated")
    assert findings(log, tmp_path) == [
        "the case was closed as 'delegated', and nobody looked at it",
        "the case was closed over a review that is owed",
    ]


def test_the_reporters_own_word_ends_what_it_may(log: LogBuilder, tmp_path: Path) -> None:
    """A resolved case, or one below S2."""
    ends(resolved(log), NOON + DAY, BY_LINK, said("solved"), how="confirmed")
    ends(opened(log, "S3"), NOON + 1, REPORTER, said("solved"), how="confirmed")
    ends(opened(log, "S3"), NOON + 1, REPORTER, said("withdraw"), how="withdrawn")
    assert findings(log, tmp_path) == []


UNPROVED = "on a word that is not proved"
NO_WORD = "without the reporter's word"


@pytest.mark.parametrize(
    ("tier", "actor", "word", "end"),
    [
        ("S0", REPORTER, said("solved"), ("confirmed", "and was not resolved")),
        ("S2", REPORTER, said("withdraw"), ("withdrawn", "at a tier that nobody can withdraw")),
        ("S3", REPORTER, said("solved", verified=False), ("confirmed", UNPROVED)),
        ("S3", REPORTER, said("solved", doubted=True), ("confirmed", UNPROVED)),
        ("S3", REPORTER, said("not_called"), ("confirmed", NO_WORD)),
        ("S3", OWNER, note(), ("confirmed", NO_WORD)),
        ("S3", VENDOR, said("solved"), ("confirmed", "by an actor who is not the reporter")),
    ],
)
def test_a_word_that_may_not_end_a_case_is_found(
    log: LogBuilder, tmp_path: Path, tier: str, actor: Actor, word: Event, end: tuple[str, str]
) -> None:
    """Under duress, unproved, of somebody else, or where a life depends on it."""
    how, found = end
    ends(opened(log, tier), NOON + 1, actor, word, how=how)
    told = findings(log, tmp_path)
    assert len(told) == 1
    assert found in told[0]


def test_grave_cases_are_resolved_by_two(log: LogBuilder, tmp_path: Path) -> None:
    """After an action; S2 and S3 by one."""
    resolved(log, "S0")
    resolved(log, "S2")
    assert findings(log, tmp_path / "honest") == []
    alone = opened(log, "S1")
    alone.add(NOON + 1, OWNER, by(OWNER, "acted.v1"))
    alone.add(NOON + 2, OWNER, by(OWNER, "resolved.v1", reason="cause_fixed"))
    idle = opened(log, "S2")
    idle.add(NOON + 2, OWNER, by(OWNER, "resolved.v1", reason="other_party_denies"))
    again = opened(log, "S2")
    again.add(NOON + 1, OWNER, by(OWNER, "acted.v1"))
    again.add(NOON + 2, VENDOR, RAISED | {"from": "S2", "to": "S2"})
    again.add(NOON + 3, OWNER, by(OWNER, "resolved.v1", reason="cause_fixed"))
    assert findings(log, tmp_path / "forged") == [
        "resolved.v1 needs two persons, and no such approval is with it",
        "the case was resolved without a reason that counts",
        "the case was resolved and nobody had acted",
        "the case was resolved and nobody had acted",
    ]


def test_nothing_ends_over_open_work(log: LogBuilder, tmp_path: Path) -> None:
    """A safety task, waiting police, or another person's second look."""
    case = opened(log, "S4")
    case.add(NOON + 1, OWNER, by(OWNER, "task.added.v1", task="shut", safety=True))
    case.add(NOON + 2, OWNER, by(OWNER, "task.added.v1", task="post", safety=False))
    case.add(NOON + 3, VENDOR, {"e": "police.asked.v1", "person": VENDOR.id})
    ends(case, NOON + 4, OWNER, how="resolved")
    done = opened(log, "S4")
    done.add(NOON + 1, OWNER, by(OWNER, "task.added.v1", task="shut", safety=True))
    done.add(NOON + 2, OWNER, by(OWNER, "task.finished.v1", task="shut"))
    done.add(NOON + 3, VENDOR, {"e": "police.asked.v1", "person": VENDOR.id})
    done.add(NOON + 4, OWNER, by(OWNER, "police.refused.v1"))
    ends(done, NOON + 5, OWNER, how="resolved")
    assert findings(log, tmp_path) == [
        "the case was closed over an open safety task",
        "the case was closed while the police wait",
    ]


def unconfirmed(case: ChainLog, at: int = NOON + 8 * DAY, second: Actor = DIRECTOR) -> None:
    """Nobody answered, and two close it."""
    assert case.state
    number = str(case.head.seq + 1)
    told = {"proposal": number, "what": "close", "reason": "unconfirmed"}
    clock = starts({f"proposal.{number}": at + HOUR})
    case.add(at - 1, OWNER, by(OWNER, "proposal.made.v1", **told), clock)
    agreed = by(second, "proposal.approved.v1", proposal=number, what="close")
    gone = cancels(*case.state["clocks"], by=second.id, why="unconfirmed")
    case.add(at, second, agreed, gone, closes("unconfirmed", approved=second.id))


def test_a_silent_reporter_is_asked_often_and_two_close(log: LogBuilder, tmp_path: Path) -> None:
    """Three attempts a day apart, on two channels, over a week; S3 by one."""
    case = resolved(log)
    tries(case, "phone", "sms", "phone")
    unconfirmed(case)
    small = resolved(log, "S3")
    tries(small, "phone", "sms", "phone")
    ends(small, NOON + 8 * DAY, OWNER, how="unconfirmed")
    assert findings(log, tmp_path) == []


OFTEN = "the case was closed as 'unconfirmed', without asking the reporter often enough"


def test_a_silent_reporter_asked_too_seldom_is_found(log: LogBuilder, tmp_path: Path) -> None:
    """Two attempts, one channel, all on one day, within the week, by one person, or by a vendor."""
    for channels, gap, at in (
        (("phone", "sms"), 2 * DAY, NOON + 8 * DAY),
        (("phone", "phone", "phone"), 2 * DAY, NOON + 8 * DAY),
        (("phone", "sms", "phone"), HOUR, NOON + 8 * DAY),
        (("phone", "sms", "phone"), DAY, NOON + 6 * DAY),
    ):
        case = resolved(log)
        tries(case, *channels, gap=gap)
        unconfirmed(case, at)
    alone = resolved(log)
    tries(alone, "phone", "sms", "phone")
    ends(alone, NOON + 8 * DAY, SPECIALIST, how="unconfirmed")
    assert findings(log, tmp_path) == [
        OFTEN,
        OFTEN,
        OFTEN,
        "the case was closed as 'unconfirmed', too early",
        "case.closed.v1 needs two persons, and no such approval is with it",
    ]


def merges(log: LogBuilder, *, at: int = 1, tier: str = "S1", firm: str = "S1") -> ChainLog:
    """One S1 case ends in another that has this tier; the one that stays says what it took."""
    stays = opened(log, tier)
    goes = opened(log, "S1")
    other = f"{goes.chain.removeprefix('case#')}@{at}"
    stays.add(NOON + 1, OWNER, by(OWNER, "case.absorbed.v1", other=other, firm=firm))
    into = stays.chain.removeprefix("case#")
    ends(goes, NOON + 2, OWNER, how="merged", into=into)
    return stays


def test_a_merged_case_lives_on_where_it_says(log: LogBuilder, tmp_path: Path) -> None:
    """In a case at least as grave, that took over the very state it ended with."""
    merges(log)
    merges(log, tier="S0")
    assert findings(log, tmp_path) == []


@pytest.mark.parametrize(
    "other", [{"at": 0}, {"at": 2}, {"tier": "S2"}, {"firm": ""}, {"firm": "S2"}]
)
def test_a_case_that_ended_in_thin_air_is_found(
    log: LogBuilder, tmp_path: Path, other: dict[str, int]
) -> None:
    """Taken over as something older or newer, by a lesser case, or with its evidence made weak."""
    merges(log, **other)  # type: ignore[arg-type]
    into = log.chains[0].chain.removeprefix("case#")
    assert findings(log, tmp_path) == [f"the case ended in {into!r}, which did not take it over"]


def test_a_case_merged_into_one_that_is_not_there_is_found(log: LogBuilder, tmp_path: Path) -> None:
    """Its target was deleted, or never was."""
    stays = merges(log)
    log.chains.remove(stays)
    assert "which did not take it over" in findings(log, tmp_path)[0]


def test_waiting_minutes_sum_to_the_age(log: LogBuilder, tmp_path: Path) -> None:
    """Each belongs to one party; a state that counts otherwise is found, though it hashes well."""
    case = opened(log, "S3")
    for hour, party in enumerate(("client.on_call", "client.owner", "reporter"), 1):
        case.add(NOON + hour * HOUR, OWNER, {"e": "waiting.moved.v1", "party": party})
    assert findings(log, tmp_path / "honest") == []
    assert case.state
    assert sum(case.state["waited"].values()) == 3 * HOUR
    case.lie = {"waited": {"reporter": 3 * HOUR}}
    case.add(NOON + 4 * HOUR, VENDOR, note())
    assert any("another 'waited'" in what for what in findings(log, tmp_path / "forged"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tier", "S4"),
        ("clocks", {"K10": LATER + 1}),
        ("held", {"rung.1": LATER}),
        ("closed", ["resolved", OWNER.id, NOON]),
        ("waiting", ["vendor", NOON]),
    ],
)
def test_a_state_that_says_otherwise_is_found(
    log: LogBuilder, tmp_path: Path, name: str, value: object
) -> None:
    """Each hash fits, and yet the case is not what its entries made it."""
    case = opened(log, "S3")
    case.lie = {name: value}
    case.add(NOON + 1, VENDOR, note())
    told = findings(log, tmp_path)
    assert len(told) == 1
    assert "exported state" in told[0]


ALWAYS_ANSWERED = ("K8", "police", "hold", "data.trips", "task.shut", "review.glass")


@pytest.mark.parametrize("name", [*ALWAYS_ANSWERED, "K5", "K6", "K7", "K13", "review.freeze"])
def test_a_duty_that_lapses_is_never_silent(log: LogBuilder, tmp_path: Path, name: str) -> None:
    """Somebody is paged; the four duties beside the ladder are also answered while it climbs."""
    paged = {"e": "page.withheld.v1", "person": OWNER.id, "why": "paged_recently"}
    for extra in ([paged], []):
        case = opened(log, "S2")
        case.add(NOON + 1, OWNER, starts({name: NOON + 2}))
        case.add(NOON + 2, MACHINE, lapses({name: NOON + 2}), *extra)
    climbing = opened(log, "S2")
    climbing.add(NOON + 1, OWNER, starts({name: NOON + 2, "rung.1": LATER}))
    climbing.add(NOON + 2, MACHINE, lapses({name: NOON + 2}))
    silent = [f"clock {name} lapsed and nobody was paged"]
    beside = name in {"K5", "K6", "K7", "K13"}
    assert findings(log, tmp_path) == silent * (1 if beside else 2)


def test_a_broken_promise_is_answered_by_a_higher_tier(log: LogBuilder, tmp_path: Path) -> None:
    """An ordinary case that becomes a stalled one has its own ladder."""
    case = opened(log, "S4")
    case.add(NOON + 1, VENDOR, starts({"K8": NOON + 2}))
    case.add(NOON + 2, MACHINE, lapses({"K8": NOON + 2}), RAISED)
    assert findings(log, tmp_path) == []


@pytest.mark.parametrize("name", ["K11", "try"])
def test_a_resolution_that_nobody_confirms_is_asked_about(
    log: LogBuilder, tmp_path: Path, name: str
) -> None:
    """While it stands; once it was voided the clock runs out in silence."""
    for void in ([{"e": "resolution.voided.v1", "why": "contact"}], []):
        case = opened(log, "S3")
        done = by(OWNER, "resolved.v1", reason="cause_fixed")
        case.add(NOON + 1, OWNER, done, starts({name: NOON + 5}))
        case.add(NOON + 2, VENDOR, note(), *void)
        case.add(NOON + 5, MACHINE, lapses({name: NOON + 5}))
    assert findings(log, tmp_path) == [f"clock {name} lapsed and nobody was paged"]


def test_an_outsider_ends_a_proposals_clock_only_with_the_proposal(
    log: LogBuilder, tmp_path: Path
) -> None:
    """Danger that is reported again drops what was proposed; nothing else lets a vendor cancel."""
    raised = RAISED | {"from": "S3"}
    gone = {"e": "proposal.expired.v1", "proposal": "2"}
    for before in ((gone,), ()):
        case = opened(log, "S3")
        told = {"proposal": "2", "what": "close", "reason": "unconfirmed"}
        clock = starts({"proposal.2": NOON + HOUR})
        case.add(NOON + 1, OWNER, by(OWNER, "proposal.made.v1", **told), clock)
        case.add(NOON + 2, VENDOR, *before, cancels("proposal.2", by="machine"), raised)
    assert findings(log, tmp_path) == [
        "clocks.cancelled.v1 by an actor who may not end or hold a clock"
    ]
