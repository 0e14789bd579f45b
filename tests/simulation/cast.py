"""Who acts in a simulated world: vendors who stall, one bent employee, honest ones, the reporter.

Everybody goes through the services under their own credential, as the routes would let them.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from chalicelib.cases.delegation import Row
from chalicelib.cases.end_commands import CLOSE_REASONS, LOWER_REASONS, ONE_SIDED, RESOLVE_REASONS
from chalicelib.cases.lane_commands import PACK
from chalicelib.cases.model import Case
from chalicelib.cases.roles import may
from chalicelib.services import acting, contacts, messages, reading, rope_link
from chalicelib.services.acts_table import ACTS
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer, Reporter, Said
from chalicelib.services.parts import Rules
from chalicelib.services.rope_link import PRESSES, Press
from chalicelib.terms import DAY, Direction, Kind, Role, Speaker, Tier
from tests.simulation.judge import Judge
from tests.support.acts import give
from tests.support.fakes import Sms
from tests.support.world import DANGER_EN, DANGER_ZH, ORDINARY, ROSTER, World, rules

PHONE, EMAIL = "+8613912345678", "reporter@example.com"
REPORTER = Reporter(name="A friend", phone=PHONE, email=EMAIL)
HAZARD = "刹车踩不动,在高速上差点撞车"
WORDS = (
    *(DANGER_ZH, DANGER_EN, ORDINARY, HAZARD),
    *("专员会在十分钟内给您回电", "We will call you back within the hour.", "请您耐心等待"),
    *("对方说没有这回事", "He is safe at home now, thank you.", "别打电话,他在旁边"),
)
LINK = re.compile(r"/r/([0-9A-Za-z_-]+)")
HIDDEN = ("withdraw", "confirm")
ROLES = (*ROSTER, "data_owner", "data_head")
REFUND = {"category": "refund", "amount_minor": 4200, "currency": "cny"}
VENDORS_OWN = (
    *("raise", "escalate", "ask_freeze", "police_ask", "propose_merge", "close_delegated"),
    "close_delegated",
)
BENT = (
    *("propose", "propose", "approve", "clear_suspect", "review", "resolve", "close", "contain"),
    *("release", "decline_freeze", "contact_subject", "merge", "try_confirm", "verify_police"),
    *("request_data", "add_task", "place_hold", "lift_hold", "attempt_hand_over", "reject"),
)
HONEST = (
    *("call", "approve", "approve", "reject", "review", "resolve", "propose", "try_confirm"),
    *("verify_reporter", "verify_police", "release", "answer_data", "finish_task", "reopen"),
    *("decline_freeze", "merge", "link", "raise", "verify_reporter"),
)


class Granting(Rules):
    """The published rules, and one row that lets acme close small refunds."""

    def __init__(self, permille: int) -> None:
        """``permille`` of them are drawn for a look."""
        self.__dict__.update(rules().__dict__)
        row = Row("acme-refunds", "acme", "refund", 20_000, "CNY", permille, date(2026, 1, 1))
        self.__dict__["grants"] = (row,)


class Cast:
    """Draws who does what next."""

    def __init__(self, world: World, dice: Random, judge: Judge) -> None:
        """The vendor may close small refunds, of which half are drawn."""
        self.world, self.dice, self.judge = world, dice, judge
        world.parts = replace(world.parts, rules=Granting(500))
        self.tokens: list[str] = []
        self._read = 0
        self._busy = ""

    def acts(self) -> list[Callable[[], object]]:
        """What may happen next, the likelier the oftener."""
        vendor = [self.vendor_says, self.vendor_says, self.vendor_acts, self.vendor_acts]
        bent = [self.bent_acknowledges, self.bent_acts, self.bent_acts, self.bent_lies]
        honest = [self.honest_acts, self.honest_acts, self.honest_replies, self.honest_saves]
        others = [self.vendor_oversteps, self.vendor_reads, self.roster_changes]
        pairs = [self.two_agree, self.two_agree]
        return [
            *vendor,
            *bent,
            *honest,
            *pairs,
            *others,
            self.reporter_presses,
            self.reporter_presses,
        ]

    def case(self) -> str:
        """Any case, and more often than not the one that everybody is busy with."""
        if self._busy not in self.world.ledger.cases or self.dice.random() < 0.3:
            self._busy = self.dice.choice(self.world.ledger.cases)
        return self._busy

    def _stored(self, case: str) -> Case:
        loaded = self.world.ledger.load_quietly(case)
        assert loaded
        assert loaded.case
        return loaded.case

    # -- vendors -------------------------------------------------------------------------------

    def vendor(self) -> Caller:
        """An agent or a supervisor of the vendor that complains, or of another."""
        role = self.dice.choice((Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR))
        return self.world.vendor(role, self.dice.choice(("acme", "acme", "acme", "bolt")))

    def vendor_says(self) -> None:
        """Words in any direction, by anybody, of any kind; most of them to gain time."""
        self.say(self.case(), self.vendor())

    def say(self, case: str, by: Caller, **fixed: Any) -> None:
        """A message, kept for ever once it was answered for."""
        said: dict[str, Any] = {
            "text": self.dice.choice(WORDS),
            "direction": self.dice.choice(list(Direction)),
            "speaker": self.dice.choice(list(Speaker)),
            "kind": self.dice.choice(list(Kind)),
            "danger_now": self.dice.choice((None, None, False)),
        }
        if self.dice.random() < 0.2:
            said["claimed_ms"] = self.world.clock.now() - self.dice.randrange(3 * DAY)
        answer = contacts.add(self.world.parts, by, case, Said(**{**said, **fixed}))
        self.judge.accepted(answer)
        self._shown(by, answer)

    def vendor_acts(self) -> None:
        """Whatever a vendor may ever do, at any moment."""
        by, act = self.vendor(), self.dice.choice(VENDORS_OWN)
        self._shown(by, self._give(self.case(), by, act))

    def vendor_oversteps(self) -> None:
        """Whatever it may not: it is refused and changes nothing."""
        case, by = self.case(), self.vendor()
        names = [name for name, spec in ACTS.items() if not may(by.role, spec.act)]
        name = self.dice.choice((*names, *HIDDEN, "acknowledge", "act"))
        parts = self.world.parts
        tries: dict[str, Callable[[], Answer]] = {
            "acknowledge": lambda: acting.acknowledge(parts, by, case),
            "act": lambda: acting.act(parts, by, case, "subject_frozen", {"text": "x"}),
        }
        attempt = tries.get(name, lambda: self._give(case, by, name))
        self.judge.must_be_refused(case, attempt, notes=name in HIDDEN)

    def vendor_reads(self) -> None:
        """What it is shown never holds anything of the reporter's own link."""
        by = self.vendor()
        self._shown(by, reading.case(self.world.parts, by, self.case()))
        self._shown(by, reading.board(self.world.parts, by, None, None, "", 50))

    def _shown(self, by: Caller, answer: Answer) -> None:
        self._collect_links()
        self.judge.shown(by, answer, (*self.tokens, PHONE, PHONE.removeprefix("+86"), EMAIL))

    # -- the bent employee ---------------------------------------------------------------------

    def bent(self) -> Caller:
        """One person of the client, now and then with a second credential of theirs."""
        by = self.world.client("owner")
        again = replace(by, id=f"{by.id[:-1]}z")
        return self.dice.choice((by, again))

    def bent_acknowledges(self) -> None:
        """Owns it, and parks it."""
        acting.acknowledge(self.world.parts, self.bent(), self.case())

    def bent_lies(self) -> None:
        """An action that was not taken."""
        told = {"text": "done", "reference": self.dice.choice(("", "110-42"))}
        action = self.dice.choice(("subject_frozen", "authority_informed", "reporter_reached_safe"))
        acting.act(self.world.parts, self.bent(), self.case(), action, told)

    def bent_acts(self) -> None:
        """Everything that would make the case go away."""
        self._give(self.case(), self.bent(), self.dice.choice(BENT))

    # -- the honest ones -----------------------------------------------------------------------

    def honest(self) -> Caller:
        """A director, the specialist, or a second owner."""
        role = self.dice.choice(("duty_director", "safety_specialist", "owner_second"))
        return self.world.client(role)

    def honest_acts(self) -> None:
        """What the case asks for, as far as they can tell."""
        self._give(self.case(), self.honest(), self.dice.choice(HONEST))

    def honest_replies(self) -> None:
        """A word to the reporter."""
        fixed = {"direction": Direction.OUTBOUND, "kind": Kind.REPLY, "speaker": Speaker.CLIENT}
        self.say(self.case(), self.honest(), text="We have found your friend.", **fixed)

    def honest_saves(self) -> None:
        """Owns it, and acts."""
        case, by = self.case(), self.honest()
        acting.acknowledge(self.world.parts, by, case)
        if self.dice.random() < 0.6:
            acting.act(self.world.parts, by, case, "person_reached_safe", {"text": "seen"})

    def two_agree(self) -> None:
        """One proposes and another approves at once: honest or bent, or one person twice."""
        case = self.case()
        first, second = (self.dice.choice((self.bent, self.honest))() for _ in range(2))
        self._give(case, first, "propose", evidence="seen")
        newest = list(self._stored(case).proposals)[-1:]
        self._give(case, second, "approve", proposal=newest[0] if newest else "1")

    # -- the reporter --------------------------------------------------------------------------

    def _collect_links(self) -> None:
        sent = self.world.channels.sent[self._read :]
        self._read += len(sent)
        for message in sent:
            address = message.number if isinstance(message, Sms) else message.address
            if address in {PHONE, EMAIL}:
                self.tokens += LINK.findall(message.text)

    def reporter_presses(self) -> None:
        """By their own link, whoever may be standing beside them."""
        self._collect_links()
        if not self.tokens:
            return
        pressed = Press(
            do=self.dice.choice(PRESSES), text=self.dice.choice(("", *WORDS)), request="req"
        )
        rope_link.press(self.world.parts, self.dice.choice(self.tokens), pressed)

    # -- the world -----------------------------------------------------------------------------

    def roster_changes(self) -> None:
        """People leave and come; sometimes nobody is left, and the data is nobody's."""
        people = list(self.world.people.values())
        left = self.dice.sample(ROLES, self.dice.choice((0, 4, 6, len(ROLES), len(ROLES))))
        duty = {
            role: [self.dice.choice(people).id]
            if role not in self.world.people or self.dice.random() < 0.2
            else [self.world.people[role].id]
            for role in left
        }
        self.world.registry.put_roster(duty)

    # -- one act of the table ------------------------------------------------------------------

    def _give(self, case: str, by: Caller, act: str, **fixed: str) -> Answer:
        """The act with fields that fit the case as it is, mostly."""
        messages_read = {"reading": self._reading(case, by)} if self._needs_reading(act) else {}
        return give(
            self.world, case, by, act, **{**self._fields(case, act), **messages_read, **fixed}
        )

    def _needs_reading(self, act: str) -> bool:
        return act in ACTS and ACTS[act].seen

    def _reading(self, case: str, by: Caller) -> list[str]:
        """The whole case's words, opened; now and then a part is missing."""
        after, readings = 0, []
        while True:
            body = messages.listing(self.world.parts, by, case, after).body
            readings.append(str(body.get("reading", "")))
            if not body["next"]:
                return readings
            after = int(body["next"])

    def _fields(self, case: str, act: str) -> dict[str, Any]:
        stored, pick = self._stored(case), self.dice.choice
        others = [other for other in self.world.ledger.cases if other != case] or [case]
        reaches = [*stored.ropes, "vlt_00000000000000000000000000"]
        what = pick(("lower", "unfreeze", "break_glass", "contact_subject", "decline_hand_over",
                     "release", "resolve", "resolve", "close"))  # fmt: skip
        fitting: dict[str, dict[str, Any]] = {
            "propose": {"what": what, **self._reason(what)},
            "approve": {"proposal": pick([*stored.proposals, "1"])},
            "reject": {"proposal": pick([*stored.proposals, "1"])},
            "clear_suspect": {"reason": pick((*LOWER_REASONS, ONE_SIDED))},
            "review": {
                "kind": pick([*stored.reviews, "cleared"]),
                "agrees": pick((True, False)),
            },
            "resolve": {"reason": pick((*RESOLVE_REASONS, ONE_SIDED))},
            "close": {"reason": pick((*CLOSE_REASONS, "other"))},
            "release": {"contents": list(PACK)},
            "merge": {"into": pick(others)},
            "link": {"other": pick(others), "kind": pick(("parent", "child", "subject"))},
            "propose_merge": {"other": pick(others), "why": "same_danger"},
            "try_confirm": {"channel": pick(("phone", "sms"))},
            "verify_police": {"genuine": pick((True, False))},
            "request_data": {"department": pick(("data", "trips"))},
            "answer_data": {
                "department": pick([*stored.data, "data"]),
                "absent": pick((True, False)),
            },
            "add_task": {
                "task": f"t{self.dice.randrange(4)}",
                "department": "ops",
                "safety": pick((True, False)),
            },
            "finish_task": {"task": pick([*stored.tasks, "t0"])},
            "attempt_hand_over": {"authority": "110"},
            "raise": {"tier": pick((Tier.S0, Tier.S1, Tier.S2, Tier.S3)).value},
            "call": {"outcome": pick(("reached", "no_answer", "not_safe"))},
            "verify_reporter": {"reach": pick(reaches), "how": "called_back"},
            "reopen": {"reason": "audit"},
            "close_delegated": REFUND,
        }
        return fitting.get(act, {}) | {"evidence": pick(("seen", "seen", "seen", ""))}

    def _reason(self, what: str) -> dict[str, Any]:
        lists: dict[str, dict[str, Any]] = {
            "lower": {"reason": "misread", "to": self.dice.choice(("S2", "S3", "S4"))},
            "unfreeze": {"reason": "cleared_up"},
            "break_glass": {"reason": "life_at_risk"},
            "contact_subject": {"reason": "to_protect"},
            "decline_hand_over": {"reason": "no_offence"},
            "release": {"reason": "police_verified", "contents": list(PACK)},
            "resolve": {"reason": "cause_fixed"},
            "close": {"reason": "unconfirmed"},
        }
        if self.dice.random() < 0.1:
            return lists[what] | {"reason": ONE_SIDED}
        return lists[what]
