"""The author's desk in the local run: a text and some facts in, all that is to be shown of it out.

It reads ``policies/`` as it is now, so that an edit shows without a build, and keeps nothing.
"""

import threading
from typing import Any

from chalicelib.terms import Tier
from tools.author.book import Book
from tools.author.commands import statement_of
from tools.author.look import Fired, Look, look
from tools.author.paged import Scene, paging
from tools.author.words import SENTENCES, sentence
from tools.policies import source_digest
from tools.policy_yaml import SourceError

FIELDS = ("text", "channel", "danger_now", "can_be_reached", "relation", "lang")
LONGEST = 20_000


class Trying:
    """Compiles the policies when they have changed; one text at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._book: tuple[str, Book] | None = None
        self._pages: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def answer(self, asked: Any) -> dict[str, Any]:
        """What the page shows; ``{"error": …}`` when the question or the policies are unsound."""
        if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
            return {"error": "a text is needed"}
        given: dict[str, Any] = {name: str(asked.get(name) or "") for name in FIELDS}
        given["text"] = given["text"][:LONGEST]
        given["attribute"] = [pair for pair in str(asked.get("attributes") or "").split() if pair]
        try:
            statement = statement_of(given)
            with self._lock:
                book = self._fresh()
                found = look(book, statement)
                return told(found) | {"pages": self._paged(book, found)}
        except (SourceError, ValueError) as error:
            return {"error": str(error)}

    def _fresh(self) -> Book:
        digest = source_digest()
        if self._book is None or self._book[0] != digest:
            self._book = digest, Book.of_sources()
            self._pages = {}
        return self._book[1]

    def _paged(self, book: Book, found: Look) -> list[dict[str, Any]]:
        tier = found.judgment.tier
        gravest = (fired for fired in found.fired if fired.finding.tier is tier)
        ladder = next((fired.ladder for fired in gravest), "")
        key = ladder, tier.value
        if key not in self._pages:
            self._pages[key] = pages(Scene.of_bundle(book.bundle, ladder), tier)
        return self._pages[key]


def pages(scene: Scene, tier: Tier) -> list[dict[str, Any]]:
    """Who would be paged first when, in minutes, if nobody acts."""
    hours = 24 if tier.safety_critical else 120
    return [
        {"role": one.role, "at": one.minutes[0], "messages": one.messages, "why": one.why}
        for one in paging(scene, tier, hours)
    ]


def told(found: Look) -> dict[str, Any]:
    """A look as JSON; offsets are of code points."""
    return {
        "text": found.text,
        "tier": found.judgment.tier.value,
        "suspect": found.judgment.suspect,
        "language": found.judgment.language,
        "marks": [[mark.start, mark.end, mark.how, mark.concept] for mark in found.marks],
        "fired": [_fired(fired) for fired in found.fired],
        "near": [
            {"about": near.about, "why": {name: sentence(near, name) for name in SENTENCES}}
            for near in found.near
        ],
        "more": found.more,
    }


def _fired(fired: Fired) -> dict[str, Any]:
    finding = fired.finding
    return {
        "policy": finding.policy,
        "tier": finding.tier.value,
        "suspect": finding.suspect,
        "live": fired.live,
        "title": dict(finding.title),
        "why": fired.why,
        "error": finding.error,
        "held": [
            {
                "name": held.name,
                "says": dict(held.says),
                "pieces": [[piece.concept, piece.words] for piece in held.pieces],
            }
            for held in fired.held
        ],
    }
