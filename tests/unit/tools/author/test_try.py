"""Trying a text: what fired and why, what nearly did, and what was hidden from the judge."""

import pytest

from chalicelib.judging.statement import Statement
from tests.support.small_policies import write_small
from tools.author.book import Book
from tools.author.commands import statement_of
from tools.author.look import Look, look
from tools.author.near import MOST
from tools.author.show import marked, show
from tools.author.words import SENTENCES, sentence
from tools.policies import main


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A small set of policies of its own, beside the real ladders, cards and calendars."""
    return Book.of_sources(write_small(tmp_path_factory.mktemp("desk")))


def told(found: Look) -> dict[str, str]:
    """Why each thing that nearly fired did not."""
    return {near.about: near.why for near in found.near}


def test_what_fired_says_why_and_on_which_words(book: Book) -> None:
    """A rule that fires gives its reason, and each part of a pattern with its words."""
    (fired,) = look(book, Statement(text="The toaster melted!")).fired

    assert fired.why == "Heat comes before fire."
    (held,) = fired.held
    assert [(piece.concept, piece.words) for piece in held.pieces] == [
        ("gadget", "toaster"),
        ("melting", "melted"),
    ]


@pytest.mark.parametrize(
    ("text", "about", "why"),
    [
        ("my sister stopped four hours ago", "sibling-silent", "missing"),
        ("my sister answered after four hours", "sibling-silent", "said_not_denied"),
        ("no stove melted", "gadget-melts", "denied"),
        ("if the stove melted", "gadget-melts", "supposed"),
        ("the stove is on, my shoe melted", "gadget-melts", "clauses"),
        ("the stove is on. My shoe melted", "gadget-melts", "sentences"),
        ("the stove melted and was repaired", "gadget-melts", "in_text"),
        ("the stove has melted butter in it", "gadget-melts", "unless"),
        ("that stove melted my heart", "gadget-melts", "figure"),
        ("电炉让我气炸了", "gadget-melts", "figure"),
        ("the stove " + "is quite old " * 8 + "and melted", "gadget-melts", "distance"),
    ],
)
def test_what_nearly_fired(book: Book, text: str, about: str, why: str) -> None:
    """Each pattern that came close says the one thing that it lacks."""
    assert told(look(book, Statement(text=text)))[about] == why


def test_the_missing_part_is_named(book: Book) -> None:
    """A way of which all parts but one were found names that part, and marks the others."""
    found = look(book, Statement(text="my sister stopped four hours ago"))
    near = next(one for one in found.near if one.about == "sibling-silent")

    assert near.values["lacks"] == "replies"
    assert "my sister" in near.values["has"]
    assert [found.text[m.start : m.end] for m in found.marks] == ["my sister", "four hours"]


def test_a_condition_that_is_false(book: Book) -> None:
    """A rule whose trigger was found names the part of its condition that is false."""
    found = look(book, Statement(text="the stove melted", danger_now=False, channel="web"))
    near = next(one for one in found.near if one.about == "melts")

    assert near.why == "when"
    assert near.values["condition"] == 'danger_now != "no"'
    assert near.values["facts"] == 'danger_now = "no"'


def test_an_excuse_that_is_true(book: Book) -> None:
    """A rule that its unless excused says so."""
    found = look(book, Statement(text="the stove melted", kind="note"))

    assert told(found)["melts"] == "excused"


def test_marks_in_brackets(book: Book) -> None:
    """Without colours what fired stands in square brackets and what is near in pointed ones."""
    found = look(book, Statement(text="The stove melted. My sister stopped four hours ago"))

    said = "The [stove] [melted]. ‹My sister› stopped ‹four hours› ago"
    assert marked(found.text, found.marks) == said
    assert said in show(found)
    assert "\x1b[" in show(found, colour=True)


def test_words_in_both_languages(book: Book) -> None:
    """Every reason has its sentence in Chinese and in English."""
    assert SENTENCES["en"].keys() == SENTENCES["zh-CN"].keys()
    found = look(book, Statement(text="no stove melted"))
    assert "被否定了" in sentence(found.near[0], "zh-CN")


def test_any_text_at_all(book: Book) -> None:
    """No text breaks the desk, and never are more near things told than fit on a screen."""
    for text in ("", "\ud800", "🔥" * 50, "my sister. " * 400, "气 炸 了 电 炉"):
        assert len(look(book, Statement(text=text)).near) <= MOST


def test_facts_from_the_command_line() -> None:
    """What was typed becomes a statement, and an attribute without a value is refused."""
    given = {"text": "x", "danger_now": "yes", "attribute": ["trip_active=true"], "lang": "es"}
    statement = statement_of(given)

    assert statement.danger_now is True
    assert statement.attributes == {"trip_active": "true"}
    assert statement.language == "es"
    with pytest.raises(ValueError, match="name=value"):
        statement_of({"text": "x", "attribute": ["trip_active"]})


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The real policies show a fire with its place in the text."""
    assert main(["try", "电瓶车在楼道里起火了", "--danger-now", "yes"]) == 0

    said = capsys.readouterr().out
    assert said.startswith("S0")
    assert "[起火]" in said
    assert "danger-now" in said
