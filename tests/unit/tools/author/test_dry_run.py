"""The dry run: who is paged when, and how long one person alone can keep a case silent."""

import pytest

from chalicelib.bundle import load_bundle
from chalicelib.terms import Role, Tier
from tools.author.paged import Scene, clock, paging, table
from tools.author.silence import Silence, silences
from tools.policies import main


@pytest.fixture(scope="module")
def scene() -> Scene:
    """The committed ladder."""
    return Scene.of_bundle(load_bundle())


@pytest.fixture(scope="module")
def found(scene: Scene) -> tuple[float, dict[str, Silence]]:
    """What each role can do to a firm S0."""
    nobody, roles = silences(scene, Tier.S0)
    return nobody, {one.role: one for one in roles}


def test_the_rungs_of_the_gravest_tier(scene: Scene) -> None:
    """The first pages come at the minutes of the table, rung by rung."""
    first = {one.role: one.minutes[0] for one in paging(scene, Tier.S0, hours=1)}

    assert first["owner"] == first["safety_specialist"] == 0
    ladder = ("owner_second", "duty_director", "head_of_safety", "executive_sponsor")
    assert [first[role] for role in ladder] == [3, 5, 10, 20]


def test_nobody_is_left_in_peace(scene: Scene) -> None:
    """While nobody acts each person who was paged is paged again, every three minutes."""
    owner = next(one for one in paging(scene, Tier.S0, hours=1) if one.role == "owner")

    assert owner.minutes == tuple(range(0, 61, 3))


def test_ordinary_cases_wait_for_working_days(scene: Scene) -> None:
    """S4 pages nobody for a day, and the table says when it will."""
    said = "\n".join(table(scene, (Tier.S4,)))

    assert "nobody in 24 h; after 4 d 0:00: owner" in said


def test_no_outsider_makes_it_more_silent(found: tuple[float, dict[str, Silence]]) -> None:
    """Vendors, the client's app, the reporter, the auditor and the administrator add nothing."""
    nobody, roles = found

    assert nobody == 3
    for role in (Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR, Role.CLIENT_APP, Role.AUDITOR):
        assert not roles[role].ended
        assert roles[role].minutes == nobody


def test_the_client_is_held_to_the_table(found: tuple[float, dict[str, Silence]]) -> None:
    """One person of the client who does everything gets as much silence as P3 allows."""
    owner = found[1][Role.OWNER]

    assert (owner.minutes, owner.allowed) == (30, 30)
    assert owner.acts


def test_spans() -> None:
    """Spans read as days, hours and minutes."""
    assert [clock(m) for m in (0, 61, 1441)] == ["0:00", "1:01", "1 d 0:01"]


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints both tables, and refuses a ladder that is not there."""
    assert main(["dry-run", "--ladder", "--tier", "S3"]) == 0
    said = capsys.readouterr().out
    assert "a vendor cannot make this case more silent" in said
    assert main(["dry-run", "--ladder", "rope"]) == 1
