"""The registry's port: who may call, who is paged, and what a page's link stands for."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from chalicelib.cases.draft import OnCall
from chalicelib.services.people import Credential, PageLink, Person, PinTries


class Registry(Protocol):
    """Credentials, people, who is on call, and the links in pages."""

    def credential(self, identity: str) -> Credential | None:
        """Read consistently, so that a revocation works at once."""
        ...

    def person(self, identity: str) -> Person | None:
        """One person, or None."""
        ...

    def duty(self) -> Mapping[str, tuple[OnCall, ...]]:
        """Who is on call in each roster role now; the fallback contact is always among them."""
        ...

    def people(self) -> tuple[Person, ...]:
        """All of them, the first registered first."""
        ...

    def orgs(self) -> Mapping[str, str]:
        """Each organisation that is known: ``client`` or ``vendor`` by its name."""
        ...

    def put_link(self, link: PageLink) -> None:
        """Remember a page's link before the page is sent."""
        ...

    def put_links(self, links: Sequence[PageLink]) -> None:
        """Remember those of several pages, all or none."""
        ...

    def link(self, token_hash: str) -> PageLink | None:
        """What a link stands for, or None."""
        ...

    def wrong_pin(self, token_hash: str) -> int:
        """Count one wrong PIN on this link, atomically; how many there have been with it."""
        ...

    def right_pin(self, token_hash: str) -> None:
        """Take one back that was counted before it proved right."""
        ...

    def refused(self, token_hash: str) -> int:
        """Count one refusal on this link, atomically; how many there have been with it."""
        ...

    def pressed(self, token_hash: str, slot: str, until: int) -> int:
        """Count one press on this link in ``slot``, kept until then; how many there have been."""
        ...

    def pins(self, person: str) -> PinTries:
        """How guessing this person's PIN stands, read consistently; zeros at first."""
        ...

    def put_pins(self, before: PinTries, after: PinTries) -> None:
        """Replace it; raises ConflictError when it is no longer as ``before``."""
        ...
