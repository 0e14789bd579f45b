"""Every event that our code writes is one that the verifier knows."""

import re

import pytest

from tests.repo.sources import python, text
from tools.verify_log import KNOWN_EVENTS

EVENT = re.compile(r'"([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*\.v[1-9][0-9]*)"')
NAMED = {
    name: set(EVENT.findall(text(name)))
    for name in python("chalicelib/", "tools/")
    if name != "tools/verify_log.py"
}


@pytest.mark.parametrize("name", sorted(name for name, events in NAMED.items() if events))
def test_every_event_is_known_to_the_verifier(name: str) -> None:
    """An auditor is not told of unknown events in a log that only this release wrote."""
    assert NAMED[name] - KNOWN_EVENTS == set()


def test_the_verifier_knows_no_event_that_nobody_writes() -> None:
    """A name that was mistyped there, or has gone from the code, is found."""
    assert KNOWN_EVENTS - set().union(*NAMED.values()) == set()
