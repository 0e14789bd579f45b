"""Asking the opening function for words; nothing here can seal or decrypt any."""

import json
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.wire import unpack
from chalicelib.services.vault_reading import UNPROVED, Reading


class VaultClosedError(Exception):
    """The opening function did not answer with words; says why, and never quotes any."""


class Asking:
    """The half of ``Vault`` that opens, in another function."""

    def __init__(self, client: Any, open_function: str) -> None:
        """``client`` is a Lambda client."""
        self._client = client
        self._function = open_function

    def open(
        self, sids: Sequence[str], reader: str, why: str, reading: Reading = UNPROVED
    ) -> dict[str, dict[str, Any]]:
        """Fields by vault id; ids that the vault does not hold are left out.

        Raises:
            VaultClosedError: the function refused, failed, or did not answer.
        """
        payload = json.dumps({"sids": list(sids), "reader": reader, "why": why} | reading.plain())
        try:
            response = self._client.invoke(FunctionName=self._function, Payload=payload.encode())
            answer = response["Payload"].read()
        except ClientError as error:
            raise VaultClosedError(error.response["Error"]["Code"]) from None
        except BotoCoreError as error:
            raise VaultClosedError(type(error).__name__) from None
        if response.get("FunctionError"):
            raise VaultClosedError("the opening function failed")
        return unpack(json.loads(answer)["words"])
