"""The only place that rolls dice: ids, tokens, jitter, and the vault's salts and keys."""

import base64
import random
import re
import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, in lower case
_RANDOM_BITS = 80
_LENGTH = 26
_MAX_MS = 2**48 - 1
_PREFIX = re.compile(r"[a-z]{3}")


def ulid(at: int, noise: int) -> str:
    """26 characters: 48 bits of ms and 80 bits of ``noise``; they sort by time.

    Raises:
        ValueError: a time outside 48 bits.
    """
    if not 0 <= at <= _MAX_MS:
        raise ValueError("An id's time is a whole number of ms of at most 48 bits.")
    number = at << _RANDOM_BITS | noise
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def identity(prefix: str, at: int, noise: int) -> str:
    """The id that ``SystemIds.new`` makes of its dice.

    Raises:
        ValueError: a prefix that is not three lower-case letters, or a time outside 48 bits.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("An id's prefix has three lower-case letters.")
    return f"{prefix}_{ulid(at, noise)}"


def random_bytes(count: int) -> bytes:
    """From the operating system, fit for keys."""
    return secrets.token_bytes(count)


class SystemIds:
    """Ids, tokens and jitter from the operating system's randomness."""

    def new(self, prefix: str, at: int) -> str:
        """``prefix`` (three letters), an underscore and 26 characters."""
        return identity(prefix, at, secrets.randbits(_RANDOM_BITS))

    def token(self) -> str:
        """128 random bits in 22 URL-safe characters."""
        return base64.urlsafe_b64encode(random_bytes(16)).rstrip(b"=").decode()

    def jitter(self) -> float:
        """Between 0 and 1, to spread retries; not for secrets."""
        return random.random()  # noqa: S311 - spreads retries, guards nothing
