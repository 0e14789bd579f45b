"""Cases, entries and commits for the contract tests, as small as they may be."""

from dataclasses import replace

from chalicelib.audit.chain import Head, state_hash
from chalicelib.audit.entry import Actor, Cause, Code, SealedEntry, seal
from chalicelib.cases.body import to_body
from chalicelib.cases.ladder import Ladder
from chalicelib.cases.model import Case
from chalicelib.services.ports import Commit
from chalicelib.terms import Tier

LADDER = Ladder.unpin(
    {
        "name": "life-safety/1",
        "S0": "0s:owner 3m:safety_specialist,owner_second 5m:duty_director 10m:head_of_safety "
        "20m:executive_sponsor top=10m repeat=3m k3=3m k4=10m k9=30m k10=1d",
        "S1": "0s:owner 10m:owner_second 20m:duty_director 40m:head_of_safety "
        "90m:executive_sponsor top=1h repeat=10m k3=10m k4=1h k9=4h k10=3d",
        "S2": "0s:owner 2h:owner_second 8h:duty_director 1d:head_of_safety top=1d "
        "k3=2h k4=1d k9=1wd k10=10d",
        "S3": "1wd:owner top=1wd k3=1wd k4=3wd k10=15d",
        "S4": "to_s3=3wd k10=15d",
    }
)


def a_case(identity: str, at: int, *, due: int | None = None, tier: Tier = Tier.S0) -> Case:
    """A case opened at ``at`` whose one clock falls due at ``due``, or after 3 minutes."""
    return Case(
        id=identity,
        code="CDF-GHJ",
        seq=1,
        opened=at,
        last=at,
        tier=tier,
        vendor="acme",
        ladder=LADDER,
        fired=1,
        clocks={"K3": at + 180_000 if due is None else due},
        first={"received": at},
    )


def an_entry(chain: str, before: Head, eid: str, at: int, note: str = "") -> SealedEntry:
    """The entry that follows ``before``, with one event."""
    return seal(
        head=before,
        chain=chain,
        eid=eid,
        type="open",
        at_ms=at,
        cause=Cause("http", "req-1"),
        actor=Actor("credential", "crd_1", "vendor_agent", "acme"),
        code=Code("api", "0.1.0", "00"),
        events=({"e": "noted.v1", "note": note},),
    )


def opening(case: Case, eid: str = "ent_1") -> Commit:
    """The commit that opens the case."""
    before = Head.genesis()
    entry = an_entry(f"case#{case.id}", before, eid, case.last, state_hash(to_body(case)))
    return Commit(case=case, before=before, entry=entry)


def following(commit: Commit, at: int, eid: str = "ent_2", *, due: int | None = None) -> Commit:
    """The commit after this one, on the same case."""
    before = commit.entry.head
    clocks = commit.case.clocks if due is None else {"K3": due}
    case = replace(commit.case, seq=commit.case.seq + 1, last=at, clocks=clocks)
    return Commit(case=case, before=before, entry=an_entry(commit.entry.chain, before, eid, at))
