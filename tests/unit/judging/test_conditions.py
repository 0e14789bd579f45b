"""A condition that cannot be answered says so, and never quotes a value."""

import pytest

from chalicelib.judging.conditions import NOT_BOOL, AllAtOnce, compiler
from chalicelib.judging.facts import facts_of
from chalicelib.judging.language import Script
from chalicelib.judging.statement import Statement


def ask(expression: str, **attributes: object) -> bool | str:
    """Ask a condition about a statement with these attributes."""
    statement = Statement(text="x", attributes=attributes, danger_now=True)
    facts = facts_of(
        statement,
        patterns=[],
        counts={"fire": 2},
        script=Script("en"),
        likeness=0,
        attributes=attributes.keys(),
    )
    return compiler()(expression).ask(facts)


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('"fire" in concepts && counts["fire"] == 2', True),
        ('danger_now == "no"', False),
        ('counts["flood"] > 1', "NOT_FOUND: Key not found in map"),
        ('attributes["姓名"] == 1', "NOT_FOUND: Key not found in map"),
        ("attributes.name > 1", "UNKNOWN: No matching overloads found"),
        ("length / 0 == 1", "INVALID_ARGUMENT: divide by zero"),
        ("attributes.name", NOT_BOOL),
        ("attributes.speed", NOT_BOOL),
    ],
)
def test_ask(expression: str, answer: bool | str) -> None:  # noqa: FBT001
    """True, false, or a reason without the value that caused it."""
    assert ask(expression, name="zhang", speed=120) == answer


def test_evaluation_that_raises() -> None:
    """Even facts that the engine refuses to take are only a reason."""
    condition = compiler()('channel == "app"')

    assert condition.ask({"channel": "\ud800"}) == "RuntimeError"
    assert condition.kind == "BOOL"


def test_compile_error() -> None:
    """An expression of an unknown fact does not compile."""
    with pytest.raises(RuntimeError, match=r"1:1.*undeclared reference to 'mood'"):
        compiler()('mood == "bad"')


@pytest.mark.parametrize("places", [range(1), range(60), range(59, 62), range(0, 200, 7)])
def test_many_at_once(places: range) -> None:
    """However many there are, and wherever they stand, each answers for itself."""
    every = AllAtOnce({place: f"length == {place}" for place in places}, compiler())

    for place in places:
        assert every.ask({"length": place}) == 1 << place
    assert every.ask({"length": 1_000}) == 0


def test_none_at_once() -> None:
    """Without conditions there is nothing to hold."""
    assert AllAtOnce({}, compiler()).ask({"length": 1}) == 0


@pytest.mark.parametrize("broken", ["attributes.name > 1", "attributes.name", "length / 0 == 1"])
def test_one_without_an_answer_leaves_all_open(broken: str) -> None:
    """Then each is asked alone, so that the reason is known and no other falls silent."""
    facts = {"length": 0, "attributes": {"name": "zhang"}}

    assert AllAtOnce({3: "length == 0", 70: broken}, compiler()).ask(facts) is None
    assert AllAtOnce({3: "length == 0"}, compiler()).ask({"channel": "\ud800"}) is None
