"""Two cases become one: the one that stays takes over what is owed, and only then ends the other.

A crash in between leaves both open, and both ring.
"""

from chalicelib.cases.end_commands import Absorb, MergeInto
from chalicelib.services.access import load_readable
from chalicelib.services.acts_give import CONFLICT, answer, give
from chalicelib.services.acts_model import Given, Spec
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.engine import apply, from_http
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.services.parts import Parts
from chalicelib.services.refusals import record

# A case that moves between the two steps is taken over again.
TRIES = 6


def merge(parts: Parts, caller: Caller, case: str, spec: Spec, given: Given) -> Answer:
    """End ``case`` as merged into another, which keeps the graver tier and the earlier clocks.

    Raises RefusedError(404) for a case that is not there, RefusedError(409) for two that cannot
    become one, and BusyError when the case kept moving: then both are open, and a retry is safe.
    """
    into = str(given.values["into"])
    load_readable(parts, caller, into, spec.act)
    for _ in range(TRIES):
        ending = load_readable(parts, caller, case, spec.act)
        stays = give(parts, caller, into, spec.act, Absorb(by=caller.by, other=ending)).case
        applied = apply(parts, from_http(caller), case, MergeInto(by=caller.by, target=stays))
        refused = applied.decision.refused
        if refused is None:
            return answer(caller, applied, {"into": into})
        moved = load_readable(parts, caller, case, spec.act).seq != ending.seq
        if not moved:
            record(parts, caller, spec.act.value, refused.code, case)
            raise RefusedError(CONFLICT, refused.code)
    raise BusyError(case)
