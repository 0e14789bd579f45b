"""How long judging takes: by length, against one ``re`` alternation and bare Aho-Corasick.

``make bench-judge``. Each goes over the same texts, one pass after the other in one process and
three times round, so that the ratios hold on a noisy machine and none has its memory swept by
another between two texts. The alternation, hundreds of times slower, goes over a few texts only,
and once. Texts of one length are the evaluation set's complaints laid end to end and cut:
nearly every clause is a danger, so they take about twice as long as what people send; the
complaints whole, one by one, come after them. ``loop`` is what the machine needs for a thousand
turns of an empty loop, beside which times of two machines may be compared. The last line is JSON.
"""

import json
import re
import statistics
import sys
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

from ahocorasick_rs import AhoCorasick

from chalicelib.bundle import load_bundle
from chalicelib.judging.judge import judge
from chalicelib.judging.normalise import normalise
from chalicelib.judging.rulebook import Rulebook
from chalicelib.judging.statement import Statement
from tools.corpus import rows
from tools.policies import ROOT

TEXTS = ROOT / "policies" / "corpus" / "evaluation.jsonl"
LENGTHS = (50, 200, 1_000, 5_000, 20_000)
TIMES = 300  # texts a length, fewer of the long ones
ROUNDS = 3
SLOW_TEXTS, SLOW_CHARS = 30, 10_000  # what the alternation is given, at most, but one text at least
HOSTILE_BYTES = 20_000
HOSTILE_TIMES = 5


def texts(language: str, length: int, most: int) -> list[str]:
    """Texts of one length, cut from the evaluation set's complaints laid end to end."""
    whole = " ".join(row["text"] for row in rows(TEXTS) if row["lang"] == language)
    while len(whole) < length * most:
        whole += " " + whole
    return [whole[at * length : (at + 1) * length] for at in range(most)]


def hostile(bundle: dict[str, Any]) -> dict[str, str]:
    """Texts of 20 kB made to be slow: one term or sign over and over, or everything at once."""
    terms = [term for concept in sorted(bundle["concepts"]) for term in bundle["concepts"][concept]]
    seeds = {
        "letter": "a",
        "negation": "不",
        "danger": "着火",
        "spaced": "救 命 ",
        "drawn out": "heeeeelp ",
        "drawn out once": "h" + "e" * HOSTILE_BYTES,
        "if": "if ",
        "number": "1个",
        "clauses": "not on fire, ",
        "told": "电影里昨晚着火 ",
        "of a book": "作者的小说故事读完我被打着火,",
        "signs": ",.;!?",
        "accents": "e\u0301\u200b",
        "every term": " ".join(terms),
        "every tenth term": "".join(terms[::10]),
    }
    return {name: _filled(seed) for name, seed in seeds.items()}


def _filled(seed: str) -> str:
    size = len(seed.encode())
    return (seed * (HOSTILE_BYTES // size + 1)).encode()[:HOSTILE_BYTES].decode(errors="ignore")


def seconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    start = perf_counter()
    call()
    return perf_counter() - start


def _timed(call: Callable[[str], object], given: Sequence[str]) -> list[float]:
    return [seconds(partial(call, text)) for text in given]


def _judged(book: Rulebook) -> Callable[[str], object]:
    return lambda text: judge(Statement(text=text), book)


def _found(automaton: AhoCorasick) -> Callable[[str], object]:
    return lambda text: automaton.find_matches_as_indexes(text, overlapping=True)


def compared(book: Rulebook, bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """For each language and length: the judge, the alternation and the bare automaton."""
    terms = sorted({t for c in bundle["concepts"].values() for t in c}, key=len, reverse=True)
    alternation = re.compile("|".join(map(re.escape, terms)))
    automaton = AhoCorasick(terms)
    found = []
    for language in ("zh", "en"):
        for length in LENGTHS:
            given = texts(language, length, max(TIMES * 200 // max(length, 200), 5))
            folded = [normalise(text).text for text in given]
            passes: dict[str, Callable[[], list[float]]] = {
                "judge": partial(_timed, _judged(book), given),
                "aho_corasick": partial(_timed, _found(automaton), folded),
            }
            few = max(min(SLOW_TEXTS, SLOW_CHARS // length), 1)
            slow = folded[:: max(len(folded) // few, 1)][:few]
            took: dict[str, list[float]] = {name: [] for name in passes}
            took["re"] = _timed(lambda text: list(alternation.finditer(text)), slow)
            for _ in range(ROUNDS):
                for name, run in passes.items():
                    took[name] += run()
            p50 = {name: statistics.median(those) for name, those in took.items()}
            size = statistics.mean(len(t.encode()) for t in texts(language, length, 5))
            found.append(
                {
                    "lang": language,
                    "chars": length,
                    "p50_us": round(p50["judge"] * 1e6, 1),
                    "mb_per_s": round(size / p50["judge"] / 1e6, 2),
                    "re_over_judge": round(p50["re"] / p50["judge"], 1),
                    "judge_over_aho_corasick": round(p50["judge"] / p50["aho_corasick"], 1),
                }
            )
    return found


def whole(book: Rulebook) -> list[dict[str, Any]]:
    """For each language: the evaluation set's complaints as they are, none twice."""
    found = []
    for language in ("zh", "en"):
        given = [row["text"] for row in rows(TEXTS) if row["lang"] == language]
        took = [span for _ in range(ROUNDS) for span in _timed(_judged(book), given)]
        chars = round(statistics.median(map(len, given)))
        p50 = round(statistics.median(took) * 1e6, 1)
        found.append({"lang": language, "complaints": len(given), "chars": chars, "p50_us": p50})
    return found


def loop_us() -> float:
    """How long this machine takes for a thousand turns of an empty loop."""

    def thousand() -> None:
        for _ in range(1_000):
            pass

    return round(statistics.median(seconds(thousand) for _ in range(1_000)) * 1e6, 1)


def main() -> int:
    """Print a table, and as the last line the same as JSON."""
    bundle = load_bundle()
    book = Rulebook.from_bundle(bundle)
    table = compared(book, bundle)
    print("lang  chars    p50 µs    MB/s   re/judge  judge/AC")
    for row in table:
        print(
            f"{row['lang']:<5}{row['chars']:>6}{row['p50_us']:>10}{row['mb_per_s']:>8}"
            f"{row['re_over_judge']:>11}{row['judge_over_aho_corasick']:>10}"
        )
    singles, loop = whole(book), loop_us()
    for row in singles:
        print(
            f"{row['lang']}: {row['complaints']} whole complaints, half of them over "
            f"{row['chars']} characters: {row['p50_us']} µs"
        )
    print(f"a thousand turns of an empty loop: {loop} µs")
    attacks = {
        name: round(
            1e3
            * min(
                seconds(lambda t=text: judge(Statement(text=t), book))  # type: ignore[misc]
                for _ in range(HOSTILE_TIMES)
            ),
            2,
        )
        for name, text in hostile(bundle).items()
    }
    for name, took in sorted(attacks.items(), key=lambda item: -item[1]):
        print(f"hostile 20 kB, {name}: {took} ms")
    result = {
        "terms": sum(map(len, bundle["concepts"].values())),
        "by_length": table,
        "whole": singles,
        "loop": loop,
    }
    print(json.dumps(result | {"hostile_ms": attacks, "worst_ms": max(attacks.values())}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
