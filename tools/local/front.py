"""The front: one address for the API, the pages' links and the outbox.

``/v1/…``, ``/p/…``, ``/r/…`` and ``/a/…`` go to the packaged app behind the emulator's API
Gateway, byte for byte both ways; ``/outbox`` and ``/desk`` are ours.
It listens on the loopback address only.
"""

import http.client
import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tools.local.ports import HOST

PAGE = Path(__file__).with_name("page")
FILES = {
    "/outbox": ("outbox.html", "text/html; charset=utf-8"),
    "/outbox/outbox.css": ("outbox.css", "text/css; charset=utf-8"),
    "/outbox/outbox.js": ("outbox.js", "text/javascript; charset=utf-8"),
    "/desk": ("desk.html", "text/html; charset=utf-8"),
    "/desk/desk.css": ("desk.css", "text/css; charset=utf-8"),
    "/desk/desk.js": ("desk.js", "text/javascript; charset=utf-8"),
}
TRY = "/desk/try"
TRY_MAX = 200_000  # bytes of one question
DATA = "/outbox/data.json"
THROUGH = ("/v1/", "/p/", "/r/", "/a/")
# RFC 9110: these belong to one connection, not to the message.
_HOP = frozenset(
    {
        "connection",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_WAIT_S = 35  # longer than any function may take


class Front(ThreadingHTTPServer):
    """Serves until ``shutdown``; each request in a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        emulator: str,
        api_path: str,
        data: Callable[[], dict[str, Any]],
        tried: Callable[[Any], dict[str, Any]],
    ) -> None:
        """``api_path`` is where the emulator serves the API; ``data`` is what the outbox shows.

        ``tried`` answers what the author's desk asks.
        """
        self.upstream = urlsplit(emulator)
        self.api_path = api_path
        self.data = data
        self.tried = tried
        super().__init__((HOST, port), _Handler)

    @property
    def base(self) -> str:
        """The base URL."""
        return f"http://{HOST}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Tocsin-local"
    server: Front

    def __getattr__(self, name: str) -> Any:
        """Every verb there is goes the same way: which of them exist, the app says."""
        if name.startswith("do_"):
            return self._route
        raise AttributeError(name)

    def _route(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith(THROUGH):
            self._through()
        elif path in FILES:
            name, kind = FILES[path]
            self._answer(HTTPStatus.OK, kind, (PAGE / name).read_bytes())
        elif path == DATA:
            text = json.dumps(self.server.data(), ensure_ascii=False)
            self._answer(HTTPStatus.OK, "application/json; charset=utf-8", text.encode())
        elif path == TRY and self.command == "POST":
            self._try()
        elif path == "/":
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", "/outbox")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            say = b"Here are /outbox, /desk, /v1/..., /p/..., /r/... and /a/...\n"
            self._answer(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", say)

    def _try(self) -> None:
        body = self._body(TRY_MAX)
        if body is None:
            return
        try:
            asked = json.loads(body)
        except ValueError:  # not JSON, or not UTF-8
            asked = None
        text = json.dumps(self.server.tried(asked), ensure_ascii=False)
        kind = "application/json; charset=utf-8"
        self._answer(HTTPStatus.OK, kind, text.encode("utf-8", "replace"))

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _through(self) -> None:
        body = self._body()
        if body is None:
            return
        upstream = self.server.upstream
        connection = http.client.HTTPConnection(
            upstream.hostname or HOST, upstream.port, timeout=_WAIT_S
        )
        try:
            connection.putrequest(
                self.command, self.server.api_path + self.path, skip_accept_encoding=True
            )
            for name, value in self.headers.items():
                if name.lower() not in _HOP:
                    connection.putheader(name, value)
            connection.endheaders(body)
            self._back(connection.getresponse())
        except (OSError, http.client.HTTPException) as error:
            say = f"The emulator did not answer: {type(error).__name__}\n".encode()
            self._answer(HTTPStatus.BAD_GATEWAY, "text/plain; charset=utf-8", say)
        finally:
            connection.close()

    def _body(self, most: int = sys.maxsize) -> bytes | None:
        """The request's body; None when its length was not told, and the client has been told.

        Of a body that is too long, only so much.
        """
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            say = b"Say Content-Length, please.\n"
            self._answer(HTTPStatus.LENGTH_REQUIRED, "text/plain; charset=utf-8", say)
            return None
        length = int(self.headers.get("Content-Length") or 0)
        self.close_connection = self.close_connection or length > most
        return self.rfile.read(min(length, most))

    def _back(self, response: http.client.HTTPResponse) -> None:
        body = response.read()
        self.send_response_only(response.status, response.reason)
        for name, value in response.getheaders():
            if name.lower() not in _HOP | {"content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the console belongs to the curls, the emulator's log has the rest."""
