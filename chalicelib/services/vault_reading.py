"""Who reads words, as far as that is known."""

from dataclasses import dataclass
from typing import Any

from chalicelib.terms import Role


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of who reads words: no more than that, and nothing unless it is said.

    ``proved``: the reader has shown who they are.  ``behalf`` is the person for whom words are
    opened, be it by whoever holds their link.
    """

    kind: str = "anonymous"
    role: Role = Role.REPORTER
    proved: bool = False
    behalf: str = ""
    request: str = ""

    def plain(self) -> dict[str, Any]:
        """As the opening function is told."""
        return {
            "kind": self.kind,
            "role": self.role.value,
            "proved": self.proved,
            "for": self.behalf,
            "request": self.request,
        }


UNPROVED = Reading()
