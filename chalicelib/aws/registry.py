"""The registry on DynamoDB: credentials, people, who is on call, and the links in pages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws import people
from chalicelib.aws.dynamo import ABSENT, Item, Store, Write, is_refused, marshal
from chalicelib.aws.writes import token_of
from chalicelib.cases.draft import OnCall
from chalicelib.services import employers
from chalicelib.services.ports import (
    Clock,
    ConflictError,
    Credential,
    PageLink,
    Person,
    PinTries,
)
from chalicelib.terms import SECOND, VENDOR_ROLES, Role

FALLBACK = "fallback"

_ROSTER_AGE_MS = 5 * SECOND
_PAGE = 100


def fallback_person(sms: str, email: str) -> Person:
    """The client's last resort, as the settings name it."""
    person = Person(
        id=FALLBACK, name="Fallback", role=Role.OWNER, employer="client", phone=sms, email=email
    )
    return replace(person, channels=people.reachable(person))


class DynamoRegistry:
    """``Registry``, and the writes of those who administer it.

    Raises UncertainError, as the ledger does, when the store gives no answer.
    """

    def __init__(self, client: Any, table: str, clock: Clock, sms: str, email: str) -> None:
        """``client`` is a low-level DynamoDB client; ``sms`` and ``email`` reach the fallback."""
        self._store = Store(client, clock)
        self._table = table
        self._clock = clock
        self._fallback = fallback_person(sms, email)
        self._duty: dict[str, tuple[OnCall, ...]] = {}
        self._read_at: int | None = None
        self._known_orgs: dict[str, str] = {}
        self._orgs_at: int | None = None

    def credential(self, identity: str) -> Credential | None:
        """Read consistently, so that a revocation works at once."""
        item = self._store.get(self._table, "credentials", identity)
        return people.read_credential(item) if item else None

    def credentials(self) -> tuple[Credential, ...]:
        """All of them, revoked ones too, the oldest first."""
        return tuple(people.read_credential(item) for item in self._all("credentials"))

    def put_credential(self, credential: Credential) -> None:
        """Add or replace one; a vendor's first one makes its organisation a vendor.

        Raises:
            EmployerError: nobody of that organisation may hold the role.
        """
        employers.require(credential.role, credential.org, self._orgs())
        if credential.role in VENDOR_ROLES:
            self.put_org(credential.org, employers.VENDOR)
        self._put(people.credential_item(credential))

    def orgs(self) -> Mapping[str, str]:
        """Client or vendor by name, as of at most five seconds ago; none ever changes sides."""
        now = self._clock.now()
        if self._orgs_at is None or not 0 <= now - self._orgs_at < _ROSTER_AGE_MS:
            self._known_orgs, self._orgs_at = self._orgs(), now
        return self._known_orgs

    def put_org(self, org: str, kind: str) -> None:
        """Say whose an organisation is; it stays what it was first.

        Raises:
            EmployerError: it is the other already.
        """
        self._store.put_new(self._table, people.org_item(org, kind))
        self._orgs_at = None
        if self._orgs()[org] != kind:
            own = kind == employers.CLIENT
            raise employers.EmployerError(
                employers.NOT_THE_CLIENTS if own else employers.NOT_A_VENDORS
            )

    def _orgs(self) -> dict[str, str]:
        return people.read_orgs(self._all(people.ORGS_KEY))

    def revoke_credential(self, identity: str, at: int) -> None:
        """From now on it is refused; the first revocation's time (ms) is kept.

        Raises:
            KeyError: there is no such credential.
        """
        if self.credential(identity) is None:
            raise KeyError(identity)
        try:
            self._store.call(
                "update_item",
                TableName=self._table,
                Key=marshal({"pk": "credentials", "sk": identity}),
                UpdateExpression="SET revoked_at = :at",
                ConditionExpression="revoked_at = :never",
                ExpressionAttributeValues=marshal({":at": at, ":never": 0}),
            )
        except ClientError as error:
            if not is_refused(error):
                raise

    def person(self, identity: str) -> Person | None:
        """One person, or None; ``fallback`` is the last resort that the settings name."""
        if identity == FALLBACK:
            return self._fallback
        item = self._store.get(self._table, "people", identity)
        return people.read_person(item) if item else None

    def people(self) -> tuple[Person, ...]:
        """All of them, the first registered first."""
        return tuple(people.read_person(item) for item in self._all("people"))

    def put_person(self, person: Person) -> None:
        """Add or replace one; the roster follows if they are on it.

        Raises:
            ValueError: the person is on the roster, and could no longer be reached.
            EmployerError: nobody of that employer may hold the role.
        """
        employers.require(person.role, person.employer, self._orgs())
        roster = self._roster()
        rostered = any(
            on_call.person == person.id for group in roster.values() for on_call in group
        )
        if rostered:
            _require_reachable(person)
        self._put(people.person_item(person))
        if rostered:
            self.put_roster(
                {role: [on_call.person for on_call in group] for role, group in roster.items()}
            )

    def put_roster(self, duty: Mapping[str, Sequence[str]]) -> None:
        """Replace the roster: ids of people by roster role, in the order they are paged.

        Raises:
            KeyError: nobody has that id.
            ValueError: a person who can be reached on no channel.
        """
        known = {identity: self.person(identity) for group in duty.values() for identity in group}
        for identity, person in known.items():
            if person is None:
                raise KeyError(identity)
            _require_reachable(person)
        groups = {
            role: [person for identity in group if (person := known[identity])]
            for role, group in duty.items()
        }
        self._put(people.roster_item(groups))
        self._read_at = None

    def duty(self) -> Mapping[str, tuple[OnCall, ...]]:
        """Who is on call, as of at most five seconds ago; the fallback is always among them."""
        now = self._clock.now()
        if self._read_at is None or not 0 <= now - self._read_at < _ROSTER_AGE_MS:
            last_resort = OnCall(FALLBACK, self._fallback.channels)
            self._duty = self._roster() | {FALLBACK: (last_resort,)}
            self._read_at = now
        return self._duty

    def put_link(self, link: PageLink) -> None:
        """Remember a page's link before the page is sent."""
        self._put(people.link_item(link))

    def put_links(self, links: Sequence[PageLink]) -> None:
        """Of several pages with one request: a transaction, as no function may write batches."""
        if len(links) == 1:
            self.put_link(links[0])
        elif links:
            items = [marshal(people.link_item(link)) for link in links]
            puts = [Write(table=self._table, item=item, what="link") for item in items]
            self._store.transact(puts, token_of(link.token_hash for link in links))

    def link(self, token_hash: str) -> PageLink | None:
        """What a link stands for, or None; one that has expired may still be found."""
        item = self._store.get(self._table, f"page#{token_hash}", "link")
        return people.read_link(item) if item else None

    def wrong_pin(self, token_hash: str) -> int:
        """Count one wrong PIN on this link, atomically; how many there have been.

        Raises:
            KeyError: there is no such link.
        """
        return self._count(token_hash, "wrong_pins", 1)

    def right_pin(self, token_hash: str) -> None:
        """Take one back that was counted before it proved right; raises KeyError."""
        self._count(token_hash, "wrong_pins", -1)

    def refused(self, token_hash: str) -> int:
        """Count one refusal on this link, atomically; how many there have been.

        Raises:
            KeyError: there is no such link.
        """
        return self._count(token_hash, "refusals", 1)

    def pressed(self, token_hash: str, slot: str, until: int) -> int:
        """Count one press on this link in ``slot``, kept until then (ms); how many there were."""
        response = self._store.call(
            "update_item",
            TableName=self._table,
            Key=marshal({"pk": f"page#{token_hash}", "sk": f"press#{slot}"}),
            UpdateExpression="ADD n :one SET #ttl = :ttl",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues=marshal({":one": 1, ":ttl": until // SECOND}),
            ReturnValues="UPDATED_NEW",
        )
        return int(response["Attributes"]["n"]["N"])

    def _count(self, token_hash: str, name: str, step: int) -> int:
        try:
            response = self._store.call(
                "update_item",
                TableName=self._table,
                Key=marshal({"pk": f"page#{token_hash}", "sk": "link"}),
                UpdateExpression=f"ADD {name} :step",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues=marshal({":step": step}),
                ReturnValues="UPDATED_NEW",
            )
        except ClientError as error:
            if not is_refused(error):
                raise
            raise KeyError(token_hash) from None
        return int(response["Attributes"][name]["N"])

    def pins(self, person: str) -> PinTries:
        """How guessing this person's PIN stands, read consistently; zeros at first."""
        item = self._store.get(self._table, f"pins#{person}", "pins")
        return people.read_pins(item) if item else PinTries(person)

    def put_pins(self, before: PinTries, after: PinTries) -> None:
        """Replace it.

        Raises:
            ConflictError: it is no longer as ``before``; another try came in between.
        """
        same = "wrong = :wrong AND #locks = :locks AND locked_until = :until"
        absent = f"{ABSENT} OR " if before == PinTries(before.person) else ""
        values = {":wrong": before.wrong, ":locks": before.locks, ":until": before.locked_until}
        try:
            self._store.call(
                "put_item",
                TableName=self._table,
                Item=marshal(people.pins_item(after)),
                ConditionExpression=f"{absent}({same})",
                ExpressionAttributeNames={"#locks": "locks"},  # a word that DynamoDB keeps
                ExpressionAttributeValues=marshal(values),
            )
        except ClientError as error:
            if not is_refused(error):
                raise
            raise ConflictError("pins") from None

    def _roster(self) -> dict[str, tuple[OnCall, ...]]:
        item = self._store.get(self._table, people.ROSTER_KEY, people.ROSTER_KEY)
        return people.read_roster(item) if item else {}

    def _put(self, item: Item) -> None:
        self._store.call("put_item", TableName=self._table, Item=marshal(item))

    def _all(self, key: str) -> list[Item]:
        found: list[Item] = []
        more: dict[str, Any] = {}
        while True:
            items, last = self._store.query(
                self._table, "pk = :pk", {":pk": key}, Limit=_PAGE, ConsistentRead=True, **more
            )
            found += items
            if last is None:
                return found
            more = {"ExclusiveStartKey": last}


def _require_reachable(person: Person) -> None:
    if not people.reachable(person):
        raise ValueError(f"{person.id} can be reached on no channel.")
