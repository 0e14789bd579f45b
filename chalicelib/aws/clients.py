"""The clients: one session, each client made when first asked for.

They are boto3's low-level clients, never resources.  Time limits fit inside the functions' own,
so that a silent network ends in a named error and not in a killed worker.
"""

from functools import cached_property
from typing import Any

from boto3.session import Session
from botocore.config import Config


def _config(read_s: int, attempts: int) -> Config:
    return Config(
        connect_timeout=1,
        read_timeout=read_s,
        retries={"mode": "standard", "total_max_attempts": attempts},
        tcp_keepalive=True,
        max_pool_connections=50,
        # Every request is made by code of ours that the contract tests run against the store; to
        # check each again costs a tenth of a busy worker's time.
        parameter_validation=False,
    )


class Clients:
    """Region, credentials and endpoint come from the function's environment, as in all of AWS."""

    @cached_property
    def _session(self) -> Any:  # its stubs know services by literal names only
        return Session()

    def _make(self, service: str, read_s: int = 3, attempts: int = 3) -> Any:
        return self._session.client(service, config=_config(read_s, attempts))

    @cached_property
    def dynamodb(self) -> Any:
        """Three attempts of at most 4 s."""
        return self._make("dynamodb")

    @cached_property
    def sqs(self) -> Any:
        """Two attempts of at most 3 s: what is not sent is a clock, which the sweep finds."""
        return self._make("sqs", read_s=2, attempts=2)

    @cached_property
    def sns(self) -> Any:
        """One attempt of at most 4 s: a pager must still record the outcome within 10 s."""
        return self._make("sns", attempts=1)

    @cached_property
    def ses(self) -> Any:
        """One attempt of at most 4 s, as for SNS; trying again is the queue's."""
        return self._make("ses", attempts=1)

    @cached_property
    def cloudwatch(self) -> Any:
        """One attempt of at most 3 s: the sweep asks again in a minute."""
        return self._make("cloudwatch", read_s=2, attempts=1)

    @cached_property
    def kms(self) -> Any:
        """Three attempts of at most 3 s, inside the 10 s of function ``open``."""
        return self._make("kms", read_s=2)

    @cached_property
    def secrets(self) -> Any:
        """Two attempts of at most 3 s: a worker that has read it before goes on without."""
        return self._make("secretsmanager", read_s=2, attempts=2)

    @cached_property
    def lambda_(self) -> Any:
        """One attempt: function ``open`` has 10 s, and each of its runs is an entry."""
        return self._make("lambda", read_s=11, attempts=1)

    @cached_property
    def lambda_soon(self) -> Any:
        """One attempt of at most 4 s: a pager must still send and record within its 10 s."""
        return self._make("lambda", attempts=1)
