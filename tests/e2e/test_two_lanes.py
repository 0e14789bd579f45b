"""Stories of the two lanes: what a vendor can fill, and what never stands behind it."""

import re

from chalicelib.cases.commands import Escalate
from chalicelib.cases.source import PageLane
from chalicelib.services import rope_link
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Reporter
from chalicelib.services.engine import apply, from_http
from chalicelib.services.rope_link import Press
from chalicelib.terms import Role
from tests.support.world import DANGER_EN, DANGER_ZH, ORDINARY, World, story

FIRST, VENDORS = PageLane.FIRST, PageLane.VENDORS
REPORTER = Reporter(phone="+8613912345678")
FLOOD = 20


def lanes_since(world: World, case: str, known: int = 0) -> set[PageLane]:
    """The lanes of the pages asked for on a case after the first ``known``."""
    return set(world.queues.lanes.get(case, [])[known:])


def asked(world: World, case: str) -> int:
    """How many pages were asked for on a case."""
    return len(world.queues.lanes.get(case, []))


def escalate(world: World, caller: Caller, case: str) -> None:
    """The next rung is asked for now."""
    apply(world.parts, from_http(caller), case, Escalate(by=caller.by))


def test_a_flood_of_dangers_by_one_vendor_stands_before_nobody_else() -> None:
    """Twenty S0s are in the vendors' lane; the press, and a public danger, are in the other."""
    with story() as world:
        mine = str(world.complain(ORDINARY, reporter=REPORTER).body["case"])
        world.settle()
        [link] = re.findall(r"/r/([\w-]+)", world.channels.messages[-1].text)
        flood = [str(world.complain(DANGER_ZH, order=f"o{n}").body["case"]) for n in range(FLOOD)]
        before = asked(world, mine)
        rope_link.press(world.parts, link, Press(do="danger", text="", request="req"))
        public = str(world.public(DANGER_EN).body["case"])
        queued = [m for m in world.queues.pages if "page" in m.body]
        assert {m.body["case"] for m in queued if m.lane is FIRST} == {mine, public}
        assert {m.body["case"] for m in queued if m.lane is VENDORS} == set(flood)
        assert lanes_since(world, mine) == {FIRST, VENDORS}  # the link itself was the vendor's
        assert lanes_since(world, mine, before) == {FIRST}
        world.settle()
        world.ignore_pages()


def test_after_the_press_each_rung_of_the_vendors_own_case_goes_first() -> None:
    """Until then its timers wait with the vendor's others; a note just in time is no help."""
    with story() as world:
        case = str(world.complain(DANGER_ZH, reporter=REPORTER).body["case"])
        world.fast_forward(4)
        assert lanes_since(world, case) == {VENDORS}
        [link] = re.findall(r"/r/([\w-]+)", "\n".join(m.text for m in world.channels.messages))
        before = asked(world, case)
        rope_link.press(world.parts, link, Press(do="danger", text="", request="req"))
        world.clock.advance(60_000)  # the next rung is due, and nobody has looked yet
        world.say(case, world.vendor(), text="We are looking into it.")
        world.fast_forward(8)
        assert asked(world, case) > before
        assert lanes_since(world, case, before) == {FIRST}
        world.ignore_pages()


def test_the_owner_takes_a_vendors_case_out_of_the_vendors_lane() -> None:
    """Once a person of the client owns it, what K4 and the later rungs ask for is not queued."""
    with story() as world:
        case = str(world.complain(DANGER_ZH).body["case"])
        world.fast_forward(1)
        world.acknowledge(case)
        before = asked(world, case)
        world.fast_forward(15)
        assert asked(world, case) > before
        assert lanes_since(world, case, before) == {FIRST}
        world.ignore_pages()


def test_the_clients_people_can_escalate_past_a_flood() -> None:
    """Their command is in the first lane, on a case that only a vendor has spoken on."""
    with story() as world:
        case = str(world.complain(DANGER_ZH).body["case"])
        world.settle()
        before = asked(world, case)
        escalate(world, world.client("duty_director"), case)
        assert lanes_since(world, case, before) == {FIRST}
        vendors = str(world.complain(DANGER_ZH, order="o1").body["case"])
        world.settle()
        before = asked(world, vendors)
        escalate(world, world.vendor(Role.VENDOR_SUPERVISOR), vendors)
        assert lanes_since(world, vendors, before) == {VENDORS}
        world.settle()
        world.ignore_pages()
