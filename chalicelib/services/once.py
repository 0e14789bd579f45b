"""Idempotency keys: whose they are, and what became of the first request under one."""

import hmac
from dataclasses import replace

from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Complaint, Problem
from chalicelib.terms import Role

# Without a credential a key must be long enough to have been drawn at random.
ANONYMOUS_KEY_LEAST = 20


def once_key(caller: Caller, key: str | None) -> str:
    """Where the first answer under this key is kept; nothing when there is none to keep."""
    # All who have no credential share one room: only a key drawn at random can be somebody's own.
    if not key or (caller.role is Role.REPORTER and len(key) < ANONYMOUS_KEY_LEAST):
        return ""
    digest = hmac.digest(caller.id.encode(), key.encode("utf-8", "surrogatepass"), "sha256")
    return f"once#{caller.id}#{digest.hex()}"


def reused(key: str, body_hash: str) -> str:
    """Another complaint under an old key has retries of its own."""
    return f"{key}#{body_hash[:32]}"


def flag(complaint: Complaint, code: str) -> Complaint:
    """Say in the answer what was wrong with the key."""
    problem = Problem("Idempotency-Key", code)
    return replace(complaint, problems=(*complaint.problems, problem))
