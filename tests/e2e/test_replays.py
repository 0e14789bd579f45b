"""Four cases that happened, replayed: the moments that the rules were written for."""

import json
import subprocess
import sys
from functools import lru_cache
from typing import Any

import pytest

from tools.replay.course import play
from tools.replay.report import as_json, story
from tools.replay.scenario import ScenarioError, load, names


@lru_cache(maxsize=4)
def replay(name: str) -> dict[str, Any]:
    """The machine's line of one replay."""
    return as_json(play(load(name)))


def first_page(name: str, case: str, rung: int) -> str:
    """When this rung of this case was first paged."""
    rows = replay(name)["pages"]
    return str(min(r["at"] for r in rows if (r["case"], r["rung"]) == (case, rung)))


def dues(name: str, case: str, clock: str) -> list[str]:
    """Every due time that this clock of this case had."""
    rows = replay(name)["clocks"]
    return [row["due"] for row in rows if (row["case"], row["clock"]) == (case, clock)]


def refusals(name: str) -> set[tuple[str, str]]:
    """What was tried and refused."""
    return {(row["act"], row["why"]) for row in replay(name)["refused"]}


def test_wenzhou_the_freeze_was_due_a_day_before() -> None:
    """Fifteen minutes after the complaint of the 23rd, with a day in hand."""
    assert dues("wenzhou-2018", "K1", "K13")[0] == "2018-08-23T14:15:00+08:00"


def test_wenzhou_the_first_call_pages_at_once_and_every_rung_within_21_minutes() -> None:
    """15:42 and then 3, 5, 10 minutes, and the top sooner because she had to call again."""
    name = "wenzhou-2018"
    assert first_page(name, "K2", 0)[:19] == "2018-08-24T15:42:00"
    due = ["15:42:30", "15:45:00", "15:47:00", "15:52:00", "16:02:00"]
    for rung, latest in enumerate(due):
        assert first_page(name, "K2", rung)[:19] <= f"2018-08-24T{latest}"
    assert first_page(name, "K2", 4)[11:19] == "16:00:00"


def test_wenzhou_the_data_was_due_before_the_police_first_asked() -> None:
    """K6 at 15:57; the police lane's ten minutes from 16:41."""
    assert dues("wenzhou-2018", "K2", "K6")[0] == "2018-08-24T15:57:00+08:00"
    assert dues("wenzhou-2018", "K2", "K7")[0] == "2018-08-24T15:52:00+08:00"
    assert dues("wenzhou-2018", "K2", "police")[0] == "2018-08-24T16:51:00+08:00"


def test_wenzhou_the_second_hour_moves_nothing() -> None:
    """The hour that was promised at 15:42 ends at 16:42, whatever is promised then."""
    first, *later = dues("wenzhou-2018", "K2", "K8")
    assert first == "2018-08-24T16:42:30+08:00"
    assert all(due > first for due in later)


def test_wenzhou_a_one_sided_denial_ends_nothing() -> None:
    """On the 23rd and on the 24th, and the accused is not to be spoken to."""
    assert refusals("wenzhou-2018") == {
        ("close_by_denial", "one_sided_denial"),
        ("lower_by_denial", "one_sided_denial"),
        ("contact_subject", "specialist_needed"),
    }


def test_east_harlem_five_minutes_to_call_the_fire_service() -> None:
    """Taken in at 09:06 without the agent's screen; K7 at 09:11; an attempt is no hand-over."""
    name = "eastharlem-2014"
    assert first_page(name, "G1", 0)[:19] == "2014-03-12T09:06:00"
    assert dues(name, "G1", "K7")[0] == "2014-03-12T09:11:00-04:00"
    assert first_page(name, "G1", 3)[11:19] <= "09:16:00"
    assert ("inform_without_reference", "reference_missing") in refusals(name)
    lapsed = [r for r in replay(name)["clocks"] if r["clock"] == "K7" and r["lapsed"]]
    assert lapsed[0]["lapsed"] == "2014-03-12T09:11:00-04:00"


def test_rochdale_the_letter_is_s1_and_a_dispute_pauses_nothing() -> None:
    """9 July: paged at once, K4 in an hour, and the hold asked about each week until the end."""
    name = "awaab-2020"
    rows = [row for row in replay(name)["pages"] if row["case"] == "H2"]
    assert rows[0]["tier"] == "S1"
    assert rows[0]["at"][:19] == "2020-07-09T09:00:00"
    assert dues(name, "H2", "K4")[0] == "2020-07-09T10:00:00+00:00"
    holds = dues(name, "H2", "hold")
    assert holds[:2] == ["2020-07-19T09:00:00+00:00", "2020-07-26T09:00:00+00:00"]
    assert len(holds) == 24


def test_rochdale_the_first_report_does_not_lie_unread_either() -> None:
    """Paged on the working day after the third at the latest, whatever it was taken for."""
    assert "2017-10-01" <= first_page("awaab-2020", "H1", 0)[:10] <= "2017-10-05"


def test_treadmill_the_first_injury_pages_and_one_alone_cannot_call_it_nothing() -> None:
    """S1 on the first report, and *not reportable* takes two."""
    name = "treadplus-2021"
    assert first_page(name, "P1", 0)[:10] == "2018-12-15"
    assert first_page(name, "P2", 0)[:10] == "2019-06-15"
    assert dues(name, "P1", "K7")[0] == "2018-12-15T11:00:00-05:00"
    assert ("resolve_alone", "two_needed") in refusals(name)


def test_a_replay_tells_both_stories_and_how_to_read_them() -> None:
    """What happened, what Tocsin does, the minutes between, and no claim of a life saved."""
    told = "\n".join(story(play(load("eastharlem-2014"))))
    assert "Minutes between" in told
    assert "Read honestly" in told
    assert "not known" in told


def test_the_last_line_is_json() -> None:
    """As the command prints it."""
    command = [sys.executable, "-m", "tools.replay", "eastharlem-2014"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    last = json.loads(done.stdout.splitlines()[-1])
    assert {"scenario", "pages", "clocks", "refused"} <= set(last)
    assert {"at", "case", "tier", "rung", "role", "channel"} == set(last["pages"][0])


@pytest.mark.parametrize("name", names())
def test_every_scenario_can_be_read(name: str) -> None:
    """Times in order, sources named, and a reading."""
    scenario = load(name)
    times = [step.t for step in scenario.steps]
    assert times == sorted(times)
    assert scenario.sources
    assert scenario.reading


def test_a_case_that_never_was_is_named() -> None:
    """The error lists those that are there."""
    with pytest.raises(ScenarioError, match="wenzhou-2018"):
        load("atlantis")
