"""Older schemas come up to today's step by step, or not at all."""

from typing import Any

import pytest

from chalicelib.cases.upcasters import upcast

STEPS = {
    1: lambda body: {**body, "hazards": [body["hazard"]]},
    2: lambda body: {k: v for k, v in body.items() if k != "hazard"},
}


@pytest.mark.parametrize("schema", [1, 2, 3])
def test_each_schema_takes_the_steps_that_it_lacks(schema: int) -> None:
    """From wherever a body stands, it ends in the newest schema, saying the same."""
    said: dict[int, dict[str, Any]] = {
        1: {"hazard": "fire"},
        2: {"hazard": "fire", "hazards": ["fire"]},
        3: {"hazards": ["fire"]},
    }
    body = {"schema": schema, "id": "cas_1", **said[schema]}
    kept = dict(body)

    assert upcast(body, STEPS, 3) == {"schema": 3, "id": "cas_1", "hazards": ["fire"]}
    assert body == kept


@pytest.mark.parametrize("schema", [None, 0, 4, "3"])
def test_what_no_step_leads_from_is_not_guessed_at(schema: object) -> None:
    """Neither a later schema nor a strange one is taken for today's."""
    with pytest.raises(LookupError, match="is not 3"):
        upcast({"schema": schema}, STEPS, 3)
