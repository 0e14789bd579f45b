"""The really packaged app in the local emulator, and how stories talk to it: over HTTP only."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tools.local.cloud import Cloud
from tools.local.home import Home
from tools.local.ports import choose
from tools.local.progress import Progress
from tools.local.run import Running, package, serving

DANGER_EN = "The battery pack is smoking and there is a fire in the hallway, my kids are inside"
DANGER_ZH = "家里燃气报警器一直在响，闻到很重的煤气味，老人头晕得站不起来"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The body as JSON Lines."""
        return [json.loads(line) for line in self.body.splitlines()]


class Packaged:
    """A running deployment with its made-up people."""

    def __init__(self, running: Running) -> None:
        """Everything of the run is there to look at; stories mostly use HTTP."""
        self.running = running
        self._never = threading.Event()

    # -- HTTP ------------------------------------------------------------------------------

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request through the front."""
        connection = http.client.HTTPConnection(urlsplit(self.running.base).netloc, timeout=40)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def get(self, path: str, by: str = "") -> Answer:
        """GET, with the seeded credential ``by``."""
        return self.ask("GET", path, headers=self._key(by))

    def post(self, path: str, body: Any, by: str = "", **headers: str) -> Answer:
        """POST of JSON, with the seeded credential ``by``."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told |= {"Content-Type": "application/json", **self._key(by)}
        return self.ask("POST", path, json.dumps(body).encode(), told)

    def form(self, path: str, **fields: str) -> Answer:
        """POST of a form, as a phone's browser sends it."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields).encode(), kind)

    def _key(self, by: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.running.seeds.tokens[by]}"} if by else {}

    def complain(self, text: str = DANGER_EN) -> dict[str, Any]:
        """A public complaint that opens a case; the answer's body."""
        answer = self.post("/v1/public/complaints", {"text": text})
        assert answer.status == 201, answer.body
        body: dict[str, Any] = answer.json
        return body

    # -- what happened ---------------------------------------------------------------------

    def messages(self, code: str) -> list[dict[str, Any]]:
        """The outbox's messages about one case, newest first."""
        found = self.get("/outbox/data.json").json["messages"]
        return [message for message in found if message["code"] == code]

    def pages(self, code: str, within: float = 60) -> list[dict[str, Any]]:
        """The four messages of an S0's first rung, once all are out."""
        return self.until(lambda: found if len(found := self.messages(code)) >= 4 else [], within)

    def link(self, code: str, person: str) -> str:
        """The path of the newest link that this person (a key of the seeds) was sent."""
        address = next(p for p in self.running.desk.registry.people() if p.id == self.id_of(person))
        mine = [m for m in self.pages(code) if m["to"] in {address.phone, address.email}]
        found = re.search(r"/p/[A-Za-z0-9_-]+", mine[0]["text"])
        assert found, mine[0]["text"]
        return found[0]

    def id_of(self, person: str) -> str:
        """The id of a seeded person."""
        return self.running.seeds.people[person]

    def chain(self, case: str) -> list[dict[str, Any]]:
        """A case's entries, as the auditor reads them."""
        answer = self.get(f"/v1/audit/cases/{case}?limit=200", by="auditor")
        assert answer.status == 200, answer.body
        return answer.entries

    def events(self, case: str) -> list[dict[str, Any]]:
        """All events of a case, in order."""
        return [event for entry in self.chain(case) for event in entry["events"]]

    def until[T](self, look: Callable[[], T], within: float) -> T:
        """What ``look`` finds, as soon as it finds something; fails after ``within`` seconds."""
        end = time.monotonic() + within
        while True:
            found = look()
            if found:
                return found
            assert time.monotonic() < end, f"nothing within {within} s"
            self._never.wait(0.05)

    # -- the machinery ---------------------------------------------------------------------

    def role_of(self, output: str) -> Cloud:
        """Clients with the rights of the function that this output of the stack names."""
        root = self.running.cloud
        function = self.running.outputs[output]
        role = root.client("lambda").get_function_configuration(FunctionName=function)["Role"]
        assumed = root.client("sts").assume_role(RoleArn=role, RoleSessionName="story")
        keys = assumed["Credentials"]
        return Cloud(
            self.running.emulator.url,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def workers(self, function: str) -> list[int]:
        """Process ids of the emulator's workers of a function, such as ``Herald``."""
        listed = subprocess.run(
            ["ps", "-Aww", "-o", "pid=,ppid=,command="], check=True, capture_output=True, text=True
        ).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        parent = str(self.running.emulator.pid)
        return [int(pid) for pid, ppid, said in rows if ppid == parent and f"-{function}-" in said]

    def signal_workers(self, function: str, what: signal.Signals) -> int:
        """Send a signal to every worker of a function; how many there were."""
        found = self.workers(function)
        for pid in found:
            os.kill(pid, what)
        return len(found)

    def in_flight(self) -> int:
        """Pages of no vendor that a worker has taken and not finished."""
        url = self.running.outputs["FirstPagesQueueUrl"]
        told = self.running.cloud.client("sqs").get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
        )
        return int(told["Attributes"]["ApproximateNumberOfMessagesNotVisible"])


@contextmanager
def deployed(folder: Path) -> Iterator[Packaged]:
    """Package what is here, and serve it from a throw-away state."""
    progress = Progress()
    with serving(Home(folder), package(progress), choose(0), progress) as running:
        yield Packaged(running)
