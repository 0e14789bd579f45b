"""Acts that take more than one command, or that nobody with a credential may give."""

from typing import NoReturn

from chalicelib.cases.commands import Command
from chalicelib.cases.end_commands import CloseDelegated, Draw, Link
from chalicelib.cases.roles import Act, may
from chalicelib.services.access import load_readable
from chalicelib.services.acts_give import (
    DISCOURAGED,
    answer,
    give,
    note_stall,
    refuse,
    seal,
    sid_of,
)
from chalicelib.services.acts_model import Given, Spec
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.errors import RefusedError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Loaded
from chalicelib.services.refusals import record
from chalicelib.services.sampling import draw_lot

FORBIDDEN = 403
# Only the reporter's own link says these; silence and a vendor's word are no consent.
REPORTERS_OWN = ("withdraw", "confirm")
# What a link is from the other side.
_BACK = {"parent": "child", "child": "parent", "subject": "subject", "split": "split"}


def refuse_reporters_own(parts: Parts, caller: Caller, case: str, name: str) -> NoReturn:
    """Always raises RefusedError(403); who tries it on a case they may see is told of, at once."""
    if may(caller.role, Act.ADD_MESSAGE):
        load_readable(parts, caller, case, Act.ADD_MESSAGE)
        note_stall(parts, caller, case, DISCOURAGED)
    record(parts, caller, name, "only_the_reporter", case)
    raise RefusedError(FORBIDDEN, "only_the_reporter")


def close_delegated(parts: Parts, caller: Caller, case: str, spec: Spec, given: Given) -> Answer:
    """A vendor closes an ordinary case of its own, if the client lets it; the lot may say wait.

    The lot is drawn anew at each try, since it hangs on the entry before the closing one.
    """
    words = seal(parts, spec, given)

    def made(loaded: Loaded) -> Command:
        return CloseDelegated(
            by=caller.by, draw=_draw(parts, caller, loaded, given), sid=sid_of(words)
        )

    applied = give(parts, caller, case, spec.act, made, words)
    return answer(caller, applied, {"closed": applied.case.closed is not None})


def _draw(parts: Parts, caller: Caller, loaded: Loaded, given: Given) -> Draw | None:
    """The lot under the row that grants it; None where no row does, or the case is another's."""
    if loaded.beside.vendor != caller.org:
        return None
    now = parts.clock.now()
    values = given.values
    amount, currency = values.get("amount_minor"), str(values.get("currency", "")).upper()
    grant = parts.delegation.find(caller.org, str(values["category"]), amount, currency, now)
    if grant is None:
        return None
    return draw_lot(parts.link_key, grant, loaded.beside.case, loaded.head.hash, now)


def link(parts: Parts, caller: Caller, case: str, spec: Spec, given: Given) -> Answer:
    """Two cases are noted as belonging together, on both: a mass event's parent, a child, a split.

    Each keeps its own tier, clocks and reporter, and ends by itself.
    """
    other, kind = str(given.values["other"]), str(given.values["kind"])
    load_readable(parts, caller, other, spec.act)
    if other == case:
        refuse(parts, caller, spec.act, "same_case", case)
    give(parts, caller, other, spec.act, Link(by=caller.by, other=case, kind=_BACK[kind]))
    applied = give(parts, caller, case, spec.act, Link(by=caller.by, other=other, kind=kind))
    return answer(caller, applied)
