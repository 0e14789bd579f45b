"""The sentences of the desk, in both languages."""

from tools.author.near import Near

SENTENCES = {
    "en": {
        "missing": "found {has}; nothing says {lacks}",
        "denied": "{concept} “{words}” is denied",
        "supposed": "{concept} “{words}” is only supposed",
        "said": "{concept} “{words}” is said in another place",
        "said_not_denied": "{concept} “{words}” is said, and the way asks for its denial",
        "supposed_not_denied": "{concept} “{words}” is supposed, and the way asks for its denial",
        "mask": "“{words}” ({concept}) lies inside “{cover}”, the mask {name}",
        "unless": "“{words}” ({concept}) lies inside “{cover}”, an unless of {concept}",
        "figure": "“{words}” ({concept}) lies inside “{cover}”, a figure of speech",
        "in_sentence": "all was found, but so was {concept} “{words}” in the sentence",
        "in_text": "all was found, but so was {concept} “{words}”, which the way rules out",
        "same": "{one} and {other} are the same words",
        "order": "{one} and {other} stand in the other order",
        "sentences": "{one} and {other} stand in different sentences",
        "clauses": "{one} and {other} stand in different clauses",
        "distance": "{one} and {other} stand {gap} characters apart, at most {reach} may be",
        "rest": "{one} and {other} stand well, and not with the other parts",
        "unasked": "was found, and no rule asks for it",
        "when": "found {found}, but when is false: {condition}",
        "excused": "found {found}, but unless is true: {condition}",
        "facts": " (here {facts})",
    },
    "zh-CN": {
        "missing": "找到了 {has}；没有找到 {lacks}",
        "denied": "{concept}“{words}”被否定了",
        "supposed": "{concept}“{words}”只是假设",
        "said": "{concept}“{words}”在别处说了",
        "said_not_denied": "{concept}“{words}”是肯定的，而这里要求否定",
        "supposed_not_denied": "{concept}“{words}”只是假设，而这里要求否定",
        "mask": "“{words}”({concept})在“{cover}”之内，被遮罩 {name} 排除",
        "unless": "“{words}”({concept})在“{cover}”之内，是 {concept} 的例外",
        "figure": "“{words}”({concept})在“{cover}”之内，只是修辞",
        "in_sentence": "都找到了，但同一句里还有 {concept}“{words}”",
        "in_text": "都找到了，但文中还有不许出现的 {concept}“{words}”",
        "same": "{one} 和 {other} 是同一处文字",
        "order": "{one} 和 {other} 的先后次序相反",
        "sentences": "{one} 和 {other} 不在同一句",
        "clauses": "{one} 和 {other} 不在同一分句",
        "distance": "{one} 和 {other} 相隔 {gap} 个字符，最多 {reach} 个",
        "rest": "{one} 和 {other} 合适，但与其余部分不合",
        "unasked": "找到了，但没有规则用它",
        "when": "找到了 {found}，但条件不成立：{condition}",
        "excused": "找到了 {found}，但例外成立：{condition}",
        "facts": "（此处 {facts}）",
    },
}


def sentence(near: Near, language: str = "en") -> str:
    """Why it did not fire, in words."""
    words = SENTENCES[language]
    told = words[near.why].format_map(near.values)
    return told + (words["facts"].format_map(near.values) if near.values.get("facts") else "")
