"""Judge a statement by the policies. Rules may only raise; a doubt counts as danger."""

from collections.abc import Mapping, Sequence

from chalicelib.judging.concepts import Span
from chalicelib.judging.facts import facts_of
from chalicelib.judging.judgment import Finding, Judgment, Match
from chalicelib.judging.language import Script, guess, has_letters
from chalicelib.judging.normalise import Normalised, normalise
from chalicelib.judging.reading import Reading
from chalicelib.judging.rulebook import Rule, Rulebook
from chalicelib.judging.statement import Statement
from chalicelib.terms import Tier, graver

# Under this name the words that spoke loudest are shown for a rule that asks for the likeness.
LIKENESS = "likeness"
MATCHES_SHOWN = 20  # for one finding; the facts count them all


def judge(statement: Statement, rulebook: Rulebook) -> Judgment:
    """The tier of a statement with its reasons: S4 when no policy holds. Never raises on input.

    The time taken is linear in the text.
    """
    folded = normalise(statement.text)
    found = rulebook.finder.find(folded)
    reading = Reading(folded.text, found)
    patterns = rulebook.patterns.find(reading)
    meant = _meant(reading, rulebook)
    language = guess(folded.text, statement.language)
    script = Script(language, blank=not folded.text, letters=has_letters(folded.text))
    weighed = rulebook.likeness.weigh(folded.text)
    facts = facts_of(
        statement,
        counts={concept: len(spans) for concept, spans in meant.items()},
        patterns=list(patterns),
        script=script,
        likeness=weighed.likeness,
        attributes=rulebook.attributes,
    )
    shown = meant | patterns
    answers = [(rule, *_ask(rule, facts)) for rule in _to_ask(rulebook, shown, facts)]
    if any(holds and LIKENESS in rule.shows for rule, holds, _ in answers):
        shown[LIKENESS] = rulebook.likeness.spans(weighed)
    held = [
        (rule, _finding(rule, error, _matches(rule, shown, folded)))
        for rule, holds, error in answers
        if holds
    ]
    findings = _gravest_first([finding for rule, finding in held if rule.live])
    tier = graver(Tier.S4, *(finding.tier for finding in findings))
    return Judgment(
        tier=tier,
        suspect=_only_suspect(findings, tier),
        findings=findings,
        shadow=_gravest_first([finding for rule, finding in held if not rule.live]),
        language=language,
        degraded=not folded.text,
        digest=rulebook.digest,
        facts=facts,
    )


def _meant(reading: Reading, rulebook: Rulebook) -> dict[str, list[Span]]:
    """What rules may name, as it was meant: what is denied, or of a story, did not happen."""
    meant = {
        concept: reading.meant(concept) if concept in rulebook.events else list(spans)
        for concept, spans in reading.hits.items()
        if concept in rulebook.exposed
    }
    return {concept: spans for concept, spans in meant.items() if spans}


def _to_ask(
    rulebook: Rulebook, shown: Mapping[str, object], facts: Mapping[str, object]
) -> list[Rule]:
    """The rules whose triggers were found, and those without, unless none of them can hold."""
    untriggered = rulebook.any_untriggered.ask(facts) is not False
    return [
        rule
        for rule in rulebook.rules
        if (not rule.triggers.isdisjoint(shown) if rule.triggers else untriggered)
    ]


def _ask(rule: Rule, facts: Mapping[str, object]) -> tuple[bool, str | None]:
    """Whether the rule holds, and the reason if that is only because it could not be answered.

    An ``unless`` that cannot be answered excuses nothing.
    """
    answer = True if rule.when is None else rule.when.ask(facts)
    excused = bool(answer) and rule.unless is not None and rule.unless.ask(facts) is True
    if excused or answer is False:
        return False, None
    return True, answer if isinstance(answer, str) else None


def _finding(rule: Rule, error: str | None, matches: tuple[Match, ...]) -> Finding:
    return Finding(
        policy=rule.id,
        version=rule.version,
        tier=rule.tier,
        suspect=rule.suspect or error is not None,
        title=rule.title,
        card=rule.card,
        matches=matches,
        error=error,
    )


def _matches(
    rule: Rule, found: Mapping[str, Sequence[Span]], folded: Normalised
) -> tuple[Match, ...]:
    spans = sorted(
        (span, concept) for concept in rule.shows for span in found.get(concept, ())[:MATCHES_SHOWN]
    )
    return tuple(Match(concept, *folded.span(*span)) for span, concept in spans[:MATCHES_SHOWN])


def _gravest_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (finding.tier.rank, finding.policy)))


def _only_suspect(findings: Sequence[Finding], tier: Tier) -> bool:
    """Whether something speaks for the tier, and all that does is suspect."""
    speaking = [finding for finding in findings if finding.tier is tier]
    return bool(speaking) and all(finding.suspect for finding in speaking)
