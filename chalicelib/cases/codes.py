"""The short code that people say on the telephone and that a page carries."""

from hashlib import sha256

# No vowels, so that no words appear; of 2/Z, 5/S and 8/B only the digit, of 0/O and 1/I neither.
ALPHABET = "23456789CDFGHJKMNPQRTVWXY"
LENGTH = 6


def speakable(case: str) -> str:
    """``XXX-XXX``, drawn from the case's id; for people, while the id is what identifies."""
    number = int.from_bytes(sha256(case.encode()).digest()[:8])
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters[:3]) + "-" + "".join(letters[3:])
