"""Nothing of one machine, one registry or one secret is in the repository."""

import re

import pytest

from tests.repo.sources import text, tracked

BINARY = (".gz", ".ico", ".jpg", ".png", ".woff2", ".zip")

# Written in pieces, so that this file does not find itself.
BANNED = {
    "a path of somebody's machine": re.compile(r"/(?:root|home/\w+|Users/\w+)" + "/"),
    "a package registry's address": re.compile("https?://[^ ]*/simple" + "/|index" + "-url"),
    "an AWS access key": re.compile("AKIA" + "[0-9A-Z]{16}"),
    "a private key": re.compile("-----BEGIN (?:RSA |EC )?PRIVATE" + " KEY-----"),
    "a bearer token of ours": re.compile("tocsin" + "_[0-9a-z]{26}_[A-Za-z0-9_-]{43}"),
}


@pytest.mark.parametrize("what", BANNED)
def test_no_file_holds(what: str) -> None:
    """Every tracked text file is searched."""
    found = [n for n in tracked() if not n.endswith(BINARY) and BANNED[what].search(text(n))]
    assert found == []


def test_requirements_are_exact_and_address_nothing() -> None:
    """One pin a line; where packages come from is the machine's affair."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in text(name).splitlines():
            pin = line.partition("#")[0].strip()
            assert not pin or pin == "-r requirements.txt" or "==" in pin, line
