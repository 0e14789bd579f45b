"""Stories of the lanes: freeze, data, police, hand-over, legal hold, tasks, and pairs of eyes."""

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.cases.commands import Tick
from chalicelib.services import acting, reading
from chalicelib.services.acts_table import ACTS
from chalicelib.services.complaint import Reporter
from chalicelib.services.errors import RefusedError
from chalicelib.services.people import Person
from chalicelib.terms import DAY, HOUR, MINUTE, Role, Tier
from tests.support import acts
from tests.support.acts import give, refused, stored
from tests.support.world import DANGER_ZH, ORDINARY, World, story

HOUR_M, DAY_M = HOUR // MINUTE, DAY // MINUTE
DENIES = "other_party_denies"
FRIEND = Reporter(relation="friend")
PACK = ["phone", "device", "track", "account"]


def _danger(world: World) -> str:
    """An S0 whose first pages have gone out."""
    case = str(world.complain(DANGER_ZH).body["case"])
    world.settle()
    world.ignore_pages()
    return case


def _employ(world: World, role: str, as_: Role = Role.OWNER) -> None:
    """Somebody more on the roster."""
    number = len(world.people)
    person = Person(
        id=f"per_00000000000000000000000{number:03d}",
        name=role,
        role=as_,
        employer="client",
        phone=f"+8613800001{number:03d}",
        email=f"{role}@client.example",
    )
    world.people[role] = person
    world.registry.put_person(person)
    world.registry.put_roster({name: [p.id] for name, p in world.people.items()})


def test_a_freeze_is_asked_by_anybody_decided_by_the_client_and_lifted_by_two() -> None:
    """The vendor asks and pages; the owner freezes; lifting takes the specialist and another."""
    with story() as world:
        case = _danger(world)
        world.acknowledge(case)
        world.fast_forward(4)
        shown = give(world, case, world.vendor(), "ask_freeze", evidence="he drives on").body
        assert shown["freeze_asked"] is True
        world.settle()
        assert "求冻结" in world.expect("owner", "sms", at=4).text
        world.ignore_pages()
        acting.act(world.parts, world.client(), case, "subject_frozen", {"order": "F-42"})
        assert stored(world, case).freeze is not None
        assert "K13" not in stored(world, case).clocks
        assert refused(world, case, "owner", "decline_freeze", evidence="no") == "director_needed"
        made = give(
            world, case, "owner", "propose", what="unfreeze", reason="cleared_up", evidence="CCTV"
        )
        number = made.body["proposal"]
        assert refused(world, case, "owner", "approve", proposal=number) == "same_person"
        director = refused(world, case, "duty_director", "approve", proposal=number)
        assert director == "specialist_needed"
        done = give(world, case, "safety_specialist", "approve", proposal=number).body
        assert done["freeze"]["state"] == "lifted"


def test_a_reason_that_the_other_party_denies_is_refused_and_pages() -> None:
    """However it is given, it lowers nothing, and it is noted as the stalling that it is."""
    with story() as world:
        case = _danger(world)
        acting.act(world.parts, world.client(), case, "subject_frozen", {"order": "F-42"})
        world.fast_forward(4)
        world.ignore_pages()
        fields = {"what": "lower", "to": "S3", "reason": DENIES, "evidence": "he says no"}
        assert refused(world, case, "owner", "propose", **fields) == "one_sided_denial"
        assert stored(world, case).counts["stalls"] == 1
        assert stored(world, case).tier is Tier.S0
        world.settle()
        assert "有拖延" in world.expect("owner", "sms", at=4).text
        world.ignore_pages()


def test_the_police_are_called_back_before_anything_goes_out() -> None:
    """A false officer gets nothing; a real one waits ten minutes at most, and gets all of it."""
    with story() as world:
        case = _danger(world)
        asked = {"station": "Yueqing", "officer": "Wang", "number": "0577-110", "paper": "none"}
        give(world, case, world.vendor(), "police_ask", **asked)
        world.settle()
        assert "警方等" in world.expect("duty_director", "sms", at=0).text
        world.ignore_pages()
        pack = {"contents": PACK, "evidence": "sent by courier"}
        early = refused(world, case, "safety_specialist", "release", **pack)
        assert early == "police_not_verified"
        nobody = {"genuine": False, "evidence": "the station knows no such officer"}
        give(world, case, "owner", "verify_police", **nobody)
        assert stored(world, case).police is not None
        assert "police" not in stored(world, case).clocks
        assert refused(world, case, "safety_specialist", "release", **pack) == "police_not_verified"
        give(world, case, world.vendor(), "police_ask", **asked)
        world.fast_forward(10)
        assert [s for s in world.sent if s.minute == 10 and s.person == "head_of_safety"]
        world.ignore_pages()
        give(world, case, "owner", "verify_police", genuine=True, evidence="called 0577-110 back")
        assert refused(world, case, "owner", "release", **pack) == "two_needed"
        partial = {"contents": ["phone"], "evidence": "x1"}
        assert refused(world, case, "safety_specialist", "release", **partial) == "pack_incomplete"
        shown = give(world, case, "safety_specialist", "release", **pack).body
        assert shown["police"]["state"] == "released"
        words = acts.reading(world, case, world.client())
        assert words
        assert not any(b"Yueqing" in line for line in world.ledger.entries(f"case#{case}", 0, 200))


def test_a_department_that_owes_data_is_paged_and_then_its_head() -> None:
    """Unanswered after fifteen minutes: the head of that department, not the vendor."""
    with story() as world:
        _employ(world, "data_owner")
        _employ(world, "data_head")
        case = _danger(world)
        give(world, case, "owner", "request_data", department="data", evidence="GPS of the trip")
        shown = reading.case(world.parts, world.client(), case).body
        assert shown["data"][0]["department"] == "data"
        world.fast_forward(15)
        assert [s for s in world.sent if s.person == "data_head" and s.minute == 15]
        world.ignore_pages()
        give(world, case, "owner", "answer_data", department="data", evidence="track.csv")
        assert "K6" not in stored(world, case).clocks
        assert stored(world, case).data["data"].answered


def test_an_attempt_is_not_a_hand_over() -> None:
    """A call that brought no reference leaves the clock; a reference meets it."""
    with story() as world:
        case = _danger(world)
        give(world, case, "owner", "attempt_hand_over", authority="police", evidence="line busy")
        assert "K7" in stored(world, case).clocks
        with pytest.raises(RefusedError) as error:
            acting.act(world.parts, world.client(), case, "authority_informed", {"text": "told"})
        assert error.value.code == "reference_missing"
        world.act(case)
        assert "K7" not in stored(world, case).clocks
        shown = reading.case(world.parts, world.client(), case).body
        assert shown["hand_over"]["attempts"] == 1


def test_a_legal_hold_pauses_nothing_and_is_asked_about_each_week() -> None:
    """Every clock is where it was; after seven days somebody is asked whether it still stands."""
    with story(sweeping=False) as world:
        case = _danger(world)
        before = stored(world, case).clocks
        give(world, case, "owner", "place_hold", evidence="letter of the solicitor")
        after = stored(world, case).clocks
        assert {name: due for name, due in after.items() if name != "hold"} == before
        world.act(case)
        assert refused(world, case, "owner", "place_hold", evidence=".") == "evidence_missing"
        give(world, case, "owner", "lift_hold")
        assert "hold" not in stored(world, case).clocks
        calm = str(world.complain(ORDINARY).body["case"])
        give(world, calm, "owner", "place_hold", evidence="letter of the solicitor")
        due = stored(world, calm).clocks["hold"]
        assert due == world.clock.now() + 7 * DAY
        world.clock.set(due)
        world.do(calm, Tick())
        assert stored(world, calm).hold
        assert stored(world, calm).clocks["hold"] == due + 7 * DAY
        world.settle()
        world.ignore_pages()


def test_a_case_does_not_end_over_an_open_safety_task() -> None:
    """The task has a clock, and until it is done nobody can even propose that it is solved."""
    with story() as world:
        case = _danger(world)
        world.act(case)
        task = {"task": "inspect_lift", "department": "works", "safety": True}
        give(world, case, "owner", "add_task", **task)
        solved = {"what": "resolve", "reason": "cause_fixed", "evidence": "new brakes"}
        assert refused(world, case, "owner", "propose", **solved) == "task_open"
        give(world, case, "owner", "finish_task", task="inspect_lift", evidence="report 7")
        assert give(world, case, "owner", "propose", **solved).body["proposal"]
        world.settle()
        world.ignore_pages()


def test_nobody_approves_without_having_read_what_came_in_last() -> None:
    """A reading is one person's, of one case, and is void as soon as something newer comes in."""
    with story() as world:
        case = _danger(world)
        owner, specialist = world.client(), world.client("safety_specialist")
        lower = {"what": "lower", "to": "S3", "reason": "misread", "evidence": "it was a film"}
        assert refused(world, case, owner, "propose", reading="", **lower) == "evidence_not_opened"
        mine = acts.reading(world, case, owner)
        theirs = refused(world, case, specialist, "propose", reading=mine, **lower)
        assert theirs == "evidence_not_opened"
        world.say(case, world.vendor(), text="she called again, she is fine")
        stale = refused(world, case, owner, "propose", reading=mine, **lower)
        assert stale == "evidence_not_opened"
        read_before = acts.reading(world, case, specialist)
        number = give(world, case, owner, "propose", **lower).body["proposal"]
        unread = refused(world, case, specialist, "approve", proposal=number, reading=read_before)
        assert unread == "evidence_not_opened"
        done = give(world, case, specialist, "approve", proposal=number).body
        assert done["tier"] == "S3"
        world.settle()
        world.ignore_pages()


def test_one_person_with_two_credentials_is_one_person() -> None:
    """The core knows people, not keys."""
    with story() as world:
        case = _danger(world)
        specialist = world.client("safety_specialist")
        other_key = type(specialist)(
            kind="credential",
            id="crd_another0000000000000000000",
            role=specialist.role,
            org="client",
            person=specialist.person,
            request="req",
        )
        lower = {"what": "lower", "to": "S3", "reason": "misread", "evidence": "it was a film"}
        number = give(world, case, specialist, "propose", **lower).body["proposal"]
        assert refused(world, case, other_key, "approve", proposal=number) == "same_person"
        assert stored(world, case).tier is Tier.S0


def test_a_broken_glass_that_nobody_reviews_pages_the_auditor() -> None:
    """Two break it, one may then release alone for an hour, and a third must look within a day."""
    with story(sweeping=False) as world:
        _employ(world, "auditor", Role.AUDITOR)
        case = _danger(world)
        asked = {"station": "Yueqing", "officer": "Wang", "number": "0577-110"}
        give(world, case, "owner", "police_ask", **asked)
        give(world, case, "owner", "verify_police", genuine=True, evidence="called back")
        pack = {"contents": PACK, "evidence": "sent"}
        assert refused(world, case, "owner", "release", **pack) == "two_needed"
        glass = {"what": "break_glass", "reason": "life_at_risk", "evidence": "she is out there"}
        number = give(world, case, "owner", "propose", **glass).body["proposal"]
        shown = give(world, case, "owner_second", "approve", proposal=number).body
        assert shown["glass"]["approved"] == world.people["owner_second"].id
        give(world, case, "owner", "release", **pack)
        own = refused(world, case, "owner", "review", kind="glass", agrees=True)
        assert own == "same_person"
        world.act(case)
        world.meet_duties(case)
        world.fast_forward(DAY_M + 1)
        assert [s for s in world.sent if s.person == "auditor" and s.minute == DAY_M]
        world.ignore_pages()
        seen = give(world, case, "duty_director", "review", kind="glass", agrees=True).body
        assert seen["reviews"] == []


def test_a_suspect_s0_is_cleared_by_one_and_looked_at_by_another() -> None:
    """Disagreement puts it back where it was, and it rings."""
    with story() as world:
        weak = world.complain("她的行程还显示进行中", can_be_reached=False, reporter=FRIEND)
        assert weak.body["suspect"]
        case = str(weak.body["case"])
        world.settle()
        world.ignore_pages()
        before = stored(world, case).tier
        cleared = {"reason": "misread", "evidence": "another driver"}
        assert give(world, case, "owner", "clear_suspect", **cleared).body["tier"] == "S2"
        assert refused(world, case, "owner", "review", kind="cleared", agrees=True) == "same_person"
        give(world, case, "duty_director", "review", kind="cleared", agrees=False)
        assert stored(world, case).tier is before
        world.settle()
        world.ignore_pages()


def test_auditor_and_admin_may_nothing_but_reopen() -> None:
    """Every act of the table is refused to them, except that the auditor may reopen a case."""
    with story() as world:
        case = _danger(world)
        for role in (Role.AUDITOR, Role.ADMIN):
            caller = type(world.client())(
                kind="credential", id=f"crd_{role.value:0<26}", role=role, org="client"
            )
            allowed = {name for name, spec in ACTS.items() if role in spec.roles}
            assert allowed == ({"reopen"} if role is Role.AUDITOR else set())
            before = stored(world, case)
            codes = {refused(world, case, caller, name, reading="") for name in ACTS}
            assert codes <= {"role_may_not", "field_missing"}
            assert stored(world, case) == before
            lines = world.ledger.entries(f"refusals#{caller.id}", 0, 200)
            assert len(lines) == len(ACTS)
            assert all(decode(line)["actor"]["role"] == role.value for line in lines)
        world.ignore_pages()
