"""Stories of the ladder: who is paged when, and what stops it."""

from chalicelib.terms import Direction, Kind, Speaker
from tests.support.world import DANGER_EN, DANGER_ZH, ORDINARY, story


def test_an_unacknowledged_s0_climbs_the_whole_ladder_and_goes_on() -> None:
    """Rungs at 0, 3, 5, 10 and 20 minutes, each person again every 3, the top every 10."""
    with story() as world:
        answer = world.complain(DANGER_ZH)
        assert answer.body["tier"] == "S0"
        world.fast_forward(0)
        world.expect_both("owner", "safety_specialist", at=0)
        world.fast_forward(3)
        world.expect_both("owner_second", at=3)
        world.expect("owner", "sms", at=3)
        world.expect("safety_specialist", "sms", at=3)
        world.fast_forward(2)
        world.expect_both("duty_director", at=5)
        world.fast_forward(4.9)
        for person in ("owner", "safety_specialist"):
            world.expect(person, "email", at=6)
            world.expect(person, "sms", at=9)
        world.expect("owner_second", "sms", at=6)
        world.expect("owner_second", "email", at=9)
        world.expect("duty_director", "sms", at=8)
        world.fast_forward(0.1)
        world.expect_both("head_of_safety", at=10)
        world.ignore_pages()
        world.fast_forward(10)
        world.expect_both("executive_sponsor", at=20)
        world.ignore_pages()
        world.fast_forward(60)
        tops = {s.minute for s in world.sent if s.person == "executive_sponsor"}
        assert {30.0, 40.0, 50.0, 60.0, 70.0, 80.0} <= tops
        world.ignore_pages()


def test_a_bare_acknowledgement_holds_until_k4_and_is_then_void() -> None:
    """Acknowledged at 1 minute, no action: at 10 minutes everyone the table names is paged."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.fast_forward(1)
        world.expect_both("owner", "safety_specialist", at=0)
        world.acknowledge(case)
        world.fast_forward(8.9)
        assert world.unexpected == []
        world.fast_forward(0.2)
        world.expect_both("owner_second", "duty_director", "head_of_safety", at=10)
        world.expect("owner", "sms", at=10)
        world.expect("safety_specialist", "sms", at=10)
        world.fast_forward(10)
        world.expect_both("executive_sponsor", at=20)
        world.ignore_pages()


def test_an_action_stops_the_ladder_and_owes_the_reporter_a_word() -> None:
    """After an action nobody is paged until K9, 30 minutes later; a client's word renews it."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.fast_forward(2)
        world.expect_both("owner", "safety_specialist", at=0)
        world.act(case)
        world.meet_duties(case)
        world.fast_forward(29)
        assert world.unexpected == []
        reply = {"text": "We have reached her.", "direction": Direction.OUTBOUND}
        world.say(case, world.client(), kind=Kind.REPLY, speaker=Speaker.CLIENT, **reply)
        world.fast_forward(29)
        assert world.unexpected == []
        world.say(case, world.vendor(), kind=Kind.REPLY, speaker=Speaker.CLIENT, **reply)
        world.fast_forward(1)
        world.expect_both("owner", "safety_specialist", at=61)


def test_a_late_acknowledgement_quiets_only_its_person() -> None:
    """After K4 an acknowledgement stops that person's repeats and nobody else's."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.fast_forward(25)
        world.ignore_pages()
        world.acknowledge(case)
        world.fast_forward(9)
        assert "owner" not in {person for _, person, _ in world.unexpected}
        assert "executive_sponsor" in {person for _, person, _ in world.unexpected}
        world.ignore_pages()
        world.fast_forward(3)
        world.expect("owner", "sms", at=35)
        world.ignore_pages()


def test_the_sweep_alone_is_enough() -> None:
    """With every wake-up lost, each rung is rung within a minute of its time."""
    with story() as world:
        world.losing_wake_ups = True
        world.complain(DANGER_ZH)
        world.fast_forward(21)
        firsts: dict[str, float] = {}
        for sent in world.sent:
            firsts.setdefault(sent.person, sent.minute)
        due = {"owner": 0, "owner_second": 3, "duty_director": 5, "head_of_safety": 10}
        for person, minute in (due | {"executive_sponsor": 20}).items():
            assert minute <= firsts[person] <= minute + 1
        world.ignore_pages()


def test_wake_ups_alone_are_enough() -> None:
    """With the schedule dead, each rung is rung to the second."""
    with story(sweeping=False) as world:
        world.complain(DANGER_ZH)
        world.fast_forward(20)
        world.expect_both("executive_sponsor", at=20)
        world.ignore_pages()


def test_an_ordinary_complaint_pages_nobody_and_becomes_s3_after_three_working_days() -> None:
    """S4 waits three working days, becomes S3, and is paged on the next working day."""
    with story() as world:
        case = world.complain(ORDINARY, danger_now=False, can_be_reached=True).body["case"]
        opened = world.ledger.load(case)
        assert opened is not None
        assert opened.beside.tier == "S4"
        world.fast_forward(60 * 24 * 4)
        assert world.unexpected == []
        world.fast_forward(60 * 24)
        world.expect_both("owner")
        loaded = world.ledger.load(case)
        assert loaded is not None
        assert loaded.beside.tier == "S3"


def test_a_message_that_reports_danger_raises_the_tier_and_pages_at_once() -> None:
    """An ordinary case becomes S0 by what the reporter says next, whoever passes it on."""
    with story() as world:
        case = world.complain(ORDINARY).body["case"]
        world.fast_forward(30)
        assert world.unexpected == []
        answer = world.say(case, world.vendor(), text=DANGER_EN)
        assert answer.body["tier"] == "S0"
        world.fast_forward(3)
        world.expect_both("owner", "safety_specialist", at=30)
        world.expect_both("owner_second", at=33)
        world.expect("owner", "sms", at=33)
        world.expect("safety_specialist", "sms", at=33)


def test_danger_again_on_an_owned_case_voids_the_acknowledgement() -> None:
    """Owned at 1 minute, reported again at 4: nobody waits for K4, the next rung is paged now."""
    with story() as world:
        case = world.complain(DANGER_ZH, order="A1").body["case"]
        world.fast_forward(1)
        world.expect_both("owner", "safety_specialist", at=0)
        world.acknowledge(case)
        world.fast_forward(3)
        assert world.unexpected == []
        assert world.public(DANGER_EN, order="A1").body["joined"]
        world.settle()
        world.expect_both("owner", "safety_specialist", "owner_second", at=4)


def test_danger_again_after_an_action_starts_the_ladder_anew() -> None:
    """An action does not cover the next danger: K3 and K4 run again, and people are paged."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.fast_forward(1)
        world.act(case)
        world.meet_duties(case)
        world.fast_forward(9)
        world.ignore_pages()
        world.say(case, world.vendor(), text=DANGER_EN)
        world.fast_forward(3)
        world.expect_both("owner", "safety_specialist", at=10)
        world.expect_both("owner_second", at=13)
        world.ignore_pages()


def test_blank_contacts_void_nothing() -> None:
    """An order number sent again and again says nothing new about the danger."""
    with story() as world:
        case = world.complain(DANGER_ZH, order="TRIP-1").body["case"]
        world.fast_forward(1)
        world.act(case)
        world.meet_duties(case)
        world.expect_both("owner", "safety_specialist", at=0)
        for _ in range(5):
            world.public("", order="TRIP-1")
            world.fast_forward(4)
        assert world.unexpected == []


def test_a_duty_missed_with_nobody_on_call_pages_the_fallback() -> None:
    """After an action K9 and K10 are owed by somebody, whoever is left."""
    with story() as world:
        case = world.complain(DANGER_ZH).body["case"]
        world.fast_forward(1)
        world.ignore_pages()
        world.act(case)
        world.meet_duties(case)
        world.registry.put_roster({})
        world.fast_forward(31)
        world.expect_both("fallback", at=31)
