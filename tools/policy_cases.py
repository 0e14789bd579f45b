"""Run every case through the real judge, and keep the promises that no edit may break."""

from collections.abc import Iterable
from typing import Any

from chalicelib.judging.facts import facts_of
from chalicelib.judging.judge import judge
from chalicelib.judging.language import Script
from chalicelib.judging.normalise import normalise
from chalicelib.judging.reading import Reading
from chalicelib.judging.rulebook import Rulebook
from chalicelib.judging.statement import Statement
from chalicelib.terms import Tier
from tools.policy_compile import WEAK
from tools.policy_models import Case, Policy
from tools.policy_patterns import Pattern
from tools.policy_sources import Sources
from tools.policy_yaml import Document, Loc, Problem

KINDS = [(lang, expect) for lang in ("zh-CN", "en") for expect in ("match", "no-match")]

PROMISES = [
    ("somebody in danger now is S0", Statement(text="?", danger_now=True), Tier.S0),
    ("somebody out of reach is at least S1", Statement(text="?", can_be_reached=False), Tier.S1),
    ("a complaint without words is at least S1", Statement(text=""), Tier.S1),
    ("a language nobody reads is at least S3", Statement(text="el libro es bueno"), Tier.S3),
    ("a language so named is at least S3", Statement(text="no", language="es"), Tier.S3),
    ("a cry in such a language is S0", Statement(text="ช่วยฉันด้วย"), Tier.S0),
]


def case_problems(sources: Sources, bundle: dict[str, Any]) -> list[Problem]:
    """Each case that does not hold, each missing kind of case, each promise broken."""
    active = [item for item in sources.rules if item[0].status in {"live", "shadow"}]
    if not any(policy.status == "live" for policy, _ in active):
        return [Problem("policies/rules", 1, 1, "no policy is live")]
    rulebook = Rulebook.from_bundle(bundle)
    problems = [problem for policy, document in active for problem in _kinds(policy, document)]
    for policy, document in active:
        problems += _cases(policy, document, rulebook)
        problems += _steady(policy, document, rulebook, bundle["concepts"])
    for file, document in sources.patterns:
        for index, pattern in enumerate(file.patterns):
            problems += _examples(pattern, ("patterns", index), document, rulebook)
    return problems + _broken_promises(rulebook)


def _examples(
    pattern: Pattern, loc: Loc, document: Document, rulebook: Rulebook
) -> Iterable[Problem]:
    """Each text that a pattern must find and does not, or finds and must not."""
    for kind, wanted in (("match", True), ("near_miss", False)):
        for index, text in enumerate(getattr(pattern, kind)):
            folded = normalise(text)
            found = rulebook.finder.find(folded)
            held = pattern.id in rulebook.patterns.find(Reading(folded.text, found))
            if held is not wanted:
                what = "is found, and should not be" if held else "is not found"
                message = f"{pattern.id!r} {what}; concepts: {sorted(found)}"
                yield document.problem((*loc, kind, index), message)


def _kinds(policy: Policy, document: Document) -> Iterable[Problem]:
    has = {(case.lang, case.expect) for case in policy.cases}
    for lang, expect in KINDS:
        if policy.status == "live" and (lang, expect) not in has:
            message = f"a live policy needs a case in {lang} with expect: {expect}"
            yield document.problem(("cases",), message, key=True)


def _cases(policy: Policy, document: Document, rulebook: Rulebook) -> Iterable[Problem]:
    for index, case in enumerate(policy.cases):
        if message := _failure(policy, case, rulebook):
            yield document.problem(("cases", index, "text"), f"case {case.name!r}: {message}")


def _failure(policy: Policy, case: Case, rulebook: Rulebook) -> str | None:
    judgment = judge(case.statement(), rulebook)
    held = {finding.policy: finding for finding in (*judgment.findings, *judgment.shadow)}
    finding = held.get(policy.id)
    if finding and finding.error:
        return f"the condition could not be answered ({finding.error})"
    if bool(finding) is (case.expect == "match"):
        return None
    what = "expected a match, and it did not fire" if not finding else "fired, and should not"
    return f"{what}; concepts found: {judgment.facts['concepts']}"


def _steady(
    policy: Policy, document: Document, rulebook: Rulebook, concepts: Iterable[str]
) -> Iterable[Problem]:
    """A condition must answer a bare statement, and weak words alone must not make S0 or S1."""
    rule = next(rule for rule in rulebook.rules if rule.id == policy.id)
    if rule.when is None:
        if policy.tier in {"S0", "S1"} and any(name.endswith(WEAK) for name in rule.triggers):
            yield document.problem(("concepts",), "weak words alone may not make S0 or S1")
        return
    answer = rule.when.ask(_facts({}, rulebook))
    if not isinstance(answer, bool):
        yield document.problem(("when",), f"when cannot be answered for bare words: {answer}")
    weak = {concept: 1 for concept in concepts if concept.endswith(WEAK)}
    if answer is True and rule.triggers and weak.keys().isdisjoint(rule.triggers):
        return  # the words it is asked for decide, and none of them is weak
    if policy.tier in {"S0", "S1"} and rule.when.ask(_facts(weak, rulebook)) is True:
        yield document.problem(("when",), "weak words alone may not make S0 or S1")


def _facts(counts: dict[str, int], rulebook: Rulebook) -> dict[str, object]:
    return facts_of(
        Statement(text="words"),
        counts=counts,
        patterns=(),
        script=Script("en"),
        likeness=0,
        attributes=rulebook.attributes,
    )


def _broken_promises(rulebook: Rulebook) -> list[Problem]:
    return [
        Problem("policies/rules", 1, 1, f"no live policy sees to it that {promise}")
        for promise, statement, tier in PROMISES
        if judge(statement, rulebook).tier.rank > tier.rank
    ]
