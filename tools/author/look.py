"""Look at one text as its author wants to see it: what fired and why, and what nearly did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.judging.concepts import Span
from chalicelib.judging.judge import LIKENESS, judge
from chalicelib.judging.judgment import Finding, Judgment
from chalicelib.judging.normalise import normalise
from chalicelib.judging.reading import Reading
from chalicelib.judging.statement import Statement
from tools.author.asked import near_rules
from tools.author.book import Book
from tools.author.near import MOST, Mark, Near, Seen, near_patterns


@dataclass(frozen=True, slots=True)
class Piece:
    """A concept or a bound, with the words that were found for it."""

    concept: str
    words: str


@dataclass(frozen=True, slots=True)
class Held:
    """A pattern or a concept that made a rule fire; a pattern has a piece for each of its parts."""

    name: str
    says: Mapping[str, str]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that holds, with why it is there and what it holds on."""

    finding: Finding
    live: bool
    why: str
    ladder: str
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that is shown of one text; ``marks`` are in order and do not overlap."""

    text: str
    judgment: Judgment
    fired: tuple[Fired, ...]
    near: tuple[Near, ...]
    marks: tuple[Mark, ...]
    more: int


def look(book: Book, statement: Statement) -> Look:
    """Judge the statement, and say all that can be said about it."""
    judgment = judge(statement, book.rulebook)
    folded = normalise(statement.text)
    hits = book.rulebook.finder.find(folded)
    hidden = tuple(book.hiding.find(folded, hits))
    seen = Seen(folded, hits, hidden, Reading(folded.text, hits))
    patterns = book.rulebook.patterns.find(seen.reading)
    findings = [(finding, True) for finding in judgment.findings]
    findings += [(finding, False) for finding in judgment.shadow]
    fired = tuple(_fired(book, seen, finding, patterns) for finding, _ in findings)
    names = {finding.policy for finding, _ in findings}
    near = near_patterns(book, seen, patterns, names)
    near += near_rules(book, seen, judgment.facts, names)
    near.sort(key=lambda one: (one.far, one.about))
    marks = [Mark(m.start, m.end, m.concept, "fired") for f, _ in findings for m in f.matches]
    marks += [mark for one in near[:MOST] for mark in one.marks]
    more = max(len(near) - MOST, 0)
    return Look(statement.text, judgment, fired, tuple(near[:MOST]), tuple(_apart(marks)), more)


def _fired(
    book: Book,
    seen: Seen,
    finding: Finding,
    patterns: Mapping[str, Sequence[Span]],
) -> Fired:
    rule = book.rules[finding.policy]
    held = [
        _held(book, seen, name) for name in rule["shows"] if name in patterns or name in seen.hits
    ]
    if LIKENESS in rule["shows"]:
        likeness = book.rulebook.likeness
        spans = likeness.spans(likeness.weigh(seen.reading.text))
        held.append(_said(book, LIKENESS, [seen.words(span) for span in spans]))
    return Fired(
        finding, rule["status"] == "live", str(rule["why"]), str(rule["ladder"]), tuple(held)
    )


def _held(book: Book, seen: Seen, name: str) -> Held:
    says = book.says.get(name, {})
    for way in book.ways.get(name, ()):
        spans = way.find(seen.reading)
        if spans:
            pairs = zip(way.parts, spans, strict=True)
            pieces = tuple(Piece(part.concept, seen.words(span)) for part, span in pairs)
            return Held(name, says, pieces)
    return _said(book, name, [seen.words(span) for span in seen.hits.get(name, ())])


def _said(book: Book, name: str, words: Sequence[str]) -> Held:
    pieces = tuple(Piece(name, said) for said in dict.fromkeys(words))
    return Held(name, book.says.get(name, {}), pieces)


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    """In order and without overlaps: what fired before what is near, and the longest first."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.how != "fired", m.start - m.end, m.start)):
        if all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda mark: mark.start)
