"""Stopping and starting again."""

from pathlib import Path

import pytest

from tests.e2e.packaged import deployed

pytestmark = [pytest.mark.slow, pytest.mark.emulator]


def test_a_clean_stop_keeps_cases_credentials_and_links(tmp_path: Path) -> None:
    """After a restart, on other ports, the board, the tokens, the PINs and old links still work."""
    with deployed(tmp_path) as before:
        body = before.complain()
        link = before.link(body["code"], "owner")
        seeds = before.running.seeds
    with deployed(tmp_path) as after:
        assert after.running.seeds == seeds
        board = after.get("/v1/cases", by="owner").json["cases"]
        assert [case["case"] for case in board] == [body["case"]]
        assert len(after.messages(body["code"])) == 4
        assert after.form(link, do="acknowledge", pin=seeds.pins["owner"]).status == 200
        fresh = after.complain()
        assert len(after.pages(fresh["code"])) == 4
