"""Clients of an emulator, or of whatever the usual AWS environment names."""

import threading
from typing import Any

from botocore.config import Config
from botocore.session import get_session

from tools.local.emulator import REGION, ROOT_KEY

_CONFIG = Config(
    connect_timeout=2, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3}
)
# A stack is asked for once and waited for.  A busy machine's emulator takes longer than a read's
# time to answer, and asked a second time it says that the stack already exists.
_ONCE = Config(
    connect_timeout=2, read_timeout=180, retries={"mode": "standard", "total_max_attempts": 1}
)


class Cloud:
    """One client a service, made when first asked for; safe to share between threads."""

    def __init__(self, url: str = "", **keys: str) -> None:
        """``url`` is an emulator's address; ``keys`` are a role's, otherwise its root's."""
        self._known: dict[str, str] = {}
        if url:
            self._known = {
                "endpoint_url": url,
                "region_name": REGION,
                "aws_access_key_id": ROOT_KEY,
                "aws_secret_access_key": ROOT_KEY,
            } | keys
        self._session = get_session()
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        """A low-level client."""
        with self._lock:
            if service not in self._clients:
                known: dict[str, Any] = self._known
                config = _ONCE if service == "cloudformation" else _CONFIG
                self._clients[service] = self._session.create_client(
                    service, config=config, **known
                )
            return self._clients[service]

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()
