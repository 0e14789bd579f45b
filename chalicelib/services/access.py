"""Which cases a caller may see, and how it is refused the others."""

from chalicelib.cases.model import Case
from chalicelib.cases.roles import Act, may, may_see
from chalicelib.services.caller import Caller
from chalicelib.services.errors import RefusedError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Loaded
from chalicelib.services.refusals import record


def not_found() -> RefusedError:
    """Said alike of a case that does not exist and of one the caller may not know of."""
    return RefusedError(404, "case_unknown")


def permit(parts: Parts, caller: Caller, act: Act, case: str = "") -> None:
    """Raise RefusedError(403), after recording it, unless the role may perform the act."""
    if not may(caller.role, act):
        record(parts, caller, act.value, "role_may_not", case)
        raise RefusedError(403, "role_may_not")


def load_visible(parts: Parts, caller: Caller, case: str, act: Act) -> Loaded:
    """The stored case, if there is one that this caller may see; raises RefusedError(404)."""
    loaded = parts.ledger.load(case)
    if loaded is None:
        record(parts, caller, act.value, "case_unknown", case[:60])
        raise not_found()
    vendors = {loaded.beside.vendor, *(loaded.case.vendors if loaded.case else ())} - {""}
    if not may_see(caller.role, caller.org, vendors):
        record(parts, caller, act.value, "not_your_case", case)
        raise not_found()
    return loaded


def load_readable(parts: Parts, caller: Caller, case: str, act: Act) -> Case:
    """The same, for whoever would change or show it; raises RefusedError(503) if unreadable."""
    loaded = load_visible(parts, caller, case, act)
    if loaded.case is None:
        raise RefusedError(503, "case_unreadable")
    return loaded.case
