"""JSON Schemas of what compliance staff write, for editors that complete and check as one types."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tools.policies import ROOT
from tools.policy_ladders import Ladder
from tools.policy_models import Card, Lexicon, Masks, Policy
from tools.policy_patterns import Concepts, PatternFile

FOLDER = Path("policies/schema")
SCHEMAS: dict[str, type[BaseModel]] = {
    "policy": Policy,
    "lexicon": Lexicon,
    "concepts": Concepts,
    "patterns": PatternFile,
    "masks": Masks,
    "card": Card,
    "ladder": Ladder,
}
# What an editor shows beside a field; the same words as in policies/README.md.
HINTS = {
    "id": "Its identity for ever: small letters, digits and dashes.",
    "version": "Raise it with every change of meaning.",
    "status": "draft: only checked. shadow: judged and recorded, wakes nobody. live. retired.",
    "tier": "S0 life at risk now, S1 serious, S2 possible hazard, S3 stalled.",
    "suspect": "The evidence is weak, so that one person may clear a false alarm at once.",
    "last_resort": "Left out where another live policy says as much, or more.",
    "title": "What is wrong, in a few words, in both languages.",
    "why": "What happens to people when this is missed.",
    "owner": "The team that answers for it.",
    "concepts": "Asked only when one of these was found.",
    "patterns": "Asked only when one of these was found.",
    "when": "A condition over the facts, in CEL; leave it out where a trigger is enough.",
    "unless": "What takes it out again.",
    "ladder": "Who is paged when.",
    "card": "What the vendor's agent must do, and must not say.",
    "runbook": "What the person who is paged should read.",
    "false_alarms": "What is known to ring it for nothing.",
    "cases": "At least a match and a near-miss in en and in zh-CN.",
    "find": "Ways; one is enough. Joints: + > ~ >> &. Signs: ? supposed, ! denied, * named.",
    "match": "Texts that must be found.",
    "near_miss": "Texts that are close and must not be found.",
    "kind": "event: may be denied or supposed. thing: a person, a part, a place. cue.",
    "says": "What it means, in a sentence.",
    "zh": "Chinese terms, found anywhere. (a|b) is either, (a|) may be left out.",
    "en": "English terms, whole words. (a|b) is either, (a|) may be left out, verb~ inflects.",
    "weak": "Words that mean it only in context.",
    "pattern": "A regular expression over the folded text of one clause, without * or +.",
}


def schema_of(name: str) -> dict[str, Any]:
    """One schema, with hints; bare titles that only repeat a name are left out."""
    schema = SCHEMAS[name].model_json_schema(by_alias=True)
    hinted: dict[str, Any] = _hinted(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | hinted


def _hinted(node: Any) -> Any:
    if isinstance(node, list):
        return [_hinted(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key != "title" or isinstance(value, dict)}
    told = {key: value if key == "properties" else _hinted(value) for key, value in kept.items()}
    if isinstance(properties := kept.get("properties"), dict):
        told["properties"] = {
            name: _hinted(field) | ({"description": HINTS[name]} if name in HINTS else {})
            for name, field in properties.items()
        }
    return told


def texts() -> dict[str, str]:
    """The text of every schema file by its name."""
    return {
        f"{name}.schema.json": json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"
        for name in SCHEMAS
    }


def write(root: Path = ROOT) -> str:
    """Write them all, and say where."""
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (root / FOLDER / name).write_text(text, encoding="utf-8")
    return f"{len(SCHEMAS)} schemas in {FOLDER}"


def modeline(kind: str, folders: int) -> str:
    """The first line of a file so many folders below ``policies/``."""
    return f"# yaml-language-server: $schema={'../' * folders}schema/{kind}.schema.json"
