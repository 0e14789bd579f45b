"""From what came in to what the core keeps of its judgment."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from chalicelib.cases.commands import Judged
from chalicelib.judging.judge import judge
from chalicelib.judging.judgment import Judgment
from chalicelib.judging.statement import Statement
from chalicelib.services.complaint import Complaint, Said
from chalicelib.services.parts import Rules
from chalicelib.terms import Tier

log = logging.getLogger(__name__)

# The entry's own header carries these already.
_SAID_ELSEWHERE = {"tier", "suspect", "degraded", "digest"}


def judge_complaint(complaint: Complaint, rules: Rules, *, repeats: int = 0) -> Judgment:
    """Judge a first complaint or a contact, one that was repeated so often; never raises."""
    return _judge_all(
        Statement(
            text=complaint.text,
            channel=complaint.channel,
            language=complaint.language or None,
            danger_now=complaint.danger_now,
            can_be_reached=complaint.can_be_reached,
            relation=complaint.reporter.relation or None,
            subject_kind=complaint.subject_kind or None,
            repeats=repeats,
            attributes=complaint.attributes,
        ),
        complaint.heard,
        rules,
    )


def judge_said(said: Said, rules: Rules) -> Judgment:
    """Judge a message on a case; never raises."""
    return _judge_all(
        Statement(
            text=said.text,
            channel=said.channel,
            language=said.language or None,
            speaker=said.speaker.value,
            direction=said.direction.value,
            kind=said.kind.value,
            danger_now=said.danger_now,
            can_be_reached=said.can_be_reached,
            attributes=said.attributes,
        ),
        said.heard,
        rules,
    )


def _judge_all(statement: Statement, heard: str, rules: Rules) -> Judgment:
    """Judge the text, and the text with the words of all other fields behind it.

    Offsets into the text thus stand.  Other fields may only raise: a name beside an empty text
    does not make it words that were read and found harmless.
    """
    alone = _judge(statement, rules)
    if not heard:
        return alone
    together = _judge(replace(statement, text=f"{statement.text}\n{heard}"), rules)
    return together if together.tier.rank < alone.tier.rank else alone


def _judge(statement: Statement, rules: Rules) -> Judgment:
    """A judge that fails has found danger: S1, suspect and degraded, for a person to look at.

    A complaint is never refused because the policies could not be read or asked.
    """
    try:
        return judge(statement, rules.rulebook)
    except Exception as error:
        log.exception("a complaint could not be judged")
        return Judgment(
            tier=Tier.S1,
            suspect=True,
            findings=(),
            shadow=(),
            language="unknown",
            degraded=True,
            digest=rules.digest,
            facts={"error": type(error).__name__},
        )


def as_judged(judgment: Judgment) -> Judged:
    """The core's form, whose record is what the entry commits."""
    event = judgment.as_event()
    record = {name: value for name, value in event.items() if name not in _SAID_ELSEWHERE}
    hazards = tuple(dict.fromkeys(finding.card for finding in judgment.findings))
    return Judged(judgment.tier, judgment.suspect, judgment.degraded, record, hazards)


def why(judgment: Judgment) -> list[dict[str, Any]]:
    """The reasons as an answer gives them: offsets only; words are added from the request."""
    return [
        {
            "policy": finding.policy,
            "version": finding.version,
            "tier": finding.tier.value,
            "suspect": finding.suspect,
            "title": dict(finding.title),
            "error": finding.error,
            "matches": [
                {"concept": m.concept, "start": m.start, "end": m.end} for m in finding.matches
            ],
        }
        for finding in judgment.findings
    ]


def with_words(reasons: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The same reasons with the words that matched, cut from the text the caller just sent.

    Words are never stored with an answer; a replay cuts them from the repeated request.
    """
    return [
        reason
        | {"matches": [m | {"words": text[m["start"] : m["end"]]} for m in reason["matches"]]}
        for reason in reasons
    ]


def cards(judgment: Judgment, rules: Rules) -> dict[str, Any]:
    """What the agent must do and must never say: the cards of the gravest findings."""
    gravest = [f for f in judgment.findings if f.tier is judgment.tier]
    return cards_named([f.card for f in gravest], rules)


def cards_named(names: Iterable[str], rules: Rules) -> dict[str, Any]:
    """These cards as one, each once; one that the bundle does not have is left out."""
    known = [name for name in dict.fromkeys(names) if name in rules.cards]
    chosen = [rules.cards[name] for name in known]
    return {
        "cards": known,
        "do": _merged(chosen, "do"),
        "never_say": _merged(chosen, "never_say"),
    }


def _merged(chosen: list[Any], part: str) -> dict[str, list[str]]:
    return {
        language: list(dict.fromkeys(line for card in chosen for line in card[part][language]))
        for language in ("en", "zh-CN")
    }
