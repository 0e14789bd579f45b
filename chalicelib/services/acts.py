"""The acts of the table, given on a case: over HTTPS and from the phone alike."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.cases.commands import Command
from chalicelib.cases.roles import may
from chalicelib.services import acts_special, client_asking, merging
from chalicelib.services.acts_give import OK, admit, answer, give, refuse, seal, sid_of
from chalicelib.services.acts_model import Evidence, Given, Spec
from chalicelib.services.acts_table import ACTS, OTHERS
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.engine import Applied, Asked
from chalicelib.services.errors import RefusedError
from chalicelib.services.freezing import carry_out
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Loaded
from chalicelib.services.refusals import record
from chalicelib.services.seen import covers

NOT_FOUND = 404

type Step = Callable[[Parts, Caller, str, Spec, Given], Answer]


def listing(caller: Caller) -> Answer:
    """What acts there are, what they take, and which of them this caller may ever give."""
    return Answer(OK, {"acts": [_row(*item, caller) for item in {**OTHERS, **ACTS}.items()]})


def _row(name: str, spec: Spec, caller: Caller) -> dict[str, Any]:
    fields = [
        {"name": field.name, "shape": field.shape.value, "needed": field.needed}
        | ({"one_of": list(field.choices)} if field.choices else {})
        for field in spec.fields
    ]
    return {
        "act": name,
        "path": spec.path.replace("{act}", name),
        "roles": [role.value for role in spec.roles],
        "you_may": may(caller.role, spec.act),
        "fields": fields,
        "evidence": spec.evidence.value,
        "evidence_fields": list(spec.hints),
        "reading": spec.seen,
    }


def spec_of(parts: Parts, caller: Caller, name: str, case: str) -> Spec:
    """The act's row; raises RefusedError, recorded: 403 for the reporter's own, 404 for none."""
    if name in acts_special.REPORTERS_OWN:
        acts_special.refuse_reporters_own(parts, caller, case, name)
    if name not in ACTS:
        record(parts, caller, "acts", "act_unknown", case)
        raise RefusedError(NOT_FOUND, "act_unknown")
    return ACTS[name]


def perform(parts: Parts, caller: Caller, case: str, name: str, given: Given) -> Answer:
    """Give one of the table's acts on a case; 200 with the case as it is now.

    Raises RefusedError: 403 for a role, 404 for a case that the caller may not see, 422 (a
    FieldError) for what is missing, 409 with the core's code.
    """
    spec = spec_of(parts, caller, name, case)
    admit(parts, caller, case, spec, given)
    return _SPECIAL.get(name, _plain)(parts, caller, case, spec, given)


def _plain(parts: Parts, caller: Caller, case: str, spec: Spec, given: Given) -> Answer:
    words = seal(parts, spec, given)
    sid = {} if spec.evidence is Evidence.NONE else {"sid": sid_of(words)}
    command = spec.make(by=caller.by, **sid, **given.values)
    asked = _once_seen(parts, caller, case, spec, command, given) if spec.seen else command
    applied = give(parts, caller, case, spec.act, asked, words)
    carry_out(parts, caller, applied)
    return answer(caller, applied, _proposal(applied, given))


def _once_seen(
    parts: Parts, caller: Caller, case: str, spec: Spec, command: Command, given: Given
) -> Asked:
    """The command, if its words were opened: asked of the case as it is at each try."""
    proposal = str(given.values.get("proposal", ""))
    entry = int(proposal) if proposal.isdigit() else 0

    def made(loaded: Loaded) -> Command:
        if not covers(parts, caller, case, loaded.head.seq, given.readings, entry):
            refuse(parts, caller, spec.act, "evidence_not_opened", case)
        return command

    return made


def _proposal(applied: Applied, given: Given) -> Mapping[str, str]:
    """The number of a proposal that was made, which the other person needs."""
    what = given.values.get("what")
    made = [number for number, other in applied.case.proposals.items() if other.what == what]
    return {"proposal": made[0]} if made else {}


_SPECIAL: Mapping[str, Step] = {
    "close_delegated": acts_special.close_delegated,
    "link": acts_special.link,
    "merge": merging.merge,
    "request_data": client_asking.request_data,
}
