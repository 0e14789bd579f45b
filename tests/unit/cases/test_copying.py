"""A case is copied quickly, and is then the same as one that was copied field by field."""

import dataclasses

import pytest

from chalicelib.cases.copying import replace
from chalicelib.cases.model import Paged
from chalicelib.services.stored_form import digest, encoded
from chalicelib.terms import Tier
from tests.support.acts import stored
from tests.support.world import World


def test_a_quick_copy_is_a_copy() -> None:
    """What ``dataclasses.replace`` makes, and never the same object."""
    world = World()
    case = stored(world, str(world.complain().body["case"]))
    assert replace(case, tier=Tier.S4, fired=3) == dataclasses.replace(case, tier=Tier.S4, fired=3)
    assert replace(case) == case
    assert replace(case) is not case
    with pytest.raises(TypeError, match="colour"):
        replace(case, colour="red")


def test_what_was_worked_out_stays_behind() -> None:
    """The bytes of a case are not those of its copy."""
    world = World()
    case = stored(world, str(world.complain().body["case"]))
    before = encoded(case), digest(case)
    other = replace(case, fired=9)
    assert other.__dict__.keys() == {field.name for field in dataclasses.fields(case)}
    assert encoded(other) != before[0]
    assert (encoded(case), digest(case)) == before


def test_anything_else_is_copied_as_ever() -> None:
    """Parts of a case are small."""
    paged = Paged("owner", 0, 1, {})
    assert replace(paged, n=2) == Paged("owner", 0, 2, {})
