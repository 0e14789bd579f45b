"""Stories of somebody who asks again and again."""

from chalicelib.terms import Tier
from tests.support.world import ORDINARY, World, story


def _ask(world: World) -> dict[str, object]:
    return world.complain(ORDINARY, order="TRIP-7").body


def test_the_third_contact_within_twenty_minutes_is_a_sign_of_danger() -> None:
    """Ordinary words, three times in a quarter of an hour: a suspect S2, and its owner hears."""
    with story() as world:
        first = _ask(world)
        world.fast_forward(7)
        assert _ask(world)["tier"] == "S4"
        world.fast_forward(7)
        third = _ask(world)
        assert (third["case"], third["tier"], third["suspect"]) == (first["case"], "S2", True)
        assert third["why"][0]["policy"] == "asks-again-and-again"  # type: ignore[index]
        world.settle()
        world.expect_both("owner", at=14)


def test_three_contacts_in_an_hour_are_no_sign_by_themselves() -> None:
    """After twenty minutes a contact no longer counts as a repeat."""
    with story() as world:
        for _ in range(3):
            assert _ask(world)["tier"] in {"S3", "S4"}
            world.fast_forward(21)


def test_whoever_has_no_credential_does_not_learn_that_others_asked() -> None:
    """The case is raised all the same; the answer tells only what these words alone are."""
    with story() as world:
        case = str(_ask(world)["case"])
        _ask(world)
        answer = world.public(ORDINARY, order="TRIP-7").body
        assert answer["tier"] == "S4"
        assert answer["why"] == []
        loaded = world.ledger.load(case)
        assert loaded is not None
        assert loaded.case is not None
        assert loaded.case.tier is Tier.S2
        world.settle()
        world.expect_both("owner", at=0)
