"""How Tocsin itself may reach the one who complained, past every vendor; and whether it may.

Only what is surely safe is used: a safe channel that was named is the only one, and words about
it that cannot be understood allow none.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from chalicelib.cases.commands import Reach
from chalicelib.cases.model import Case
from chalicelib.judging.judgment import Judgment
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import REPORTER_FIELDS, Reporter
from chalicelib.terms import VENDOR_ROLES, Channel, Role

DURESS = "duress"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CHINESE_MOBILE = re.compile(r"(?:86)?(1[3-9][0-9]{9})")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_CLAUSES = re.compile(r"[,;.!?，。；！？、\n]|\bbut\b|但是?|只能|only")
_NO = re.compile(r"\b(?:no|not|never|none|don'?t|dont|cannot|can't)\b|不|别|勿|无|没|莫|禁")
_NAMED = {
    Channel.SMS.value: re.compile(r"\b(?:sms|texts?|text messages?|txt)\b|短信|信息"),
    Channel.EMAIL.value: re.compile(r"\be-?mails?\b|\bmail\b|邮件|邮箱|电邮"),
}
_ANY = re.compile(r"\b(?:any|all|both|either|whatever)\b|都可以|都行|任何|均可|随意")
_FALSE = frozenset({"", "0", "no", "false", "n", "none", "null", "否", "没有", "无", "不是"})


class Speaking(Protocol):
    """What a complaint and something said on a case have in common here."""

    @property
    def text(self) -> str:
        """Their words."""
        ...

    @property
    def language(self) -> str:
        """The language they named, or nothing."""
        ...

    @property
    def reporter(self) -> Reporter:
        """Who complained."""
        ...

    @property
    def attributes(self) -> Mapping[str, Any]:
        """Flat facts."""
        ...


def reach_of(spoken: Speaking, caller: Caller) -> Reach | None:
    """How the reporter may be sent a link of their own; None when they cannot, or not safely.

    A vendor's word for a number is no proof.  That of whoever opens a case by themselves is: only
    who holds the phone gets the link.
    """
    reporter = spoken.reporter
    safe = safe_channels(reporter.safe_channel)
    has = {
        Channel.SMS.value: dialable(reporter.phone),
        Channel.EMAIL.value: mailable(reporter.email),
    }
    channels = tuple(name for name, address in has.items() if address and name in safe)
    if not channels:
        return None
    source = _source(caller.role)
    return Reach(channels=channels, source=source, verified=source != "vendor")


def reach_joining(case: Case, spoken: Speaking, caller: Caller, *, opened: bool) -> Reach | None:
    """As ``reach_of``, for a complaint that joins a case.

    Whoever ``opened`` it holds its link already, and gets no second one unless their address is
    proved only now.  Without a credential the address is proved for a case that it opens, and not
    for one that it joins: a vendor could join with a telephone of its own.
    """
    reach = reach_of(spoken, caller)
    if reach is None:
        return None
    if reach.source == "self":
        reach = replace(reach, verified=False)
    first = min(case.ropes.values(), key=lambda rope: rope.at, default=None)
    holds = opened and first is not None and first.at == case.first.get("received")
    return None if holds and first and (first.verified or not reach.verified) else reach


def _source(role: Role) -> str:
    if role in VENDOR_ROLES:
        return "vendor"
    return "self" if role is Role.REPORTER else "client"


def safe_channels(named: str) -> frozenset[str]:
    """The channels that a reporter's words about a safe one allow; all where there are no words.

    Only what is named without a *no* beside it is safe: "不要打电话，发短信" allows SMS,
    "不要联系" and "only my sister" allow nothing.
    """
    text = unicodedata.normalize("NFKC", named).casefold().strip()
    if not text:
        return frozenset(_NAMED)
    allowed: set[str] = set()
    forbidden: set[str] = set()
    for clause in filter(None, map(str.strip, _CLAUSES.split(text))):
        found = {name for name, words in _NAMED.items() if words.search(clause)}
        if _NO.search(clause):
            forbidden |= found
        else:
            allowed |= set(_NAMED) if _ANY.search(clause) else found
    return frozenset(allowed - forbidden)


def dialable(phone: str) -> str:
    """The number in E.164, a bare Chinese mobile taken as one; nothing for what is neither."""
    text = unicodedata.normalize("NFKC", phone)
    bare = re.sub(r"[\s().·-]", "", text.replace("\u2010", "-").replace("\u2013", "-"))
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    chinese = _CHINESE_MOBILE.fullmatch(bare)
    if chinese:
        return f"+86{chinese[1]}"
    return bare if _E164.fullmatch(bare) else ""


def mailable(email: str) -> str:
    """The address, if it can be one."""
    bare = email.strip()
    return bare if _EMAIL.fullmatch(bare) and bare.isprintable() else ""


def is_duress(judgment: Judgment | None, spoken: Speaking) -> bool:
    """Whether the reporter is not free to be written to: a rule found it, or a field says so."""
    said = spoken.attributes.get(DURESS)
    named = said is not None and str(said).strip().casefold() not in _FALSE
    found = judgment is not None and any(one.card == DURESS for one in judgment.findings)
    return named or found


def reporter_words(spoken: Speaking) -> dict[str, str]:
    """Who complained, for the vault, with the language that their link is to speak."""
    reporter = spoken.reporter
    told = {name: getattr(reporter, name) for name in REPORTER_FIELDS if getattr(reporter, name)}
    if reporter.phone or reporter.email:
        told["language"] = language_of(spoken)
    return told


def language_of(spoken: Speaking) -> str:
    """What they named, else what they wrote in; Chinese where there are no words at all."""
    tag = spoken.language.strip().casefold()
    if tag.startswith("zh"):
        return "zh-CN"
    if tag:
        return "en"
    return "zh-CN" if _HAN.search(spoken.text) or not spoken.text.strip() else "en"
