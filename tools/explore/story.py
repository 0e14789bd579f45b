"""A counter-example as people read it: who did what, when, and which promise it broke."""

from typing import NamedTuple

from chalicelib.terms import MINUTE
from tools.explore.scale import START


class Node(NamedTuple):
    """How a state was reached: from which one, on which case, by what, and when (ms)."""

    before: int | None
    where: str
    label: str
    at: int


def tell(nodes: list[Node], node: int, label: str, now: int, what: str) -> str:
    """The shortest way found to a violation, one line a step; time alone has no line."""
    path: list[Node] = []
    place: int | None = node
    while place is not None:
        path.append(nodes[place])
        place = nodes[place].before
    lines = [_line(step.at, step.label) for step in reversed(path) if step.label]
    if label:
        lines.append(_line(now, label))
    return "\n".join([*lines, _line(now, f"=> {what}")])


def _line(at: int, text: str) -> str:
    minutes = (at - START) / MINUTE
    return f"  +{minutes:g} min  {text}"
