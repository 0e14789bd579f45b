"""What the message with a reporter's own link says: nothing of the complaint, on any phone.

Somebody else may read that screen, so it names no danger, no person and no company.  An SMS in
Chinese is one segment of UCS-2, one in English one of GSM-7, with a link on a short domain.
"""

from dataclasses import dataclass

from chalicelib.paging.words import PageText

OPENED, CONTACT, RESOLVED = "opened", "contact", "resolved"


@dataclass(frozen=True, slots=True)
class RopeFacts:
    """``why`` is opened, contact or resolved; ``link`` the whole address."""

    why: str
    link: str
    repeat: bool


_SMS = {
    "zh-CN": {
        OPENED: "您说的事我们收到了。没人联系您请点：",
        CONTACT: "您补充的我们收到了。没人联系您请点：",
        RESOLVED: "您说的事据称已办好。是这样吗？请点：",
    },
    "en": {
        OPENED: "we have what you told us. See where it stands, or say that nobody has called:",
        CONTACT: "we have what you added. See where it stands, or say that nobody has called:",
        RESOLVED: "we are told your matter is settled. Is it? Please tell us yourself:",
    },
}
_SUBJECT = {
    "zh-CN": {
        OPENED: "您说的事我们收到了",
        CONTACT: "您补充的内容我们收到了",
        RESOLVED: "您说的事，办好了吗？",
    },
    "en": {
        OPENED: "We have what you told us",
        CONTACT: "We have what you added",
        RESOLVED: "Is your matter settled?",
    },
}
_BODY = {
    "zh-CN": {
        OPENED: "您说的事已经记录在案，收到的时间也记着，谁也改不了。",
        CONTACT: "您补充的内容已经记在同一件事里。",
        RESOLVED: "有人告诉我们，您说的事已经办好。办没办好，您说了算。",
    },
    "en": {
        OPENED: "It is on record, with the time it came in, and nobody can change that.",
        CONTACT: "What you added is kept with the rest.",
        RESOLVED: "We are told that your matter is settled. Whether it is, is for you to say.",
    },
}
_HOW = {
    "zh-CN": "打开下面的链接（不用登录），可以看到办到哪一步，也可以告诉我们：没有人联系您、"
    "情况有变、已经解决，或者不想再继续。",
    "en": "This link needs no login. It shows where things stand, and you can tell us there that "
    "nobody has called, that something has changed, that it is solved, or that you want to stop.",
}
_KEEP = {
    "zh-CN": "链接只给您一个人用，请不要转发。",
    "en": "The link is yours alone. Please do not pass it on.",
}
_AGAIN = {
    "zh-CN": "这一条可能是重复发送。",
    "en": "This may have reached you before.",
}


def rope_text(facts: RopeFacts, language: str) -> PageText:
    """The message for a reporter who reads ``language`` (en, or anything else for zh-CN)."""
    spoken = "en" if language == "en" else "zh-CN"
    why = facts.why if facts.why in _SMS[spoken] else OPENED
    if spoken == "en":
        sms = f"Tocsin{' (again)' if facts.repeat else ''}: {_SMS[spoken][why]} {facts.link}"
    else:
        sms = f"警钟{'重' if facts.repeat else ''}：{_SMS[spoken][why]} {facts.link}"
    lines = [
        _BODY[spoken][why],
        *([_AGAIN[spoken]] if facts.repeat else []),
        "",
        _HOW[spoken],
        facts.link,
        "",
        _KEEP[spoken],
    ]
    name = "Tocsin" if spoken == "en" else "警钟"
    return PageText(sms, f"{name}: {_SUBJECT[spoken][why]}", "\n".join(lines) + "\n")
