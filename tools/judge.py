"""Judge complaints: ``python -m tools.judge IN.jsonl > OUT.jsonl``.

In: rows with ``id, lang, text`` and, if known, facts such as ``channel`` or ``danger_now``.
Out: rows with ``id, tier, suspect, safety_critical, policies, spans``; a span is
``[start, end, policy, what]``, in code points of the text as it came.
"""

import argparse
import json
import sys
from pathlib import Path
from signal import SIG_DFL, SIGPIPE, signal

from chalicelib.bundle import load_bundle
from chalicelib.judging.judge import judge
from chalicelib.judging.judgment import Judgment
from chalicelib.judging.rulebook import Rulebook
from chalicelib.terms import Tier
from tools.corpus import CorpusError, Row, rows, statement
from tools.policies import ROOT, compile_policies
from tools.policy_yaml import SourceError

SAFETY_CRITICAL = frozenset({Tier.S0, Tier.S1, Tier.S2})


def rulebook(*, sources: bool, root: Path = ROOT) -> Rulebook:
    """The rules as deployed, or as ``policies/`` says now; raises SourceError."""
    return Rulebook.from_bundle(compile_policies(root, cases=False) if sources else load_bundle())


def judged(row: Row, book: Rulebook) -> Judgment:
    """The judgment of one row."""
    return judge(statement(row), book)


def answer(row: Row, judgment: Judgment) -> Row:
    """What is written for one row."""
    return {
        "id": row["id"],
        "tier": judgment.tier.value,
        "suspect": judgment.suspect,
        "safety_critical": judgment.tier in SAFETY_CRITICAL,
        "policies": [finding.policy for finding in judgment.findings],
        "spans": [
            [match.start, match.end, finding.policy, match.concept]
            for finding in judgment.findings
            for match in finding.matches
        ],
    }


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 when every row was judged, 1 when one cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m tools.judge", description=__doc__)
    parser.add_argument("complaints", type=Path, help="JSON Lines, also gzipped")
    parser.add_argument("--sources", action="store_true", help="judge by policies/ as it is now")
    options = parser.parse_args(arguments)
    try:
        book = rulebook(sources=options.sources)
        for row in rows(options.complaints):
            print(json.dumps(answer(row, judged(row, book)), ensure_ascii=False))
    except (CorpusError, SourceError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    signal(SIGPIPE, SIG_DFL)  # whoever reads may have seen enough: ``… | head``
    sys.exit(main())
