"""Start a policy: a draft with its cases in both languages and, if wanted, a pattern of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.author.schema import modeline
from tools.policies import ROOT
from tools.policy_sources import Sources, gather
from tools.policy_terms import forms

NOTES = {
    "en": "Write the cases first, from life and without names; then when, unless and the words.",
    "zh": "先写案例，取自真实投诉，不留姓名；再写条件、例外和用词。",
}
TITLE = {"en": "What is wrong, in a few words", "zh-CN": "用几个字说明是什么问题"}


class UnknownHazardError(ValueError):
    """No folder of rules has this name."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is asked for; ``hazard`` is a folder of rules, or ``unsorted``."""

    id: str
    hazard: str = "unsorted"
    language: str = "en"
    pattern: bool = False


def ask(start: Start, answer: Callable[[str], str]) -> Start:
    """The same with hazard and language as a person answered; empty keeps what there is."""
    hazard = answer(f"hazard, one of {', '.join(hazards())} [{start.hazard}]: ").strip()
    language = answer(f"language of the notes in it, en or zh [{start.language}]: ").strip()
    return Start(start.id, hazard or start.hazard, language or start.language, start.pattern)


def hazards(root: Path = ROOT) -> list[str]:
    """The folders of rules."""
    folders = {path.name for path in (root / "policies" / "rules").iterdir() if path.is_dir()}
    return sorted(folders | {"unsorted"})


def start_policy(start: Start, root: Path = ROOT) -> str:
    """Write the draft, and its pattern if wanted, and say where.

    Raises UnknownHazardError, ValueError for another language, or FileExistsError, and then
    writes nothing.
    """
    if start.hazard not in hazards(root):
        raise UnknownHazardError(f"hazard is one of {', '.join(hazards(root))}")
    if start.language not in NOTES:
        raise ValueError("the language is en or zh")
    policies = root / "policies"
    rule = policies / "rules" / start.hazard / f"{start.id}.yaml"
    pattern = policies / "patterns" / f"{start.id}.yaml"
    files = {rule: _rule(start, root)}
    if start.pattern:
        files[pattern] = _pattern(start, gather(root))
    for path in files:
        if path.exists():
            raise FileExistsError(f"{path.relative_to(root)} is there already")
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    names = " and ".join(str(path.relative_to(root)) for path in files)
    return f"Edit {names}, then run: make policies"


def _rule(start: Start, root: Path) -> str:
    template = (root / "policies" / "TEMPLATE.yaml").read_text(encoding="utf-8")
    fields = template[template.index("id: template") :].replace("id: template", f"id: {start.id}")
    card = root / "policies" / "cards" / f"{start.hazard}.yaml"
    lexicon = root / "policies" / "lexicons" / f"{start.hazard}.yaml"
    name = start.hazard if card.exists() else "unsorted"
    fields = fields.replace("card: fire", f"card: {name}")
    if start.pattern:
        fields = _without(fields, ("concepts:", "when:"))
        fields = fields.replace("unless:", f"patterns: [{start.id}]\nunless:", 1)
    elif lexicon.exists():
        fields = fields.replace("concepts: [fire] ", f"concepts: [{start.hazard}] ")
        fields = fields.replace('\'"fire" in', f'\'"{start.hazard}" in')
    return f"{modeline('policy', 2)}\n# {NOTES[start.language]}\n{fields}"


def _without(text: str, starts: tuple[str, ...]) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(starts))


def _pattern(start: Start, sources: Sources) -> str:
    """A pattern that holds as it is: one concept of the hazard, and its own words as examples."""
    concept, chinese, english = _concept(start.hazard, sources)
    return f"""{modeline("patterns", 1)}
# {NOTES[start.language]}
patterns:
  - id: {start.id}
    says: {{en: "{TITLE["en"]}.", zh-CN: "{TITLE["zh-CN"]}。"}}
    find:
      - {concept}
    match:
      - "{english}"
      - "{chinese}"
    near_miss:
      - "thank you for the quick answer"
      - "谢谢，已经收到"
"""


def _concept(hazard: str, sources: Sources) -> tuple[str, str, str]:
    """An event with a word in each language, of this hazard's file if it has one."""
    files = sorted(sources.concepts, key=lambda item: not item[1].path.endswith(f"/{hazard}.yaml"))
    for file, _ in files:
        for concept in file.concepts:
            if concept.kind == "event" and concept.zh and concept.en:
                return concept.id, forms(concept.zh[0])[0], forms(concept.en[0])[0]
    raise UnknownHazardError("there is no event to start a pattern from")
