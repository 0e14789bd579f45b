"""Small numbers as people write them, in Chinese characters and in English words."""

import re

ZH_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "俩": 2, "仨": 3, "半": 0.5,
}  # fmt: skip
ZH_NUMBER = r"(?:\d{1,4}(?:\.\d{1,2})?|[零〇一二两俩仨三四五六七八九十百廿卅]{1,6}|半)"

EN_ONES = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
EN_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
EN_WORDS = (
    {word: value for value, word in enumerate(EN_ONES, 1)}
    | dict(zip(EN_TENS, range(20, 100, 10), strict=True))
    | {"a": 1, "an": 1, "another": 1, "couple": 2, "half": 0.5}
)
EN_NUMBER = (
    r"(?:\d{1,4}(?:\.\d{1,2})?|half an?|an? half|half|(?:an? )?couple(?: of)?|"
    rf"(?:{'|'.join(EN_TENS)})(?:[ -]?(?:{'|'.join(EN_ONES[:9])}))?|"
    rf"{'|'.join(reversed(EN_ONES))}|another|an?)"
)


def chinese(text: str) -> float:
    """The number ``ZH_NUMBER`` matched; of two neighbours as in 两三 or 三五, the later."""
    if text[0].isdigit() and text.isascii():
        return float(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    hundreds, _, rest = text.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    total = (_last(hundreds) or 1) * 100 if "百" in text else 0.0
    if ten:
        total += (_last(tens) or 1) * 10
    return total + _last(ones)


def _last(text: str) -> float:
    return ZH_DIGITS.get(text[-1], 0) if text else 0


def english(text: str) -> float:
    """The number ``EN_NUMBER`` matched."""
    if text[0].isdigit():
        return float(text)
    words = re.findall("[a-z]+", text)
    if "half" in words or "couple" in words:
        return EN_WORDS["half" if "half" in words else "couple"]
    return sum(EN_WORDS.get(word, 0) for word in _split(words))


def _split(words: list[str]) -> list[str]:
    """``twentyfour`` is written by people too."""
    parts: list[str] = []
    for word in words:
        tens = next((ten for ten in EN_TENS if word.startswith(ten)), "")
        parts += [tens, word.removeprefix(tens)] if tens else [word]
    return parts
