"""The preflight's questions to a stack, asked of the emulator: key, stream, recovery."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from tests.support.emulator import Emulator
from tools.package import ROOT
from tools.preflight import stack
from tools.preflight.__main__ import look
from tools.preflight.model import Answer, Site, Verdict

pytestmark = pytest.mark.emulator


@pytest.fixture
def site(emulator: Emulator) -> Site:
    """A stack with a key and four tables, none of them recoverable yet."""
    clients = {"dynamodb": emulator.clients.dynamodb, "kms": emulator.clients.kms}
    identity, public = emulator.make_key()
    tables = emulator.make_tables()
    outputs = {"VaultKeyId": identity} | {
        f"{name.title()}Table": getattr(tables, name)
        for name in ("cases", "audit", "vault", "registry")
    }
    parameters = {"VaultPublicKey": base64.b64encode(public).decode()}
    return Site(clients.__getitem__, ROOT, "s", parameters, outputs)


def test_the_key_must_be_usable_and_the_one_that_is_sealed_to(site: Site) -> None:
    """A disabled key, or another one's public half, stops."""
    kms = site.client("kms")
    assert stack.key(site, Answer("key")).verdict is Verdict.OK
    other = replace(site, parameters={"VaultPublicKey": "TUlJ"})
    assert stack.key(other, Answer("key")).verdict is Verdict.STOP
    kms.disable_key(KeyId=site.outputs["VaultKeyId"])
    line = stack.key(site, Answer("key"))
    assert (line.verdict, "Disabled" in line.said) == (Verdict.STOP, True)


def test_the_stream_must_be_on(site: Site) -> None:
    """A table without a stream stops; with one it does not."""
    assert stack.stream(site, Answer("stream")).verdict is Verdict.STOP
    view = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    site.client("dynamodb").update_table(
        TableName=site.outputs["AuditTable"], StreamSpecification=view
    )
    assert stack.stream(site, Answer("stream")).verdict is Verdict.OK


def test_every_table_must_be_recoverable(site: Site) -> None:
    """The tables without recovery are named, until each has it."""
    on = {"PointInTimeRecoveryEnabled": True}
    for output in stack.TABLES:
        line = stack.recovery(site, Answer("recovery"))
        assert line.verdict is Verdict.STOP
        assert site.outputs[output] in line.said
        site.client("dynamodb").update_continuous_backups(
            TableName=site.outputs[output], PointInTimeRecoverySpecification=on
        )
    assert stack.recovery(site, Answer("recovery")).verdict is Verdict.OK


def test_before_the_first_deployment_there_is_no_stack(emulator: Emulator) -> None:
    """The site then holds what is given, and no more."""
    session: Any = emulator.clients._session

    def client(name: str) -> Any:
        return session.client(
            name,
            endpoint_url=emulator.url,
            region_name="eu-west-2",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    found = look(client, "tocsin-none", {"SesSender": "bell@example.com"})

    assert found.is_first
    assert found.parameters == {"SesSender": "bell@example.com"}
