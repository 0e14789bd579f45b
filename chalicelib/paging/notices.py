"""What is sent about a change: a question to the new address, a word to the old one."""

from dataclasses import dataclass

from chalicelib.paging.words import PageText

# What somebody is asked to accept, or told was proposed.
NUMBER, NEW_PERSON, DUTY = "number", "new_person", "duty"
PIN, DETAILS, LEAVE = "pin", "details", "leave"

_ASK = {
    "en": {
        NUMBER: "Should alarms reach you here from now on?",
        NEW_PERSON: "You are to be paged here when somebody is in danger.",
        DUTY: "You are to be on call for alarms.",
        PIN: "You are to have a new PIN for alarms.",
        DETAILS: "The way alarms reach you is to change.",
    },
    "zh-CN": {
        NUMBER: "今后的警情请发到这里，可以吗？",
        NEW_PERSON: "今后有人遇险时会在这里传呼您。",
        DUTY: "您将加入警情值班。",
        PIN: "您的警情 PIN 将更换。",
        DETAILS: "传呼您的方式将有变更。",
    },
}
_ASKED = {
    "en": ("Tocsin: please confirm", "Open it and accept, or say it is not you; 24 hours:"),
    "zh-CN": ("警钟：请您确认", "请打开链接确认，若与您无关也请说明，24 小时内有效："),
}
_TOLD = {
    "en": {
        NUMBER: "somebody proposed another number or address for your alarms",
        DUTY: "somebody proposed to take you off call",
        PIN: "somebody proposed a new PIN for you",
        DETAILS: "somebody proposed to change how alarms reach you",
        LEAVE: "somebody proposed to end your part in Tocsin",
    },
    "zh-CN": {
        NUMBER: "有人申请更改接收警情的号码或邮箱",
        DUTY: "有人申请将您调离值班",
        PIN: "有人申请更换您的 PIN",
        DETAILS: "有人申请更改传呼您的方式",
        LEAVE: "有人申请将您移出警钟",
    },
}


@dataclass(frozen=True, slots=True)
class Notice:
    """``what`` is one of the words above; no name, no number and no roster role is told."""

    what: str
    change: str
    link: str = ""


def ask(notice: Notice, language: str) -> PageText:
    """The message with the link, for whoever must accept."""
    words = _ASK[language][notice.what]
    subject, how = _ASKED[language]
    lead = "Tocsin: " if language == "en" else "警钟："
    text = f"{words}\n{how}\n{notice.link}\n\n{notice.change}\n"
    return PageText(f"{lead}{words}\n{notice.link}", subject, text)


def tell(notice: Notice, language: str) -> PageText:
    """The word to where the person is reached now: nothing has changed yet, and what to do."""
    what = _TOLD[language][notice.what]
    if language == "en":
        say = f"{what}. Nothing has changed yet. Not your wish? Tell your duty director at once"
        return PageText(
            f"Tocsin: {say}: {notice.change}",
            "Tocsin: a change was proposed",
            f"{say[:1].upper()}{say[1:]}, and name this number:\n{notice.change}\n",
        )
    say = f"{what}，目前尚未生效。若非您本意，请立即告知值班主任"
    return PageText(
        f"警钟：{say}：{notice.change}",
        "警钟：有一项变更申请",
        f"{say}，并告知编号：\n{notice.change}\n",
    )
