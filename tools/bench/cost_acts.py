"""Write units of every act of the table, on cases as full as they come; part of ``cost``."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.bundle import load_bundle
from chalicelib.services import acting, acts, messages
from chalicelib.services.acts_table import ACTS
from chalicelib.services.caller import Caller
from chalicelib.services.parts import Parts, Rules
from chalicelib.terms import Role
from chalicelib.web.act_body import given_from
from tools.bench.scene import Scene

LIMIT = 10
# These two write on two cases, one after the other.
BOTH = {"merge": 2 * LIMIT, "link": 2 * LIMIT}

NOTE = "与投诉人核对过,她已到家,报警回执与通话录音编号见附件。"
PACK = {"contents": ["phone", "device", "track"], "absent": ["account"], "evidence": NOTE}
LOWER = {"what": "lower", "to": "S2", "reason": "misread", "evidence": NOTE}
SOLVED = {"reason": "cause_fixed", "evidence": NOTE}
DUTY = {"department": "data", "evidence": NOTE}
REFUND = {"category": "refund", "amount_minor": 4200, "currency": "CNY", "evidence": NOTE}
GRANT = {
    "id": "bench-refunds",
    "vendor": "",
    "category": "refund",
    "limit_minor": None,
    "currency": "CNY",
    "permille": 1000,
    "since": "2026-01-01",
}

type Step = tuple[str, int, Callable[[], Any]]
type Fields = Mapping[str, Any]
type Open = Callable[[str], str]


class Unmeasured(AssertionError):  # noqa: N818 - said as it is
    """An act of the table that no line here gives."""


class Giver:
    """Gives acts on one case, and remembers which were measured."""

    def __init__(self, stage: Scene) -> None:
        """Nobody has done anything yet."""
        self.stage = stage
        self.parts: Parts = stage.parts
        self.given: set[str] = set()
        owner = stage.owner()
        self.people: dict[str, Caller] = {"vendor": stage.vendor(), "owner": owner}
        for number, role in enumerate((Role.SAFETY_SPECIALIST, Role.DUTY_DIRECTOR)):
            person = f"{owner.person[:-1]}{number}"
            self.people[role.value] = replace(owner, role=role, person=person)

    def step(self, case: str, who: str, act: str, fields: Fields) -> Step:
        """One act as a step of the table."""
        caller, spec = self.people[who], ACTS[act]
        if spec.seen:
            shown = messages.listing(self.parts, caller, case, 0).body
            fields = {**fields, "reading": shown["reading"]}
        given = given_from(fields, spec)
        self.given.add(act)
        name = f"act: {act}" if act != "propose" else f"act: propose, {fields['what']}"
        run = lambda: acts.perform(self.parts, caller, case, act, given)  # noqa: E731
        return name, BOTH.get(act, LIMIT), run

    def newest_proposal(self, case: str) -> str:
        """The number of the one that waits."""
        loaded = self.parts.ledger.load(case)
        if loaded is None or loaded.case is None:
            raise LookupError(case)
        return list(loaded.case.proposals)[-1]


def acts_story(stage: Scene, opened: Open) -> Iterator[Step]:
    """Every act; ``opened`` opens a case of danger, ordinary or suspect, and gives its id."""
    giver = Giver(stage)
    case = opened("danger")
    yield from _lanes(giver, case)
    yield from _pairs(giver, case, opened("suspect"))
    yield from _ends(giver, case, opened)
    missing = set(ACTS) - giver.given
    if missing:
        raise Unmeasured(f"no cost of {sorted(missing)}")


def _lanes(giver: Giver, case: str) -> Iterator[Step]:
    reach = _first_reach(giver, case)
    specialist = Role.SAFETY_SPECIALIST.value
    rows: tuple[tuple[str, str, Fields], ...] = (
        ("vendor", "escalate", {"evidence": NOTE}),
        ("vendor", "ask_freeze", {"evidence": NOTE}),
        ("vendor", "police_ask", {"station": "乐清", "officer": "王", "number": "0577-110"}),
        ("owner", "verify_police", {"genuine": True, "evidence": NOTE}),
        (specialist, "release", PACK),
        (specialist, "decline_freeze", {"evidence": NOTE}),
        (specialist, "contact_subject", {"evidence": NOTE}),
        ("owner", "request_data", DUTY),
        ("owner", "answer_data", DUTY),
        ("owner", "attempt_hand_over", {"authority": "police", "evidence": NOTE}),
        ("owner", "place_hold", {"evidence": NOTE}),
        ("owner", "lift_hold", {}),
        ("owner", "add_task", {"task": "inspect", "department": "works", "safety": True}),
        ("owner", "finish_task", {"task": "inspect", "evidence": NOTE}),
        ("owner", "verify_reporter", {"reach": reach, "how": "called_back", "evidence": NOTE}),
        ("owner", "call", {"outcome": "reached", "channel": "phone", "evidence": NOTE}),
    )
    for who, act, fields in rows:
        yield giver.step(case, who, act, fields)


def _first_reach(giver: Giver, case: str) -> str:
    loaded = giver.parts.ledger.load(case)
    if loaded is None or loaded.case is None or not loaded.case.ropes:
        raise LookupError(case)
    return next(iter(loaded.case.ropes))


def _pairs(giver: Giver, case: str, weak: str) -> Iterator[Step]:
    director = Role.DUTY_DIRECTOR.value
    yield giver.step(case, "owner", "propose", LOWER)
    yield giver.step(case, director, "reject", {"proposal": giver.newest_proposal(case)})
    no = {"what": "decline_hand_over", "reason": "authority_knows", "evidence": NOTE}
    yield giver.step(case, "owner", "propose", no)
    agreed = {"proposal": giver.newest_proposal(case), "evidence": NOTE}
    yield giver.step(case, director, "approve", agreed)
    yield giver.step(weak, "owner", "clear_suspect", {"reason": "misread", "evidence": NOTE})
    seen = {"kind": "cleared", "agrees": True, "evidence": NOTE}
    yield giver.step(weak, director, "review", seen)


def _ends(giver: Giver, case: str, opened: Open) -> Iterator[Step]:
    owner, director = giver.people["owner"], Role.DUTY_DIRECTOR.value
    acting.act(giver.parts, owner, case, "authority_informed", {"reference": "110-42"})
    yield giver.step(case, "owner", "contain", {"evidence": NOTE})
    yield giver.step(case, "owner", "propose", {"what": "resolve", **SOLVED})
    agreed = {"proposal": giver.newest_proposal(case), "evidence": NOTE}
    yield giver.step(case, director, "approve", agreed)
    yield giver.step(case, "owner", "try_confirm", {"channel": "phone", "evidence": NOTE})
    calm, other = opened("ordinary"), opened("ordinary")
    yield giver.step(calm, "vendor", "propose_merge", {"other": other, "why": "same_danger"})
    yield giver.step(calm, "owner", "link", {"other": other, "kind": "subject"})
    yield giver.step(calm, "owner", "merge", {"into": other})
    yield giver.step(calm, "owner", "reopen", {"reason": "new_fact", "evidence": NOTE})
    yield giver.step(calm, "owner", "resolve", SOLVED)
    yield giver.step(other, "owner", "close", {"reason": "answered", "evidence": NOTE})
    yield giver.step(opened("ordinary"), "vendor", "raise", {"tier": "S1", "evidence": NOTE})
    row = GRANT | {"vendor": giver.people["vendor"].org}
    rules = Rules({**load_bundle(), "delegation": [row]})
    giver.parts = replace(giver.parts, rules=rules)
    yield giver.step(opened("ordinary"), "vendor", "close_delegated", REFUND)
