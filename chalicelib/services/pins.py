"""How often a PIN may be guessed at: five times in a row, then a lock, each twice as long.

The first lasts 15 minutes and the longest eight hours.

A try is counted before it is compared, so that tries sent at once are all counted; one that
proves right takes its count back.  A worker that dies in between leaves a try too many.
"""

from contextlib import suppress

from chalicelib.services.errors import BusyError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import ConflictError, PinTries, UncertainError
from chalicelib.terms import MINUTE

WRONG_PINS_MAX = 5
LOCK_MS = 15 * MINUTE
# A lock is doubled no more than this often: whoever guesses must not shut its owner out for days.
DOUBLED_MAX = 5
RACES = 16


def is_locked(parts: Parts, person: str) -> bool:
    """Whether no PIN of this person is looked at now."""
    return parts.registry.pins(person).locked_until > parts.clock.now()


def claim(parts: Parts, person: str) -> bool:
    """Count one more try; False when there is none left.  Raises BusyError after many races."""
    for _ in range(RACES):
        now, before = parts.clock.now(), parts.registry.pins(person)
        if before.locked_until > now:
            return False
        with suppress(ConflictError):
            parts.registry.put_pins(before, tried(before, now))
            return True
    raise BusyError(f"pins#{person}")


def tried(before: PinTries, now: int) -> PinTries:
    """After one more try; the fifth locks at once, and is itself still compared."""
    if before.wrong + 1 < WRONG_PINS_MAX:
        return PinTries(before.person, before.wrong + 1, before.locks, before.locked_until)
    return PinTries(
        before.person, 0, before.locks + 1, now + LOCK_MS * 2 ** min(before.locks, DOUBLED_MAX)
    )


def forgive(parts: Parts, token_hash: str, person: str) -> None:
    """The PIN was right: nothing is held against the person, nor this try against the link.

    If the store does not answer, the count stays: that is no reason to turn the person away.
    """
    with suppress(ConflictError, UncertainError):
        parts.registry.right_pin(token_hash)
        reset(parts, person)


def reset(parts: Parts, person: str) -> None:
    """As if nobody had guessed.  Raises ConflictError when a try comes in between."""
    before = parts.registry.pins(person)
    if before != PinTries(person):
        parts.registry.put_pins(before, PinTries(person))
