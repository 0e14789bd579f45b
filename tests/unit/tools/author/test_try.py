"""Trying a text: what fired and why, what nearly did, and what was hidden from the judge."""

import shutil
from pathlib import Path

import pytest

from chalicelib.judging.statement import Statement
from tools.author.book import Book
from tools.author.commands import statement_of
from tools.author.look import Look, look
from tools.author.near import MOST
from tools.author.show import marked, show
from tools.author.words import SENTENCES, sentence
from tools.policies import ROOT, main

CONCEPTS = """
concepts:
  - {id: cue.negation, kind: cue, says: Denies., zh: [没有], en: ["no", not, never]}
  - {id: cue.turn, kind: cue, says: Ends a denial., zh: [但是], en: [but]}
  - {id: cue.if, kind: cue, says: Supposes., zh: [如果], en: [if]}
  - {id: cue.how-to, kind: cue, says: Asks., zh: [怎么办], en: [how do i]}
  - {id: cue.fiction, kind: cue, says: Tells., zh: [电影里], en: [in the film]}
  - {id: cue.figure, kind: cue, says: Figures., zh: [气炸了], en: [melt~ my heart]}
  - {id: gadget, kind: thing, says: A gadget., zh: [电炉], en: [stove, toaster]}
  - {id: melting, says: It melts., zh: [化了, 炸了], en: [melt~], unless: [melted butter]}
  - {id: replies, says: Somebody answers., zh: [回消息], en: [answer~]}
  - {id: sibling, kind: thing, says: A sibling., zh: [姐姐], en: [my sister]}
  - {id: mending, says: It was mended., zh: [修好], en: [repaired]}
"""
PATTERNS = """
patterns:
  - id: gadget-melts
    says: {en: A gadget melts., zh-CN: 电炉熔化。}
    find: [gadget + melting --mending]
    match: [the stove melted]
    near_miss: [the stove is hot]
  - id: sibling-silent
    says: {en: A sibling is silent., zh-CN: 姐姐失联。}
    find: [sibling ~ !replies ~ time>=1h]
    match: [my sister has not answered in four hours]
    near_miss: [my sister answered]
"""
RULE = """
id: melts
version: 1
status: live
tier: S1
title: {en: It melts, zh-CN: 熔化}
why: Heat comes before fire.
owner: safety-policy
patterns: [gadget-melts, sibling-silent]
when: danger_now != "no" && channel != "test"
unless: kind == "note"
ladder: life-safety
card: fire
runbook: docs/runbooks/a-page-arrived.md
false_alarms: [none known]
cases: []
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A small set of policies of its own, beside the real ladders, cards and calendars."""
    root: Path = tmp_path_factory.mktemp("desk")
    policies = root / "policies"
    for folder in ("ladders", "cards", "calendars", "delegation"):
        shutil.copytree(ROOT / "policies" / folder, policies / folder)
    for name, text in (("concepts", CONCEPTS), ("patterns", PATTERNS), ("rules", RULE)):
        (policies / name).mkdir()
        (policies / name / "small.yaml").write_text(text, encoding="utf-8")
    return Book.of_sources(root)


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
