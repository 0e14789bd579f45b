"""The client's side of the signed webhooks, on a loopback port: honest, or as a test wants it."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalicelib.services.ports import Clock
from chalicelib.services.webhooks import SignatureError, Signed, sign, verify

SECRET = b"s" * 32


@dataclass(frozen=True)
class Reply:
    """An answer on its way out; a meddler may change any of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


type Answer = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
type Meddler = Callable[[Reply, "ClientEnd"], Reply]


@dataclass
class ClientEnd:
    """What the client's systems were asked and answer; ``answer`` is given the type and the data.

    ``secrets`` are those it takes from us, the first signs its answers.  ``meddle`` stands
    between it and us.  Until ``release`` is set a handler that ``holds`` gives no answer at all,
    and one that ``trickles`` gives a header one byte at a time.
    """

    clock: Clock
    answer: Answer = lambda _kind, _data: {}
    secrets: tuple[bytes, ...] = (SECRET,)
    meddle: Meddler = lambda reply, _end: reply
    holds: bool = False
    trickles: bool = False
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    requests: list[Signed] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    def reply(self, signed: Signed, raw: bytes) -> Reply:
        """What an honest system says."""
        self.requests.append(signed)
        self.bodies.append(raw)
        try:
            verify(self.secrets, signed, raw, self.clock.now())
        except SignatureError as error:
            self.refused.append(error.code)
            return Reply(401, {}, b"")
        question = json.loads(raw)
        self.asked.append(question)
        kind = question["type"]
        told = {"type": f"{kind}.answer", "data": dict(self.answer(kind, question["data"]))}
        return self.signed(signed.id, json.dumps(told).encode())

    def signed(self, identity: str, body: bytes) -> Reply:
        """An answer under this id."""
        proof = sign(self.secrets[0], identity, self.clock.now(), body)
        return Reply(200, proof.headers(), body)


def with_body(reply: Reply, body: bytes) -> Reply:
    """The same answer with another body, and the signature that it had."""
    return replace(reply, body=body)


@contextmanager
def client_end(clock: Clock) -> Iterator[ClientEnd]:
    """A running one; it is gone when the test is over."""
    end = ClientEnd(clock)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(end))
    server.daemon_threads = True
    end.url = f"http://127.0.0.1:{server.server_address[1]}/tocsin"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield end
    finally:
        end.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(end: ClientEnd) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            if end.holds:
                end.release.wait()
                return
            reply = end.meddle(end.reply(Signed.of(dict(self.headers)), raw), end)
            self.send_response(reply.status)
            if end.trickles:
                self._trickle()
                return
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def _trickle(self) -> None:
            self.flush_headers()
            try:
                self.wfile.write(b"X-Slow: ")
                while not end.release.wait(0.01):
                    self.wfile.write(b"x")
                    self.wfile.flush()
            except OSError:
                return  # the other side has had enough

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing on the terminal."""

    return Handler
