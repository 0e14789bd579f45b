"""A set of policies of a few lines, sound and quick to compile, whatever the real ones hold."""

import shutil
from pathlib import Path

from tools.policies import ROOT

CONCEPTS = "policies/concepts/small.yaml"
PATTERNS = "policies/patterns/small.yaml"
RULE = "policies/rules/small.yaml"
LEXICON = "policies/lexicons/small.yaml"

SMALL = {
    CONCEPTS: """\
concepts:
  - {id: cue.negation, kind: cue, says: Denies., zh: [没有], en: ["no", not, never]}
  - {id: cue.turn, kind: cue, says: Ends a denial., zh: [但是], en: [but]}
  - {id: cue.if, kind: cue, says: Supposes., zh: [如果], en: [if]}
  - {id: cue.how-to, kind: cue, says: Asks., zh: [怎么办], en: [how do i]}
  - {id: cue.fiction, kind: cue, says: Tells., zh: [电影里], en: [in the film]}
  - {id: cue.figure, kind: cue, says: Figures., zh: [气炸了], en: [melt~ my heart]}
  - id: gadget
    kind: thing
    says: A gadget.
    zh: [电炉]
    en: [stove, toaster]
  - id: melting
    says: It melts.
    zh: [化了, 炸了]
    en: [(turn|turned) liquid, melt~]
    unless: [melted butter]
  - {id: replies, says: Somebody answers., zh: [回消息], en: [answer~]}
  - {id: sibling, kind: thing, says: A sibling., zh: [姐姐], en: [my sister]}
  - {id: mending, says: It was mended., zh: [修好], en: [repaired]}
""",
    PATTERNS: """\
patterns:
  - id: gadget-melts
    says: {en: A gadget melts., zh-CN: 电炉熔化。}
    find:
      - gadget + melting --mending
    match: [the stove melted, 电炉化了]
    near_miss: [the stove is hot]
  - id: sibling-silent
    says: {en: A sibling is silent., zh-CN: 姐姐失联。}
    find: [sibling ~ !replies ~ time>=1h]
    match: [my sister has not answered in four hours]
    near_miss: [my sister answered]
""",
    LEXICON: """\
id: small
title: {en: Small, zh-CN: 小}
zh: [漏电, 电击]
en: [shocked me]
weak: [sparks]
""",
    RULE: """\
id: melts
version: 1
status: live
tier: S2
title: {en: It melts, zh-CN: 熔化}
why: Heat comes before fire.
owner: safety-policy
concepts: [small]
patterns: [gadget-melts, sibling-silent]
when: 'danger_now != "no" && channel != "test"'
unless: kind == "note"
ladder: life-safety
card: fire
runbook: docs/runbooks/a-page-arrived.md
false_alarms: [none known]
cases:
  - {name: a match, lang: en, text: the toaster melted, expect: match}
  - {name: a near-miss, lang: en, text: the toaster is hot, expect: no-match}
  - {name: 命中, lang: zh-CN, text: 电炉化了, expect: match}
  - {name: 不命中, lang: zh-CN, text: 电炉很好, expect: no-match}
""",
}


def write_small(root: Path) -> Path:
    """Write them below ``root``, beside the real ladders, cards, calendars and delegations."""
    for folder in ("ladders", "cards", "calendars", "delegation"):
        shutil.copytree(ROOT / "policies" / folder, root / "policies" / folder)
    for name, text in SMALL.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def change(root: Path, name: str, old: str, new: str) -> None:
    """Replace a text that stands in a file exactly once."""
    text = (root / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    (root / name).write_text(text.replace(old, new), encoding="utf-8")
