"""Every malformed body over HTTP: no 5xx, no complaint refused, no word lost.

The table is the unit tests' own; here each body goes through the app and into the vault.
"""

import json
from collections.abc import Iterator

import pytest
from chalice.test import Client

from app import app
from chalicelib import wiring
from tests.support.world import World
from tests.unit.web.bodies import MARK, Sent, everything


@pytest.fixture
def world() -> Iterator[World]:
    """An app that works in memory."""
    made = World()
    wiring.use("api", made.parts)
    yield made
    wiring.use("api", None)


def test_three_hundred_malformed_bodies(world: World) -> None:
    """Each is answered 201, and what it said is in the vault under the message it became."""
    table = everything()
    assert len(table) >= 300
    with Client(app) as client:
        failed = [sent.name for sent in table if not _survives(client, world, sent)]

    assert failed == []


def _survives(client: Client, world: World, sent: Sent) -> bool:
    headers = {"content-type": sent.kind} if sent.kind else {}
    # The test client hands over bytes; API Gateway would hand over base64 or text.
    answer = client.http.post("/v1/public/complaints", headers=headers, body=sent.raw)
    if answer.status_code != 201:
        return False
    opened = world.vault.open(list(world.ledger.vault)[-1:], "test", "test")
    kept = json.dumps(opened, ensure_ascii=False)
    if "base64" in kept:
        return True  # the bytes themselves are there
    # A brand or a channel that could be read stands on the case itself, and not in the vault.
    words = [piece for piece in sent.pieces if piece != MARK]
    return all(piece in kept or json.dumps(piece)[1:-1] in kept for piece in words)
