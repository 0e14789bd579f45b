"""What a page says, in the language of the person it is for.

An SMS in Chinese is UCS-2, 70 characters a segment; one segment is what a carrier delivers
soonest and in one piece, so every SMS here fits one with a link on a short domain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.terms import MINUTE, Tier

UCS2_SEGMENT = 70
HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES
# From here on a page counts hours.
LONG_MINUTES = 600
GSM7_SEGMENT = 160


@dataclass(frozen=True, slots=True)
class PageText:
    """A page in words: one SMS, or an email's subject and text."""

    sms: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What a page may tell: minutes, duties and roles; no word of the complaint, no name.

    ``overdue`` and ``coming`` are clock names; ``coming`` carries minutes left.
    """

    code: str
    tier: Tier
    suspect: bool
    open_ms: int
    link: str
    why: str
    repeat: bool
    overdue: Sequence[str] = ()
    coming: Mapping[str, int] | None = None
    acknowledged_by: str = ""


_DUTY = {
    "en": {
        "K3": "somebody of yours to own it",
        "K4": "a protective action",
        "K5": "a call to the reporter",
        "K6": "the data, in a pack",
        "K7": "a decision whether to tell an authority",
        "K8": "what the reporter was promised",
        "K9": "a word to the reporter",
        "K10": "a resolution",
        "K11": "the reporter's own word that it is solved",
        "K13": "a decision whether to freeze the subject",
    },
    "zh-CN": {
        "K3": "有人认领",
        "K4": "采取保护措施",
        "K5": "给投诉人打电话",
        "K6": "提供数据资料包",
        "K7": "决定是否移交主管部门",
        "K8": "兑现对投诉人的承诺",
        "K9": "给投诉人回音",
        "K10": "解决",
        "K11": "由投诉人确认已解决",
        "K13": "决定是否冻结对象",
    },
}
_ROLE = {
    "en": {
        "owner": "the owner on call",
        "duty_director": "the duty director",
        "safety_specialist": "the safety specialist",
    },
    "zh-CN": {"owner": "值班负责人", "duty_director": "值班总监", "safety_specialist": "安全专员"},
}

# Why a page went out beside the ladder.  In Chinese three characters, so that an SMS stays one
# segment; a page of the ladder itself says what the case waits for.
_WHY = {
    "en": {
        "K5": "call the reporter",
        "K6": "data overdue",
        "K7": "hand-over decision due",
        "K8": "promise broken",
        "K9": "reporter waiting",
        "K10": "unresolved",
        "K11": "unconfirmed",
        "K13": "freeze decision due",
        "data": "data wanted",
        "freeze": "freeze asked for",
        "police": "police waiting",
        "hold": "legal hold, still needed?",
        "task": "task waiting",
        "try": "ask the reporter again",
        "review": "review due",
        "stall": "stalling seen",
        "withdrawn": "reporter withdraws, call them",
        "escalated": "asked again",
    },
    "zh-CN": {
        "K5": "该回电",
        "K6": "缺数据",
        "K7": "该移交",
        "K8": "失约了",
        "K9": "等回音",
        "K10": "未解决",
        "K11": "未确认",
        "K13": "定冻结",
        "data": "要数据",
        "freeze": "求冻结",
        "police": "警方等",
        "hold": "查保全",
        "task": "有任务",
        "try": "再回访",
        "review": "待复核",
        "stall": "有拖延",
        "withdrawn": "要撤回",
        "escalated": "又催办",
    },
}


def minutes(span_ms: int) -> int:
    """Whole minutes that have passed."""
    return max(0, span_ms) // MINUTE


def _span(left: int, in_minutes: str, in_hours: str, in_days: str) -> str:
    """Minutes as people say them: rounded down, so that nobody is told more than is left."""
    if left < 2 * HOUR_MINUTES:
        return f"{max(0, left)} {in_minutes}"
    if left < 2 * DAY_MINUTES:
        return f"{left // HOUR_MINUTES} {in_hours}"
    return f"{left // DAY_MINUTES} {in_days}"


def page_text(facts: PageFacts, language: str) -> PageText:
    """The page for a person who reads ``language`` (en, or anything else for zh-CN)."""
    return _english(facts) if language == "en" else _chinese(facts)


def _chinese(f: PageFacts) -> PageText:
    again = "重发 " if f.repeat else ""
    tier = f"{f.tier.value}{'疑' if f.suspect else ''}"
    open_for = minutes(f.open_ms)
    # Every character counts: with a 46-character link this is 70, one segment.
    sms = f"警钟{again and '重'} {tier} {f.code} {_short_zh(open_for)}{_state_zh(f)} {f.link}"
    subject = f"[警钟] {again}{tier} {f.code} 已 {open_for} 分钟，{_state_zh(f)}"
    lines = [
        f"案件 {f.code}，级别 {tier}，已经 {open_for} 分钟。",
        *(["这一条可能是重复发送。"] if f.repeat else []),
        *[f"已超时：{_DUTY['zh-CN'][name]}。" for name in f.overdue if name in _DUTY["zh-CN"]],
        *[
            f"{_span(left, '分钟', '小时', '天')}内必须：{_DUTY['zh-CN'][name]}。"
            for name, left in (f.coming or {}).items()
            if name in _DUTY["zh-CN"]
        ],
        f"已认领：{_ROLE['zh-CN'].get(f.acknowledged_by, '无人')}。",
        "什么能让它停下：有人认领，并采取保护措施、附上证据。回复和承诺都不能。",
        "",
        f"查看并认领：{f.link}",
    ]
    return PageText(sms, subject, "\n".join(lines) + "\n")


def _short_zh(open_for: int) -> str:
    return f"{open_for}分" if open_for < LONG_MINUTES else f"{open_for // 60}时"


def _state_zh(f: PageFacts) -> str:
    waits = "待行动" if f.acknowledged_by else "待认领"
    return _WHY["zh-CN"].get(f.why, waits)


def _english(f: PageFacts) -> PageText:
    tier = f"{f.tier.value}{' suspect' if f.suspect else ''}"
    open_for = minutes(f.open_ms)
    again = "REPEAT " if f.repeat else ""
    sms = f"Tocsin {again}{tier} {f.code}, {open_for} min, {_state_en(f)}: {f.link}"
    subject = f"[Tocsin] {again}{tier} {f.code}: {open_for} min, {_state_en(f)}"
    lines = [
        f"Case {f.code}, tier {tier}, open for {open_for} minutes.",
        *(["This page may have reached you before."] if f.repeat else []),
        *[f"Overdue: {_DUTY['en'][name]}." for name in f.overdue if name in _DUTY["en"]],
        *[
            f"Due in {_span(left, 'minutes', 'hours', 'days')}: {_DUTY['en'][name]}."
            for name, left in (f.coming or {}).items()
            if name in _DUTY["en"]
        ],
        f"Owned by: {_ROLE['en'].get(f.acknowledged_by, 'nobody yet')}.",
        "What stops it: a person who owns it, then a protective action with evidence.",
        "No reply and no promise does.",
        "",
        f"See it and own it: {f.link}",
    ]
    return PageText(sms, subject, "\n".join(lines) + "\n")


def _state_en(f: PageFacts) -> str:
    return _WHY["en"].get(f.why, "action due" if f.acknowledged_by else "no owner")


def fallback_page(code: str, tier: Tier, open_ms: int) -> PageText:
    """For a case that Tocsin cannot read: in both languages, since nobody's is known."""
    open_for = minutes(open_ms)
    sms = f"警钟 {tier.value} {code} 已{open_for}分 系统读不出此案，请人工处理 / act by hand"
    text = (
        f"案件 {code}，级别 {tier.value}，已经 {open_for} 分钟。\n"
        "警钟读不出这个案件，梯级无法继续。请立即人工处理，并通知系统管理员。\n\n"
        f"Case {code}, tier {tier.value}, open for {open_for} minutes.\n"
        "Tocsin cannot read this case, so its ladder cannot go on. "
        "Please handle it by hand now, and tell whoever runs Tocsin.\n"
    )
    return PageText(sms, f"[警钟 Tocsin] {tier.value} {code}: 请人工处理 / act by hand", text)
