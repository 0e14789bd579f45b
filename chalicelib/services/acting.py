"""Acknowledging and acting, by the client's own people."""

from collections.abc import Mapping
from typing import Any

from chalicelib.cases.commands import ACTION_CODES, Acknowledge, RecordAction
from chalicelib.cases.roles import Act
from chalicelib.services.access import load_readable, permit
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer, pieces
from chalicelib.services.engine import Applied, Extras, apply, from_http
from chalicelib.services.errors import RefusedError
from chalicelib.services.freezing import carry_out
from chalicelib.services.parts import Parts
from chalicelib.services.refusals import record
from chalicelib.services.unfit import refuse
from chalicelib.services.views import whole

OK = 200
# Letters or digits that evidence must have in one place: a blank, a dot or a 0 proves nothing.
EVIDENCE_LEAST = 2


def acknowledge(parts: Parts, caller: Caller, case: str, via: str = "api") -> Answer:
    """*I own it*: holds the higher rungs until K4 lapses, and stops nothing else."""
    permit(parts, caller, Act.ACKNOWLEDGE, case)
    load_readable(parts, caller, case, Act.ACKNOWLEDGE)
    command = Acknowledge(by=caller.by, via=via)
    applied = apply(parts, from_http(caller), case, command)
    return _answer(parts, caller, Act.ACKNOWLEDGE, applied)


def act(
    parts: Parts, caller: Caller, case: str, action: str, evidence: Mapping[str, Any]
) -> Answer:
    """A protective action: one of ``ACTION_CODES``, with evidence that goes to the vault.

    ``evidence["reference"]`` is an authority's own reference, without which nothing was handed
    over to it.
    """
    permit(parts, caller, Act.ACT, case)
    load_readable(parts, caller, case, Act.ACT)
    if action not in ACTION_CODES:
        refuse(parts, caller, Act.ACT.value, "unknown_action", case)
    if not proves(evidence):
        refuse(parts, caller, Act.ACT.value, "evidence_missing", case)
    told = {name: value for name, value in evidence.items() if value not in (None, "", [], {})}
    sid = parts.ids.new("vlt", parts.clock.now())
    words = parts.vault.seal(sid, {"evidence": told})
    reference = proves({"reference": told.get("reference")})
    command = RecordAction(by=caller.by, action=action, sid=sid, reference=reference)
    extras = Extras(words=(words,))
    applied = apply(parts, from_http(caller), case, command, extras)
    carry_out(parts, caller, applied)
    return _answer(parts, caller, Act.ACT, applied)


def proves(evidence: Mapping[str, Any]) -> bool:
    """Whether there is anything in it that could be looked up: a blank or a dot proves nothing."""
    return any(sum(map(str.isalnum, piece)) >= EVIDENCE_LEAST for piece in pieces(evidence))


def _answer(parts: Parts, caller: Caller, act_: Act, applied: Applied) -> Answer:
    refused = applied.decision.refused
    if refused:
        record(parts, caller, act_.value, refused.code, applied.case.id)
        raise RefusedError(409, refused.code)
    return Answer(OK, whole(applied.case, caller.role) | {"receipt": applied.receipt})
