"""Asking the client's own systems for what a person has asked for on a case.

The case comes first: its clock runs and its people are told, whatever the systems then say.
"""

from chalicelib.services.acts_give import answer, give, seal, sid_of
from chalicelib.services.acts_model import Given, Spec
from chalicelib.services.caller import Caller
from chalicelib.services.client_saying import keep
from chalicelib.services.client_systems import NOBODY
from chalicelib.services.complaint import Answer
from chalicelib.services.parts import Parts

WANTS_MAX = 20


def request_data(parts: Parts, caller: Caller, case: str, spec: Spec, given: Given) -> Answer:
    """Start the department's clock, then ask its systems; ``client_systems`` says what they said.

    ``wants`` among what was sent names the data.  What the systems said is on the case as well,
    and answers nothing: that the data was delivered is told by an event or by a person.
    """
    words = seal(parts, spec, given)
    command = spec.make(by=caller.by, sid=sid_of(words), **given.values)
    applied = give(parts, caller, case, spec.act, command, words)
    wants = given.sealed.get("wants")
    listed = wants if isinstance(wants, list | tuple) else ()
    named = [want for want in listed if isinstance(want, str)][:WANTS_MAX]
    department = str(given.values["department"])
    outcome = parts.client_systems.request_data(department, case, named)
    if outcome.source == NOBODY:
        return answer(caller, applied)
    keep(parts, caller, case, outcome, {"asked": "data", "department": department})
    return answer(caller, applied, {"client_systems": outcome.state.value})
