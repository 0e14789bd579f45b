"""Whether a length of time said in English measures something, and is no time to wait.

Each pattern sees at most the clause around the time, cut to a fixed length.
"""

import re

HEDGE = (
    r"(?:(?:about|around|approximately|approx\.?|roughly|almost|nearly|over|the|just|only|"
    r"maybe|probably|say|some|~|like|a|at|full|whole|good) ?)*$"
)
SPAN_AFTER_NOT = re.compile(
    r" ?(?:ago|earlier|old|pregnant|(?:and|then) (?:then )?(?:try|retry|call (?:us|back|"
    r"again)|ring (?:us|again)|restart|log)\b|late\b|long\b|straight|worth|a day|per\b|a week|"
    r"a month|each|every|"
    r"in a row|and counting|before\b(?! (?:he|she|they|we|i|it|you|some\w+)\b|"
    r" (?:the|our|a|an) \w+ (?:gets?|arrives?|comes?|calls?|rings?|can|will|ll|is)\b)|prior|"
    r"overdue|already|so far|running|notice|hotlines?|help ?lines?|lines?\b|support|services?|"
    r"customer|stores?|shops?|warranty|returns?\b|"
    r"refund (?:policy|window|period)|trial|guarantee|money back|passed|went|have passed|gone|"
    r"drive|ride|trip|journey|walk|flight|call\b|"
    r"delay|wait\b|"
    r"supply|subscription|period for|to (?:return|pay|submit|provide|appeal|cancel|claim|"
    r"reply to us)|since|later\b(?! we| i|\.?$)|off\b|"
    r"(?:of|from|after|following) (?:the |your )?(?:(?:date|day|time) of )?(?:purchase|delivery|"
    r"departure|travel|booking|check ?out)\b|left\b|"
    r"behind|emergency|operation|security|access|assistance|"
    r"monitoring|surveillance|pharmacy|gym|diner|clinic|coverage|experience|on hold|in (?:the|"
    r"a) car|seven|7\b|x ?7|/ ?7)"
)
# Three days of medicine is a quantity; within three days of your call is a limit.
QUANTITY = re.compile(r" of\b(?! (?:this|that|today|now|your)\b)")
LIMIT = re.compile(r"\bwith ?in (?:the (?:first |next )?)?$")
SPAN_BEFORE_NOT = re.compile(
    r"\b(?:journey|trip|ride|drive|walk|flight|commute|crossing)(?: \w+){0,2} takes?(?: you)? $|"
    r"\b(?:(?<!wait )(?<!hold )(?<!on )(?<!allow )(?<!back )for|last|past|previous|preceding|"
    r"prior|more than|longer than|at least|minimum(?: of)?|waited|every|each|since|"
    r"took|lasted|spent|aged?|been|was|were|open|is only|are only|not even|older than|"
    r"includes?|including|contains?|comes with|allowance of|"
    r"exceeds?|exceeding|over(?! the next)|beyond|hours?|hrs|h|times?|twice|once|minutes|"
    r"days|per|7|drove|ran|walked|slept|lost|delayed(?: by)?|late by|after waiting|valid|"
    r"(?:given|gave)(?: \w+){1,3}|frozen|suspended|banned|closed|first|second|final|"
    r"within the (?:last|past))"
    r"(?: for)? (?:the )?(?:last |past |previous )?" + HEDGE
)
PRICED = re.compile(r"(?:\b\d[\w.]*|\bpence|\bpounds?|\bdollars?|\beuros?|\byuan|\bquid) $")


def measures(before: str, said: str, after: str) -> bool:
    """Whether it is how long something was, is, or costs: an hour ago, 3 days of medicine."""
    if SPAN_AFTER_NOT.match(after) or SPAN_BEFORE_NOT.search(before):
        return True
    if PRICED.search(before) and said.startswith(("a ", "an ")):
        return True
    return bool(QUANTITY.match(after)) and not LIMIT.search(before)
