"""The steps that all acts share: who may and with what, the vault, the core, the answer.

Every refusal is an entry on the chain of whoever was refused, and never on the case.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import NoteStall
from chalicelib.cases.roles import Act, may
from chalicelib.services.access import load_readable, permit
from chalicelib.services.acting import proves
from chalicelib.services.acts_model import Evidence, FieldError, Given, Spec
from chalicelib.services.acts_table import REASONS
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.engine import Applied, Asked, Extras, apply, from_http, from_machine
from chalicelib.services.errors import RefusedError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import SealedWords
from chalicelib.services.refusals import record
from chalicelib.services.views import brief, whole

OK, CONFLICT = 200, 409
# Stalling tactics that an attempt by itself gives away.
DENIAL, DISCOURAGED = "T9", "T21"


def admit(parts: Parts, caller: Caller, case: str, spec: Spec, given: Given) -> None:
    """Whatever can be said against it without asking the core; each refusal is recorded.

    Raises RefusedError: 403 for a role, 404 for a case that the caller may not see, and a
    FieldError (422) for what is missing or unreadable.
    """
    permit(parts, caller, spec.act, case)
    load_readable(parts, caller, case, spec.act)
    fault = _fault(spec, given)
    if fault:
        record(parts, caller, spec.act.value, fault.code, case)
        raise fault


def _fault(spec: Spec, given: Given) -> FieldError | None:
    for field in spec.fields:
        value = given.values.get(field.name)
        if field.name in given.unreadable:
            return FieldError("field_unreadable", field.name)
        if field.needed and value in (None, "", ()):
            return FieldError("field_missing", field.name)
        if field.choices and value is not None and str(value) not in field.choices:
            return FieldError("field_unknown_value", field.name)
    reason, what = given.values.get("reason"), str(given.values.get("what", ""))
    if reason and reason not in REASONS.get(what, (reason,)):
        return FieldError("field_unknown_value", "reason")
    if what == "lower" and not given.values.get("to"):
        return FieldError("field_missing", "to")
    lacking = spec.evidence is Evidence.NEEDED and not proves(given.sealed)
    return FieldError("evidence_missing", "evidence") if lacking else None


def seal(parts: Parts, spec: Spec, given: Given) -> tuple[SealedWords, ...]:
    """Whatever was sent that no event keeps, for the vault; nothing for nothing."""
    told = {name: value for name, value in given.sealed.items() if value not in (None, "", [], {})}
    kept = {field.name for field in spec.fields if field.kept}
    told |= {name: value for name, value in given.values.items() if name in kept}
    if not told or spec.evidence is Evidence.NONE:
        return ()
    return (parts.vault.seal(parts.ids.new("vlt", parts.clock.now()), {"evidence": told}),)


def sid_of(words: tuple[SealedWords, ...]) -> str:
    """Where the sealed words are, or nothing."""
    return words[0].sid if words else ""


def give(
    parts: Parts,
    caller: Caller,
    case: str,
    act: Act,
    asked: Asked,
    words: tuple[SealedWords, ...] = (),
) -> Applied:
    """Apply it; raises RefusedError(409), recorded, with the core's own code.

    A one-sided denial given as a reason is refused and, besides, told to whoever is on call.
    """
    applied = apply(parts, from_http(caller), case, asked, Extras(words=words))
    refused = applied.decision.refused
    if refused and refused.code == "one_sided_denial":
        note_stall(parts, caller, case, DENIAL)
    if refused:
        refuse(parts, caller, act, refused.code, case)
    return applied


def refuse(parts: Parts, caller: Caller, act: Act, code: str, case: str) -> NoReturn:
    """Write it down, then refuse with 409."""
    record(parts, caller, act.value, code, case)
    raise RefusedError(CONFLICT, code)


def note_stall(parts: Parts, caller: Caller, case: str, tactic: str) -> None:
    """A stalling tactic was seen: on the case, by the machine, with who tried it."""
    origin = from_machine(Cause("http", caller.request))
    apply(parts, origin, case, NoteStall(tactic=tactic, who=caller.by.id))


def answer(caller: Caller, applied: Applied, more: Mapping[str, Any] | None = None) -> Answer:
    """The case as this caller may see it now, and the entry's hash."""
    reads = may(caller.role, Act.READ_CASE)
    case = applied.case
    shown = whole(case, caller.role, by=caller.by.id) if reads else brief(case)
    return Answer(OK, shown | {"receipt": applied.receipt} | dict(more or {}))
