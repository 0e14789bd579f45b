"""The monitor outside: one POST with a few words of JSON, within two seconds or not at all."""

import json
import logging
from collections.abc import Mapping

import urllib3

log = logging.getLogger(__name__)

CONNECT_S, TOTAL_S = 1.0, 2.0
_FINE = range(200, 300)


class Monitor:
    """``Outside`` over HTTPS.  Nothing that it answers is read or believed."""

    def __init__(self, url: str) -> None:
        """``url`` is what each path's name is put behind, as in ``…/wake-up``."""
        self._url = url
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_S, total=TOTAL_S)
        )

    def ping(self, path: str, body: Mapping[str, object]) -> bool:
        """Whether it answered with a 2xx; never raises."""
        try:
            response = self._pool.request(
                "POST",
                f"{self._url}/{path}",
                body=json.dumps(body).encode(),
                headers={"Content-Type": "application/json"},
                redirect=False,
                preload_content=False,
            )
            response.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            # The address is a secret of a kind, and an error's text may quote it.
            more = {"path": path, "why": type(error).__name__, "metric": "MonitorUnreachable"}
            log.warning("the monitor outside did not answer", extra=more)
            return False
        if response.status not in _FINE:
            log.warning("the monitor outside refused", extra={"status": response.status})
            return False
        return True
