"""Judge a statement by the policies. Rules may only raise; a doubt counts as danger."""

from collections.abc import Mapping, Sequence

from chalicelib.judging.concepts import Span
from chalicelib.judging.facts import facts_of
from chalicelib.judging.judgment import Finding, Judgment, Match
from chalicelib.judging.language import script_of
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
    script = script_of(folded.text, statement.language)
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
    holding = _heard(_holding(rulebook, shown, facts))
    if any(LIKENESS in rule.shows for rule, _ in holding):
        shown[LIKENESS] = rulebook.likeness.spans(weighed)
    held = [(rule, _finding(rule, error, _matches(rule, shown, folded))) for rule, error in holding]
    findings = _gravest_first([finding for rule, finding in held if rule.live])
    tier = graver(Tier.S4, *(finding.tier for finding in findings))
    return Judgment(
        tier=tier,
        suspect=_only_suspect(findings, tier),
        findings=findings,
        shadow=_gravest_first([finding for rule, finding in held if not rule.live]),
        language=script.language,
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


def _holding(
    rulebook: Rulebook, shown: Mapping[str, object], facts: Mapping[str, object]
) -> list[tuple[Rule, str | None]]:
    """The rules that were triggered, or need no trigger, and hold; with the reason for doubt.

    All are asked at once. Where one cannot be answered each is asked for itself, so that one
    value of the wrong kind silences no other rule.
    """
    asked = rulebook.always
    for name in shown:
        asked |= rulebook.triggered.get(name, 0)
    held = rulebook.at_once.ask(facts)
    if held is not None:
        held |= rulebook.unconditional
        return [(rule, None) for rule in _those(rulebook, asked & held)]
    answers = [(rule, *_ask(rule, facts)) for rule in _those(rulebook, asked)]
    return [(rule, error) for rule, holds, error in answers if holds]


def _heard(holding: list[tuple[Rule, str | None]]) -> list[tuple[Rule, str | None]]:
    """All but the last resorts that add nothing to what others say; the tier stays as it is."""
    said = min(
        (rule.tier.rank for rule, _ in holding if rule.live and not rule.last_resort),
        default=Tier.S4.rank,
    )
    return [one for one in holding if not (one[0].last_resort and one[0].tier.rank >= said)]


def _those(rulebook: Rulebook, places: int) -> list[Rule]:
    found = []
    while places:
        found.append(rulebook.rules[(places & -places).bit_length() - 1])
        places &= places - 1
    return found


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
    spans = [
        (span, concept)
        for concept in rule.shows
        if concept in found
        for span in found[concept][:MATCHES_SHOWN]
    ]
    spans.sort()
    return tuple(Match(concept, *folded.span(*span)) for span, concept in spans[:MATCHES_SHOWN])


def _gravest_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (finding.tier.rank, finding.policy)))


def _only_suspect(findings: Sequence[Finding], tier: Tier) -> bool:
    """Whether something speaks for the tier, and all that does is suspect."""
    speaking = [finding for finding in findings if finding.tier is tier]
    return bool(speaking) and all(finding.suspect for finding in speaking)
