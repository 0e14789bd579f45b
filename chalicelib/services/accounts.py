"""Authentication in-process: every refusal is seen, and a revocation works at once."""

import hmac
import re
from hashlib import sha256
from typing import NoReturn

from chalicelib.services import employers
from chalicelib.services.caller import Caller, anonymous
from chalicelib.services.errors import RefusedError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Credential
from chalicelib.services.refusals import record
from chalicelib.terms import CLIENT_ROLES

PREFIX = "tocsin_"
UNAUTHENTICATED = 401
# No store is asked for what is not one of our ids: it may hold what no store can take.
_IDENTITY = re.compile(r"crd_[0-9a-z]{26}")


def secret_hash(secret: str) -> str:
    """What the registry keeps; the secret has 256 random bits, so one hash is enough."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def split_token(token: str) -> tuple[str, str]:
    """``tocsin_<26 characters>_<secret>`` into the credential's id and the secret."""
    body = token.removeprefix(PREFIX)
    identity, _, secret = body.partition("_")
    return f"crd_{identity}", secret


def authenticate(parts: Parts, authorization: str | None, request: str, route: str) -> Caller:
    """The caller behind a bearer token; raises RefusedError(401) after recording it."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(PREFIX):
        _refuse(parts, anonymous(request), route, "credential_missing")
    identity, secret = split_token(token.strip())
    credential = parts.registry.credential(identity) if _IDENTITY.fullmatch(identity) else None
    if credential is None:
        _refuse(parts, anonymous(request), route, "credential_unknown")
    caller = caller_of(credential, request)
    if not hmac.compare_digest(credential.secret_hash, secret_hash(secret)):
        # Whoever guesses at a secret is not that credential, and may not write on its chain.
        _refuse(parts, anonymous(request), route, "credential_unknown")
    if credential.revoked_at:
        _refuse(parts, caller, route, "credential_revoked")
    code = _unfit(parts, credential)
    if code:
        _refuse(parts, caller, route, code)
    return caller


def _unfit(parts: Parts, credential: Credential) -> str:
    """Why a genuine credential may not be used: a client's role is held by a client's person.

    Asked at each request, so that it ends with the person and not with somebody's remembering.
    """
    orgs = parts.registry.orgs()
    code = employers.fault(credential.role, credential.org, orgs)
    if code or not (credential.person or credential.role in CLIENT_ROLES):
        return code
    person = parts.registry.person(credential.person) if credential.person else None
    if person is None or person.role is not credential.role:
        return "credential_without_person"
    return employers.fault(person.role, person.employer, orgs)


def caller_of(credential: Credential, request: str) -> Caller:
    """The caller that a genuine credential stands for."""
    return Caller(
        kind="credential",
        id=credential.id,
        role=credential.role,
        org=credential.org,
        person=credential.person,
        request=request,
    )


def _refuse(parts: Parts, caller: Caller, route: str, code: str) -> NoReturn:
    record(parts, caller, route, code)
    raise RefusedError(UNAUTHENTICATED, code)
