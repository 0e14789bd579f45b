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
    by = (Stance.SAID, Stance.SUPPOSED, Stance.TOLD, Stance.DENIED)
    return [next(how for how in by if s in reading.spans("smoke", how)) for s in spans]


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
        "how do I make it smoke",
    ],
)
def test_supposed(text: str) -> None:
    """What is supposed, or asked how to do, has not happened."""
    assert stances(text) == [Stance.SUPPOSED]


@pytest.mark.parametrize(
    "text",
    [
        "in the film there is smoke",
        "电影里一直冒烟",
        "女主躲在地下室,外面冒烟了",  # in the next clause
        "Two years ago it smoked, you replaced it the same week and no trouble since",
        "三年前冒烟的事早就赔完了",
        "作者文笔好。故事也好,结局里满山遍野都在冒烟。读完睡不着",  # a book, four words of it
    ],
)
def test_told(text: str) -> None:
    """What is of a film, or was put right years ago, is told; not even a fear of it is."""
    assert stances(text) == [Stance.TOLD]


@pytest.mark.parametrize(
    "text",
    [
        "in the film theater there was smoke",
        "看电影的时候座位底下冒烟",
        "玩游戏的时候充电宝冒烟了",
        "电影里演到一半,昨晚停电,灯冒烟",  # something happened in between
        "这部电影很好看,散场,电梯往下,忽然冒烟",  # two clauses on
        "根据《消费者权益保护法》,冒烟的水壶要赔",
        "书里夹着的灯在冒烟",
        "咨询一下,水壶冒烟了",  # a clause on
        "咨询一下水壶冒烟了怎么办",
        "do you have any idea how it was smoking",
        "Two years ago it smoked and no trouble since, and today it smoked",
        "三年前冒烟的事早就赔完了,昨晚又冒烟",
        "三年前冒烟的",
        "作者文笔好。故事也好,满山都在冒烟。",  # three words are no review
        "作者文笔好。故事也好。读完灯忽然冒烟,孩子的手被烫了",
        "作者文笔好。小说也好,读完已经打我",  # the word that says so stands beside the event
    ],
)
def test_beside_a_cue(text: str) -> None:
    """People are hurt in cinemas too, and ask what to do about it."""
    assert set(stances(text)) == {Stance.SAID}


def test_an_end_that_came_again_is_no_end() -> None:
    """Nothing that was put right silences what comes back."""
    assert stances("去年冒烟,修好了,这几天还在冒烟") == [Stance.SAID, Stance.SAID]


def test_each_by_itself() -> None:
    """One act denied leaves the other: it did not hit me, it followed me and there was smoke."""
    assert stances("he did not hit me, there was smoke") == [Stance.DENIED, Stance.SAID]
    assert stances("他没打我,车上冒烟") == [Stance.DENIED, Stance.SAID]
