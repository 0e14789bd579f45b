"""Write units of every command, and what complaints cost: ``python -m tools.bench.cost``.

A complaint of each tier is followed until it is acknowledged after ten minutes; what it used is
counted, and priced as ``tools/bench/prices.py`` has it.

The last line is JSON: ``{"commands": {name: {"units": n, "limit": n}}, "over": [names],
"per_1000": {tier: {"write_units", "read_units", "sms_segments", …, "usd", "usd_total"}},
"prices_known": "2025-06", "prices_usd": {…}, "assumed_ms_gb": {…}}``.
Exit 1 when a command is over its limit.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Any

from chalicelib.audit.entry import Cause
from chalicelib.cases.model import RECENT_IDS
from chalicelib.services import acting, contacts, intake, ring
from chalicelib.services.auditing import chain
from chalicelib.services.caller import Caller, anonymous
from chalicelib.services.complaint import Complaint, Reporter, Said
from chalicelib.services.deliver import deliver
from chalicelib.services.errors import RefusedError
from chalicelib.services.following import follow
from chalicelib.terms import MINUTE, Direction, Kind, Role, Speaker, Tier
from tools.bench.cost_acts import acts_story
from tools.bench.cost_tiers import measure_tier
from tools.bench.meter import Bill
from tools.bench.prices import ASSUMED, KNOWN, PRICES_USD, REGION, per_thousand
from tools.bench.scene import Scene, scene

LIMIT = 10
LIMIT_OPENING = 25
ROUNDS = 3  # ids are random, and so is how small they pack: the largest bill of each counts

DANGER = "我朋友坐你们的车进山了,发了救命两个字之后就关机了,一直联系不上,已经三个小时了。"
MORE = "刚刚又收到她的一条短信,说司机把车门锁了不让下车,请你们马上定位这辆车,我们已经报警。"

CALM = "我的退款还没有到账,请帮我查一下。"
WEAK = "我不方便说话,他就在旁边"

type Step = tuple[str, int, Callable[[], Any]]


def main() -> int:
    """The command; 1 when something is over its limit."""
    bills: dict[str, tuple[int, Bill]] = {}
    with scene() as stage:
        for _ in range(ROUNDS):
            for name, limit, run in story(stage):
                bill = measure(stage, run)
                if name not in bills or bill.total > bills[name][1].total:
                    bills[name] = (limit, bill)
        tiers = {tier.value: per_thousand(measure_tier(stage, tier)) for tier in Tier}
    for name, (limit, bill) in bills.items():
        print("\n".join(lines(name, limit, bill)))
    over = [name for name, (limit, bill) in bills.items() if bill.total > limit]
    commands = {name: {"units": b.total, "limit": limit} for name, (limit, b) in bills.items()}
    for tier, told in tiers.items():
        print(f"{tier}  per 1,000 complaints {told['usd_total']:>9} USD  {told['usd']}")
    print(f"prices of {REGION}, known from {KNOWN}, to be checked")
    priced = {"prices_known": KNOWN, "prices_usd": dict(PRICES_USD), "assumed_ms_gb": dict(ASSUMED)}
    print(json.dumps({"commands": commands, "over": over, "per_1000": tiers, **priced}))
    return 1 if over else 0


def measure(stage: Scene, run: Callable[[], Any]) -> Bill:
    """What one command wrote."""
    with stage.meter.running() as bill:
        run()
    return bill


def lines(name: str, limit: int, bill: Bill) -> Iterator[str]:
    """A command's part of the table."""
    yield f"{name:<46}{bill.total:>4} of {limit}{'   OVER' if bill.total > limit else ''}"
    arms = ", ".join(f"{arm} {units}" for arm, units in sorted(bill.units.items()))
    yield f"    {arms or 'nothing written'}"
    for table, item, size in bill.rows:
        yield f"    {table:<10}{item:<24}{size:>7} B"


def story(stage: Scene) -> Iterator[Step]:
    """Commands one after another, each with its limit; a step may stand on those before it."""
    yield from _intake(stage)
    yield from _ladder(stage)
    yield from _known(stage)
    yield from acts_story(stage, partial(_opened, stage))
    stage.asked.pages.clear()
    yield from _refusals(stage)


def _opened(stage: Scene, sort: str) -> str:
    """A case of this sort, on the vendor's credential."""
    texts = {"danger": DANGER, "ordinary": CALM, "suspect": WEAK}
    full = replace(_with_a_number(stage), text=texts[sort], attributes={"channel": "app"})
    if sort != "danger":
        full = replace(full, danger_now=None, can_be_reached=None)
    return take(stage, stage.vendor(), full, None)


def _intake(stage: Scene) -> Iterator[Step]:
    text = Complaint(text=DANGER, channel="web", language="zh-CN")
    yield "open: anonymous, no key, no link", LIMIT_OPENING, lambda: take(stage, None, text, None)
    calm = replace(text, text=CALM)
    yield "open: ordinary, no key", LIMIT_OPENING, lambda: take(stage, stage.vendor(), calm, None)


def _ladder(stage: Scene) -> Iterator[Step]:
    vendor, owner = stage.vendor(), stage.owner()
    # Other reporters and orders each time, so that each round opens a case of its own.
    serial = stage.parts.ids.new("cas", stage.clock.now())[-12:]
    first = _full(serial)
    opened: list[str] = []

    def opening() -> None:
        opened.append(take(stage, vendor, first, f"key-{serial}-1"))

    yield "open: vendor, key, order, reporter, subject", LIMIT_OPENING, opening
    case = opened[0]
    yield "replay of the first answer", 0, lambda: take(stage, vendor, first, f"key-{serial}-1")
    yield from _own_link(stage)
    yield from _sending(stage, "page sent, first", 1, refused=True)
    again = replace(first, text=MORE)
    yield "contact, no key", LIMIT, lambda: take(stage, vendor, again, None)
    yield "contact, key", LIMIT, lambda: take(stage, vendor, again, f"key-{serial}-2")
    yield "message, inbound", LIMIT, lambda: contacts.add(stage.parts, vendor, case, _said(MORE))
    reply = replace(_said("已经联系当地警方。"), direction=Direction.OUTBOUND, kind=Kind.REPLY)
    yield "message, outbound", LIMIT, lambda: contacts.add(stage.parts, vendor, case, reply)
    for number in range(1, 5):
        yield f"tick: rung {number}", LIMIT, lambda: _ring(stage, case)
        yield from _sending(stage, f"page sent, rung {number}", 2)
    yield "tick: top and repeats", LIMIT, lambda: _ring(stage, case, 10)
    yield from _sending(stage, "page sent, everybody waits", 9)
    for _ in range(RECENT_IDS):
        contacts.add(stage.parts, vendor, case, _said(MORE))
    yield "contact on an old case, key", LIMIT, lambda: take(stage, vendor, again, f"{serial}-3")
    yield (
        "message on an old case",
        LIMIT,
        lambda: contacts.add(stage.parts, vendor, case, _said(MORE)),
    )
    yield "acknowledge", LIMIT, lambda: acting.acknowledge(stage.parts, owner, case)
    evidence = {"reference": "110-42", "note": "警方已到场"}
    yield "act", LIMIT, lambda: acting.act(stage.parts, owner, case, "authority_informed", evidence)


def _own_link(stage: Scene) -> Iterator[Step]:
    """The reporter's own link comes before the pages."""
    yield "the reporter's link sent", LIMIT, partial(_send, stage, *stage.asked.pages.pop(0))


def _sending(stage: Scene, name: str, count: int, *, refused: bool = False) -> Iterator[Step]:
    """Pages that wait, sent one by one under one name; further ones go unmeasured."""
    if refused:
        stage.carriers.refusing = True
        yield "page refused by its carrier", LIMIT, partial(_send, stage, *stage.asked.pages.pop(0))
        stage.carriers.refusing = False
    for _ in range(min(count, len(stage.asked.pages))):
        asked = stage.asked.pages.pop(0)
        yield name, LIMIT, partial(_send, stage, *asked)
    while stage.asked.pages:
        _send(stage, *stage.asked.pages.pop(0))


def _known(stage: Scene) -> Iterator[Step]:
    """An opening with every link there is, on a subject that is known; and what follows from it."""
    vendor = stage.vendor()
    first = _with_a_number(stage)
    take(stage, vendor, replace(first, order=""), None)
    batch = {**first.attributes, "batch": f"LOT-{first.order}"}
    second = replace(_with_a_number(stage), subject_id=first.subject_id, attributes=batch)
    key = f"known-{first.order}"
    yield (
        "open: with a batch, on a known subject",
        LIMIT_OPENING,
        lambda: take(stage, vendor, second, key),
    )
    case, links = stage.asked.followed[-1]
    cause = Cause("page", "6c1f9d2e-8b4a-4e7c-b3d5-2a9f0e7c4b81")
    yield "link back to the older case", LIMIT, lambda: follow(stage.parts, cause, case, links)


def _with_a_number(stage: Scene) -> Complaint:
    """A full complaint whose reporter has a number of their own."""
    serial = stage.parts.ids.new("cas", stage.clock.now())[-12:]
    digits = int.from_bytes(sha256(serial.encode()).digest()[:4]) % 10**8
    full = _full(serial)
    return replace(
        full,
        reporter=replace(full.reporter, phone=f"+86139{digits:08d}"),
        site=f"site-{digits % 10_000}",
    )


def _refusals(stage: Scene) -> Iterator[Step]:
    vendor = stage.vendor()
    case = take(stage, vendor, Complaint(text=DANGER), None)
    stage.asked.pages.clear()

    def refused() -> None:
        try:
            acting.acknowledge(stage.parts, vendor, case)
        except RefusedError:
            return
        raise AssertionError("a vendor's agent acknowledged a case")

    yield "refusal", LIMIT, refused
    auditor = replace(stage.owner(), role=Role.AUDITOR)
    yield "reading the audit log", LIMIT, lambda: chain(stage.parts, auditor, case, 0, 100)


def take(stage: Scene, caller: Caller | None, complaint: Complaint, key: str | None) -> str:
    """Send a complaint; the case's id."""
    body_hash = sha256(complaint.text.encode()).hexdigest()
    sender = caller or anonymous("8f14e45f-ceea-467f-a8ed-1a2b3c4d5e6f")
    answer = intake.take(stage.parts, sender, complaint, key, body_hash)
    return str(answer.body["case"])


def _full(serial: str) -> Complaint:
    return Complaint(
        text=DANGER,
        channel="hotline",
        language="zh-CN",
        claimed_ms=None,
        reporter=Reporter(
            name="李雷", phone=f"+86139{serial}", email="li@example.com", relation="friend"
        ),
        subject_kind="driver",
        subject_id=f"D-{serial}",
        order=f"O-{serial}",
        danger_now=True,
        can_be_reached=False,
        brand="harbour-rides",
        region="cn-southwest",
        site="chengdu",
        attributes={"sos": True, "night": True, "minutes_silent": 180},
    )


def _said(text: str) -> Said:
    return Said(
        text=text,
        direction=Direction.INBOUND,
        speaker=Speaker.REPORTER,
        kind=Kind.COMPLAINT,
        channel="hotline",
        language="zh-CN",
    )


def _ring(stage: Scene, case: str, minutes: int = 0) -> None:
    """Go to the next due time, or on by some minutes, and ring."""
    loaded = stage.parts.ledger.load(case)
    due = loaded.beside.due if loaded else 0
    stage.clock.advance(max(due - stage.clock.now(), minutes * MINUTE))
    body = {"case": case, "due": stage.clock.now(), "hop": 0}
    ring.ring_message(stage.parts, body, "0f5a3c7e-2b1d-4f8e-9a6c-7d3e5b2f1a90")


def _send(stage: Scene, case: str, page: str, attempt: int) -> None:
    body = {"case": case, "page": page, "attempt": attempt}
    deliver(stage.parts, body, 1, "6c1f9d2e-8b4a-4e7c-b3d5-2a9f0e7c4b81")


if __name__ == "__main__":
    sys.exit(main())
