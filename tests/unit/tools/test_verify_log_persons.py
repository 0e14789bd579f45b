"""The verifier on who did what: what needs two has two, and what needs a review has it."""

import random
from pathlib import Path
from typing import Any

import pytest

from chalicelib.audit.entry import Actor
from chalicelib.terms import DAY, HOUR, MINUTE
from tests.support.log_builder import (
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
    page,
    starts,
)
from tools.verify_log import KNOWN_EVENTS, verify

SAME = "in the name of another than its actor"


@pytest.fixture
def log() -> LogBuilder:
    """A log with nothing in it yet."""
    return LogBuilder()


def opened(log: LogBuilder, tier: str = "S0", *, suspect: bool = False) -> ChainLog:
    """A case of this tier with one clock, a day ahead."""
    case = log.case()
    case.add(NOON, VENDOR, opens(tier) | {"suspect": suspect}, starts({"K10": NOON + DAY}))
    return case


def findings(log: LogBuilder, folder: Path) -> list[str]:
    """What the verifier finds, judged just after the newest entry."""
    newest = max(entry.at_ms for chain in log.chains for entry in chain.entries)
    report = verify(log.write(folder, newest))
    assert report.exit_code == (1 if report.findings else 0)
    return [finding.what for finding in report.findings]


def proposes(case: ChainLog, actor: Actor, what: str, at: int, **more: object) -> str:
    """One person's half; the proposal's number."""
    number = str(case.head.seq + 1)
    told = {"proposal": number, "what": what, "reason": "misread", "sid": "vlt_p", **more}
    case.add(
        at,
        actor,
        by(actor, "proposal.made.v1", until=at + HOUR, **told),
        starts({f"proposal.{number}": at + HOUR}),
    )
    return number


def approves(case: ChainLog, actor: Actor, number: str, what: str, at: int, *deed: Event) -> None:
    """The other half, with the deed in the same entry."""
    case.add(
        at,
        actor,
        by(actor, "proposal.approved.v1", proposal=number, what=what),
        met(f"proposal.{number}", by=actor.id),
        *deed,
    )


def lowers(first: Actor, second: Actor | None, to: str = "S2", **more: Any) -> Event:
    """The tier falls, by two or by one."""
    approved = {"approved": second.id} if second else {}
    tiers = {"from": "S0", "to": to, "reason": "misread"}
    return by(first, "tier.lowered.v1", **tiers | approved | more)


def by_two(log: LogBuilder, first: Actor, second: Actor, what: str, *deed: Event) -> ChainLog:
    """An S0 case on which one proposes and another approves."""
    case = opened(log)
    number = proposes(case, first, what, NOON + 1)
    approves(case, second, number, what, NOON + 2, *deed)
    return case


def test_two_persons_one_of_them_from_safety_lower_a_tier(log: LogBuilder, tmp_path: Path) -> None:
    """Whichever of them proposes."""
    by_two(log, OWNER, SPECIALIST, "lower", lowers(OWNER, SPECIALIST))
    by_two(log, SPECIALIST, DIRECTOR, "lower", lowers(SPECIALIST, DIRECTOR))
    assert findings(log, tmp_path) == []


LOWERED = [
    (SPECIALIST, SPECIALIST, lowers(SPECIALIST, SPECIALIST), "one person both proposed"),
    (OWNER, DIRECTOR, lowers(OWNER, DIRECTOR), "without the safety specialist"),
    (SPECIALIST, OWNER, lowers(SPECIALIST, OWNER), "approved by 'owner', who may not"),
    (OWNER, SPECIALIST, lowers(DIRECTOR, SPECIALIST), "needs two persons"),
    (OWNER, SPECIALIST, lowers(OWNER, DIRECTOR), "needs two persons"),
    (OWNER, SPECIALIST, lowers(OWNER, SPECIALIST, reason="other_party_denies"), "no reason|reason"),
    (OWNER, SPECIALIST, lowers(OWNER, SPECIALIST, to="S0"), "from 'S0' to 'S0' on a case of S0"),
    (OWNER, SPECIALIST, lowers(OWNER, SPECIALIST, **{"from": "S1"}), "from 'S1' to 'S2'"),
]


@pytest.mark.parametrize(("first", "second", "deed", "found"), LOWERED)
def test_a_tier_lowered_otherwise_is_found(
    log: LogBuilder, tmp_path: Path, first: Actor, second: Actor, deed: Event, found: str
) -> None:
    """One person twice, the wrong two, others than those who agreed, or no reason that counts."""
    by_two(log, first, second, "lower", deed)
    told = findings(log, tmp_path)
    assert len(told) == 1
    assert any(words in told[0] for words in found.split("|"))


@pytest.mark.parametrize("actor", [VENDOR, REPORTER, MACHINE])
def test_no_outsider_lowers_a_tier(log: LogBuilder, tmp_path: Path, actor: Actor) -> None:
    """Nor does the machine, alone or with somebody's name."""
    case = opened(log)
    case.add(NOON + 1, actor, lowers(OWNER, SPECIALIST))
    assert findings(log, tmp_path) == [
        "tier.lowered.v1 by an actor who is not one of the client's people",
        "tier.lowered.v1 needs two persons, and no such approval is with it",
    ]


@pytest.mark.parametrize("actor", [VENDOR, REPORTER, MACHINE])
@pytest.mark.parametrize("name", ["proposal.made.v1", "proposal.approved.v1", "review.given.v1"])
def test_pairs_of_eyes_are_the_clients(
    log: LogBuilder, tmp_path: Path, actor: Actor, name: str
) -> None:
    """Whoever else proposes, approves or reviews is found."""
    case = opened(log)
    case.add(NOON + 1, actor, by(actor, name, proposal="2", what="lower"))
    assert any("is not one of the client's people" in what or "not owed" in what
               for what in findings(log, tmp_path))  # fmt: skip


@pytest.mark.parametrize(
    ("what", "deed"),
    [
        ("unfreeze", "subject.unfrozen.v1"),
        ("decline_hand_over", "hand_over.declined.v1"),
        ("contact_subject", "subject.contacted.v1"),
        ("break_glass", "glass.broken.v1"),
    ],
)
def test_what_needs_two_is_done_by_those_two(
    log: LogBuilder, tmp_path: Path, what: str, deed: str
) -> None:
    """With the approval in the same entry; without it, or by other persons, it is found."""
    review = starts({"review.glass": NOON + DAY}) if what == "break_glass" else note()
    done = by(OWNER, deed, approved=SPECIALIST.id, until=NOON + HOUR)
    case = by_two(log, OWNER, SPECIALIST, what, done, review)
    assert findings(log, tmp_path / "honest") == []
    case.add(NOON + 3, SPECIALIST, done)
    assert findings(log, tmp_path / "forged") == [
        f"{deed} needs two persons, and no such approval is with it"
    ]


def test_a_proposal_is_approved_once_and_while_it_stands(log: LogBuilder, tmp_path: Path) -> None:
    """Not after danger was reported again, nor a second time, nor as something else."""
    case = opened(log)
    number = proposes(case, OWNER, "lower", NOON + 1)
    case.add(
        NOON + 2,
        VENDOR,
        {"e": "proposal.expired.v1", "proposal": number},
        cancels(f"proposal.{number}", by="machine", why="expired"),
        {"e": "tier.raised.v1", "from": "S0", "to": "S0", "suspect": False},
    )
    case.add(NOON + 3, SPECIALIST, by(SPECIALIST, "proposal.approved.v1", proposal=number))
    assert findings(log, tmp_path) == [
        "an approval of what was not proposed, or no longer stands",
    ]


def test_a_proposal_has_a_clock_that_ends_it(log: LogBuilder, tmp_path: Path) -> None:
    """And the number of its entry, and a reason that counts."""
    case = opened(log)
    told = {"proposal": "7", "what": "lower", "reason": "other_party_denies"}
    case.add(NOON + 1, OWNER, by(OWNER, "proposal.made.v1", **told))
    assert findings(log, tmp_path) == [
        "a proposal is not numbered after its entry",
        "a proposal has no reason that counts",
        "proposal.7 stands and no clock ends it",
    ]


def clears(case: ChainLog, actor: Actor = OWNER, *, review: bool = True) -> None:
    """One person clears a suspect S0."""
    owed = {"e": "review.owed.v1", "kind": "cleared", "by": actor.id, "tier": "S0"}
    clock = starts({"review.cleared": NOON + DAY})
    case.add(NOON + 1, actor, lowers(actor, None), *([owed, clock] if review else []))


def reviews(actor: Actor, *, agrees: bool = True, kind: str = "cleared") -> Event:
    """Another's verdict, or the machine's word that there was none."""
    return by(actor, "review.given.v1", kind=kind, agrees=agrees)


def test_a_suspect_is_cleared_by_one_and_reviewed_by_another(
    log: LogBuilder, tmp_path: Path
) -> None:
    """Agreed, it stands."""
    case = opened(log, suspect=True)
    clears(case)
    case.add(NOON + 2, DIRECTOR, reviews(DIRECTOR), met("review.cleared", by=DIRECTOR.id))
    assert findings(log, tmp_path) == []


def test_clearing_alone_what_is_not_suspect_is_found(log: LogBuilder, tmp_path: Path) -> None:
    """And so is clearing without a review, or reviewing oneself."""
    clears(opened(log))
    assert findings(log, tmp_path / "firm") == ["one person lowered what only two may"]
    log.chains.clear()
    clears(opened(log, suspect=True), review=False)
    assert findings(log, tmp_path / "bare") == [
        "a suspect tier was cleared and no review of that is owed"
    ]
    log.chains.clear()
    case = opened(log, suspect=True)
    clears(case)
    case.add(NOON + 2, OWNER, reviews(OWNER), met("review.cleared"))
    assert findings(log, tmp_path / "self") == ["the review of 'cleared' is by whoever it is about"]


def test_a_firm_word_ends_the_suspicion(log: LogBuilder, tmp_path: Path) -> None:
    """From then on one person cannot clear it."""
    case = opened(log, suspect=True)
    case.add(NOON + 1, VENDOR, {"e": "tier.confirmed.v1", "tier": "S0"})
    clears(case)
    assert findings(log, tmp_path) == ["one person lowered what only two may"]


def test_a_review_that_nobody_gave_undoes_the_clearing(log: LogBuilder, tmp_path: Path) -> None:
    """The lapse, the machine's word and the old tier are in one entry; one is not enough."""
    back = {"e": "tier.raised.v1", "from": "S2", "to": "S0", "suspect": False}
    due = {"review.cleared": NOON + DAY}
    for undone in ([back], []):
        case = log.case()
        clock = starts({"K10": NOON + 9 * DAY})
        case.add(NOON, VENDOR, opens("S0") | {"suspect": True}, clock)
        clears(case)
        case.add(NOON + DAY, VENDOR, lapses(due), reviews_by_machine(), *undone, note())
    assert findings(log, tmp_path) == [
        "a review did not agree and the case is not S0 again",
    ]


def reviews_by_machine(*, agrees: bool = False) -> Event:
    """Nobody looked in time."""
    told = {"kind": "cleared", "agrees": agrees}
    return {"e": "review.given.v1", "person": "machine", "role": "machine", **told}


def test_the_machine_never_agrees(log: LogBuilder, tmp_path: Path) -> None:
    """A review is a person's."""
    case = opened(log, suspect=True)
    clears(case)
    word = reviews_by_machine(agrees=True)
    case.add(NOON + 2, MACHINE, word, met("review.cleared", by="machine"))
    assert findings(log, tmp_path) == ["the machine agreed in a review"]


def test_a_review_that_is_owed_is_asked_for(log: LogBuilder, tmp_path: Path) -> None:
    """Its clock cannot be taken away."""
    case = opened(log, suspect=True)
    clears(case)
    case.add(NOON + 2, OWNER, cancels("review.cleared"))
    assert findings(log, tmp_path) == ["review.cleared is owed and no clock asks for it"]


def test_broken_glass_is_reviewed_by_a_third(log: LogBuilder, tmp_path: Path) -> None:
    """A director or the specialist, and neither of the two."""
    done = by(OWNER, "glass.broken.v1", approved=DIRECTOR.id, until=NOON + HOUR)
    for reviewer in (SPECIALIST, DIRECTOR, OWNER):
        case = opened(log)
        proposes(case, OWNER, "break_glass", NOON + 1)
        clock = starts({"review.glass": NOON + DAY})
        approves(case, DIRECTOR, "2", "break_glass", NOON + 2, done, clock)
        given = reviews(reviewer, kind="glass")
        case.add(NOON + 3, reviewer, given, met("review.glass", by=reviewer.id))
    assert findings(log, tmp_path) == [
        "the review of 'glass' is by whoever it is about",
        "the review of 'glass' is by whoever it is about",
        "broken glass was reviewed by somebody who may not",
    ]


def test_the_pack_goes_to_verified_police_alone(log: LogBuilder, tmp_path: Path) -> None:
    """By the specialist; a single owner, or a station nobody called back, is found."""
    asks = {"e": "police.asked.v1", "person": VENDOR.id, "role": VENDOR.role}
    for actor, verified in ((SPECIALIST, True), (OWNER, True), (SPECIALIST, False)):
        case = opened(log)
        case.add(NOON + 1, VENDOR, asks, starts({"police": NOON + HOUR}))
        if verified:
            case.add(NOON + 2, OWNER, by(OWNER, "police.verified.v1"))
        case.add(NOON + 3, actor, by(actor, "police.released.v1"), met("police", by=actor.id))
    assert findings(log, tmp_path) == [
        "police.released.v1 needs two persons, or the safety specialist",
        "the pack went to police who had not been verified",
    ]


def test_broken_glass_lets_its_two_release_for_an_hour(log: LogBuilder, tmp_path: Path) -> None:
    """And nobody else, and no longer."""
    done = by(OWNER, "glass.broken.v1", approved=DIRECTOR.id, until=NOON + HOUR)
    asks = {"e": "police.asked.v1", "person": VENDOR.id, "role": VENDOR.role}
    for at in (NOON + MINUTE, NOON + HOUR):
        case = opened(log)
        proposes(case, OWNER, "break_glass", NOON + 1)
        clock = starts({"review.glass": NOON + DAY})
        approves(case, DIRECTOR, "2", "break_glass", NOON + 2, done, clock)
        case.add(NOON + 3, VENDOR, asks)
        case.add(NOON + 4, OWNER, by(OWNER, "police.verified.v1"))
        case.add(at, OWNER, by(OWNER, "police.released.v1", approved=DIRECTOR.id))
    assert findings(log, tmp_path) == [
        "police.released.v1 needs two persons, or the safety specialist"
    ]


@pytest.mark.parametrize("name", ["acted.v1", "contained.v1", "task.added.v1", "hold.placed.v1"])
def test_nobody_acts_in_anothers_name(log: LogBuilder, tmp_path: Path, name: str) -> None:
    """A page's link is one person's, and a credential speaks for one person for ever."""
    credential = Actor("credential", VENDOR.id, "owner", "client")
    case = opened(log)
    case.add(NOON + 1, OWNER, by(DIRECTOR, name))
    case.add(NOON + 2, credential, by(OWNER, name))
    case.add(NOON + 3, credential, by(DIRECTOR, name))
    assert findings(log, tmp_path) == [f"{name} {SAME}", f"{name} {SAME}"]


def test_a_credential_speaks_for_whom_it_was_made(log: LogBuilder, tmp_path: Path) -> None:
    """Its making is an entry of another chain, and names the person."""
    credential = Actor("credential", VENDOR.id, "owner", "client")
    opened(log).add(NOON + 1, credential, by(OWNER, "contained.v1"))
    made = {"e": "credential.made.v1", "credential": credential.id, "person": OWNER.id}
    chain = log.chain("credentials")
    chain.add(NOON, MACHINE, made)
    assert findings(log, tmp_path / "honest") == []
    chain.entries.clear()
    chain.add(NOON, MACHINE, made | {"person": DIRECTOR.id})
    assert findings(log, tmp_path / "forged") == [
        f"credential {credential.id} spoke for {OWNER.id!r} and is another's"
    ]


@pytest.mark.parametrize("actor", [VENDOR, MACHINE, REPORTER])
def test_lanes_are_worked_by_the_clients_people(
    log: LogBuilder, tmp_path: Path, actor: Actor
) -> None:
    """Whoever else freezes, contains, calls, hands over or finishes a task is found."""
    names = (
        *("subject.frozen.v1", "freeze.declined.v1", "contained.v1", "reporter.called.v1"),
        *("data.requested.v1", "hand_over.attempted.v1", "police.verified.v1", "hold.lifted.v1"),
        *("task.finished.v1", "confirmation.tried.v1", "case.absorbed.v1"),
    )
    case = opened(log)
    for number, name in enumerate(names):
        case.add(NOON + number, actor, by(actor, name))
    told = findings(log, tmp_path)
    for name in names:
        assert f"{name} by an actor who is not one of the client's people" in told


def test_the_machine_answers_for_the_clients_systems(log: LogBuilder, tmp_path: Path) -> None:
    """Data and a matched number may be its word; a vendor's never."""
    case = opened(log)
    for number, name in enumerate(("data.answered.v1", "reporter.verified.v1")):
        case.add(NOON + number, MACHINE, {"e": name, "person": "machine", "role": "machine"})
    assert findings(log, tmp_path / "honest") == []
    case.add(NOON + 9, VENDOR, by(VENDOR, "data.answered.v1"))
    assert findings(log, tmp_path / "forged") == [
        "data.answered.v1 by an actor who is not one of the client's people"
    ]


def test_a_link_to_another_case_is_the_clients_or_the_machines(
    log: LogBuilder, tmp_path: Path
) -> None:
    """It names no person, and a vendor notes none."""
    case = opened(log)
    link = {"e": "case.linked.v1", "other": "cas_1", "kind": "split"}
    case.add(NOON + 1, MACHINE, link)
    case.add(NOON + 2, OWNER, link)
    assert findings(log, tmp_path / "honest") == []
    case.add(NOON + 3, VENDOR, link)
    assert findings(log, tmp_path / "forged") == [
        "case.linked.v1 by an actor who is not one of the client's people"
    ]


JUNK = [None, True, -1, "", "S0", "9", [], ["x"], {}, {"K4": 1}, NOON, "\x1b[2J"]
FIELDS = (
    *("person", "role", "proposal", "what", "reason", "approved", "until", "to", "from", "how"),
    *("kind", "agrees", "by", "also", "tier", "task", "safety", "into", "other", "party", "said"),
    *("clocks", "why", "channel", "sampled", "verified", "doubted", "suspect", "credential"),
)


def test_no_event_makes_it_stumble(log: LogBuilder, tmp_path: Path) -> None:
    """Whatever an event holds, the verifier ends with a verdict."""
    dice = random.Random(20_180_827)
    names = sorted(KNOWN_EVENTS)
    for _ in range(20):
        case = log.case()
        case.add(NOON, VENDOR, opens(), starts({"K10": NOON + DAY}))
        case.folds = False
        for number in range(60):
            fields = {name: dice.choice(JUNK) for name in dice.sample(FIELDS, 12)}
            actor = dice.choice((OWNER, DIRECTOR, SPECIALIST, VENDOR, REPORTER, MACHINE))
            event = {"e": dice.choice(names), **fields}
            case.add(NOON + number, actor, page(1), event)
    assert len(findings(log, tmp_path)) > 100
