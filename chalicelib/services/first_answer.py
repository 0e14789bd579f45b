"""The first answer to a key, kept small.

What the policies or the repeated request will say again is left out: titles, cards and problems.
A replay is the same answer for as long as the bundle is the same.
"""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.services.complaint import Complaint
from chalicelib.services.judging import cards_named, with_words
from chalicelib.services.parts import Rules


def keep(body: Mapping[str, Any]) -> str:
    """The answer as it is stored; it holds no word of the complaint."""
    # Emptied and not removed, so that the answer has its fields in the same order again.
    bare = [reason | {"title": {}} for reason in body["why"]]
    kept = {**body, "why": bare, "problems": []}
    if "agent" in body:
        kept["agent"] = body["agent"]["cards"]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def give_back(kept: str, complaint: Complaint, rules: Rules) -> dict[str, Any]:
    """The whole answer again, for the same complaint; a policy that is gone has no title."""
    body: dict[str, Any] = json.loads(kept)
    reasons = [why | {"title": dict(rules.titles.get(why["policy"], {}))} for why in body["why"]]
    body["why"] = with_words(reasons, complaint.text)
    body["problems"] = [problem.plain() for problem in complaint.problems]
    if "agent" in body:
        body["agent"] = cards_named(body["agent"], rules)
    return body
