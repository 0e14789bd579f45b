"""Who is asking, once the credential, the page's link or the lack of both has been checked."""

from dataclasses import dataclass

from chalicelib.audit.entry import Actor
from chalicelib.cases.commands import By
from chalicelib.terms import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """``kind`` is credential, person, reporter, anonymous or machine; ``request`` the request's id.

    ``id`` is the credential's (or the person's, on a page's link); ``person`` is the client
    person that a credential belongs to, where it belongs to one.
    """

    kind: str
    id: str
    role: Role
    org: str = ""
    person: str = ""
    request: str = ""

    @property
    def by(self) -> By:
        """As the core sees them: a client's act is by a named person."""
        return By(self.person or self.id, self.role, self.org)

    @property
    def actor(self) -> Actor:
        """As an entry names them."""
        return Actor(self.kind, self.id, self.role.value, self.org)


def anonymous(request: str) -> Caller:
    """The public intake: no credential at all."""
    return Caller(kind="anonymous", id="anonymous", role=Role.REPORTER, request=request)


def machine(request: str) -> Caller:
    """A timer, a queue or the sweep."""
    return Caller(kind="machine", id="machine", role=Role.MACHINE, request=request)
