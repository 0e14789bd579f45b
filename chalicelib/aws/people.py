"""The registry's items: credentials, people, the roster, and the links in pages."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from chalicelib.aws.dynamo import Item
from chalicelib.cases.draft import OnCall
from chalicelib.services.employers import CLIENT, DEFAULT_ORG
from chalicelib.services.ports import Credential, PageLink, Person, PinTries
from chalicelib.terms import SECOND, Channel, Role

ROSTER_KEY = "roster"
ORGS_KEY = "orgs"


def credential_item(credential: Credential) -> Item:
    """One credential, in the list of all."""
    return {"pk": "credentials", "sk": credential.id, **_plain(credential)}


def read_credential(item: Item) -> Credential:
    """As ``credential_item`` wrote it."""
    return Credential(**_fields(item) | {"role": Role(item["role"])})


def person_item(person: Person) -> Item:
    """One person, in the list of all."""
    plain = _plain(person) | {"channels": ",".join(person.channels)}
    return {"pk": "people", "sk": person.id, **plain}


def read_person(item: Item) -> Person:
    """As ``person_item`` wrote it."""
    channels = tuple(name for name in item["channels"].split(",") if name)
    return Person(**_fields(item) | {"role": Role(item["role"]), "channels": channels})


def org_item(org: str, kind: str) -> Item:
    """Whose an organisation is, in the list of all."""
    return {"pk": ORGS_KEY, "sk": org, "kind": kind}


def read_orgs(items: Iterable[Item]) -> dict[str, str]:
    """Kinds by name; the default one is the client's where nothing else was ever said of it."""
    return {DEFAULT_ORG: CLIENT} | {item["sk"]: item["kind"] for item in items}


def link_item(link: PageLink) -> Item:
    """A page's link; it goes when it has expired."""
    key = {"pk": f"page#{link.token_hash}", "sk": "link", "ttl": link.expires_at // SECOND}
    return {**key, **_plain(link)}


def read_link(item: Item) -> PageLink:
    """As ``link_item`` wrote it."""
    return PageLink(**_fields(item))


def pins_item(tries: PinTries) -> Item:
    """How guessing a person's PIN stands."""
    return {"pk": f"pins#{tries.person}", "sk": "pins", **_plain(tries)}


def read_pins(item: Item) -> PinTries:
    """As ``pins_item`` wrote it."""
    return PinTries(**_fields(item))


def _plain(record: Any) -> Item:
    return {
        name: value.value if isinstance(value, Role) else value
        for name, value in asdict(record).items()
    }


def _fields(item: Item) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in {"pk", "sk", "ttl"}}


def roster_item(duty: Mapping[str, Iterable[Person]]) -> Item:
    """Who is on call in each role, with the channels on which each can be reached."""
    rows = {
        role: [[person.id, reachable(person)] for person in group] for role, group in duty.items()
    }
    return {"pk": ROSTER_KEY, "sk": ROSTER_KEY, "duty": json.dumps(rows, sort_keys=True)}


def read_roster(item: Item) -> dict[str, tuple[OnCall, ...]]:
    """As ``roster_item`` wrote it."""
    rows = json.loads(item["duty"])
    return {
        role: tuple(OnCall(person, tuple(channels)) for person, channels in group)
        for role, group in rows.items()
    }


def reachable(person: Person) -> tuple[str, ...]:
    """The person's channels that have an address, the preferred one first."""
    address = {Channel.SMS.value: person.phone, Channel.EMAIL.value: person.email}
    return tuple(name for name in person.channels if address.get(name))
