"""A vendor's closures through the real core, and the auditor's check of what they leave behind."""

from pathlib import Path

import pytest

from chalicelib.audit.entry import Actor
from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases.decide import Decision, decide, open_case
from chalicelib.cases.delegation import Grant
from chalicelib.cases.model import Case
from chalicelib.services.sampling import draw_lot, month_key, month_of
from chalicelib.terms import HOUR, Role, Tier
from tests.support.core import START, WATCH, by, open_at
from tests.support.log_builder import OWNER, VENDOR, ChainLog, LogBuilder, ident
from tools.sampling import check

LINK_KEY = bytes(range(32))
CASES = 60


def write(chain: ChainLog, actor: Actor, decision: Decision, at: int) -> Case:
    """The entry of a decision; the case after it."""
    assert decision.refused is None
    chain.add(at, actor, *map(dict, decision.events))
    return decision.case


def story(log: LogBuilder, number: int, permille: int) -> bool:
    """An S4 case that a vendor asks to close; whether it was closed at once."""
    identity = ident("cas", START, number)
    chain = log.chain(f"case#{identity}")
    case = write(chain, VENDOR, open_case(open_at(Tier.S4), START, WATCH), START)
    at = START + HOUR
    lot = draw_lot(LINK_KEY, Grant("small-refunds", permille), identity, chain.head.hash, at)
    ask = end.CloseDelegated(by=by(Role.VENDOR_AGENT), draw=lot, sid="vlt")
    case = write(chain, VENDOR, decide(case, ask, at, WATCH), at)
    at_once = case.closed is not None
    if not at_once:
        look = end.Review(by=by(Role.OWNER), kind="sample", agrees=True, sid="vlt")
        case = write(chain, OWNER, decide(case, look, at + HOUR, WATCH), at + HOUR)
    assert case.closed
    return at_once


@pytest.mark.parametrize("permille", [1000, 300])
def test_what_the_core_does_is_what_the_auditor_expects(tmp_path: Path, permille: int) -> None:
    """In probation a person looks at all of them, later at the share drawn; every lot is right."""
    log = LogBuilder()
    at_once = sum(story(log, number, permille) for number in range(CASES))
    log.write(tmp_path, START + 3 * HOUR)
    told = check(tmp_path, [month_key(LINK_KEY, month_of(START))])

    assert told.findings == []
    assert (told.drawn, told.sampled, told.exit_code) == (CASES, CASES - at_once, 0)
    assert (at_once == 0) is (permille == 1000)


@pytest.mark.parametrize("tier", [Tier.S0, Tier.S1, Tier.S2, Tier.S3])
def test_no_grant_closes_what_is_graver(tier: Tier) -> None:
    """Whatever the lot says, a case that is not ordinary stays open."""
    case = open_case(open_at(tier), START, WATCH).case
    lot = draw_lot(LINK_KEY, Grant("r", 50), "cas_0", "ab" * 32, START)
    for role in (Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR):
        decision = decide(case, end.CloseDelegated(by=by(role), draw=lot, sid="v"), START, WATCH)
        assert decision.refused
        assert decision.case.closed is None


@pytest.mark.parametrize("role", [Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR])
def test_without_a_grant_nobody_of_the_vendor_closes(role: Role) -> None:
    """A supervisor needs a grant as much as an agent."""
    case = open_case(open_at(Tier.S4), START, WATCH).case
    ask = end.CloseDelegated(by=cmd.By("x", role, "org"), draw=None, sid="vlt")
    assert decide(case, ask, START, WATCH).refused
