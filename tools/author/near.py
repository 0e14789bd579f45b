"""What nearly fired, and why not: of patterns, the way that came closest."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from chalicelib.judging.concepts import Span
from chalicelib.judging.normalise import Normalised
from chalicelib.judging.patterns import Part, Way, is_bound
from chalicelib.judging.reading import Reading, Stance
from tools.author.book import Book
from tools.author.hidden import Hidden, Hits

MOST = 15
# How far each reason is from firing: one word hidden is nearer than one that is not there.
WHEN, EXCUSED, STANCE, COVERED, SPOILED, APART, MISSING = 0.5, 0.4, 1.0, 1.2, 0.8, 1.5, 3.0
IDLE = 5.0
THING = 0.5  # that a thing is named counts for so much of an event


@dataclass(frozen=True, slots=True)
class Mark:
    """Code points ``start`` to ``end`` of the text as received, what they are, and how they count.

    ``how`` is fired, near (told of as near), or found (of no consequence here).
    """

    start: int
    end: int
    concept: str
    how: str


@dataclass(frozen=True, slots=True)
class Near:
    """One thing that nearly fired: ``why`` names a sentence of ``tools.author.words``."""

    far: float
    about: str
    why: str
    values: Mapping[str, str]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A text with all that the judge found in it, and all that was hidden from the judge."""

    folded: Normalised
    hits: Hits
    hidden: tuple[Hidden, ...]
    reading: Reading = field(compare=False)

    def words(self, span: Span) -> str:
        """The words as they were received."""
        start, end = self.folded.span(*span)
        return self.folded.received[start:end]

    def mark(self, span: Span, concept: str, how: str = "near") -> Mark:
        """A place in the text as it was received."""
        return Mark(*self.folded.span(*span), concept, how)


def near_patterns(
    book: Book, seen: Seen, held: Mapping[str, object], fired: Collection[str]
) -> list[Near]:
    """For each pattern that does not hold, what its nearest way lacks; at most one thing each.

    Last come those of which every rule has fired (``fired``) without them.
    """
    used: dict[str, list[str]] = {}
    for rule in book.bundle["rules"]:
        for name in rule["shows"]:
            used.setdefault(name, []).append(rule["id"])
    found = []
    here = seen.hits.keys() | {one.concept for one in seen.hidden}
    for pattern, ways in book.ways.items():
        if pattern in held:
            if pattern not in used:
                found.append(Near(WHEN, pattern, "unasked", {}))
            continue
        tried = [near for way in ways if way.needs & here for near in _near(book, seen, way)]
        if tried:
            near = min(tried, key=lambda near: near.far)
            idle = all(rule in fired for rule in used.get(pattern, ()))
            found.append(replace(near, far=near.far + IDLE) if idle else near)
    return found


def _near(book: Book, seen: Seen, way: Way) -> Iterator[Near]:
    """What one way lacks, if it lacks one thing only."""
    lacking = [part for part in way.parts if not part.spans(seen.reading)]
    if len(lacking) > 1:
        return
    if lacking:
        near = _lacking(book, seen, way, lacking[0])
        if near:
            yield near
        return
    bare = replace(way, not_in_sentence=(), not_at_all=())
    if bare.find(seen.reading):
        yield from _spoiled(seen, way)
    else:
        yield _apart(seen, bare)


def _lacking(book: Book, seen: Seen, way: Way, part: Part) -> Near | None:
    """The one part that is not there: said otherwise, hidden, or missing."""
    rest = [other for other in way.parts if other is not part]
    far = _weight(book, way, rest)
    marks = tuple(
        seen.mark(other.spans(seen.reading)[0], other.concept)
        for other in rest
        if other.spans(seen.reading)
    )
    hits = seen.hits.get(part.concept, ())
    if hits:
        return _stance(seen, way, part, far, marks)
    hidden = next((one for one in seen.hidden if one.concept == part.concept), None)
    if hidden:
        return covered(seen, way.pattern, hidden, far + COVERED, marks)
    if not _tells(book, rest):
        return None
    values = {
        "has": ", ".join(f"{mark.concept} “{_text(seen, mark)}”" for mark in marks),
        "lacks": part.concept,
    }
    return Near(far + MISSING, way.pattern, "missing", values, marks)


def _tells(book: Book, rest: list[Part]) -> bool:
    """Whether what is there is worth telling: an event, or a thing and something besides."""
    plain = frozenset(book.bundle["plain"])
    named = [part.concept for part in rest if not is_bound(part.concept)]
    return (len(rest) > 1 and bool(named)) or any(concept not in plain for concept in named)


def _weight(book: Book, way: Way, rest: list[Part]) -> float:
    """Less for each part that is there, and for things only half as much less."""
    plain = frozenset(book.bundle["plain"])
    there = sum(THING if part.concept in plain or is_bound(part.concept) else 1 for part in rest)
    return (len(way.parts) - there) / len(way.parts)


def _text(seen: Seen, mark: Mark) -> str:
    return seen.folded.received[mark.start : mark.end]


def _stance(seen: Seen, way: Way, part: Part, far: float, marks: tuple[Mark, ...]) -> Near:
    """It is there, and said in another way than the pattern asks for."""
    span = seen.hits[part.concept][0]
    how = next(
        stance.name.lower()
        for stance in (Stance.SAID, Stance.DENIED, Stance.SUPPOSED)
        if span in seen.reading.spans(part.concept, stance)
    )
    wanted = "denied" if part.stance is Stance.DENIED else "said"
    values = {"concept": part.concept, "words": seen.words(span)}
    marks = (*marks, seen.mark(span, part.concept))
    why = how if wanted == "said" else f"{how}_not_denied"
    return Near(far + STANCE, way.pattern, why, values, marks)


def covered(
    seen: Seen, about: str, hidden: Hidden, far: float, marks: tuple[Mark, ...] = ()
) -> Near:
    """It is there, inside a figure of speech, a mask or an ``unless``."""
    values = {
        "concept": hidden.concept,
        "words": seen.words(hidden.span),
        "cover": seen.words(hidden.cover),
        "name": hidden.name,
    }
    marks = (*marks, seen.mark(hidden.span, hidden.concept))
    return Near(far, about, hidden.by, values, marks)


def _spoiled(seen: Seen, way: Way) -> Iterator[Near]:
    """All of it is there, and so is something that must not be."""
    for why, names in (("in_text", way.not_at_all), ("in_sentence", way.not_in_sentence)):
        for name in names:
            if name in seen.hits:
                span = seen.hits[name][0]
                values = {"concept": name, "words": seen.words(span)}
                yield Near(SPOILED, way.pattern, why, values, (seen.mark(span, name),))
                return


def _apart(seen: Seen, way: Way) -> Near:
    """All parts are there; the first joint that does not hold, and what is wrong with it."""
    reading = seen.reading
    count = next(
        number
        for number in range(2, len(way.parts) + 1)
        if not replace(way, parts=way.parts[:number]).find(reading)
    )
    one, other = way.parts[count - 2], way.parts[count - 1]
    first, second = _closest(one, other, reading)
    left, right = sorted((first, second))
    gap = right[0] - left[1]
    latin, chinese = other.reach
    reach = latin if reading.text[left[1] - 1].isascii() else chinese
    if gap < 0:
        why = "same"
    elif other.ordered and second < first:
        why = "order"
    elif other.scope != "text" and reading.sentence(left[0]) != reading.sentence(right[0]):
        why = "sentences"
    elif other.scope == "clause" and reading.clause(left[0]) != reading.clause(right[0]):
        why = "clauses"
    else:
        why = "distance" if gap > reach else "rest"
    values = {
        "one": f"{one.concept} “{seen.words(first)}”",
        "other": f"{other.concept} “{seen.words(second)}”",
        "gap": str(gap),
        "reach": str(reach),
    }
    marks = (seen.mark(first, one.concept), seen.mark(second, other.concept))
    return Near(APART - 1 / len(way.parts), way.pattern, why, values, marks)


def _closest(one: Part, other: Part, reading: Reading) -> tuple[Span, Span]:
    pairs = [(a, b) for a in one.spans(reading)[:20] for b in other.spans(reading)[:20]]
    return min(pairs, key=lambda pair: abs(pair[0][0] - pair[1][0]))
