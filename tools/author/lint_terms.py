"""Terms that contradict each other, are never found, or add nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.judging.concepts import FIGURE
from chalicelib.judging.normalise import normalise
from chalicelib.judging.rulebook import Rulebook
from tools.author.remarks import Remark
from tools.policy_compile import WEAK
from tools.policy_sources import Sources
from tools.policy_terms import folded
from tools.policy_yaml import Document, Loc

HAN_FIRST, HAN_LAST = "\u3400", "\u9fff"


@dataclass(frozen=True)
class Written:
    """One entry of a list of terms, and every folded term that it stands for."""

    concept: str
    field: str
    text: str
    terms: tuple[str, ...]
    document: Document
    loc: Loc
    lexicon: bool

    def remark(self, kind: str, message: str) -> Remark:
        """A remark where the entry stands."""
        return Remark(self.document.problem(self.loc, message), kind)


def written_terms(sources: Sources) -> list[Written]:
    """Every entry of every lexicon and concept that can be read."""
    found: list[Written] = []
    for lexicon, document in sources.lexicons:
        for field, name in (("zh", lexicon.id), ("en", lexicon.id), ("weak", lexicon.id + WEAK)):
            found += _entries(name, field, getattr(lexicon, field), document, (), lexicon=True)
    for file, document in sources.concepts:
        for index, concept in enumerate(file.concepts):
            for field in ("zh", "en", "unless"):
                texts = getattr(concept, field)
                loc = ("concepts", index)
                found += _entries(concept.id, field, texts, document, loc, lexicon=False)
    return found


def _entries(
    concept: str, field: str, texts: Iterable[str], document: Document, loc: Loc, *, lexicon: bool
) -> Iterator[Written]:
    for index, text in enumerate(texts):
        try:
            terms = folded(text)
        except ValueError:
            continue  # the build has said what is wrong with it
        terms = tuple(term for term in terms if term)
        if terms:
            yield Written(concept, field, text, terms, document, (*loc, field, index), lexicon)


def lint_terms(sources: Sources, bundle: Mapping[str, Any], rulebook: Rulebook) -> list[Remark]:
    """Everything about single terms."""
    entries = written_terms(sources)
    own = list(_own_exceptions(entries))
    known = {remark.problem.line for remark in own}
    lost = [one for one in _never_found(entries, bundle, rulebook) if one.problem.line not in known]
    return [*own, *lost, *_strong_and_weak(entries), *_twice(entries), *_idle(entries, bundle)]


def term_errors(sources: Sources, bundle: Mapping[str, Any]) -> list[Remark]:
    """Only what fails a build, and only looked for where the bundle shows that it is there."""
    excepts = bundle["excepts"]
    if not any(set(terms) & set(excepts.get(c, ())) for c, terms in bundle["concepts"].items()):
        return []
    return list(_own_exceptions(written_terms(sources)))


def _own_exceptions(entries: Iterable[Written]) -> Iterator[Remark]:
    phrases: dict[str, set[str]] = {}
    for entry in entries:
        if entry.field == "unless":
            phrases.setdefault(entry.concept, set()).update(entry.terms)
    for entry in entries:
        if entry.field != "unless" and set(entry.terms) <= phrases.get(entry.concept, set()):
            message = f"{entry.text!r} is a term of {entry.concept!r}, and its unless takes it out"
            yield entry.remark("term-and-unless", message)


def _strong_and_weak(entries: Iterable[Written]) -> Iterator[Remark]:
    """Within one lexicon the build itself refuses it."""
    strong: dict[str, str] = {}
    for entry in entries:
        if entry.lexicon and entry.field != "weak":
            strong |= dict.fromkeys(entry.terms, entry.concept)
    for entry in entries:
        if entry.lexicon and entry.field == "weak":
            for term in entry.terms:
                other = strong.get(term)
                if other and other != entry.concept.removesuffix(WEAK):
                    message = f"{term!r} is weak here, and strong in the lexicon {other!r}"
                    yield entry.remark("strong-and-weak", message)


def _never_found(
    entries: Iterable[Written], bundle: Mapping[str, Any], rulebook: Rulebook
) -> Iterator[Remark]:
    """Whatever covers a term that stands alone covers it in every text."""
    for entry in entries:
        if entry.field == "unless" or entry.concept not in bundle["concepts"]:
            continue
        if any(entry.concept in rulebook.finder.find(normalise(term)) for term in entry.terms):
            continue
        message = f"{entry.text!r} is never found: {_cover(entry, bundle)}"
        yield entry.remark("term-never-found", message)


def _cover(entry: Written, bundle: Mapping[str, Any]) -> str:
    term = entry.terms[0]
    if term in bundle["excepts"].get(entry.concept, ()):
        return "an unless covers it"
    if term in bundle["concepts"].get(FIGURE, ()):
        return "it is a figure of speech"
    for mask in bundle["masks"]:
        if entry.concept in mask["concepts"] and re.search(mask["pattern"], term):
            return f"the mask {mask['id']!r} covers it"
    return "a figure of speech covers it"


def _twice(entries: Iterable[Written]) -> Iterator[Remark]:
    first: dict[str, Written] = {}
    for entry in entries:
        if not entry.lexicon:
            continue
        for term in entry.terms:
            other = first.setdefault(term, entry)
            if other.document is not entry.document:
                message = f"{term!r} is in {other.document.path} too"
                yield entry.remark("term-in-two-lexicons", message)


def _idle(entries: Iterable[Written], bundle: Mapping[str, Any]) -> Iterator[Remark]:
    """Chinese terms in which another of the same concept is found anyway.

    One whose shorter term has an exception may be there on purpose.
    """
    of_concept: dict[str, dict[str, Written]] = {}
    for entry in entries:
        if entry.field != "unless":
            of_concept.setdefault(entry.concept, {}).update(dict.fromkeys(entry.terms, entry))
    figures = bundle["concepts"].get(FIGURE, [])
    for concept, terms in of_concept.items():
        if concept.startswith("cue."):
            continue  # how far a cue reaches goes by its length
        chinese = {term for term in terms if any(HAN_FIRST <= c <= HAN_LAST for c in term)}
        held = "\n".join([*bundle["excepts"].get(concept, ()), *figures])
        free = {term for term in chinese if term not in held}
        longest = max(map(len, free), default=0)
        told: set[Loc] = set()
        for term in sorted(chinese):
            inside = _inside(term, free, longest)
            entry = terms[term]
            if not inside or entry.loc in told:
                continue
            if all(_inside(other, free, longest) for other in entry.terms):
                told.add(entry.loc)
                message = f"{entry.text!r} adds nothing: {concept!r} finds {inside!r} in it"
                yield entry.remark("term-adds-nothing", message)


def _inside(term: str, others: set[str], longest: int) -> str:
    """Another term that stands within this one; empty when there is none."""
    for size in range(min(len(term) - 1, longest), 0, -1):
        for at in range(len(term) - size + 1):
            if term[at : at + size] in others:
                return term[at : at + size]
    return ""
