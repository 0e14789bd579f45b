"""The front: byte for byte to the app and back, and the outbox beside it."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tools.local.front import Front
from tools.local.ports import HOST, choose

BODY = bytes(range(256)) + "警钟".encode()


class _Upstream(BaseHTTPRequestHandler):
    """Answers with what it was asked, and two cookies."""

    server: "_Server"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        told = (self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
        self.server.asked.append(told)
        self.send_response(201)
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Type", "application/x-odd")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(BODY)

    do_GET = do_DELETE = do_HEAD = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    asked: list[tuple[str, str, dict[str, str], bytes]]


@contextmanager
def _serving(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def upstream() -> Iterator[_Server]:
    """What stands for the emulator."""
    server = _Server((HOST, 0), _Upstream)
    server.asked = []
    with _serving(server):
        yield server


def _outbox() -> dict[str, Any]:
    return {"now": 1, "name": "林"}


def _tried(asked: Any) -> dict[str, Any]:
    return {"asked": asked}


@pytest.fixture
def front(upstream: _Server) -> Iterator[Front]:
    """A front before it."""
    address = f"http://{HOST}:{upstream.server_port}"
    front = Front(0, address, "/_aws/execute-api/x/api", _outbox, _tried)
    with _serving(front):
        yield front


def _ask(
    front: Front, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(HOST, front.server_port, timeout=5)
    try:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, told)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_a_request_goes_through_unchanged(front: Front, upstream: _Server) -> None:
    """Path, query, headers, cookies and every byte of the body reach the app."""
    path = "/v1/complaints?a=1&a=%E8%AD%A6"
    _ask(front, "POST", path, BODY, Cookie="d=1", Authorization="Bearer t", X_Odd="ü")
    method, asked, headers, body = upstream.asked[0]
    assert (method, asked, body) == ("POST", f"/_aws/execute-api/x/api{path}", BODY)
    assert headers["Cookie"] == "d=1"
    assert headers["Authorization"] == "Bearer t"
    assert "Content-Type" not in headers


def test_the_answer_comes_back_unchanged(front: Front) -> None:
    """Status, both cookies, the content type and every byte."""
    response, body = _ask(front, "GET", "/p/abc")
    assert (response.status, body) == (201, BODY)
    assert response.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert response.headers["Content-Type"] == "application/x-odd"


@pytest.mark.parametrize("verb", ["DELETE", "HEAD"])
def test_every_verb_goes_through(front: Front, upstream: _Server, verb: str) -> None:
    """Which verbs exist is the app's to say."""
    assert _ask(front, verb, "/v1/cases")[0].status == 201
    assert upstream.asked[0][0] == verb


def test_the_outbox_is_served_beside_it(front: Front, upstream: _Server) -> None:
    """Page, style, script and data are ours, never cached, and nothing of them goes upstream."""
    for path, kind in (
        ("/outbox", "text/html"),
        ("/outbox/outbox.css", "text/css"),
        ("/outbox/outbox.js", "text/javascript"),
    ):
        response, body = _ask(front, "GET", path)
        assert response.status == 200
        assert response.headers["Content-Type"].startswith(kind)
        assert response.headers["Cache-Control"] == "no-store"
        assert b"://" not in body.replace(b"https?:\\/\\/", b"")
    assert json.loads(_ask(front, "GET", "/outbox/data.json")[1]) == {"now": 1, "name": "林"}
    assert upstream.asked == []


def test_other_paths_lead_nowhere_else(front: Front, upstream: _Server) -> None:
    """The emulator's own paths are out of reach; the root leads to the outbox."""
    assert _ask(front, "GET", "/_ministack/reset")[0].status == 404
    assert _ask(front, "POST", "/v1x", b"{}")[0].status == 404
    response, _ = _ask(front, "GET", "/")
    assert (response.status, response.headers["Location"]) == (302, "/outbox")
    assert upstream.asked == []


def test_a_body_of_untold_length_is_refused_in_words(front: Front) -> None:
    """Chunked bodies get 411, not a hang."""
    response, _ = _ask(
        front, "POST", "/v1/complaints", b"2\r\n{}\r\n0\r\n\r\n", Transfer_Encoding="chunked"
    )
    assert response.status == 411


def test_a_dead_emulator_is_told_as_such() -> None:
    """502 with a sentence, so that nobody looks for the fault in the app."""
    front = Front(0, f"http://{HOST}:{choose(0)}", "", dict[str, Any], _tried)
    with _serving(front):
        response, body = _ask(front, "GET", "/v1/cases")
    assert response.status == 502
    assert b"emulator" in body


def test_the_desk_answers(front: Front) -> None:
    """A question to the author's desk goes to it as JSON; what is no JSON is no question."""
    for body, asked in ((b'{"text": "\xe7\x81\xab"}', {"text": "火"}), (b"{", None)):
        response, answer = _ask(front, "POST", "/desk/try", body)
        assert response.status == 200
        assert json.loads(answer) == {"asked": asked}


@pytest.mark.parametrize("path", ["/desk", "/desk/desk.css", "/desk/desk.js"])
def test_the_desk_has_its_page(front: Front, path: str) -> None:
    """Its files are served like those of the outbox."""
    response, body = _ask(front, "GET", path)

    assert response.status == 200
    assert body
