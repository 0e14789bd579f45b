"""The machine's own word to one case, among others that it tells as well."""

import logging

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import Command
from chalicelib.services.engine import UnknownCaseError, UnreadableError, apply, from_machine
from chalicelib.services.parts import Parts

log = logging.getLogger(__name__)


def tell(parts: Parts, cause: Cause, case: str, command: Command) -> None:
    """Apply the command; a case that is not there or cannot be read is passed by.

    Raises BusyError when it could not be written; trying again may help.
    """
    try:
        apply(parts, from_machine(cause), case, command)
    except (UnknownCaseError, UnreadableError) as error:
        why = type(error).__name__
        log.warning("a case could not be told of another", extra={"case": case, "why": why})
