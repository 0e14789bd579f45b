"""What a permitted caller asks for and cannot have as it was asked: recorded, then refused."""

from typing import NoReturn

from chalicelib.services.caller import Caller
from chalicelib.services.errors import RefusedError
from chalicelib.services.parts import Parts
from chalicelib.services.refusals import record

UNFIT = 422


class RecordedError(RefusedError):
    """A refusal whose entry is written already, so that nobody writes a second."""


def refuse(parts: Parts, caller: Caller, act: str, code: str, case: str = "") -> NoReturn:
    """Record the refusal on the caller's chain and raise RecordedError(422)."""
    record(parts, caller, act, code, case)
    raise RecordedError(UNFIT, code)
