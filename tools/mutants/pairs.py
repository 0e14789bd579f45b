"""Bugs between two cases."""

from tools.mutants.model import CASES, Mutant

MERGING = CASES + "merging.py"

PAIRS = (
    Mutant(
        "a case ends as merged and nothing was taken over",
        "P1",
        MERGING,
        "    if before not in target.absorbed or not _still_owes(target, case, draft.at):\n"
        '        return Refusal("not_absorbed")\n',
        "",
        "two owned S1",
    ),
    Mutant(
        "merging makes firm danger weak",
        "P4",
        MERGING,
        "    if draft.case.suspect and draft.case.firm is draft.case.tier:\n"
        "        draft.emit(confirmed(draft.case.tier))\n",
        "",
        "two cleared S0",
    ),
    Mutant(
        "an answered case swallows unanswered danger",
        "P3",
        MERGING,
        "    elif other.tier.safety_critical and _is_further(case, other):\n"
        '        raise_to(draft, case.tier, "absorbed", suspect=case.suspect)\n',
        "",
        "two owned S1",
    ),
    Mutant(
        "merging forgets whom to call",
        "P1",
        MERGING,
        '    alone = {"K5", "K8"} | ({"K6", "K7", "K13"} - set(case.done))\n',
        "    alone: set[str] = set()\n",
        "two working",
    ),
    Mutant(
        "merging drops the police",
        "P1",
        MERGING,
        "    fault = unfinished(case)\n    if fault:\n        return Refusal(fault)\n",
        "",
        "two working",
    ),
)
