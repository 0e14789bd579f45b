"""The local AWS emulator for tests: one process on a loopback port, gone when it is stopped."""

import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch

from chalicelib.aws.clients import Clients
from chalicelib.aws.ledger import Tables

RESOURCES = Path(__file__).parents[2] / ".chalice" / "resources.json"

_START_S = 30
_TABLE_FIELDS = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Emulator:
    """Started by ``start``; whoever starts it stops it."""

    def __init__(self) -> None:
        """Not running yet."""
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    def start(self) -> None:
        """Start it, and wait until it answers; raises RuntimeError when it does not."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        settings = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "PERSIST_STATE": "0",
            "S3_PERSIST": "0",
            "LOG_LEVEL": "ERROR",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env={**os.environ, **settings, "TMPDIR": tempfile.gettempdir()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait(self._process)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        give_up = time.monotonic() + _START_S
        while time.monotonic() < give_up and process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_ministack/ready", timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError("The emulator did not start.")

    def stop(self) -> None:
        """Stop it; what it held is gone."""
        if "clients" in self.__dict__:
            for client in vars(self.clients).values():
                getattr(client, "close", lambda: None)()
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=20)

    @cached_property
    def clients(self) -> Clients:
        """Clients as the functions make them, pointed here."""
        with patch.dict(os.environ, self.environment):
            clients = Clients()
            for name in (
                "dynamodb",
                "sqs",
                "sns",
                "ses",
                "kms",
                "lambda_",
                "secrets",
                "cloudwatch",
            ):
                getattr(clients, name)
        return clients

    @property
    def environment(self) -> dict[str, str]:
        """What points any AWS client here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "eu-west-2",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def make_tables(self) -> Tables:
        """Four new tables with the keys and indexes that the deployed stack has."""
        self._made += 1
        resources = json.loads(RESOURCES.read_text())["Resources"]
        names = {}
        for name in ("cases", "audit", "vault", "registry"):
            wanted = resources[f"{name.title()}Table"]["Properties"]
            names[name] = f"t{self._made}-{name}"
            fields = {field: wanted[field] for field in _TABLE_FIELDS if field in wanted}
            self.clients.dynamodb.create_table(TableName=names[name], **fields)
        return Tables(**names)

    def make_queue(self) -> str:
        """The address of a new queue."""
        self._made += 1
        url: str = self.clients.sqs.create_queue(QueueName=f"q{self._made}")["QueueUrl"]
        return url

    def make_key(self) -> tuple[str, bytes]:
        """A new vault key: its id, and its public half in DER."""
        kms = self.clients.kms
        made = kms.create_key(KeySpec="RSA_3072", KeyUsage="ENCRYPT_DECRYPT")
        identity: str = made["KeyMetadata"]["KeyId"]
        return identity, bytes(kms.get_public_key(KeyId=identity)["PublicKey"])

    def make_function(self, answer: dict[str, Any]) -> str:
        """A function that always answers the same; its name."""
        self._made += 1
        name = f"f{self._made}"
        code = f"import json\ndef run(event, _):\n    return json.loads({json.dumps(answer)!r})\n"
        self.clients.lambda_.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role="arn:aws:iam::000000000000:role/open",
            Handler="main.run",
            Code={"ZipFile": _zip("main.py", code)},
        )
        return name

    def read_back(self, path: str) -> Any:
        """What the emulator tells of messages it took, e.g. ``sns/sms-messages``."""
        with urllib.request.urlopen(f"{self.url}/_ministack/{path}", timeout=5) as response:
            return json.load(response)


def _zip(name: str, text: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, text)
    return held.getvalue()


class Meddler:
    """A client whose next call of one operation goes wrong as ``meddle`` says."""

    def __init__(self, client: Any) -> None:
        """Passes everything on until told otherwise."""
        self._client = client
        self.meddle: Callable[[str, Callable[[], Any]], Any] | None = None

    def __getattr__(self, operation: str) -> Any:
        real = getattr(self._client, operation)

        def call(**request: Any) -> Any:
            meddle, self.meddle = self.meddle, None
            return meddle(operation, lambda: real(**request)) if meddle else real(**request)

        return call
