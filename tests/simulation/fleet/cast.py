"""Who acts in a fleet's world.  Most cases are answered by nobody, for that is what must not stop.

Some are owned, acted on or talked about, at any moment and in any weather.
"""

from typing import Any

from chalicelib.services import acting, acts, contacts
from chalicelib.services.acts_model import Given
from chalicelib.services.acts_table import ACTS
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Reporter, Said
from chalicelib.services.errors import RefusedError
from chalicelib.terms import DAY, HOUR, MINUTE, Direction, Kind, Role, Speaker
from chalicelib.web.act_body import given_from
from chalicelib.web.times import EARLIEST, LATEST
from tests.simulation.cast import HAZARD
from tests.simulation.chaos import PASSING, CrashError
from tests.simulation.fleet.world import Fleet
from tests.support.world import DANGER_EN, DANGER_ZH, ORDINARY, ROSTER

# One case in so many is ever answered by the client's people.
ANSWERED = 6
TEXTS = (DANGER_ZH, DANGER_EN, HAZARD, HAZARD, HAZARD, HAZARD, HAZARD, ORDINARY)
WORDS = (HAZARD, ORDINARY, "请您耐心等待", "专员会在十分钟内给您回电", "We will call you back.")
REPORTER = Reporter(name="A friend", phone="+8613912345678", email="reporter@example.com")
# Times that nobody means: the routes let no earlier and no later ones through.
ABSURD = (EARLIEST, EARLIEST + DAY, LATEST - DAY, LATEST - 1)
OVERSTEPPING = (Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR)
ROSTERS = {"nobody": (), "one": ("owner",), "all": tuple(ROSTER)}


class Cast:
    """Draws who does what; ``refused`` and ``failed`` are answers that were not 2xx."""

    def __init__(self, fleet: Fleet, roster: str) -> None:
        """``roster`` is nobody, one (who has every role) or all."""
        self.fleet, self.dice = fleet, fleet.dice
        self.roster = roster
        self.answered: dict[str, None] = {}  # in their order, for the dice
        self.asked = self.refused = self.failed = 0
        self._put(ROSTERS[roster])

    def _put(self, there: tuple[str, ...]) -> None:
        people = self.fleet.people
        if len(there) == 1:
            duty = {role: [people[there[0]].id] for role in people}
        else:
            duty = {role: [people[role].id] for role in there}
        self.fleet.registry.put_roster(duty)

    def attempt(self, what: Any) -> None:
        """One request; a crash or a busy store is the caller's to try again, and many do not."""
        self.asked += 1
        try:
            what()
        except RefusedError:
            self.refused += 1
        except (*PASSING, CrashError):
            self.failed += 1

    def complain(self, _: object = None) -> None:
        """A complaint that belongs to nothing else, mostly; answered by somebody one day or not."""
        self.attempt(self._complain)

    def _complain(self) -> None:
        dice, now = self.dice, self.fleet.timeline.now
        fields: dict[str, Any] = {"order": f"o{dice.randrange(10**9)}"}
        if dice.random() < 0.2:
            fields["reporter"] = REPORTER
        if dice.random() < 0.1:
            fields["claimed_ms"] = dice.choice((*ABSURD, now - HOUR, now - 3 * DAY, now + DAY))
        public = dice.random() < 0.3
        key = "" if public else f"key-{dice.randrange(10**9)}"
        text = dice.choice(TEXTS)
        answer = self.fleet.complain(text, public=public, key=key, **fields)
        case = str(answer.body.get("case", ""))
        if dice.randrange(ANSWERED) == 0 and case:
            self.answered[case] = None
        if key and dice.random() < 0.3:
            again = self.fleet.complain(text, key=key, **fields)
            if again.body != answer.body:
                self.fleet.judge.found.append("P5: a retry gave another answer")

    def anything(self, _: object = None) -> None:
        """Somebody does something with a case."""
        if not self.fleet.judge.seen:
            return
        doing = (self._say, self._say, self._answer, self._answer, self._raise, self._escalate)
        self.attempt(self.dice.choice((*doing, self._overstep)))

    def _case(self) -> str:
        return self.dice.choice(list(self.fleet.judge.seen))

    def _say(self) -> None:
        dice = self.dice
        outbound = dice.random() < 0.7
        said = Said(
            text=dice.choice(WORDS),
            direction=Direction.OUTBOUND if outbound else Direction.INBOUND,
            speaker=Speaker.VENDOR_AGENT if outbound else Speaker.REPORTER,
            kind=Kind.REPLY if outbound else Kind.COMPLAINT,
            promised_ms=dice.choice((None, None, *ABSURD)) if outbound else None,
            claimed_ms=dice.choice((None, None, *ABSURD)),
        )
        case, by = self._case(), self.fleet.vendor()
        self.fleet.request(lambda parts: contacts.add(parts, by, case, said))

    def _answer(self) -> None:
        """Only cases that have such luck; the rest is unanswered for as long as the run lasts."""
        case = self.dice.choice([*self.answered, ""])
        if case not in self.fleet.judge.seen:
            return
        by = self.fleet.client(self.dice.choice(("owner", "owner_second", "duty_director")))
        if self.dice.random() < 0.6:
            self.fleet.request(lambda parts: acting.acknowledge(parts, by, case))
            return
        self._act(by, case)

    def _act(self, by: Caller, case: str) -> None:
        told, action = {"text": "seen with our own eyes"}, "person_reached_safe"
        self.fleet.request(lambda parts: acting.act(parts, by, case, action, told))

    def _overstep(self) -> None:
        """A vendor would own it, or have acted, or end it; nobody lets them."""
        case, by = self._case(), self.fleet.vendor(self.dice.choice(OVERSTEPPING))
        want = self.dice.choice(("own", "act", "end"))
        if want == "own":
            self.fleet.request(lambda parts: acting.acknowledge(parts, by, case))
        elif want == "act":
            self._act(by, case)
        else:
            self._give(by, "resolve", reason="fixed", evidence="seen")

    def _give(self, by: Caller, act: str, **fields: Any) -> None:
        case, spec = self._case(), ACTS.get(act)
        given = given_from(fields, spec) if spec else Given()
        self.fleet.request(lambda parts: acts.perform(parts, by, case, act, given))

    def _raise(self) -> None:
        tier = self.dice.choice(("S1", "S1", "S1", "S2", "S0"))
        self._give(self.fleet.vendor(Role.VENDOR_SUPERVISOR), "raise", tier=tier, evidence="seen")

    def _escalate(self) -> None:
        self._give(self.fleet.vendor(), "escalate", evidence="seen")

    def roster_changes(self, _: object = None) -> None:
        """For a while somebody, or everybody, is not on call; then it is as it was."""
        there = ROSTERS[self.roster]
        left = tuple(role for role in there if self.dice.random() < 0.5)
        self._put(left if self.dice.random() < 0.7 else ())
        back = self.fleet.timeline.now + self.dice.randrange(10, 300) * MINUTE
        self.fleet.timeline.at(back, lambda _: self._put(there))
