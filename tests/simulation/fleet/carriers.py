"""The carriers: they take messages, refuse them, or take their time; repeats must be labelled."""

import re
from collections import Counter
from hashlib import sha256
from typing import NamedTuple

from chalicelib.services.ports import PageLink, TransportError
from chalicelib.terms import SECOND
from tests.simulation.chaos import REPEATED, CrashError
from tests.simulation.fleet.timeline import Timeline
from tests.simulation.fleet.weather import Weather

SLOWEST_MS = 25 * SECOND
# Pages of a case whose sends are remembered; no page is on its way while so many others go out.
REMEMBERED = 64
TOKEN = re.compile(r"/p/(\w+)")


class Draft(NamedTuple):
    """A page that a worker has worded: for which case and page, and when (ms)."""

    case: str
    page: str
    at: int


class Carriers:
    """``Channels`` of every worker; ``drafts`` are the links that were remembered, by hash."""

    def __init__(self, timeline: Timeline, weather: Weather) -> None:
        """They take everything in fine weather."""
        self._timeline = timeline
        self._weather = weather
        self.drafts: dict[str, Draft] = {}
        self.dead: set[str] = set()  # channels that refuse for ever
        self.taken: dict[str, dict[str, int]] = {}  # when each page of a case was first taken
        self.kinds: Counter[str] = Counter()
        self.found: list[str] = []

    def remember(self, link: PageLink) -> None:
        """A worker has worded a page, and will send it."""
        self.drafts[link.token_hash] = Draft(link.case, link.page, self._timeline.now)

    def sms(self, _number: str, text: str) -> str:
        """As the port."""
        return self._take("sms", text)

    def email(self, _address: str, _subject: str, text: str) -> str:
        """As the port."""
        return self._take("email", text)

    def _take(self, channel: str, text: str) -> str:
        weather = self._weather
        if weather.on:
            if weather.happens("crash"):
                raise CrashError("before the carrier")
            if weather.happens("sender slow"):
                self._timeline.pass_by(weather.dice.randrange(SECOND, SLOWEST_MS))
            if weather.happens("sender down"):
                raise TransportError("down", permanent=False)
            if weather.happens("sender refuses"):
                raise TransportError("refused", permanent=True)
        if channel in self.dead:
            weather.struck["sender dead for ever"] += 1
            raise TransportError("dead", permanent=True)
        self._note(text)
        self.kinds[channel] += 1
        if weather.on and weather.happens("crash"):
            raise CrashError("after the carrier")
        return f"{channel}-{self.kinds[channel]}"

    def _note(self, text: str) -> None:
        """A page whose worker began after another had been taken must say that it is a repeat."""
        link = TOKEN.search(text)
        if link is None:
            return  # a reporter's link, or the fallback bell
        draft = self.drafts.pop(sha256(link[1].encode()).hexdigest(), None)
        if draft is None:
            self.found.append("a page went out whose link nobody remembers")
            return
        pages = self.taken.setdefault(draft.case, {})
        before = pages.setdefault(draft.page, self._timeline.now)
        if before < draft.at and not any(label in text for label in REPEATED):
            self.found.append(f"{draft.case} page {draft.page} was repeated without a label")
        if len(pages) > REMEMBERED:
            for page in list(pages)[: REMEMBERED // 2]:
                del pages[page]
