"""The gravest tier that somebody vouched for: no single person may clear a case below it.

Weak evidence may raise a case above what is firm.  Clearing takes back what was weak alone.
"""

from chalicelib.cases import end_events
from chalicelib.cases import events as ev
from chalicelib.cases.copying import replace
from chalicelib.cases.events import Event
from chalicelib.cases.model import Case
from chalicelib.terms import Tier, graver

_HEARD = frozenset({ev.OPENED, ev.MESSAGE, ev.CONTACT})


def vouched(case: Case, event: Event) -> Case:
    """The case with ``firm`` as it is after this event; S2 and below are not kept."""
    name = event["e"]
    if name in _HEARD:
        word = event.get("tier") if not event.get("suspect") else None
    elif name == ev.RAISED:
        word = event["to"] if not event["suspect"] else None
    elif name == ev.CONFIRMED:
        word = event["tier"]
    elif name == end_events.ABSORBED:
        word = event.get("firm")
    elif name == end_events.LOWERED and event.get("approved"):
        return replace(case, firm=_grave(event["to"]))
    else:
        return case
    said = _grave(word) if word else None
    return replace(case, firm=graver(said, case.firm or said)) if said else case


def _grave(word: str) -> Tier | None:
    tier = Tier(word)
    return tier if tier.rank <= Tier.S1.rank else None
