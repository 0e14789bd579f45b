"""How a thing was said: so, denied, or only supposed."""

import pytest

from chalicelib.bundle import load_bundle
from chalicelib.judging.concepts import Finder
from chalicelib.judging.normalise import normalise
from chalicelib.judging.reading import Reading, Stance

CUES = {name: terms for name, terms in load_bundle()["concepts"].items() if name.startswith("cue.")}
EXCEPTS = {
    name: terms for name, terms in load_bundle()["excepts"].items() if name.startswith("cue.")
}
SMOKE = {"smoke": ["smoke", "smoking", "smoked", "冒烟", "hit me", "打我", "breathing"]}
FINDER = Finder(CUES | SMOKE, [], EXCEPTS, list(CUES))


def stances(text: str) -> list[Stance]:
    """How each smoke of a text was said."""
    folded = normalise(text)
    reading = Reading(folded.text, FINDER.find(folded))
    spans = reading.hits.get("smoke", ())
    denied = set(reading.spans("smoke", Stance.DENIED))
    said = set(reading.spans("smoke", Stance.SAID))
    return [
        Stance.DENIED if s in denied else Stance.SAID if s in said else Stance.SUPPOSED
        for s in spans
    ]


@pytest.mark.parametrize(
    "text",
    [
        "there was no smoke",
        "it does not smoke",
        "it didn't smoke at all",
        "没有冒烟",
        "没冒烟",
        "nobody saw any smoke",
    ],
)
def test_denied(text: str) -> None:
    """A negation before it, in its clause and near, denies it."""
    assert stances(text) == [Stance.DENIED]


@pytest.mark.parametrize(
    "text",
    [
        "no, it was smoking",  # the clause has ended
        "it would not stop, smoke everywhere",
        "I did not touch it but smoke came",  # a turn ends the denial
        "没有人碰它,就冒烟了",
        "不小心碰了一下就冒烟",
        "他没骂我就打我",
        "not that anybody in the whole big office cared about smoke",  # too far
    ],
)
def test_a_denial_ends(text: str) -> None:
    """A negation reaches neither past its clause, nor past a turn, nor far."""
    assert stances(text) == [Stance.SAID]


@pytest.mark.parametrize(
    "text",
    [
        "what do I do if it starts to smoke",
        "如果冒烟了怎么处理",
        "in the film there is smoke",
        "电影里一直冒烟",
        "how do I make it smoke",
    ],
)
def test_supposed(text: str) -> None:
    """What is supposed, asked how to do, or told in a film has not happened."""
    assert stances(text) == [Stance.SUPPOSED]


def test_each_by_itself() -> None:
    """One act denied leaves the other: it did not hit me, it followed me and there was smoke."""
    assert stances("he did not hit me, there was smoke") == [Stance.DENIED, Stance.SAID]
    assert stances("他没打我,车上冒烟") == [Stance.DENIED, Stance.SAID]
