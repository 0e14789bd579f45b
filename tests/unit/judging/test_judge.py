"""The judge raises, never lowers, and never fails on what it is given."""

import subprocess
import sys
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.bundle import load_bundle
from chalicelib.judging.judge import MATCHES_SHOWN, judge
from chalicelib.judging.judgment import Match
from chalicelib.judging.rulebook import Rulebook
from chalicelib.judging.statement import Statement
from chalicelib.terms import Tier

COMMITTED = Rulebook.from_bundle(load_bundle())
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=[]), max_size=80)
DANGER_WORDS = st.sampled_from(["救命", "fire", "煤气味", "\ud800", "\x00", "死", "no ", "\n"])


def tier(text: str, **fields: Any) -> Tier:
    """The tier by the committed policies."""
    return judge(Statement(text=text, **fields), COMMITTED).tier


def test_ordinary(rulebook: Any) -> None:
    """No policy holds: an ordinary complaint, with no finding and no suspicion."""
    judgment = judge(Statement(text="where is my refund"), rulebook())

    assert judgment.tier is Tier.S4
    assert (judgment.findings, judgment.suspect, judgment.degraded) == ((), False, False)
    assert judgment.language == "en"
    assert judgment.digest == "d" * 64


def test_matches_point_into_the_received_text(rulebook: Any) -> None:
    """A finding names code points of the text exactly as it came."""
    text = "🆘\u200b  it’s ＯＮ　ＦＩＲＥ"
    (finding,) = judge(Statement(text=text), rulebook()).findings

    (match,) = finding.matches
    assert text[match.start : match.end] == "ＯＮ　ＦＩＲＥ"


def test_matches_are_bounded(rulebook: Any) -> None:
    """A thousand hits show their first few, and the facts count them all."""
    judgment = judge(Statement(text="着火" * 1000), rulebook())

    assert len(judgment.findings[0].matches) == MATCHES_SHOWN
    assert judgment.findings[0].matches[0] == Match("fire", 0, 2)
    assert judgment.facts["counts"] == {"fire": 1000}


def test_error_counts_as_danger(rulebook: Any, rule: Any) -> None:
    """A condition that fails to answer is a suspect finding with its reason."""
    book = rulebook(rule("broken", 'counts["flood"] > 1', tier="S0"))
    judgment = judge(Statement(text="where is my refund"), book)

    assert (judgment.tier, judgment.suspect) == (Tier.S0, True)
    assert judgment.findings[0].error == "NOT_FOUND: Key not found in map"
    assert judgment.findings[0].as_event()["error"] == "NOT_FOUND: Key not found in map"


def test_answer_of_another_type_counts_as_danger(rulebook: Any, rule: Any) -> None:
    """A condition that answers with a number is a match too."""
    book = rulebook(rule("number", "attributes.speed"))

    assert judge(Statement(text="x", attributes={"speed": 3}), book).tier is Tier.S1


@pytest.mark.parametrize(
    ("unless", "expected"),
    [("true", Tier.S4), ("false", Tier.S1), ('counts["flood"] > 1', Tier.S1)],
)
def test_unless(rulebook: Any, rule: Any, unless: str, expected: Tier) -> None:
    """``unless`` excuses when it is true; an error in it excuses nothing."""
    book = rulebook(rule("fire", '"fire" in concepts', unless=unless))

    assert judge(Statement(text="fire"), book).tier is expected


def test_triggers(rulebook: Any, rule: Any) -> None:
    """A rule with triggers is not asked when none was found; a rule without is always asked."""
    broken = 'counts["flood"] > 1'
    book = rulebook(rule("triggered", broken, triggers=["help"]), rule("free", broken))

    judgment = judge(Statement(text="fire"), book)

    assert [finding.policy for finding in judgment.findings] == ["free"]


def test_shadow_wakes_nobody(rulebook: Any, rule: Any) -> None:
    """A shadow rule is recorded and does not raise."""
    book = rulebook(rule("quiet", "true", status="shadow", tier="S0"), rule("off", "false"))
    judgment = judge(Statement(text="refund"), book)

    assert judgment.tier is Tier.S4
    assert [finding.policy for finding in judgment.shadow] == ["quiet"]


def test_gravest_first_and_suspicion(rulebook: Any, rule: Any) -> None:
    """Findings are in order of gravity; one sound finding at the top clears the suspicion."""
    weak = rule("weak", "true", tier="S0", suspect=True)
    less = rule("less", "true", tier="S2")
    sound = rule("sound", "true", tier="S0")

    judgment = judge(Statement(text="refund"), rulebook(less, weak))
    assert [finding.policy for finding in judgment.findings] == ["weak", "less"]
    assert judgment.suspect
    assert not judge(Statement(text="refund"), rulebook(less, weak, sound)).suspect


def test_event_has_no_words() -> None:
    """The event is canonical JSON, the same each time, and holds no word of the complaint."""
    statement = Statement(
        text="zhangsan 着火了, 13800000000",
        channel="13800000000",
        relation="张三的朋友",
        attributes={"trip_active": "Zhang San", "name": "Zhang San"},
    )
    events = [
        orjson.dumps(judge(statement, COMMITTED).as_event(), option=orjson.OPT_SORT_KEYS)
        for _ in range(2)
    ]

    assert events[0] == events[1]
    for word in ("zhang", "Zhang", "1380000", "张三", "着火"):  # a digest may hold "138"
        assert word.encode() not in events[0]


def test_triage_answers_only_raise() -> None:
    """Yes to danger is S0, out of reach is S1, by any speaker; a vendor's no lowers nothing."""
    assert tier("hello", danger_now=True, speaker="vendor_agent") is Tier.S0
    assert tier("hello", can_be_reached=False) is Tier.S1
    assert tier("hello", can_be_reached=False, relation="friend") is Tier.S0
    answers = {"danger_now": False, "can_be_reached": True, "speaker": "vendor_agent"}
    assert tier("there is a fire in the house", **answers) is Tier.S0


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\x00"])
def test_nothing_to_read(text: str) -> None:
    """No words at all cannot be classified: S1, degraded, for a person to look at."""
    judgment = judge(Statement(text=text), COMMITTED)

    assert (judgment.tier, judgment.degraded) == (Tier.S1, True)


@pytest.mark.parametrize(
    "text", ["ฉันอยากได้เงินคืน", "\ud800\ud800", "12345", "kde je moja objednávka"]
)
def test_unknown_language_is_never_ordinary(text: str) -> None:
    """What nobody can read waits for a person: at least S3."""
    assert tier(text) is not Tier.S4


@pytest.mark.parametrize("text", ["ช่วยฉันด้วย", "no me deja bajar"])
def test_a_cry_in_a_language_that_is_not_read_rings(text: str) -> None:
    """The commonest cries of twenty languages are known by heart."""
    assert tier(text).safety_critical


@pytest.mark.parametrize("concept", [c for c in load_bundle()["concepts"] if c.endswith(".weak")])
def test_weak_words_alone_trigger_nothing_grave(concept: str) -> None:
    """Words that mean danger only in context do not make S0 or S1 by themselves.

    Where a pattern finds the very same words, it is the pattern that answers.
    """
    for term in load_bundle()["concepts"][concept]:
        judgment = judge(Statement(text=term), COMMITTED)
        if judgment.facts["concepts"] == [concept]:
            grave = judgment.tier in {Tier.S0, Tier.S1}
            assert not grave or judgment.facts["patterns"], term


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["救命", "fire sale. ", "\ud800\x00", "film about fire "])
def test_a_million_characters(unit: str) -> None:
    """A megabyte of anything is judged."""
    judge(Statement(text=unit * (1_000_000 // len(unit))), COMMITTED)


@given(
    text=st.one_of(ANY_TEXT, st.lists(st.one_of(DANGER_WORDS, ANY_TEXT), max_size=8).map("".join)),
    words=st.lists(ANY_TEXT, min_size=5, max_size=5),
    answers=st.tuples(*[st.sampled_from([None, True, False])] * 2),
    attributes=st.dictionaries(
        st.one_of(st.just("trip_active"), ANY_TEXT),
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ANY_TEXT),
        max_size=3,
    ),
)
def test_survives_anything(
    text: str,
    words: list[str],
    answers: tuple[bool | None, bool | None],
    attributes: dict[str, object],
) -> None:
    """No input raises; offsets stay inside the text; the same input gives the same judgment."""
    channel, language, speaker, relation, kind = words
    statement = Statement(
        text=text,
        channel=channel,
        language=language,
        speaker=speaker,
        relation=relation,
        subject_kind=kind,
        danger_now=answers[0],
        can_be_reached=answers[1],
        attributes=attributes,
    )
    judgment = judge(statement, COMMITTED)

    assert judge(statement, COMMITTED) == judgment
    orjson.dumps(judgment.as_event())
    for finding in judgment.findings:
        assert all(0 <= match.start < match.end <= len(text) for match in finding.matches)


def test_import_is_cheap() -> None:
    """Importing the judge loads neither native library: that is done to build a rulebook."""
    script = (
        "import sys, chalicelib.judging.judge; "
        "print({'cel_expr_python', 'ahocorasick_rs', 'yaml', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"


def test_a_last_resort_speaks_only_when_nothing_else_does(rulebook: Any, rule: Any) -> None:
    """It is left out beside a live rule of its tier or a graver one, and changes no tier."""
    resort = rule("resort", "true", tier="S2", suspect=True, last_resort=True)
    other = rule("another-resort", "true", tier="S3", suspect=True, last_resort=True)

    def said(*rules: Any) -> tuple[list[str], Tier, bool]:
        judgment = judge(Statement(text="refund"), rulebook(resort, other, *rules))
        found = [finding.policy for finding in judgment.findings]
        return found, judgment.tier, judgment.suspect

    assert said() == (["resort", "another-resort"], Tier.S2, True)
    weak = rule("weak", "true", tier="S2", suspect=True)
    assert said(weak) == (["weak"], Tier.S2, True)
    lower = rule("lower", "true", tier="S3")
    assert said(lower) == (["resort", "lower"], Tier.S2, True)
    shadow = rule("shadow", "true", tier="S0", status="shadow")
    assert said(shadow) == (["resort", "another-resort"], Tier.S2, True)
