"""The linter: what contradicts, what cannot be reached, what overlaps, each in its place."""

from pathlib import Path

import pytest

from tests.support.small_policies import (
    CONCEPTS,
    LEXICON,
    PATTERNS,
    RULE,
    SMALL,
    change,
    write_small,
)
from tools.author.lint import lint, report, warned
from tools.author.remarks import ERRORS, WARNINGS
from tools.policies import main
from tools.policy_compile import compile_bundle
from tools.policy_sources import gather

OTHER = "policies/rules/other.yaml"
OTHER_LEXICON = "policies/lexicons/other.yaml"


def other_rule(root: Path, *changes: tuple[str, str]) -> None:
    """A second rule beside the first, the same but for its id and the changes."""
    text = SMALL[RULE].replace("id: melts", "id: other")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (root / OTHER).write_text(text, encoding="utf-8")


def remarks(root: Path) -> dict[str, tuple[str, int, str]]:
    """The last remark of each kind: path, line and what is said."""
    sources = gather(root)
    found = lint(sources, compile_bundle(sources, root))
    assert not sources.problems
    return {r.kind: (r.problem.path, r.problem.line, r.problem.message) for r in found}


def line(root: Path, name: str, text: str) -> int:
    """The line, from 1, on which a text first stands."""
    lines = (root / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_sound_policies(tmp_path: Path) -> None:
    """Policies without a mistake are remarked on not at all."""
    assert remarks(write_small(tmp_path)) == {}


def test_two_rules_that_disagree(tmp_path: Path) -> None:
    """The same triggers and condition with another tier are an error, at that tier."""
    root = write_small(tmp_path)
    other_rule(root, ("tier: S2", "tier: S3"), ("&& channel", "  &&   channel"))

    path, at, said = remarks(root)["rules-disagree"]
    assert (path, at) == (RULE, line(root, RULE, "tier:"))
    assert said == "asks the same as 'other', and has another tier"


def test_a_rule_that_never_decides(tmp_path: Path) -> None:
    """A rule of which another live one has fewer requirements, graver, is told of."""
    root = write_small(tmp_path)
    changes = ("&& channel", '&& speaker != "bot" && channel'), ("tier: S2", "tier: S3")
    other_rule(root, ("concepts: [small]\n", ""), *changes)

    assert remarks(root)["rule-never-decides"] == (
        OTHER,
        line(root, OTHER, "tier:"),
        "never decides a tier: 'melts' holds too, as S2",
    )


@pytest.mark.parametrize(
    "change_",
    [
        ("tier: S2", "tier: S1"),
        ("concepts: [small]", "concepts: [small, gadget]"),
        ("channel != ", "kind != "),
        ("unless: kind", "unless: channel"),
    ],
)
def test_a_rule_that_may_decide(tmp_path: Path, change_: tuple[str, str]) -> None:
    """A graver rule, or one that is asked or holds elsewhere, is left alone."""
    root = write_small(tmp_path)
    other_rule(root, change_, ("when: 'danger_now", "when: 'length > 1 && danger_now"))

    found = remarks(root).get("rule-never-decides")
    assert found is None or found[0] == RULE


def test_a_text_that_must_and_must_not_be_found(tmp_path: Path) -> None:
    """One example on both sides is an error, however it is written."""
    root = write_small(tmp_path)
    change(root, PATTERNS, "[the stove is hot]", "[The  STOVE melted]")

    path, at, _ = remarks(root)["match-and-near-miss"]
    assert (path, at) == (PATTERNS, line(root, PATTERNS, "STOVE"))


def test_words_that_are_strong_and_weak(tmp_path: Path) -> None:
    """A word that one lexicon lists as strong and another as weak."""
    root = write_small(tmp_path)
    text = SMALL[LEXICON].replace("id: small", "id: other").replace("[sparks]", "[shocked me]")
    (root / OTHER_LEXICON).write_text(text.replace("en: [shocked me]", "en: [zapped me]"))

    found = remarks(root)
    assert found["strong-and-weak"][:2] == (OTHER_LEXICON, 5)
    assert found["term-in-two-lexicons"][0] in {LEXICON, OTHER_LEXICON}
    assert found["concept-unused"][:2] == (OTHER_LEXICON, 1)


def test_terms_that_are_never_found(tmp_path: Path) -> None:
    """A term that its own exception, or a figure of speech, always covers."""
    root = write_small(tmp_path)
    change(root, CONCEPTS, "zh: [化了, 炸了]", "zh: [化了, 气炸了]")
    found = remarks(root)
    change(root, CONCEPTS, "unless: [melted butter]", "unless: [化了]")

    assert found["term-never-found"][2] == "'气炸了' is never found: it is a figure of speech"
    assert remarks(root)["term-and-unless"][:2] == (
        CONCEPTS,
        line(root, CONCEPTS, "[化了, 气炸了]"),
    )


def test_what_nobody_uses(tmp_path: Path) -> None:
    """A pattern without a rule and a concept without a pattern are told of; drafts count as use."""
    root = write_small(tmp_path)
    change(root, RULE, "patterns: [gadget-melts, sibling-silent]", "patterns: [gadget-melts]")
    assert remarks(root)["pattern-unused"][2] == "no rule asks for the pattern 'sibling-silent'"

    other_rule(root, ("status: live", "status: draft"))
    change(root, PATTERNS, " --mending", "")
    assert remarks(root).keys() == {"concept-unused"}


def test_terms_that_add_nothing(tmp_path: Path) -> None:
    """A Chinese term that holds another is told of, unless that one has an exception."""
    root = write_small(tmp_path)
    change(root, CONCEPTS, "zh: [化了, 炸了]", "zh: [化了, 融化了, 炸了]")
    assert remarks(root)["term-adds-nothing"][2].startswith("'融化了' adds nothing")

    change(root, CONCEPTS, "unless: [melted butter]", "unless: [melted butter, 冰化了]")
    assert "term-adds-nothing" not in remarks(root)


def test_much_is_summed_up(tmp_path: Path) -> None:
    """What there is much of has a line for each file, and with ``--all`` a line for each."""
    root = write_small(tmp_path)
    change(root, CONCEPTS, "zh: [化了, 炸了]", "zh: [化了, 融化了, 熔化了, 炸了]")

    summed, sound = report(root)
    assert sound
    assert "2 terms, such as '融化了' adds nothing" in summed
    assert len(report(root, everything=True)[0].splitlines()) == 3
    assert warned(root) == summed.splitlines()[:-1]


def test_each_kind_is_explained() -> None:
    """No kind is an error and a warning, and each has its words."""
    assert not ERRORS.keys() & WARNINGS.keys()
    assert all((ERRORS | WARNINGS).values())


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The real policies have no error."""
    assert main(["lint"]) == 0
    assert "lint: " in capsys.readouterr().out
