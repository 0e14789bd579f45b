"""A change of the policies may not find fewer dangers, nor ring for more of what is harmless."""

from collections import defaultdict

import pytest

from tests.repo.sources import ROOT
from tools.corpus import rows
from tools.score import Scored, false_alarms, recall, score

EVALUATION = ROOT / "policies" / "corpus" / "evaluation.jsonl"

# Dangers found at least, and harmless rows that ring at most, as measured; they only get better.
# What each set is, and which of them were looked at when patterns were written: corpus/README.md.
FOUND = {
    ("cfpb_en", "en"): (1, 0),  # of 1 and 21
    ("cpsc_en", "en"): (115, 1),  # of 117 and 3
    ("nhtsa_en", "en"): (117, 4),  # of 119 and 21
    ("own-beside-cues", "en"): (21, 0),  # of 21 and 10
    ("own-beside-cues", "zh"): (38, 1),  # of 38 and 19
    ("own-evasive", "en"): (49, 5),  # of 50 and 30
    ("own-evasive", "zh"): (50, 5),  # of 51 and 36
    ("own-evasive-blind", "en"): (15, 2),  # of 22 and 18
    ("own-evasive-blind", "zh"): (18, 3),  # of 21 and 12
    ("own-first", "en"): (18, 0),  # of 18 and 12
    ("own-first", "zh"): (18, 2),  # of 18 and 12
    ("own-fourth", "en"): (12, 0),  # of 12 and 8
    ("own-fourth", "zh"): (12, 0),  # of 12 and 8
    ("own-golden", "en"): (15, 0),  # of 15 and 15
    ("own-golden", "zh"): (23, 0),  # of 23 and 22
    ("own-plain", "en"): (147, 0),  # of 148 and 30
    ("own-plain", "zh"): (145, 1),  # of 148 and 30
    ("own-plain-second", "en"): (44, 1),  # of 44 and 8
    ("own-plain-second", "zh"): (40, 1),  # of 40 and 8
    ("own-plain-third", "en"): (40, 0),  # of 40 and 8
    ("own-plain-third", "zh"): (40, 1),  # of 40 and 8
    ("own-probe", "en"): (67, 2),  # of 67 and 55
    ("own-probe", "zh"): (66, 1),  # of 67 and 50
    ("own-second", "en"): (12, 0),  # of 12 and 8
    ("own-second", "zh"): (11, 0),  # of 12 and 8
    ("own-sixth", "en"): (12, 0),  # of 12 and 8
    ("own-sixth", "zh"): (12, 0),  # of 12 and 8
    ("own-third", "en"): (12, 0),  # of 12 and 8
    ("own-third", "zh"): (12, 0),  # of 12 and 8
    ("own-twins", "en"): (17, 1),  # of 17 and 17
    ("own-twins", "zh"): (22, 1),  # of 22 and 22
}


@pytest.fixture(scope="module")
def scored() -> dict[tuple[str, str], list[Scored]]:
    """The whole set judged once by the committed bundle, by set and language."""
    by: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    for one in score(rows(EVALUATION), sources=False):
        by[one.row["set"], one.row["lang"]].append(one)
    return by


def test_every_set_has_its_bounds(scored: dict[tuple[str, str], list[Scored]]) -> None:
    """No set of sentences is committed without being held to."""
    assert scored.keys() == FOUND.keys()


@pytest.mark.parametrize("which", FOUND)
def test_no_danger_is_lost(
    scored: dict[tuple[str, str], list[Scored]], which: tuple[str, str]
) -> None:
    """At least as many dangers are found as before."""
    least, _ = FOUND[which]
    missed = [one.row["id"] for one in scored[which] if one.row["label"] and not one.found]
    assert recall(scored[which]).part >= least, missed


@pytest.mark.parametrize("which", FOUND)
def test_no_more_false_alarms(
    scored: dict[tuple[str, str], list[Scored]], which: tuple[str, str]
) -> None:
    """At most as many harmless complaints ring as before."""
    _, most = FOUND[which]
    rang = [one.row["id"] for one in scored[which] if not one.row["label"] and one.found]
    assert false_alarms(scored[which]).part <= most, rang
