"""What is stored of a link that was sent."""

from hashlib import sha256


def token_hash(token: str) -> str:
    """What is stored of a page's link."""
    return sha256(token.encode()).hexdigest()
