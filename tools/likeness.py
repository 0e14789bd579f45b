"""Learn the weights of likeness from written complaints: ``python -m tools.likeness``.

Reads the labelled rows of ``policies/corpus/written-*.jsonl`` and ``ordinary-*.jsonl`` and writes
``policies/likeness/weights.tsv``.  ``--check`` says whether that file is what comes of them;
``--left-out`` learns from all files but one, and prints what is then made of that one.

A linear support vector machine with squared hinge loss, solved by dual coordinate descent (Hsieh
et al., ICML 2008).  Nothing but sums and products in a fixed order: every machine comes to the
same weights.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from chalicelib.judging.likeness import Likeness, gram_set, length
from chalicelib.judging.normalise import normalise
from tools.corpus import CorpusError, Row, rows
from tools.policies import ROOT

CORPUS = "policies/corpus"
LEARNT = ("written-*.jsonl", "reported-*.jsonl", "ordinary-*.jsonl")
WEIGHTS = Path("policies/likeness/weights.tsv")
BIAS = "<bias>"
# A gram that only one or two rows have says nothing about the next one.
LEAST_ROWS = 3
# How dear a wrong row is, and how much a gram's own contrast counts for how far its weight may
# go; both found by leaving each writer out in turn.
COST = 0.4
BY_CONTRAST = 0.6
PASSES = 30
SCALE = 100  # hundredths of the margin
SHOWN = (0, 20, 40, 60)

type Weights = dict[str, int]
type Example = tuple[list[int], float, float]  # its grams, what each is worth, 1 or -1


def learn(labelled: Sequence[tuple[frozenset[str], bool]], seed: int = 1) -> Weights:
    """Whole weights by gram, with ``BIAS``, from rows of grams and whether each is danger."""
    grams = Counter(gram for found, _ in labelled for gram in found)
    kept = sorted(gram for gram, rows_with in grams.items() if rows_with >= LEAST_ROWS)
    number = {gram: index for index, gram in enumerate([BIAS, *kept])}
    examples = [
        (
            sorted(number[g] for g in found if g in number),
            1.0 / length(found),
            1.0 if danger else -1.0,
        )
        for found, danger in labelled
    ]
    reach = [1.0, *_reach(kept, grams, labelled)]
    weights = _descend(examples, reach, seed)
    whole = {gram: round(weights[index] * SCALE) for gram, index in number.items()}
    return {gram: weight for gram, weight in whole.items() if weight or gram == BIAS}


def _reach(
    kept: Sequence[str],
    grams: Mapping[str, int],
    labelled: Iterable[tuple[frozenset[str], bool]],
) -> list[float]:
    """How freely each gram's weight may move: the more, the more it tells dangers from the rest.

    A gram that both kinds of rows have alike gets its weight from chance; one that nearly only
    one kind has is believed at once (Wang and Manning, ACL 2012, with their logarithm of a ratio
    replaced by the difference over the sum, which no processor rounds in its own way).
    """
    dangers = Counter(gram for found, danger in labelled if danger for gram in found)
    of_dangers = sum(dangers[gram] + 1 for gram in kept)
    of_harmless = sum(grams[gram] - dangers[gram] + 1 for gram in kept)
    contrasts = []
    for gram in kept:
        danger = (dangers[gram] + 1) / of_dangers
        harmless = (grams[gram] - dangers[gram] + 1) / of_harmless
        contrasts.append(abs(danger - harmless) / (danger + harmless))
    mean = sum(contrasts) / len(contrasts) if any(contrasts) else 1.0
    return [1.0 - BY_CONTRAST + BY_CONTRAST * contrast / mean for contrast in contrasts]


def _descend(examples: Sequence[Example], reach: Sequence[float], seed: int) -> list[float]:
    weights = [0.0] * len(reach)  # the first is the bias, a gram that every row has once
    steps = [far * far for far in reach]
    lengths = [1.0 + worth * worth * sum([steps[i] for i in grams]) for grams, worth, _ in examples]
    alphas = [0.0] * len(examples)
    ridge = 0.5 / COST
    order = list(range(len(examples)))
    chance = random.Random(seed)  # noqa: S311  # an order, not a secret
    for _ in range(PASSES):
        chance.shuffle(order)
        for row in order:
            grams, worth, sign = examples[row]
            margin = sign * (weights[0] + worth * sum([weights[index] for index in grams]))
            slope = margin - 1.0 + ridge * alphas[row]
            alpha = max(alphas[row] - slope / (lengths[row] + ridge), 0.0)
            step = (alpha - alphas[row]) * sign
            if step:
                alphas[row] = alpha
                weights[0] += step
                for index in grams:
                    weights[index] += step * worth * steps[index]
    return weights


def written(root: Path = ROOT) -> list[Row]:
    """The rows to learn from, in the order of their files; raises CorpusError."""
    return [row for path in _files(root) for row in rows(path)]


def _files(root: Path) -> list[Path]:
    return sorted(path for name in LEARNT for path in (root / CORPUS).glob(name))


def labelled(found: Iterable[Row]) -> list[tuple[frozenset[str], bool]]:
    """Rows as ``learn`` takes them; those without a label are left out."""
    return [
        (frozenset(gram_set(normalise(row["text"]).text)), bool(row["label"]))
        for row in found
        if row["label"] is not None
    ]


def left_out(root: Path = ROOT) -> Iterator[str]:
    """For each file of rows, what weights that never saw it find in it, and find for nothing."""
    files = {path.name: list(rows(path)) for path in _files(root)}
    known = {name: labelled(found) for name, found in files.items()}
    for name, found in files.items():
        weights = learn([row for other, rows_ in known.items() if other != name for row in rows_])
        likeness = Likeness(weights, weights.pop(BIAS))
        scores = [(bool(r["label"]), likeness.of(normalise(r["text"]).text)) for r in found]
        shares = (
            (least, _share(scores, least, danger=True), _share(scores, least, danger=False))
            for least in SHOWN
        )
        yield f"{name:24} " + "  ".join(f">={at}: {of}, {nothing}" for at, of, nothing in shares)


def _share(scores: Iterable[tuple[bool, int]], least: int, *, danger: bool) -> str:
    mine = [score >= least for label, score in scores if label is danger]
    return f"{sum(mine):>3}/{len(mine):<3}"


def tsv(weights: Mapping[str, int]) -> str:
    """One gram a line with its weight, sorted."""
    return "".join(f"{gram}\t{weights[gram]}\n" for gram in sorted(weights))


def read(text: str) -> Weights:
    """What ``tsv`` wrote; raises ValueError."""
    pairs = (line.rsplit("\t", 1) for line in text.splitlines())
    return {gram: int(weight) for gram, weight in pairs}


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 when the weights were written, or are fresh; else 1."""
    parser = argparse.ArgumentParser(prog="python -m tools.likeness", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when stale")
    parser.add_argument("--left-out", action="store_true", help="each file by all the others")
    options = parser.parse_args(arguments)
    try:
        if options.left_out:
            print("file: dangers found, found for nothing, at each bound")
            for line in left_out():
                print(line)
            return 0
        found = written()
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 1
    learnt = tsv(learn(labelled(found)))
    target = ROOT / WEIGHTS
    if options.check and (not target.is_file() or target.read_text(encoding="utf-8") != learnt):
        print(f"{WEIGHTS} is stale: run `make likeness` and commit it", file=sys.stderr)
        return 1
    if not options.check:
        target.parent.mkdir(exist_ok=True)
        target.write_text(learnt, encoding="utf-8")
    print(f"{len(found)} rows, {learnt.count(chr(10))} weights")
    return 0


if __name__ == "__main__":
    sys.exit(main())
