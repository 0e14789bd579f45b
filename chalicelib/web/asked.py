"""One request, as the routes see it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

from chalice.app import Request

from chalicelib import wiring
from chalicelib.services import accounts
from chalicelib.services.caller import Caller, anonymous
from chalicelib.services.parts import Parts
from chalicelib.services.refusals import record
from chalicelib.services.throttle import admit
from chalicelib.services.unfit import refuse
from chalicelib.web.body import bytes_of
from chalicelib.web.times import read_time
from chalicelib.web.words import accepted, known

FUNCTION = "api"
_CASE_ID = re.compile(r"cas_[0-9a-z]{26}")
_LIMIT = re.compile(r"[1-9][0-9]{0,3}|0")
_SEQUENCE = re.compile(r"[0-9]{1,15}")
_LONGEST_CURSOR = 4_000


@dataclass(slots=True)
class Asked:
    """A request with the parts that will answer it; ``id`` is API Gateway's.

    ``known`` is who asks, once that has been established.
    """

    request: Request
    id: str
    known: Caller | None = None

    @property
    def parts(self) -> Parts:
        """Joined when first asked for, so that a failure is answered like any other."""
        return wiring.parts(FUNCTION)

    @property
    def route(self) -> str:
        """Method and path as written in the code, with no value in it."""
        return f"{self.request.method} {self.request.path}"

    @property
    def language(self) -> str:
        """``?lang=`` if given, else as Accept-Language says."""
        return known(self.query("lang")) or accepted(self.header("accept-language"))

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        return str(self.request.headers.get(name) or "")

    def query(self, name: str) -> str:
        """A query parameter's last value, or nothing."""
        given = self.request.query_params
        return str(given.get(name) or "") if given else ""

    def body(self) -> bytes:
        """The body as it came, whatever the platform made of it on the way."""
        return bytes_of(self.request.to_original_event())

    def caller(self) -> Caller:
        """Who holds the bearer token; raises RefusedError(401 or 429), which is recorded."""
        self.known = accounts.authenticate(
            self.parts, self.header("authorization") or None, self.id, self.route
        )
        admit(self.parts, self.known, (self.request.uri_params or {}).get("act", ""))
        return self.known

    def time(self, caller: Caller, name: str) -> int | None:
        """A query parameter as ms UTC, None if not given; raises RefusedError(422)."""
        text = self.query(name)
        if not text:
            return None
        reading = read_time(text)
        if reading.ms is None:
            self.refuse(caller, "bad_time")
        return reading.ms

    def limit(self, caller: Caller, default: int, most: int) -> int:
        """How many to list; raises RefusedError(422) for what is not a number."""
        text = self.query("limit")
        if text and not _LIMIT.fullmatch(text):
            self.refuse(caller, "bad_limit")
        return max(1, min(int(text or default), most))

    def cursor(self, caller: Caller) -> str:
        """Where a list goes on; raises RefusedError(422) for what we never gave."""
        text = self.query("cursor")
        if len(text) > _LONGEST_CURSOR or not text.isascii():
            self.refuse(caller, "bad_cursor")
        return text

    @contextmanager
    def own_cursor(self, caller: Caller) -> Iterator[None]:
        """A store's ValueError at a cursor is answered with RefusedError(422)."""
        try:
            yield
        except ValueError:
            if not self.query("cursor"):
                raise
            self.refuse(caller, "bad_cursor")

    def after(self, caller: Caller) -> int:
        """A cursor that is the number of an entry; raises RefusedError(422)."""
        text = self.cursor(caller) or "0"
        if not _SEQUENCE.fullmatch(text):
            self.refuse(caller, "bad_cursor")
        return int(text)

    def refuse(self, caller: Caller, code: str) -> NoReturn:
        """Record the refusal, then refuse with 422."""
        refuse(self.parts, caller, self.route, code)

    def record(self, code: str) -> None:
        """Record what a service refused; it has no chain to write on but the caller's own."""
        record(self.parts, self.known or anonymous(self.id), self.route, code)


def case_id(text: str) -> str:
    """A case's id from a path; anything else becomes one that no case has.

    What a stranger writes into a path may be a name or a number, and refusals are kept in clear.
    """
    return text if _CASE_ID.fullmatch(text) else "malformed"
