"""Whose people are whose: the client's own organisations, and the vendors.

An organisation is a *client*'s because two people said so, and a *vendor* because a vendor's
credential was made for it.  It stays what it was first; an unknown one is nobody's yet.
"""

from collections.abc import Mapping

from chalicelib.terms import CLIENT_ROLES, VENDOR_ROLES, Role

CLIENT, VENDOR = "client", "vendor"
# The client's own organisation where nothing else has been said.
DEFAULT_ORG = "client"
# These stand for the client, so nobody else's may hold them.
OWN_ROLES = CLIENT_ROLES | {Role.CLIENT_APP, Role.ADMIN}

NOT_THE_CLIENTS = "employer_not_client"
NOT_A_VENDORS = "employer_not_vendor"


class EmployerError(ValueError):
    """A role that this employer's people may not hold; ``code`` names a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fault(role: Role, org: str, orgs: Mapping[str, str]) -> str:
    """Why nobody of ``org`` may hold ``role``; nothing when they may.

    ``orgs`` has ``client`` or ``vendor`` by name.  A client's role needs one of the client's own
    organisations; a vendor's role, one that is not; an auditor may be of any but a vendor's.
    """
    kind = orgs.get(org, CLIENT if org == DEFAULT_ORG else "")
    if role in OWN_ROLES and kind != CLIENT:
        return NOT_THE_CLIENTS
    if role in VENDOR_ROLES and kind == CLIENT:
        return NOT_A_VENDORS
    return NOT_THE_CLIENTS if role is Role.AUDITOR and kind == VENDOR else ""


def require(role: Role, org: str, orgs: Mapping[str, str]) -> None:
    """Raise EmployerError when nobody of ``org`` may hold ``role``."""
    code = fault(role, org, orgs)
    if code:
        raise EmployerError(code)
