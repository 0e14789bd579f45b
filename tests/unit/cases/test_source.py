"""On whose word a case rests: nobody but a vendor, or somebody whose pages wait behind none."""

from dataclasses import replace

import pytest

from chalicelib.cases.commands import AddMessage, By, Command, RecordAction
from chalicelib.cases.end_commands import ReporterSays
from chalicelib.cases.model import Case
from chalicelib.cases.source import PageLane, lane_of
from chalicelib.terms import VENDOR_ROLES, Direction, Kind, Role, Tier
from tests.support.course import AGENT, MACHINE, OWNER, REPORTER, SAFE, SPECIALIST, Course, said

FIRST, VENDORS = PageLane.FIRST, PageLane.VENDORS
RARELY_HEARD = (Role.CLIENT_APP, Role.OWNER, Role.DUTY_DIRECTOR, Role.SAFETY_SPECIALIST)


def timed(case: Case) -> PageLane:
    """The lane of what a timer asks for."""
    return lane_of(case, Role.MACHINE)


def note(by: By, **more: object) -> AddMessage:
    """Words that page nobody."""
    message = said("vlt_note", Direction.INTERNAL, Kind.NOTE)
    return AddMessage(by=by, message=message, **more)  # type: ignore[arg-type]


def test_a_vendors_case_waits_in_the_vendors_lane() -> None:
    """At its opening, at its timers, and whatever vendors add: none of that is another's word."""
    course = Course.of(Tier.S0, reach=replace(SAFE, source="vendor", verified=False))
    course.give(note(AGENT, vendor="org"))
    course.give(note(By("other", Role.VENDOR_SUPERVISOR, "other"), vendor="other"))
    assert timed(course.case) is VENDORS
    assert {lane_of(course.case, role) for role in VENDOR_ROLES} == {VENDORS}


@pytest.mark.parametrize("role", [*RARELY_HEARD, Role.REPORTER])
def test_what_anybody_else_asks_for_goes_first(role: Role) -> None:
    """The reporter and the client are not queued behind the vendor, even on the vendor's case."""
    assert lane_of(Course.of(Tier.S0).case, role) is FIRST


@pytest.mark.parametrize("by", [REPORTER, By("app", Role.CLIENT_APP, "client"), OWNER, MACHINE])
def test_a_case_that_no_vendor_opened_goes_first(by: By) -> None:
    """Whatever vendors say on it later, and although it then names a vendor."""
    course = Course.of(Tier.S0, by=by, vendor="")
    course.give(note(AGENT, vendor="org"))
    assert course.case.vendor == "org"
    assert timed(course.case) is FIRST
    assert lane_of(course.case, Role.VENDOR_AGENT) is FIRST


LATER: list[Command] = [
    AddMessage(by=REPORTER, message=said("vlt_press"), contact=True),
    ReporterSays(by=REPORTER, what="not_called", reach="vlt"),
    note(SPECIALIST),
    RecordAction(by=OWNER, action="subject_frozen", sid="vlt_act"),
]


@pytest.mark.parametrize("command", LATER, ids=lambda command: type(command).__name__)
def test_one_word_of_anybody_else_moves_a_vendors_case_for_good(command: Command) -> None:
    """A press on the reporter's link that leaves no count, too: its next rungs go first as well."""
    course = Course.of(Tier.S0, reach=replace(SAFE, source="vendor", verified=False))
    assert timed(course.case) is VENDORS
    assert course.give(command) == ""
    assert timed(course.case) is FIRST
