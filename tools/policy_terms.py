"""How compliance staff write many terms as one: ``(a|b)``, ``(a|)``, and ``~`` after a verb.

``my (son|daughter) (was|got) burn~`` stands for each combination, with the verb in all its forms.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

from chalicelib.judging.english import ENGLISH
from chalicelib.judging.normalise import normalise

MOST = 2000  # forms of one written term
VOWELS = frozenset("aeiou")
LONGEST_VERB_DOUBLED = 6  # "happen" keeps its single letter, and both forms do no harm


def forms(written: str) -> list[str]:
    """Every term that ``written`` stands for; raises ValueError when it is ill-formed or too wide.

    ``(a|b)`` is one of them, ``(a|)`` may be left out, and ``~`` inflects the word before it.
    """
    texts, at = _row(written, 0)
    if at < len(written):
        raise ValueError(f"there is a ')' too many in {written!r}")
    spelled = [form for text in texts for form in _inflected(text)]
    if len(spelled) > MOST:
        raise ValueError(f"{written!r} stands for more than {MOST} terms")
    return list(dict.fromkeys(spelled))


@cache
def folded(written: str) -> tuple[str, ...]:
    """The same, as texts are folded; one build asks more than once, and tests ask in every build.

    Raises ValueError as ``forms`` does.
    """
    return tuple(dict.fromkeys(normalise(form).text for form in forms(written)))


def shortest(terms: Iterable[str]) -> list[str]:
    """The terms that no other one begins: what is found by "kicked me" needs no "kicked me out".

    Sorted. A Latin word is begun by whole words only, as it is looked for.
    """
    known = set(terms)
    return sorted(term for term in known if not any(term[:at] in known for at in _ends(term)))


def _ends(term: str) -> Iterator[int]:
    """Where a shorter term could end that begins this one."""
    for at in range(1, len(term)):
        if term[at] == " " or not (term[at - 1].isascii() and term[at].isascii()):
            yield at


def _row(written: str, at: int) -> tuple[list[str], int]:
    """The texts of a row of letters and groups, up to a ``|``, a ``)`` or the end."""
    texts = [""]
    while at < len(written) and written[at] not in "|)":
        if written[at] == "(":
            choices, at = _group(written, at + 1)
            texts = [text + choice for text in texts for choice in choices]
            if len(texts) > MOST:
                raise ValueError(f"{written!r} stands for more than {MOST} terms")
        else:
            texts = [text + written[at] for text in texts]
            at += 1
    return texts, at


def _group(written: str, at: int) -> tuple[list[str], int]:
    choices: list[str] = []
    while True:
        texts, at = _row(written, at)
        choices += texts
        if at >= len(written):
            raise ValueError(f"a '(' is not closed in {written!r}")
        at += 1
        if written[at - 1] == ")":
            break
    return choices, at


def _inflected(text: str) -> list[str]:
    if "~" not in text:
        return [text]
    words = [_forms_of(word[:-1]) if word.endswith("~") else [word] for word in text.split(" ")]
    if any("~" in form for word in words for form in word):
        raise ValueError(f"'~' stands only at the end of a word: {text!r}")
    return [" ".join(choice) for choice in product(*words)]


def _forms_of(stem: str) -> list[str]:
    """The forms of a verb, also when its silent "e" was left off: ``chok~`` is choke, choking."""
    forms = verb_forms(stem)
    return forms + verb_forms(stem + "e") if stem + "e" in ENGLISH else forms


def verb_forms(verb: str) -> list[str]:
    """A regular English verb as ``fail, fails, failed, failing``, with its usual spelling."""
    if verb.endswith("e") and not verb.endswith("ee"):
        return [verb, verb + "s", verb + "d", verb[:-1] + "ing"]
    if verb.endswith("y") and verb[-2:-1] not in VOWELS:
        return [verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return [verb, verb + "es", verb + "ed", verb + "ing"]
    plain = [verb, verb + "s", verb + "ed", verb + "ing"]
    if _doubles(verb):
        plain += [verb + verb[-1] + "ed", verb + verb[-1] + "ing"]
    return plain


def _doubles(verb: str) -> bool:
    """Whether the last letter may be doubled: stop, stopped."""
    tail = verb[-3:]
    return (
        len(tail) == len("cvc")
        and len(verb) <= LONGEST_VERB_DOUBLED
        and tail[0] not in VOWELS
        and tail[1] in VOWELS
        and tail[2] not in VOWELS | frozenset("wxyh")
    )
