"""What nearly fired of the rules: those that were asked, and said no."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from chalicelib.judging.conditions import Condition, compiler
from chalicelib.judging.facts import KINDS
from tools.author.book import Book
from tools.author.near import COVERED, EXCUSED, WHEN, Near, Seen, covered

NAMED = re.compile(rf"\b({'|'.join(KINDS)})\b(?:\.(\w+))?")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
LONGEST = 120


def near_rules(book: Book, seen: Seen, facts: Mapping[str, object], fired: set[str]) -> list[Near]:
    """Rules of which a trigger was found, or hidden, and which do not hold."""
    found: list[Near] = []
    patterns = set(_texts(facts["patterns"]))
    hidden = {one.concept: one for one in reversed(seen.hidden)}
    for rule in book.rulebook.rules:
        if rule.id in fired or not rule.triggers:
            continue
        named = sorted(rule.triggers & (seen.hits.keys() | patterns))
        written = book.rules[rule.id]
        if named:
            found += _refused(seen, written, named, facts, rule.when, rule.unless)
        elif gone := sorted(rule.triggers & hidden.keys()):
            found.append(covered(seen, rule.id, hidden[gone[0]], COVERED + rule.tier.rank / 10))
    return found


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _refused(
    seen: Seen,
    rule: Mapping[str, object],
    named: list[str],
    facts: Mapping[str, object],
    when: Condition | None,
    unless: Condition | None,
) -> Iterator[Near]:
    """Why a rule whose trigger was found does not hold."""
    marks = tuple(seen.mark(span, name) for name in named for span in seen.hits.get(name, ())[:2])
    values = {"found": ", ".join(named)}
    rank = int(str(rule["tier"])[1]) / 10
    if when is not None and when.ask(facts) is False:
        wrong = false_parts(str(rule["when"]), facts)
        values |= {"condition": _short(" && ".join(wrong)), "facts": _said(" ".join(wrong), facts)}
        yield Near(WHEN + len(wrong) / 4 + rank, str(rule["id"]), "when", values, marks)
    elif unless is not None and unless.ask(facts) is True:
        condition = str(rule["unless"])
        values |= {"condition": _short(condition), "facts": _said(condition, facts)}
        yield Near(EXCUSED + rank, str(rule["id"]), "excused", values, marks)


def false_parts(condition: str, facts: Mapping[str, object]) -> list[str]:
    """Of a condition's parts, joined by ``&&`` at the top, those that are false."""
    parts = conjuncts(condition)
    return [part for part in parts if _compiled(part).ask(facts) is not True] or parts


def conjuncts(condition: str) -> list[str]:
    """The parts that ``&&`` joins at the top, each without needless blanks; one if ``||`` does."""
    depth, start, found, at = 0, 0, [], 0
    text = " ".join(condition.split())
    hidden = QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    while at < len(hidden):
        depth += (hidden[at] in "([{") - (hidden[at] in ")]}")
        if depth == 0 and hidden.startswith("||", at):
            return [text]
        if depth == 0 and hidden.startswith("&&", at):
            found.append(text[start:at].strip())
            start = at = at + 2
            continue
        at += 1
    return [*found, text[start:].strip()]


@lru_cache(maxsize=512)
def _compiled(condition: str) -> Condition:
    return compiler()(condition)


def _said(condition: str, facts: Mapping[str, object]) -> str:
    """What the facts that a condition names are, except the long lists."""
    said = {}
    for fact, attribute in NAMED.findall(QUOTED.sub("", condition)):
        if fact == "attributes":
            given = facts["attributes"]
            if attribute and isinstance(given, Mapping):
                said[f"attributes.{attribute}"] = given.get(attribute, "not given")
        elif fact not in {"concepts", "patterns", "counts"}:
            said[fact] = facts[fact]
    return ", ".join(f"{name} = {_value(value)}" for name, value in said.items())


def _value(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) and value != "not given" else str(value).lower()


def _short(condition: str) -> str:
    return condition if len(condition) <= LONGEST else condition[: LONGEST - 1] + "…"
