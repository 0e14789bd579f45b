"""Without sound policies there is no rulebook."""

from typing import Any

import pytest

from chalicelib.judging.rulebook import BundleError, Rulebook


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema": 1}, "schema is 1"),
        ({"digest": ""}, "no digest"),
        ({"concepts": {}}, "no concepts"),
        ({"rules": []}, "no rules"),
        ({"ladders": {}}, "no ladders"),
        ({"cards": {}}, "no cards"),
        ({"rules": [{}]}, "cannot be compiled"),
        ({"masks": [{"pattern": "(", "concepts": []}]}, "cannot be compiled"),
        ({"concepts": {"a": [""]}}, "cannot be compiled"),
    ],
)
def test_malformed(bundle: Any, changes: dict[str, Any], message: str) -> None:
    """A bundle that is not whole is refused, and the reason named."""
    with pytest.raises(BundleError, match=message):
        Rulebook.from_bundle(bundle(**changes))


def test_empty() -> None:
    """No bundle is refused: judging without policies would be silence."""
    with pytest.raises(BundleError, match="no bundle"):
        Rulebook.from_bundle({})


def test_bad_condition(bundle: Any, rule: Any) -> None:
    """A condition that does not compile refuses the whole bundle."""
    with pytest.raises(BundleError, match="undeclared"):
        Rulebook.from_bundle(bundle(rule("bad", "mood")))


def test_nothing_live(bundle: Any, rule: Any) -> None:
    """A bundle of shadows would wake nobody, so it is refused."""
    with pytest.raises(BundleError, match="no live rule"):
        Rulebook.from_bundle(bundle(rule("quiet", "true", status="shadow")))


def test_compiled(bundle: Any) -> None:
    """What services need of the bundle is at hand."""
    rulebook = Rulebook.from_bundle(bundle())

    assert rulebook.digest == "d" * 64
    assert [rule.id for rule in rulebook.rules] == ["fire"]
    assert rulebook.ladders["life-safety"] == {"tiers": {}}
    assert rulebook.cards["card"] == {}
