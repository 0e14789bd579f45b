"""How many requests one vendor's credential may make: enough for its work, not for a flood.

Whoever posts as fast as it can must not take the api from a reporter's own link, the public
intake, or the owner who acknowledges.  What is over the limit is not refused but told to come
again: nothing was taken in, and the public intake stays open.  To escalate is never limited.
"""

from chalicelib.services.caller import Caller
from chalicelib.services.errors import RefusedError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import UncertainError
from chalicelib.services.refusals import record
from chalicelib.terms import MINUTE, SECOND, VENDOR_ROLES

WINDOW_MS = 10 * SECOND
# A count is of no use once its window is over.
KEPT_MS = 2 * MINUTE
TOO_MANY = 429
CODE = "too_many_requests"
# Ways of asking for help, which nobody may slow.
NEVER_LIMITED = frozenset({"escalate", "raise"})


def admit(parts: Parts, caller: Caller, act: str) -> None:
    """Count a vendor's request; raises RefusedError(429), recorded once a window.

    ``act`` is the act it asks for, where its route has one.
    """
    throttle = parts.throttle
    limited = caller.role in VENDOR_ROLES and act not in NEVER_LIMITED
    if not (limited and throttle.per_window and throttle.counter):
        return
    now = parts.clock.now()
    try:
        count = throttle.counter.count(caller.id, now // WINDOW_MS, now + KEPT_MS)
    except UncertainError:
        return
    if count > throttle.per_window:
        if count == throttle.per_window + 1:
            record(parts, caller, "throttle", CODE)
        raise RefusedError(TOO_MANY, CODE)
