"""The reporter's own rope on the packaged app: ``python -m tools.bench.rope``.

Each round is one reporter.  A complaint goes to the public intake, the link is taken from what
the carrier was given, it is looked at, and *I am still in danger* is pressed.  Measured is how
long it takes from the press until the carrier has the owner's page, and the specialist's too.

First with every vendor credential revoked, then while one vendor's credential posts ordinary
complaints at ``FLOOD_A_S`` a second over ``FLOOD_CONNECTIONS`` connections, then dangerous ones,
each of which pages people too; what its throttle refuses is counted.  It runs in a throw-away
local stack and needs no other load on the machine.

The last line is JSON: ``{"limit_ms", "rounds", "revoked": {…}, "flood_ordinary": {…},
"flood_danger": {…}, "over": [names]}``, each part with the median and the worst of ``link_ms``,
``page_ms`` and ``both_pages_ms``, and of a flood what was asked for, taken, throttled and failed.
``missed`` names what did not come within ``PATIENCE_S``.  Exit 1 when the worst ``page_ms`` of a
part is over the limit, or something was missed.
"""

import http.client
import json
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalicelib.terms import VENDOR_ROLES, Role
from tools.credentials import Order, make, register, revoke
from tools.local.home import Home
from tools.local.people import PEOPLE, VENDOR_A
from tools.local.ports import choose
from tools.local.progress import Progress
from tools.local.run import Running, package, serving

LIMIT_MS = 5_000
ROUNDS = 5
OK, CREATED, REFUSED, TOO_MANY = 200, 201, 401, 429
FLOOD_A_S = 10
FLOOD_CONNECTIONS = 4
# A flood counts once the emulator has made the workers that it needs, of which it keeps one warm.
TAKEN_FIRST = 30
PATIENCE_S = 90
POLL_S = 0.02

ORDINARY = "The refund for my order has still not arrived, please check."
DANGER = "he locked the doors and wont let me out pls help"
_CODE = re.compile(r"<b>([2-9C-Y]{3}-[2-9C-Y]{3})</b>")
_LINK = re.compile(r"/r/[A-Za-z0-9_-]{16,}")


class BenchError(Exception):
    """The stack did not do what is measured; says which step."""


@dataclass
class Times:
    """Milliseconds of each round of one part."""

    link: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    both_pages: list[float] = field(default_factory=list)
    missed: str = ""


class Stack:
    """HTTP to the front, and what the carriers were given."""

    def __init__(self, running: Running) -> None:
        """``running`` is a stack that is up."""
        self.running = running
        self._front = urlsplit(running.base).netloc
        self._emulator = urlsplit(running.emulator.url).netloc
        self._reporters = 0

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Status and body; raises OSError."""
        connection = http.client.HTTPConnection(self._front, timeout=40)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def complain(self, text: str, token: str = "", phone: str = "") -> tuple[int, Any]:
        """A complaint, with a vendor's token or by the public intake."""
        told: dict[str, Any] = {"text": text}
        told |= {"reporter": {"phone": phone}} if phone else {}
        path = "/v1/complaints" if token else "/v1/public/complaints"
        headers = {"Content_Type": "application/json"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        status, body = self.ask("POST", path, json.dumps(told).encode(), **headers)
        return status, json.loads(body) if status == CREATED else {}

    def page(self, link: str) -> str:
        """The page behind a link; nothing while it does not open."""
        status, body = self.ask("GET", link)
        return body.decode() if status == OK else ""

    def texts(self, number: str) -> list[str]:
        """What the carrier was given for a number, the oldest first."""
        connection = http.client.HTTPConnection(self._emulator, timeout=10)
        try:
            connection.request("GET", "/_ministack/sns/sms-messages")
            found = json.load(connection.getresponse())["sms_messages"]
        finally:
            connection.close()
        return [one["Message"] for one in found.get(number, [])]

    def new_reporter(self) -> str:
        """A number of the range kept for fiction that was not used before."""
        self._reporters += 1
        return f"+447700900{500 + self._reporters}"


def until[T](look: Callable[[], T], step: str) -> tuple[T, float]:
    """What ``look`` finds and when (``perf_counter``); raises BenchError after ``PATIENCE_S``."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = look()
        if found:
            return found, time.perf_counter()
        time.sleep(POLL_S)
    raise BenchError(f"{step}: nothing within {PATIENCE_S} s")


def one_round(stack: Stack, times: Times) -> None:
    """One reporter, from the complaint to the pages that their press brings."""
    phone = stack.new_reporter()
    begun = time.perf_counter()
    until(lambda: stack.complain(ORDINARY, phone=phone)[1], "public intake")
    sent, at = until(lambda: stack.texts(phone), "the reporter's link")
    times.link.append((at - begun) * 1_000)
    link = _LINK.search(sent[0])
    if link is None:
        raise BenchError("the message to the reporter has no link")
    page, _ = until(lambda: stack.page(link[0]), "the reporter's page")
    form = urlencode({"do": "danger"}).encode()
    kind = "application/x-www-form-urlencoded"
    begun = time.perf_counter()
    # Where it does not go through a person presses again; the time is from the first press.
    until(lambda: stack.ask("POST", link[0], form, Content_Type=kind)[0] == OK, "the press")
    people = {part.duty: part.phone for part in PEOPLE}
    # Of the case that the link belongs to: a complaint without an answer may have been taken.
    code = _CODE.findall(page)[0]
    _, at = until(lambda: _about(stack, code, people["owner"]), "the owner's page")
    times.page.append((at - begun) * 1_000)
    _, at = until(lambda: _about(stack, code, people["safety_specialist"]), "the specialist's page")
    times.both_pages.append((at - begun) * 1_000)


def _about(stack: Stack, code: str, number: str) -> bool:
    return any(code in text for text in stack.texts(number))


def measure(stack: Stack) -> dict[str, Any]:
    """The rounds of one part; the first that ends in nothing ends it, and is named."""
    times = Times()
    try:
        for _ in range(ROUNDS):
            one_round(stack, times)
    except BenchError as missed:
        times.missed = str(missed)
    measured = (("link", times.link), ("page", times.page), ("both_pages", times.both_pages))
    told = {
        f"{name}_ms": {"median": round(statistics.median(found)), "worst": round(max(found))}
        for name, found in measured
        if found
    }
    return told | ({"missed": times.missed} if times.missed else {})


def is_over(part: dict[str, Any]) -> bool:
    """Whether a page came too late, or never."""
    return "missed" in part or part["page_ms"]["worst"] > LIMIT_MS


class Flood:
    """One vendor's credential posting at a steady rate from several connections."""

    def __init__(self, stack: Stack, token: str, text: str) -> None:
        """Starts at once; ``stop`` says what it did."""
        self._stack, self._token, self._text = stack, token, text
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._begun = self._ended = time.monotonic()
        self._asked = self.taken = self._throttled = self._failed = 0
        self._workers = [threading.Thread(target=self._post) for _ in range(FLOOD_CONNECTIONS)]
        for worker in self._workers:
            worker.start()

    def _post(self) -> None:
        while (number := self._turn()) is not None:
            try:
                status, _ = self._stack.complain(f"{self._text} ({number})", self._token)
            except (OSError, ValueError):
                status = 0
            with self._lock:
                self.taken += status == CREATED
                self._throttled += status == TOO_MANY
                self._failed += status not in {CREATED, TOO_MANY}

    def _turn(self) -> int | None:
        """The number of the next complaint, once its time has come; None at the end."""
        with self._lock:
            number = self._asked
            self._asked += 1
        due = self._begun + number / FLOOD_A_S
        over = self._over.wait(max(0.0, due - time.monotonic()))
        return None if over else number

    def stop(self) -> dict[str, Any]:
        """Rates of what was asked for and what was taken."""
        self._over.set()
        self._ended = time.monotonic()
        for worker in self._workers:
            worker.join()
        seconds = self._ended - self._begun
        return {
            "asked_a_s": FLOOD_A_S,
            "taken_a_s": round(self.taken / seconds, 1),
            "throttled_a_s": round(self._throttled / seconds, 1),
            "failed": self._failed,
        }


@contextmanager
def flooding(stack: Stack, token: str, text: str, said: dict[str, Any]) -> Iterator[None]:
    """A flood around what is measured; what it did is put into ``said``."""
    flood = Flood(stack, token, text)
    try:
        until(lambda: flood.taken >= TAKEN_FIRST, "the flood")
        yield
    finally:
        said |= flood.stop()


def revoke_vendors(running: Running) -> int:
    """Refuse every vendor's credential from now on; how many there are."""
    desk = running.desk
    vendors = [one.id for one in desk.registry.credentials() if one.role in VENDOR_ROLES]
    for one in vendors:
        revoke(desk, one)
    return len(vendors)


def new_vendor(running: Running) -> str:
    """A vendor's token that is valid again."""
    order = Order(role=Role.VENDOR_AGENT, org=VENDOR_A, name="flood")
    token = make(running.desk, order).token
    register(running.desk, order, token)
    return token


def bench(running: Running, progress: Progress) -> dict[str, Any]:
    """All three parts."""
    stack = Stack(running)
    old = running.seeds.tokens["vendor_a_agent"]
    gone = revoke_vendors(running)
    if (status := stack.complain(ORDINARY, old)[0]) != REFUSED:
        raise BenchError(f"a revoked credential was answered {status}")
    one_round(stack, Times())  # the first of a kind is not the rule
    progress.say(f"{gone} vendor credentials revoked")
    result: dict[str, Any] = {"limit_ms": LIMIT_MS, "rounds": ROUNDS, "revoked": measure(stack)}
    progress.say(f"  {result['revoked']}")
    token = new_vendor(running)
    for name, text in (("flood_ordinary", ORDINARY), ("flood_danger", DANGER)):
        progress.say(f"{name}: {FLOOD_A_S} complaints a second")
        said: dict[str, Any] = {}
        with flooding(stack, token, text, said):
            result[name] = measure(stack)
        result[name] |= said
        progress.say(f"  {result[name]}")
    measured = ("revoked", "flood_ordinary", "flood_danger")
    return result | {"over": [name for name in measured if is_over(result[name])]}


def main() -> int:
    """The command; 1 when a page came too late."""
    progress = Progress()
    with TemporaryDirectory(prefix="tocsin-rope-") as folder:
        home = Home(Path(folder))
        with serving(home, package(progress), choose(0), progress) as running:
            result = bench(running, progress)
    for name, part in result.items():
        print(f"{name:<16}{part}")
    print(json.dumps(result))
    return 1 if result["over"] else 0


if __name__ == "__main__":
    sys.exit(main())
