"""The packaged app with a ladder of three rungs a minute apart, and how its pages fared.

Only the bundle in the zip differs from what would be deployed.
"""

import http.client
import json
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson

from chalicelib.audit.canonical import decode
from chalicelib.services.engine import chain_of
from chalicelib.services.people import Person
from tools.bench.crowd import DUTIES, STEP_MS, three_rungs
from tools.bench.lateness import Heard
from tools.local.home import Home
from tools.local.ports import choose
from tools.local.progress import Progress
from tools.local.run import Running, package, serving

CREATED = 201
DANGER = "he locked the doors and wont let me out pls help"
BUNDLE = "chalicelib/bundle/policies.json"
# Workers that have imported the app before anything is measured.
WARM = {"APIHandlerName": 4, "RingFunction": 4, "HeraldFunction": 4}
_ENTRIES = 100
_WAIT_S = 0.02


class BenchError(Exception):
    """The stack did not do what is measured; says which step."""


class Opened(NamedTuple):
    """A complaint that was answered: its case and code."""

    case: str
    code: str


class Sent(NamedTuple):
    """A page whose outcome is in the log: its rung, and how long after that was due (ms)."""

    rung: int
    at: int
    late_ms: int


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that is up, with one person a rung."""

    running: Running
    people: dict[str, Person]

    def complain(self, number: int) -> Opened:
        """A stranger's complaint by the public intake; raises BenchError when it is not taken."""
        connection = http.client.HTTPConnection(urlsplit(self.running.base).netloc, timeout=40)
        body = json.dumps({"text": f"{DANGER} ({number})", "channel": "web"}).encode()
        headers = {"Content-Type": "application/json"}
        try:
            connection.request("POST", "/v1/public/complaints", body, headers)
            response = connection.getresponse()
            said = response.read()
        finally:
            connection.close()
        if response.status != CREATED:
            raise BenchError(f"a complaint was answered {response.status}")
        told = json.loads(said)
        return Opened(told["case"], told["code"])

    def sent(self, case: str) -> list[Sent]:
        """The pages of a case that the carrier took, by the log."""
        rung_of = {self.people[duty].id: rung for rung, duty in enumerate(DUTIES)}
        asked: dict[str, int] = {}
        found = []
        lines = self.running.desk.ledger.entries(chain_of(case), 0, _ENTRIES)
        entries = [decode(line) for line in lines]
        for entry in entries:
            for event in entry["events"]:
                if event["e"] == "page.requested.v1":
                    asked[event["page"]] = rung_of[event["person"]]
                elif event["e"] == "page.sent.v1":
                    rung, at = asked[event["page"]], entry["at_ms"]
                    found.append(Sent(rung, at, at - entries[0]["at_ms"] - rung * STEP_MS))
        return found

    def owed(self, opened: Sequence[Opened], rungs: Sequence[int]) -> list[tuple[str, str]]:
        """Each case's code with the number of each rung's person."""
        numbers = [self.people[DUTIES[rung]].phone for rung in rungs]
        return [(one.code, number) for one in opened for number in numbers]

    def heard(self, opened: Sequence[Opened] | None = None) -> list[Heard]:
        """All that the carrier took, or what was about these cases."""
        connection = http.client.HTTPConnection(
            urlsplit(self.running.emulator.url).netloc, timeout=40
        )
        try:
            connection.request("GET", "/_ministack/sns/sms-messages")
            found = json.load(connection.getresponse())["sms_messages"]
        finally:
            connection.close()
        heard = [Heard(number, one["Message"]) for number, sent in found.items() for one in sent]
        codes = {one.code for one in opened or ()}
        return heard if opened is None else [one for one in heard if one.code in codes]


@contextmanager
def stack(progress: Progress) -> Iterator[Stack]:
    """Packaged, served, and warm."""
    with TemporaryDirectory(prefix="tocsin-bench-") as folder:
        built = _with_bundle(package(progress), Path(folder) / "out", three_rungs())
        home = Home(Path(folder) / "home")
        with serving(home, built, choose(0), progress) as running:
            found = Stack(running, _hire(running))
            with progress.step("warming up"):
                _warm_up(found)
            yield found


def _with_bundle(built: Path, out: Path, bundle: dict[str, Any]) -> Path:
    """A copy of a package with another bundle in its zip."""
    shutil.copytree(built, out)
    archive = out / "deployment.zip"
    with (
        zipfile.ZipFile(built / "deployment.zip") as old,
        zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            data = old.read(info) if info.filename != BUNDLE else orjson.dumps(bundle)
            new.writestr(info, data)
    return out


def _hire(running: Running) -> dict[str, Person]:
    """Everybody who is on call has a telephone and no email, so that a rung is one page."""
    registry = running.desk.registry
    roster = {duty: group[0].person for duty, group in registry.duty().items() if duty in DUTIES}
    hired = {}
    for duty, identity in roster.items():
        person = registry.person(identity)
        if person is None:
            raise BenchError(f"nobody is {duty}")
        hired[duty] = replace(person, email="", channels=("sms",))
        registry.put_person(hired[duty])
    return hired


def _warm_up(found: Stack) -> None:
    """By asking the workers for nothing, all at once, and by some complaints."""
    outputs, nothing = found.running.outputs, json.dumps({"Records": []}).encode()
    names = [
        outputs[name] for name, count in WARM.items() if "API" not in name for _ in range(count)
    ]
    client = found.running.cloud.client("lambda")
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: client.invoke(FunctionName=name, Payload=nothing), names))
    with ThreadPoolExecutor(WARM["APIHandlerName"]) as pool:
        early = list(pool.map(found.complain, range(-2 * WARM["APIHandlerName"], 0)))
    until(lambda: all(found.sent(one.case) for one in early), 60, "the first pages")


def until[T](look: Callable[[], T], within_s: float, step: str) -> T:
    """What ``look`` finds; raises BenchError when it finds nothing in time."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(_WAIT_S)
    raise BenchError(f"{step}: nothing within {within_s} s")


def steadily(
    count: int, over_s: float, ask: Callable[[int], Opened], connections: int = 8
) -> list[Opened]:
    """Ask ``count`` times at a steady rate, from so many connections; what was opened, in order."""
    begun = time.monotonic()
    never = threading.Event()

    def at_its_time(number: int) -> Opened:
        never.wait(max(0.0, begun + number * over_s / count - time.monotonic()))
        return ask(number)

    with ThreadPoolExecutor(connections) as pool:
        return list(pool.map(at_its_time, range(count)))
