"""What links a complaint to cases that are there already: keyed hashes, never names or numbers."""

import hmac
import re
import unicodedata
from collections.abc import Mapping, Sequence

from chalicelib.cases.model import Case
from chalicelib.judging.judgment import Judgment
from chalicelib.services.complaint import Complaint, Reporter

# What agents type when there is none; strangers must not meet on one case over it.
PLACEHOLDERS = frozenset(
    {"na", "no", "nil", "none", "null", "unknown", "test", "order", "tbd", "anonymous", "nobody"}
    | {"没有", "不知道", "不详", "未知", "暂无", "没有订单", "无订单号", "匿名", "保密", "不便透露"}
)
LEAST_LENGTH = 2
# Digits of a telephone number at least, and those at its end that stay when the prefix varies.
LEAST_DIGITS, LAST_DIGITS = 7, 10
SHORT_HASH = 16
# Where a product's batch or model may stand among the attributes; the first one counts.
BATCH_FIELDS = ("batch", "batch_no", "lot", "lot_no", "model", "批次", "批号", "型号")
# Kinds whose cases may have one cause, the surest first.
CAUSES = ("batch", "subject", "place")
# Cards that say nothing about what the danger is.
UNSORTED = "unsorted"


def link_keys(complaint: Complaint, judgment: Judgment, secret: bytes) -> dict[str, str]:
    """Keyed hashes of what links complaints, by kind; kinds that it does not have are left out.

    ``order`` and ``reporter`` (with the subject) join; ``subject`` and ``person`` (the reporter
    alone), ``batch`` and ``place`` (the hazard at a site or in a region) only link and count.
    The key is secret, so that a stolen table does not give up phone numbers by guessing.
    """
    subject = ""
    if names_one(complaint.subject_id):
        subject = f"{complaint.subject_kind}\0{complaint.subject_id}"
    reporter = _address(complaint.reporter)
    values = {
        "order": complaint.order if names_one(complaint.order) else "",
        "reporter": f"{reporter}\0{subject}" if reporter and subject else "",
        "subject": subject,
        "person": reporter[-LAST_DIGITS:] if reporter.isdigit() else reporter,
        "batch": _batch(complaint.attributes),
        "place": _place(complaint, judgment),
    }
    return {
        kind: f"link#{kind}#{_keyed(secret, kind, value)}"
        for kind, value in values.items()
        if value
    }


def names_one(text: str) -> bool:
    """Whether this can name one thing: not a placeholder, not one character over and over."""
    bare = re.sub(r"[\W_]+", "", text).casefold()
    return len(bare) >= LEAST_LENGTH and len(set(bare)) > 1 and bare not in PLACEHOLDERS


def _address(reporter: Reporter) -> str:
    """The reporter's number as digits, or else their email; nothing where neither can be one's own.

    A number with a mask in it (138****1234) is many people's.
    """
    text = unicodedata.normalize("NFKC", reporter.phone)
    digits = re.sub(r"[\s().·+‐-―-]", "", text).removeprefix("00")
    several = len(set(digits)) > 1 and digits not in "01234567890123456789"
    if digits.isascii() and digits.isdigit() and len(digits) >= LEAST_DIGITS and several:
        return digits
    name, at, host = reporter.email.strip().rpartition("@")
    return reporter.email.strip().casefold() if at and host and names_one(name) else ""


def _batch(attributes: Mapping[str, object]) -> str:
    for name in BATCH_FIELDS:
        value = str(attributes.get(name, "")).strip()
        if names_one(value):
            return f"{name}\0{value}"
    return ""


def _place(complaint: Complaint, judgment: Judgment) -> str:
    """The gravest hazard and where it is; nothing without either."""
    cards = (finding.card for finding in judgment.findings if finding.tier is judgment.tier)
    hazard = next((card for card in cards if card and card != UNSORTED), "")
    place = f"site\0{complaint.site}" if complaint.site else f"region\0{complaint.region}"
    return f"{hazard}\0{place}" if hazard and (complaint.site or complaint.region) else ""


def short(key: str) -> str:
    """The part of a link's key that a case keeps, enough to tell two subjects apart."""
    return key.rpartition("#")[2][:SHORT_HASH]


def contradicts(keysets: Sequence[Mapping[str, str]], case: Case) -> bool:
    """The complaint is about somebody else than the case: one order number, two victims.

    ``keysets`` are its links' keys under each key that is accepted.
    """
    subjects = {short(keys["subject"]) for keys in keysets if "subject" in keys}
    return bool(subjects and case.subject and case.subject not in subjects)


def event_key(key: str) -> str:
    """The head that leads to the open case of a mass event, from that of its cause."""
    return f"link#alarm#{event_of(key)}"


def event_of(key: str) -> str:
    """What a mass event is about, as its alarm says it: the kind of its cause, and its hash."""
    return f"mass#{key.removeprefix('link#')}"


def _keyed(secret: bytes, kind: str, value: str) -> str:
    text = f"{kind}\0{value.strip().casefold()}"
    return hmac.digest(secret, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:40]
