"""Many terms are written as one."""

import pytest

from tools.policy_terms import forms


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("on fire", ["on fire"]),
        ("my (son|daughter)", ["my son", "my daughter"]),
        ("(my |)son", ["my son", "son"]),
        ("a((b|c)|d)e", ["abe", "ace", "ade"]),
        ("fail~", ["fail", "fails", "failed", "failing"]),
        ("catch~ fire", ["catch fire", "catches fire", "catched fire", "catching fire"]),
        ("ignite~", ["ignite", "ignites", "ignited", "igniting"]),
        ("try~ to", ["try to", "tries to", "tried to", "trying to"]),
        ("stop~", ["stop", "stops", "stoped", "stoping", "stopped", "stopping"]),
        ("没(有|)反应", ["没有反应", "没反应"]),
    ],
)
def test_forms(written: str, expected: list[str]) -> None:
    """Choices, what may be left out, and the forms of a verb."""
    assert forms(written) == expected


@pytest.mark.parametrize("written", ["(a|b", "a|b)", "a)", "f~ail", "(a|b)" * 12])
def test_ill_formed(written: str) -> None:
    """What cannot be read, or stands for too much, is refused with the term in the message."""
    with pytest.raises(ValueError, match="'"):
        forms(written)
