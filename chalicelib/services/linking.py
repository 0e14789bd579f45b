"""What links a complaint to a case that is there already."""

import hmac
import re

from chalicelib.cases.model import Case
from chalicelib.services.complaint import Complaint

# What agents type when there is no order; strangers must not meet on one case over it.
NO_ORDER = frozenset(
    {"na", "no", "nil", "none", "null", "unknown", "test", "order", "tbd"}
    | {"没有", "不知道", "不详", "未知", "暂无", "没有订单", "无订单号"}
)
LEAST_LENGTH = 2
SHORT_HASH = 16


def link_keys(complaint: Complaint, secret: bytes) -> dict[str, str]:
    """Keyed hashes of what links complaints: the order, the reporter with the subject, the subject.

    The key is secret, so that a stolen table does not give up phone numbers by guessing.
    """
    reporter = complaint.reporter.phone or complaint.reporter.email
    subject = f"{complaint.subject_kind}\0{complaint.subject_id}" if complaint.subject_id else ""
    both = f"{reporter}\0{subject}" if reporter and subject else ""
    order = complaint.order if is_order(complaint.order) else ""
    values = {"order": order, "reporter": both, "subject": subject}
    return {
        kind: f"link#{kind}#{_keyed(secret, kind, value)}"
        for kind, value in values.items()
        if value
    }


def is_order(text: str) -> bool:
    """Whether this can name one order: not a placeholder, not one character over and over."""
    bare = re.sub(r"[\W_]+", "", text).casefold()
    return len(bare) >= LEAST_LENGTH and len(set(bare)) > 1 and bare not in NO_ORDER


def short(key: str) -> str:
    """The part of a link's key that a case keeps, enough to tell two subjects apart."""
    return key.rpartition("#")[2][:SHORT_HASH]


def contradicts(keys: dict[str, str], case: Case) -> bool:
    """The complaint is about somebody else than the case: one order number, two victims."""
    subject = short(keys.get("subject", ""))
    return bool(subject and case.subject and subject != case.subject)


def _keyed(secret: bytes, kind: str, value: str) -> str:
    text = f"{kind}\0{value.strip().casefold()}"
    return hmac.digest(secret, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:40]
