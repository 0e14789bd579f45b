"""A page for one person: its words, and its link."""

from typing import NamedTuple

from chalicelib.cases.model import Case
from chalicelib.paging.words import PageFacts, PageText, minutes, page_text
from chalicelib.services.parts import Parts
from chalicelib.services.ports import PageLink, Person
from chalicelib.services.tokens import token_hash
from chalicelib.terms import DAY

# A link outlives the longest K clock but not a lost phone's second owner.
LINK_KEPT_MS = 14 * DAY
DUTIES = ("K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10", "K11", "K13")


class PageDraft(NamedTuple):
    """What to send to whom, and the link to remember before that."""

    person: Person
    text: PageText
    link: PageLink


def draft_page(parts: Parts, case: Case, page: str, person: Person, *, repeat: bool) -> PageDraft:
    """The page as things stand now."""
    sending = case.sending[page]
    now = parts.clock.now()
    token = parts.ids.token()
    held = {**case.held, **case.clocks}
    due = {name: held[name] for name in DUTIES if name in held}
    facts = PageFacts(
        code=case.code,
        tier=case.tier,
        suspect=case.suspect,
        open_ms=now - case.opened,
        link=f"{parts.link_base}/p/{token}",
        why=sending.why,
        repeat=repeat,
        overdue=_overdue(case, due, sending.why),
        coming={name: minutes(at - now) for name, at in due.items() if at > now},
        acknowledged_by=case.ack.role if case.ack and (case.ack.holds or case.acted) else "",
    )
    link = PageLink(token_hash(token), case.id, person.id, page, now + LINK_KEPT_MS)
    return PageDraft(person, page_text(facts, person.language), link)


def _overdue(case: Case, due: dict[str, int], why: str) -> tuple[str, ...]:
    """K3 and K4 that lapsed unmet (they run no more), and what was missed and is owed again."""
    plan = case.ladder.plan(case.tier)
    owned = case.ack is not None
    lapsed = []
    if plan.k3 and not owned and "K3" not in due:
        lapsed.append("K3")
    if plan.k4 and not case.acted and "K4" not in due:
        lapsed.append("K4")
    if case.acted and case.acted.missed:
        lapsed.append("K9")
    lapsed += [name for name in DUTIES if name in case.missed]
    if why in {"K8", "K10", "K11"}:
        lapsed.append(why)
    return tuple(lapsed)
