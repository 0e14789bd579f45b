"""What must hold of a pair once both answers are given."""

from collections.abc import Sequence

from chalicelib.cases.model import Case
from chalicelib.services.complaint import Answer
from tests.support.pairs import LINKED, ONE, Pair


def check(pair: Pair, answers: Sequence[Answer], cases: Sequence[Case]) -> None:
    """Never two unlinked cases for one order, and never one case for two strangers.

    ``cases`` are those of the answers, as stored after everything that follows has been done.
    """
    found = {case.id: case for case in cases}
    assert [answer.status for answer in answers] == [201, 201], pair
    joined = sorted(answer.body["joined"] for answer in answers)
    if pair.becomes == ONE:
        assert len(found) == 1, pair
        assert joined == [False, True], pair
        [case] = found.values()
        assert case.counts["contacts"] == 2, pair
        assert "escalated" not in case.counts, pair
        return
    one, two = cases
    assert one.id != two.id, pair
    assert joined == [False, False], pair
    links = (two.id,), (one.id,)
    assert (one.linked, two.linked) == (links if pair.becomes == LINKED else ((), ())), pair
    if pair.raised:
        assert sorted(case.tier.value for case in cases) == ["S0", "S1"], pair
    else:
        assert one.tier is two.tier, pair
