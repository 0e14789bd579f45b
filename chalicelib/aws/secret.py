"""The keyring in Secrets Manager, read again every few minutes."""

import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.services.keyring import Keyring, read_keyring
from chalicelib.services.ports import Clock, UncertainError
from chalicelib.terms import MINUTE, SECOND

log = logging.getLogger(__name__)

# A key that was rotated in is known everywhere after this long; see tools/keys.py.
KEPT_MS = 5 * MINUTE
AGAIN_MS = 30 * SECOND


class SecretKeys:
    """One secret, kept by this worker; where it cannot be read again, the last one is good."""

    def __init__(self, client: Any, identity: str, clock: Clock) -> None:
        """``client`` is a Secrets Manager client; nothing is read yet."""
        self._client = client
        self._identity = identity
        self._clock = clock
        self._text = ""
        self._next = 0

    def keyring(self) -> Keyring:
        """The keys as they stand now.

        Raises:
            UncertainError: the secret was never read, and cannot be now.
            ValueError: what it holds is no keyring.
        """
        now = self._clock.now()
        if now >= self._next:
            self._read(now)
        return read_keyring(self._text, now)

    def _read(self, now: int) -> None:
        try:
            told = self._client.get_secret_value(SecretId=self._identity)
        except (ClientError, BotoCoreError) as error:
            if not self._text:
                raise UncertainError("the secret cannot be read") from error
            log.warning("the secret could not be read again", extra={"why": type(error).__name__})
            self._next = now + AGAIN_MS
        else:
            self._text = str(told["SecretString"])
            self._next = now + KEPT_MS
