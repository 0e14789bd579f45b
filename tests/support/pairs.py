"""A hundred pairs of first complaints that come at once, and what must become of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.services.complaint import Reporter
from tests.support.courses import GROPED
from tests.support.world import ORDINARY

PAIRS = 100
ONE, LINKED, APART = "one case", "two that name each other", "two that know nothing of each other"


@dataclass(frozen=True)
class Pair:
    """Two complaints, and how many cases they are; ``raised`` says that one is graver for it."""

    name: str
    first: dict[str, Any]
    second: dict[str, Any]
    becomes: str
    raised: bool = False


def pairs() -> Iterator[Pair]:
    """All of them; no two pairs have anything in common."""
    for number in range(PAIRS):
        yield _KINDS[number % len(_KINDS)](number)


def _of(number: int, side: str = "") -> dict[str, Any]:
    """A person of their own, from the numbers kept for fiction."""
    phone = f"+44 7700 900{number:03d}" + ("" if side != "b" else "7")
    return {"text": ORDINARY, "reporter": Reporter(phone=phone)}


def _about(number: int, side: str = "") -> dict[str, Any]:
    return {"subject_kind": "driver", "subject_id": f"DRV-{number}{side}"}


def _same_order(n: int) -> Pair:
    order = {"order": f"TRIP-{n}"}
    return Pair("order", _of(n, "a") | order, _of(n, "b") | order, ONE)


def _same_order_and_subject(n: int) -> Pair:
    both = {"order": f"TRIP-{n}", **_about(n)}
    return Pair("order and subject", _of(n, "a") | both, _of(n, "b") | both, ONE)


def _strangers_on_one_order(n: int) -> Pair:
    order = {"order": f"TRIP-{n}"}
    first, second = _of(n, "a") | order | _about(n, "a"), _of(n, "b") | order | _about(n, "b")
    return Pair("strangers on one order", first, second, LINKED)


def _same_reporter_and_subject(n: int) -> Pair:
    same = _of(n) | _about(n)
    return Pair("reporter and subject", same, same, ONE)


def _two_victims(n: int) -> Pair:
    text = {"text": GROPED}
    first, second = _of(n, "a") | _about(n) | text, _of(n, "b") | _about(n) | text
    return Pair("two victims of one driver", first, second, LINKED, raised=True)


def _no_order_at_all(n: int) -> Pair:
    nothing = {"order": ("N/A", "无", "0000", "none")[n % 4]}
    first, second = _of(n, "a") | nothing | _about(n, "a"), _of(n, "b") | nothing | _about(n, "b")
    return Pair("placeholder for an order", first, second, APART)


def _no_number_at_all(n: int) -> Pair:
    nobody = {
        "text": ORDINARY,
        "reporter": Reporter(phone=("无", "00000000", "138****8000")[n % 3]),
    }
    same = nobody | _about(n)
    return Pair("placeholder for a number", same, same, LINKED)


def _nothing_known(n: int) -> Pair:
    unknown = {"order": "n/a", "subject_kind": "driver", "subject_id": "unknown"}
    return Pair("placeholder for everything", _of(n, "a") | unknown, _of(n, "b") | unknown, APART)


def _order_beside_placeholder(n: int) -> Pair:
    first = _of(n, "a") | {"order": f"TRIP-{n}"} | _about(n)
    second = _of(n, "b") | {"order": "N/A"} | _about(n)
    return Pair("an order, and none on the same subject", first, second, LINKED)


_KINDS = (
    _same_order,
    _same_order_and_subject,
    _strangers_on_one_order,
    _same_reporter_and_subject,
    _two_victims,
    _no_order_at_all,
    _no_number_at_all,
    _nothing_known,
    _order_beside_placeholder,
)
