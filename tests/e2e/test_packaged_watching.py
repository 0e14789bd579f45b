"""Canaries on the really packaged app, with each function's own rights.

The emulator does not know SNS's question about the month's limit, so that check cannot be asked
here: the heartbeat is withheld, as it must be, and what is shown is how far the canaries come.
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from chalicelib.services.canaries import PATHS, SWEPT
from tests.e2e.packaged import Packaged

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

FUNCTIONS = ("api", "ring", "herald", "pager", "sweep")
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def watched(packaged: Packaged) -> Iterator[Packaged]:
    """With a monitor set at which nobody listens; afterwards as before."""
    client = packaged.running.cloud.client("lambda")
    there = [one["FunctionName"] for one in client.list_functions()["Functions"]]
    names = [name for name in there if any(part in name.lower() for part in FUNCTIONS)]
    assert len(names) == len(FUNCTIONS), there
    before = {
        name: client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        for name in names
    }
    for name, variables in before.items():
        _set(client, name, {**variables, "WATCHDOG_URL": NOBODY})
    # Workers that were there before know nothing of it, and are gone in a moment.
    packaged.until(lambda: _is_watched(packaged), within=60)
    yield packaged
    for name, variables in before.items():
        _set(client, name, variables)
    packaged.until(lambda: _error_of_sweep(packaged) is None, within=60)


def _set(client: Any, name: str, variables: dict[str, str]) -> None:
    client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def _is_watched(packaged: Packaged) -> bool:
    if _error_of_sweep(packaged):
        # The emulator gave it to a worker that was just being replaced.
        return False
    found = packaged.get("/v1/health/checks", by="owner").json
    return bool(found["watched"] and found["fresh"])


def _sweep(packaged: Packaged) -> None:
    """A minute's sweep, now."""
    error = _error_of_sweep(packaged)
    assert error is None, error


def _error_of_sweep(packaged: Packaged) -> bytes | None:
    """Sweep, and give what went wrong."""
    names = ("version", "account", "region", "time", "source", "detail-type")
    event = dict.fromkeys(names, "") | {"id": "by-hand", "resources": [], "detail": {}}
    found = packaged.running.cloud.client("lambda").invoke(
        FunctionName=packaged.running.outputs["SweepFunction"],
        Payload=json.dumps(event).encode(),
    )
    payload: bytes = found["Payload"].read()
    return payload if "FunctionError" in found else None


def _sent(packaged: Packaged, case: str) -> list[str]:
    """What became of a canary's pages, oldest first."""
    told = packaged.events(case)
    return [event["carrier"] for event in told if event["e"] == "page.sent.v1"]


def test_canaries_go_the_way_of_every_case(watched: Packaged) -> None:
    """Opened by the sweep, paged by the herald, rung again a minute later, and nobody is paged."""
    for case in PATHS:
        watched.until(partial(_sent, watched, case), within=30)
    woken = next(case for case in PATHS if case != SWEPT)
    watched.until(lambda: len(_sent(watched, woken)) > 1, within=90)
    # Its first page may have come later than the other's, and so comes its minute.
    watched.until(lambda: _rung_by_a_sweep(watched, SWEPT), within=90)
    assert {said.partition(":")[0] for case in PATHS for said in _sent(watched, case)} == {
        "withheld"
    }


def _rung_by_a_sweep(packaged: Packaged, case: str) -> bool:
    _sweep(packaged)
    return len(_sent(packaged, case)) > 1


def test_a_dead_letter_is_seen(watched: Packaged) -> None:
    """By the sweep with its own rights, and told to whoever may ask."""
    cloud = watched.running.cloud
    sqs = cloud.client("sqs")
    [letters] = [
        url
        for url in sqs.list_queues()["QueueUrls"]
        if "wake-ups" in url.lower() and "dead" in url.lower()
    ]
    _sweep(watched)
    assert _check(watched, "dead_letters")["holds"]
    assert _check(watched, "audit_stream")["holds"]
    assert _check(watched, "releases")["holds"]
    assert _check(watched, "late_pages")["holds"]
    sqs.send_message(QueueUrl=letters, MessageBody="{}")
    _sweep(watched)
    found = _check(watched, "dead_letters")
    assert (found["holds"], found["figure"]) == (False, "1")
    assert found["case"]
    sqs.purge_queue(QueueUrl=letters)
    _sweep(watched)
    assert _check(watched, "dead_letters")["holds"]


def _check(packaged: Packaged, name: str) -> dict[str, Any]:
    body = packaged.get("/v1/health/checks", by="owner").json
    return next(row for row in body["checks"] if row["check"] == name)
