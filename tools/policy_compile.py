"""From sound sources to the bundle, with the checks that need more than one file."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from chalicelib.judging.conditions import Condition, compiler
from chalicelib.judging.judge import LIKENESS
from chalicelib.judging.likeness import UNHEARD
from chalicelib.judging.normalise import normalise
from chalicelib.judging.rulebook import SCHEMA
from tools.likeness import BIAS, WEIGHTS, read
from tools.policies import source_digest
from tools.policy_calendars import compile_calendar
from tools.policy_delegation import compile_delegation
from tools.policy_ladders import compile_ladder
from tools.policy_models import Lexicon, MaskEntry, Policy, Words
from tools.policy_patterns import Concept, compile_patterns
from tools.policy_sources import Sources
from tools.policy_terms import folded, shortest
from tools.policy_yaml import Document, Loc, Problem

WEAK = ".weak"
CONCEPT_NAMED = re.compile(r"""["']([^"']+)["']\s+in\s+concepts|counts\[\s*["']([^"']+)["']\s*\]""")
PATTERN_NAMED = re.compile(r"""["']([^"']+)["']\s+in\s+patterns""")
LIKENESS_ASKED = re.compile(rf"\b{LIKENESS}\b")
ATTRIBUTE_NAMED = re.compile(r"""attributes\.(\w+)|attributes\[\s*["']([^"']+)["']\s*\]""")
CEL_PLACE = re.compile(r"<input>:(\d+):(\d+): (.+)")
UNBOUNDED = re.compile(r"[*+]|\{\d*,\}|\)\{|\{\d*,?(2[5-9]|[3-9]\d|\d{3,})\}")


def compile_bundle(sources: Sources, root: Path) -> dict[str, Any]:
    """The bundle; what is wrong is added to ``sources.problems``, and left out of it."""
    concepts, excepts, plain = _concepts(sources)
    patterns, wrong = compile_patterns(sources.patterns, concepts)
    sources.problems += wrong
    names = {pattern["id"] for pattern in patterns}
    masks = [
        {"id": mask.id, "pattern": mask.pattern, "concepts": sorted(mask.concepts)}
        for file, document in sources.masks
        for index, mask in enumerate(file.masks)
        if not _extend(sources, _mask_problems(mask, ("masks", index), document, concepts))
    ]
    compiled = compiler()
    rules = []
    for policy, document in sources.rules:
        known = _names_known(policy, document, sources, concepts) + [
            document.problem(loc, f"there is no pattern {name!r}")
            for loc, name in _patterns_named(policy)
            if name not in names
        ]
        sound = _condition_problems(policy, document, compiled)
        if not _extend(sources, [*known, *sound]) and policy.status in {"live", "shadow"}:
            rules.append(_rule(policy, document))
    return {
        "schema": SCHEMA,
        "digest": source_digest(root),
        "attributes": sorted({name for rule in rules for name in _attributes(rule)}),
        "concepts": concepts,
        "excepts": excepts,
        "exposed": sorted(_exposed(rules, concepts)),
        "likeness": _likeness(sources, root),
        "masks": masks,
        "patterns": patterns,
        "plain": plain,
        "rules": sorted(rules, key=lambda rule: str(rule["id"])),
        "ladders": {ladder.id: compile_ladder(ladder) for ladder, _ in sources.ladders},
        "cards": {card.id: card.model_dump(by_alias=True) for card, _ in sources.cards},
        "calendars": {days.id: compile_calendar(days) for days, _ in sources.calendars},
        "delegation": compile_delegation(file for file, _ in sources.delegations),
    }


def _likeness(sources: Sources, root: Path) -> dict[str, Any]:
    """The learnt weights, with that of the bias apart; without a file nothing is like danger."""
    if not (root / WEIGHTS).is_file():
        return {"bias": UNHEARD, "weights": {}}
    try:
        weights = read((root / WEIGHTS).read_text(encoding="utf-8"))
        return {"bias": weights.pop(BIAS), "weights": weights}
    except (OSError, ValueError, KeyError) as error:
        message = f"cannot be read ({type(error).__name__}): run `make likeness`"
        sources.problems.append(Problem(WEIGHTS.as_posix(), 1, 1, message))
        return {}


def _exposed(rules: Iterable[dict[str, Any]], concepts: Iterable[str]) -> set[str]:
    """What is a fact: concepts that a rule names, and weak words, which any rule may count."""
    named = {name for rule in rules for name in rule["shows"]}
    return {name for name in concepts if name in named or name.endswith(WEAK)}


def bundle_bytes(bundle: dict[str, Any]) -> bytes:
    """The bundle as it is committed: sorted, and one value a line, so that a diff can be read."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(bundle, option=options)


def _extend(sources: Sources, problems: list[Problem]) -> bool:
    sources.problems += problems
    return bool(problems)


type Terms = dict[str, list[str]]


def _concepts(sources: Sources) -> tuple[Terms, Terms, list[str]]:
    """The terms of every concept, the phrases in which they do not mean it, and the plain ones."""
    concepts = _lexicons(sources)
    excepts: Terms = {}
    plain = []
    for file, document in sources.concepts:
        for index, concept in enumerate(file.concepts):
            loc: Loc = ("concepts", index)
            if concept.id in concepts:
                message = f"there is a concept {concept.id!r} already"
                sources.problems.append(document.problem((*loc, "id"), message))
            concepts[concept.id] = _terms(sources, document, concept, ("zh", "en"), loc)
            if concept.unless:
                excepts[concept.id] = _terms(sources, document, concept, ("unless",), loc)
            if concept.kind == "event":
                concepts[concept.id] = shortest(concepts[concept.id])
            else:
                plain.append(concept.id)
            if not concepts[concept.id]:
                sources.problems.append(document.problem(loc, "a concept needs a word"))
    return concepts, excepts, sorted(plain)


def _lexicons(sources: Sources) -> Terms:
    concepts: Terms = {}
    for lexicon, document in sources.lexicons:
        strong = _terms(sources, document, lexicon, ("zh", "en"))
        weak = _terms(sources, document, lexicon, ("weak",))
        concepts |= {lexicon.id: strong} if strong else {}
        concepts |= {lexicon.id + WEAK: weak} if weak else {}
        both = set(strong) & set(weak)
        for index, term in enumerate(lexicon.weak):
            if normalise(term).text in both:
                message = f"{term!r} cannot be both strong and weak"
                sources.problems.append(document.problem(("weak", index), message))
    return concepts


def _terms(
    sources: Sources,
    document: Document,
    holder: Lexicon | Concept,
    lists: Iterable[str],
    loc: Loc = (),
) -> list[str]:
    terms = set()
    for name in lists:
        for index, written in enumerate(getattr(holder, name)):
            try:
                spelled = folded(written)
            except ValueError as error:
                sources.problems.append(document.problem((*loc, name, index), str(error)))
                continue
            if any(not term or (term.isascii() and len(term) < 2) for term in spelled):  # noqa: PLR2004  # a letter
                message = f"{written!r} is too little to look for"
                sources.problems.append(document.problem((*loc, name, index), message))
            terms |= set(spelled)
    return sorted(terms)


def _mask_problems(
    mask: MaskEntry, loc: Loc, document: Document, concepts: dict[str, list[str]]
) -> list[Problem]:
    problems = [
        document.problem((*loc, "concepts", index), f"there is no concept {concept!r}")
        for index, concept in enumerate(mask.concepts)
        if concept not in concepts
    ]
    try:
        re.compile(mask.pattern)
    except re.error as error:
        column = (error.pos or 0) + 1
        place = (*loc, "pattern")
        problems.append(document.problem_within(place, error.lineno or 1, column, error.msg))
    if unbounded := UNBOUNDED.search(mask.pattern):
        message = "repeat at most 24 times, and single characters only: time must stay linear"
        place = (*loc, "pattern")
        problems.append(document.problem_within(place, 1, unbounded.start() + 1, message))
    return problems


def _names_known(
    policy: Policy, document: Document, sources: Sources, concepts: dict[str, list[str]]
) -> list[Problem]:
    named = [(("concepts", index), concept) for index, concept in enumerate(policy.concepts)]
    problems = [
        document.problem(loc, f"there is no concept {concept!r}")
        for loc, concept in named
        if concept not in concepts
    ]
    for part in ("when", "unless"):
        expression = getattr(policy, part) or ""
        problems += [
            document.problem((part,), f"there is no concept {concept!r}")
            for concept in _concepts_named(expression)
            if concept not in concepts
        ]
    if policy.ladder not in {ladder.id for ladder, _ in sources.ladders}:
        problems.append(document.problem(("ladder",), f"there is no ladder {policy.ladder!r}"))
    if policy.card not in {card.id for card, _ in sources.cards}:
        problems.append(document.problem(("card",), f"there is no card {policy.card!r}"))
    return problems


def _condition_problems(policy: Policy, document: Document, compiled: Any) -> list[Problem]:
    problems = []
    for part in ("when", "unless"):
        expression = getattr(policy, part)
        if expression is None:
            continue
        try:
            condition: Condition = compiled(expression)
        except RuntimeError as error:
            found = CEL_PLACE.search(str(error))
            line, column, message = found.groups() if found else ("1", "1", str(error))
            place = document.problem_within((part,), int(line), int(column), f"{part}: {message}")
            problems.append(place)
            continue
        if condition.kind != "BOOL":
            message = f"{part} must be true or false, and is {condition.kind}"
            problems.append(document.problem((part,), message))
    return problems


def _rule(policy: Policy, document: Document) -> dict[str, Any]:
    kept = policy.model_dump(exclude={"cases", "concepts", "patterns", "false_alarms", "title"})
    named = [
        *policy.concepts,
        *_concepts_named(policy.when),
        *(name for _, name in _patterns_named(policy)),
        *([LIKENESS] if LIKENESS_ASKED.search(policy.when) else []),
    ]
    return kept | {
        "title": Words.model_dump(policy.title, by_alias=True),
        "triggers": sorted([*policy.concepts, *policy.patterns]),
        "shows": list(dict.fromkeys(named)),
        "path": document.path,
    }


def _concepts_named(expression: str) -> list[str]:
    return [one or other for one, other in CONCEPT_NAMED.findall(expression)]


def _patterns_named(policy: Policy) -> list[tuple[Loc, str]]:
    listed: list[tuple[Loc, str]] = [
        (("patterns", index), name) for index, name in enumerate(policy.patterns)
    ]
    asked: list[tuple[Loc, str]] = [
        ((part,), name)
        for part in ("when", "unless")
        for name in PATTERN_NAMED.findall(getattr(policy, part) or "")
    ]
    return listed + asked


def _attributes(rule: dict[str, Any]) -> list[str]:
    expressions = f"{rule['when']}\n{rule['unless'] or ''}"
    return [one or other for one, other in ATTRIBUTE_NAMED.findall(expressions)]
