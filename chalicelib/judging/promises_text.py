"""A text folded for the promise parser, its clauses, and the way back to what was received."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

from chalicelib.judging.normalise import normalise

TRADITIONAL = str.maketrans(
    "時兩個鐘週點後內號應無過從幾會將給復覆處聯繫絡員問題實際準備開發電話訊間質營業門熱線務證"
    "當際還沒為請達雙進結辦決專這們來說對請點寫應該貨換險遲預計約須誰讓慮"
    "聽禮幫師晝總經裡補匯傳檢測驗執責領導遞於爭夠尋"
    "哋畀俾嘅咗唔冇喺佢",  # and Cantonese as it is written, word for word
    "时两个钟周点后内号应无过从几会将给复复处联系络员问题实际准备开发电话讯间质营业门热线务证"
    "当际还没为请达双进结办决专这们来说对请点写应该货换险迟预计约须谁让虑"
    "听礼帮师昼总经里补汇传检测验执责领导递于争够寻"
    "们给给的了不没在他",
)
CLAUSE_END = re.compile(r"[。!?;\n…]|(?<!\d),|,(?!\d)|\.(?!\d)(?=[\s一-鿿]|$)|\.\.\.")
CONTRACTED = re.compile(
    r"\b(?:we(?P<rest>re|d)|(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day)s)\b", re.ASCII
)
APOSTROPHES = "'’‘ʼ`´＇"
HAN = re.compile("[一-鿿]")
BEFORE, AFTER = 90, 60  # characters of a clause that are looked at: the bound on work per phrase


class Text:
    """``text`` is lower case, half width and simplified; a dash, which folding drops, is kept."""

    def __init__(self, received: str) -> None:
        folded = normalise(received)
        self._span = folded.span
        text = _with_dashes(received, folded.text, folded.sources)
        self.text = _contracted(received, text, folded.sources).translate(TRADITIONAL)

    @cached_property
    def ends(self) -> list[int]:
        """Where clauses end, in order."""
        return [match.start() for match in CLAUSE_END.finditer(self.text)]

    def around(self, start: int, end: int) -> tuple[str, str, str]:
        """What stands before and after in the same clause, and the mark that ends it."""
        first = bisect_left(self.ends, start)
        begin = self.ends[first - 1] + 1 if first else 0
        later = bisect_left(self.ends, end)
        stop = self.ends[later] if later < len(self.ends) else len(self.text)
        before = self.text[max(begin, start - BEFORE) : start]
        after = self.text[end : min(stop, end + AFTER)]
        return before, after, self.text[stop : stop + 1]

    def received(self, start: int, end: int) -> tuple[int, int]:
        """The span as it stands in the text as received."""
        return self._span(start, end)


def _contracted(received: str, text: str, sources: Sequence[int]) -> str:
    """Folding drops the mark in "we're", "we'd", "Friday's", which then read as other words.

    The mark takes a letter's place, so that no character moves.
    """

    def marked(match: re.Match[str]) -> str:
        at = match.start() + 1 if match["rest"] else match.end() - 2
        run = received[sources[at] : sources[at + 1]]
        if not any(mark in run for mark in APOSTROPHES):
            return match[0]
        return f"w'{match['rest']}" if match["rest"] else f"{match['day']}'"

    return CONTRACTED.sub(marked, text)


def _with_dashes(received: str, text: str, sources: Sequence[int]) -> str:
    chars = list(text)
    for blank in re.finditer("[ \n]", text):
        at = blank.start()
        run = received[sources[at] : sources[at + 1]]
        if any(unicodedata.category(char) == "Pd" for char in run):
            chars[at] = "-"
    return "".join(chars)
