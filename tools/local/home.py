"""The folder ``.local/``: all that the local run keeps from one start to the next."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

_OWNER_ONLY = 0o600


class AlreadyRunningError(Exception):
    """Another local run uses this folder."""


class NotRunningError(Exception):
    """No local run uses this folder, so there is nothing to talk to."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where the emulator's state, the secrets and the facts of the present run lie."""

    folder: Path

    @classmethod
    def default(cls) -> "Home":
        """``.local/`` in the project, which git ignores."""
        return cls(ROOT / ".local")

    @property
    def state(self) -> Path:
        """The emulator's own state, written when it stops cleanly."""
        return self.folder / "state"

    @property
    def log(self) -> Path:
        """What the emulator and the functions said in this run."""
        return self.folder / "emulator.log"

    def read(self, name: str) -> dict[str, Any]:
        """A kept JSON object, or an empty one."""
        try:
            found: dict[str, Any] = json.loads((self.folder / name).read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return found

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Keep a JSON object for the owner's eyes only; a crash leaves the old one or the new."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.folder / f".{name}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT, _OWNER_ONLY), "w") as body:
            json.dump(value, body, indent=1, ensure_ascii=False)
        fresh.replace(self.folder / name)

    def forget(self, name: str) -> None:
        """Remove what ``write`` kept."""
        (self.folder / name).unlink(missing_ok=True)

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Hold the folder; the system lets go of it when this process ends, however it ends.

        Raises:
            AlreadyRunningError: another process holds it.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                base = self.read("running.json").get("base", "")
                raise AlreadyRunningError(base) from None
            yield

    def running(self) -> dict[str, Any]:
        """The facts of the run that holds the folder: ``base``, ``emulator`` and ``outputs``.

        Raises:
            NotRunningError: there is none.
        """
        facts = self.read("running.json")
        if not facts:
            raise NotRunningError(f"no local run has written {self.folder}/running.json")
        return facts
