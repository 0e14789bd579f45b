"""What the self-checks ask, in memory, each of which a story may break; and the monitor outside."""

from collections.abc import Mapping

from chalicelib.services.ports import Clock
from chalicelib.services.watching import Running, Song, State


class FakeWatching:
    """``Watching`` that answers what a story says."""

    def __init__(self) -> None:
        self.kept = State()
        self.songs: dict[str, Song] = {}
        self.reports: dict[str, Running] = {}
        self.letters = {"wake-ups": 0, "first-pages": 0, "pages": 0}
        self.streaming = True
        self.spend = (1.0, 100.0)
        self.mute = False

    def state(self) -> State:
        return self.kept

    def save(self, state: State) -> None:
        self.kept = state

    def song(self, path: str) -> Song:
        return self.songs.get(path, Song())

    def sing(self, path: str, song: Song) -> None:
        self.songs[path] = song

    def report(self, running: Running) -> None:
        self.reports[running.function] = running

    def running(self) -> tuple[Running, ...]:
        return tuple(self.reports.values())

    def dead_letters(self) -> Mapping[str, int]:
        self._answer()
        return self.letters

    def stream_is_on(self) -> bool:
        self._answer()
        return self.streaming

    def sms_spend(self) -> tuple[float, float]:
        self._answer()
        return self.spend

    def _answer(self) -> None:
        if self.mute:
            raise TimeoutError


class FakeOutside:
    """The monitor: when it heard which path, in minutes since it began to listen."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.heard: list[tuple[int, str, Mapping[str, object]]] = []
        self.away = False

    def ping(self, path: str, body: Mapping[str, object]) -> bool:
        if self.away:
            return False
        self.heard.append((self._clock.now(), path, body))
        return True

    def last(self, path: str) -> int:
        """When it last heard this path (ms UTC), 0 for never."""
        return max((at for at, heard, _ in self.heard if heard == path), default=0)
