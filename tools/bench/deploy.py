"""A deployment with rungs due: ``python -m tools.bench.deploy [--cases 200] [--step 20]``.

A stack runs the packaged app with a ladder of three rungs, ``--step`` seconds apart.  Complaints
open so many cases, and while their second rungs fall due the stack is updated in place to a second
zip, which calls itself another version.  Then every rung must have been paged, once, or a second
time with a label.

The last line is JSON: ``{"cases", "update_s", "due_during", "missed", "repeats",
"repeats_unlabelled", "rungs": [{"rung", "p50_s", "p99_s", "max_s"}], "by_version": {…}}``.
Exit 1 when a rung was missed, or repeated without saying so, or one version rang them all.
"""

import argparse
import http.client
import json
import re
import shutil
import sys
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from chalicelib.audit.canonical import decode
from chalicelib.bundle import load_bundle
from chalicelib.terms import HOUR, SECOND
from tools.local.home import Home
from tools.local.ports import choose
from tools.local.progress import Progress
from tools.local.run import Running, package, parameters, serving
from tools.local.stack import Wanted, bring_up

DUTIES = ("owner", "owner_second", "duty_director")
DANGER = "he locked the doors and wont let me out pls help"
BUNDLE, VERSION_FILE = "chalicelib/bundle/policies.json", "chalicelib/version.py"
VERSIONS = ("0.0.1", "0.0.2")
CREATED = 201
CONNECTIONS = 4
TRIES = 3
# The sweep looks each minute; two of them, and the work itself.
PATIENCE_S = 150
_CODE = re.compile(r"\b[2-9C-Y]{3}-[2-9C-Y]{3}\b")
_REPEAT = re.compile(r"警钟重|重发|\bREPEAT\b")


class BenchError(Exception):
    """The stack did not do what is measured; says which step."""


class Opened(NamedTuple):
    """A case, and when (ms) it was opened."""

    case: str
    code: str
    at: int


@dataclass
class Told:
    """What the log and the carrier say afterwards."""

    cases: int
    update_s: float = 0
    due_during: int = 0
    missed: int = 0
    repeats: int = 0
    unlabelled: int = 0
    late_ms: dict[int, list[int]] = field(default_factory=dict)
    by_version: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> list[str]:
        """What must not be."""
        found = [f"{self.missed} rungs missed"] if self.missed else []
        found += [f"{self.unlabelled} repeats without a label"] if self.unlabelled else []
        if set(self.by_version) != set(VERSIONS):
            found.append(f"rung by {sorted(self.by_version)} alone")
        return found

    def plain(self) -> dict[str, Any]:
        """The last line."""
        return {
            "cases": self.cases,
            "update_s": round(self.update_s, 2),
            "due_during": self.due_during,
            "missed": self.missed,
            "repeats": self.repeats,
            "repeats_unlabelled": self.unlabelled,
            "rungs": [_row(rung, sorted(late)) for rung, late in sorted(self.late_ms.items())],
            "by_version": dict(sorted(self.by_version.items())),
        }


def _row(rung: int, late: Sequence[int]) -> dict[str, Any]:
    def at(percent: int) -> float:
        return round(late[max(-(-len(late) * percent // 100) - 1, 0)] / SECOND, 3)

    return {"rung": rung, "p50_s": at(50), "p99_s": at(99), "max_s": at(100)}


def short_ladder(step_ms: int) -> dict[str, Any]:
    """The committed policies with three rungs for S0, one person each, and all else hours away."""
    bundle = load_bundle()
    plan = bundle["ladders"]["life-safety"]["tiers"]["S0"]
    for name, span in plan.items():
        if isinstance(span, dict) and "ms" in span:
            plan[name] = {"ms": max(span["ms"], HOUR)}
    plan["repeat"] = None
    plan["rungs"] = [{"at": {"ms": n * step_ms}, "roles": [duty]} for n, duty in enumerate(DUTIES)]
    return bundle


def release(built: Path, out: Path, version: str, bundle: dict[str, Any]) -> Path:
    """A copy of a package that calls itself this version, with these policies."""
    shutil.copytree(built, out)
    changed = {
        BUNDLE: json.dumps(bundle, ensure_ascii=False).encode(),
        VERSION_FILE: f'"""The release."""\n\nVERSION = "{version}"\n'.encode(),
    }
    compiled = re.compile(r"chalicelib/__pycache__/version\.[^/]*\.pyc")
    with (
        zipfile.ZipFile(built / "deployment.zip") as old,
        zipfile.ZipFile(out / "deployment.zip", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if not compiled.fullmatch(info.filename):
                new.writestr(info, changed.get(info.filename) or old.read(info))
    return out


class Stage:
    """A stack that is up with the first version, the second at hand, and one person a rung."""

    def __init__(self, running: Running, home: Home, second: Path) -> None:
        """Everybody on the ladder has a telephone and no email, so that a rung is one page."""
        self.running, self._home, self._second = running, home, second
        registry = running.desk.registry
        duty = registry.duty()
        self.phones: list[str] = []
        for name in DUTIES:
            person = registry.person(duty[name][0].person)
            if person is None:
                raise BenchError(f"nobody is {name}")
            registry.put_person(replace(person, email="", channels=("sms",)))
            self.phones.append(person.phone)

    def update(self) -> float:
        """Bring the stack to the second version; how long that took, in seconds."""
        begun = time.monotonic()
        wanted = Wanted(self._second, parameters(self._home, self.running.base))
        bring_up(self.running.cloud, wanted)
        return time.monotonic() - begun

    def complain(self, number: int) -> Opened:
        """A stranger's complaint, who tries again; raises BenchError when it is not taken."""
        body = json.dumps({"text": f"{DANGER} ({number})", "channel": "web"}).encode()
        for _ in range(TRIES):
            status, said = self._ask(
                self.running.base, "POST", "/v1/public/complaints", body, "application/json"
            )
            if status == CREATED:
                break
        else:
            raise BenchError(f"a complaint was answered {status}")
        told = json.loads(said)
        return Opened(told["case"], told["code"], self._entries(told["case"])[0]["at_ms"])

    def heard(self) -> Counter[tuple[str, str, bool]]:
        """What the carrier took: (code, number, labelled as a repeat)."""
        _, said = self._ask(self.running.emulator.url, "GET", "/_ministack/sns/sms-messages")
        found: Counter[tuple[str, str, bool]] = Counter()
        for number, messages in json.loads(said)["sms_messages"].items():
            for message in messages:
                code = _CODE.search(message["Message"])
                again = bool(_REPEAT.search(message["Message"]))
                found[code[0] if code else "", number, again] += 1
        return found

    def rungs(self, case: str) -> list[tuple[int, int, str]]:
        """Of each rung that fired: its number, when (ms), and which version rang it."""
        return [
            (event["rung"], entry["at_ms"], entry["code"]["ver"])
            for entry in self._entries(case)
            for event in entry["events"]
            if event["e"] == "rung.fired.v1"
        ]

    def _entries(self, case: str) -> list[dict[str, Any]]:
        return [decode(x) for x in self.running.desk.ledger.entries(f"case#{case}", 0, 200)]

    @staticmethod
    def _ask(
        base: str, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=40)
        try:
            connection.request(method, path, body, {"Content-Type": kind} if kind else {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@contextmanager
def stage(step_ms: int, progress: Progress) -> Iterator[Stage]:
    """Packaged twice, the first version served."""
    with TemporaryDirectory(prefix="tocsin-deploy-") as folder:
        built, bundle = package(progress), short_ladder(step_ms)
        first, second = (
            release(built, Path(folder) / version, version, bundle) for version in VERSIONS
        )
        home = Home(Path(folder) / "home")
        with serving(home, first, choose(0), progress) as running:
            yield Stage(running, home, second)


def drill(found: Stage, cases: int, step_ms: int, say: Callable[[str], None]) -> Told:
    """Open the cases, update while their second rungs fall due, and count."""
    told = Told(cases)
    never = threading.Event()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        opened = list(pool.map(found.complain, range(cases)))
    dues = sorted(one.at + step_ms for one in opened)
    middle = dues[len(dues) // 2] - int(SECOND / 2)
    never.wait(max(0, middle - found.running.desk.now) / SECOND)
    begun = found.running.desk.now
    told.update_s = found.update()
    ended = found.running.desk.now
    told.due_during = sum(begun <= due <= ended for due in dues)
    say(f"updated in {told.update_s:.1f} s, {told.due_during} rungs due meanwhile")
    _until(lambda: _all_heard(found, opened), len(DUTIES) * step_ms / SECOND + PATIENCE_S)
    return _count(found, opened, step_ms, told)


def _all_heard(found: Stage, opened: Sequence[Opened]) -> bool:
    heard = {(code, number) for code, number, _ in found.heard()}
    return all((one.code, number) in heard for one in opened for number in found.phones)


def _count(found: Stage, opened: Sequence[Opened], step_ms: int, told: Told) -> Told:
    heard = found.heard()
    for one in opened:
        for number in found.phones:
            plain, again = heard[one.code, number, False], heard[one.code, number, True]
            told.missed += not (plain or again)
            told.repeats += max(plain + again - 1, 0)
            told.unlabelled += max(plain - 1, 0)
        fired = found.rungs(one.case)
        told.missed += len(set(range(len(DUTIES))) - {rung for rung, _, _ in fired})
        told.unlabelled += len(fired) - len({rung for rung, _, _ in fired})
        for rung, at, version in fired:
            told.late_ms.setdefault(rung, []).append(at - one.at - rung * step_ms)
            told.by_version[version] += 1
    return told


def _until(look: Callable[[], bool], within_s: float) -> None:
    """Wait for it; what is still missing then is counted as such."""
    end = time.monotonic() + within_s
    never = threading.Event()
    while time.monotonic() < end and not look():
        never.wait(0.2)


def main() -> int:
    """The command; 1 when a rung was missed or repeated without a label."""
    parser = argparse.ArgumentParser(prog="tools.bench.deploy", description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--step", type=int, default=20, metavar="SECONDS")
    chosen = parser.parse_args()
    progress = Progress()
    with stage(chosen.step * SECOND, progress) as found:
        told = drill(found, chosen.cases, chosen.step * SECOND, progress.say)
    print("\n".join(told.faults) or "no rung missed, none repeated without a label")
    print(json.dumps(told.plain()))
    return 1 if told.faults else 0


if __name__ == "__main__":
    sys.exit(main())
