"""Whether a time said in English is promised: history, policy, duty and question are not.

Each pattern sees at most the clause around the time, cut to a fixed length.
"""

import re
from dataclasses import replace

from chalicelib.judging.promises_en_spans import HEDGE, measures
from chalicelib.judging.promises_when import Day, Span, When

NO_MORE = re.compile(
    r"(?:\b(?:no|not|nt|wont|dont|doesnt|isnt|shouldnt|cant|"
    r"never)\b[a-z ]{0,24}\b(?:more|later|longer|"
    r"greater)(?: than)?|less than|fewer than|at most|"
    r"up to|as (?:soon|early) as|maximum(?: of)?|max|at the latest|latest(?: by)?) " + HEDGE
)
WITHIN = re.compile(
    r"\b(?:with ?in|in|inside(?: of)?|under|next|another|after|over the next|during the next|"
    r"allow(?: us)?(?: up to)?|"
    r"give (?:us|me|it|them|him|her)|takes?|taking|needs?|requires?|wait|wait for|hold for|"
    r"hold on for|up to|is|be|eta:?|time:?|"
    r"reckons?|looking at|quot(?:es?|ed|ing) (?:me|us)|sla:?|estimate:?|"
    r"deadline:?) (?:the next |next |another |up to )?" + HEDGE
)
CUE = re.compile(
    r"\b(?:will|shall|ll|well|ill|youll|theyll|hell|shell|itll|someonell|going to|gonna|"
    r"expect|expected|hear|get back|getting back|back to you|"
    r"respond|reply|replied to|response|contact you|contacted|update|updated|resolve|resolved|"
    r"be in touch|look out for|watch (?:out )?for|in touch|follow up|let you know|"
    r"aim|hope|plan(?:s|ning)? (?:to|on|is)|promise|guarantee|should|able to|"
    r"ringing|phoning|emailing|texting|sending|pick(?:s|ing) |going (?:out|round|over)|on to you|"
    r"call (?:you|back)|calling you|callback|"
    r"call|(?:who|he|she|they|driver|engineer|agent|manager|team) (?:calls?|rings?|phones?)|"
    r"(?:ring|phone|page|message|meet|see|pay|collect|tell|write to) you|"
    r"(?:fit|slot|squeeze|book|pick) you|(?:we|i|he|she|they|team|engineer) can|can be|"
    r"reach(?:es)? (?:you|out)|email you|text you|"
    r"an answer|answer|done|fixed|ready|sorted|arrives?|arriving|arrival|due|commit|swear|"
    r"assure|eta|deadline|refund|refunded|credited|investigate|"
    r"resolution|decision|outcome|report back|turnaround|target|scheduled|look into|you can|"
    r"take|takes|processed|completed|complete|finish|has until|have until|"
    r"max|tops|at the latest|check back|review|reviewed|handle|escalate|send|dispatch|"
    r"dispatched|come|comes|coming|away|visit|visits|visiting|fix|bring|repair|deliver|"
    r"delivers|lifted|released|lands?|starts? work|on (?:its|the|their|his) way|there)\b"
)
FUTURE = re.compile(
    r"\b(?:will|shall|ll|well|ill|youll|theyll|hell|shell|itll|going to|gonna|to (?:call|"
    r"contact|reply|respond|get|ring|reach|update|email|text|resolve|be|send)|"
    r"expect|should|can|promise|you may|please (?:wait|allow|give|bear))\b"
)
WILL = re.compile(
    r"\b(?:will|shall|ll|well|ill|youll|theyll|hell|shell|itll|going to|gonna|please)\b"
)
SOMEONE_WILL = re.compile(r" (?!or\b)(?:\w+ ){0,3}(?:will|ll|well|ill|is going to)\b")
NOT_SAID = re.compile(
    r"24 ?/ ?7|\bhot ?lines?\b|\bwarranty\b|\breturn(?:s)? (?:policy|window|period)\b|"
    r"\brefund (?:policy|window|eligib)|\bvalid (?:for|until|till)\b|"
    r"\bexpir\w+|\bopening hours\b|\b(?:business|office|working|opening|"
    r"operating) hours (?:are|is|run)\b|\b(?:we|store|shop|office|center|centre|lines?|"
    r"branch|w're)(?: is| are| re)? (?:only )?(?:open|closed)\b|"
    r"\bopen (?:from|between|until|at)\b|\bcloses? at\b|\bopens at\b|\bhours of operation\b|"
    r"\b(?:bank|public) holiday\b|\b(?:rent|bill|prices?|fees?|tariff|policy|premium|rates?|"
    r"term|school|contract|subscription|membership|lease)\b(?: \w+){0,3} (?:falls? due|is due|"
    r"goe?s? up|rises?|increases?|renews?|starts?|begins?|ends?|runs out|changes?)\b|"
    r"\b(?:offer|sale|promotion|discount|voucher|coupon|deal)s? (?:\w+ )?(?:ends?|runs?|closes|"
    r"is on)\b|\bmoney back\b|\bfree trial\b|\btrial period\b|\bcooling off\b|"
    r"\b(?:flight|train|bus|meeting|appointment|hearing|ride|trip|shift|event|concert|"
    r"check ?out|check ?in|pick ?up)(?: [a-z]*\d\w*)? (?:is|was|departs|leaves|starts|"
    r"begins|arrives|lands|at|on|will (?:depart|leave|start))\b|\bbirthday\b|"
    r"\b(?:return|exchange|cancel)(?:ed|s)? (?:it |them |items? |your \w+ |"
    r"unworn \w+ )?within\b|\bpast \d+ days\b"
)
REFUSED = re.compile(
    r"\b(?:cant|cannot|can not|couldnt|could not|not able|unable|wont|will not|dont|do not|"
    r"doesnt|isnt|is not|not (?:going|sure|possible|guarantee\w*|likely)|"
    r"no \w+(?: \w+)? (?:is|are|can|will)|none of|no guarantees?|no promises?|"
    r"never|didnt|did not|"
    r"nobody|no one|hasnt|havent|has not|have not|hadnt|wasnt|not been|not heard|"
    r"nothing|impossible|unlikely|no way|hard to say|"
    r"not within|not in|not by|not until|"
    r"no sooner than|not before|rather than|instead of|even if|wouldnt|"
    r"shouldnt)\b(?! (?:worry|hesitate|panic|take|need more|have to wait|exceed|be (?:longer|"
    r"more|later)))"
)
TURNED = re.compile(
    r"\b(?:but|so|however|though|and|instead)\b(?: (?!not\b|nor\b|never\b)\w+){0,3} "
    r"(?:will|ll|well|ill|itll|hell|shell|theyll|shall|going to|gonna)\b"
    r"(?! (?:not|never)\b)"
)
IF_SILENT = re.compile(
    r"\b(?:if|unless|should)\b.{0,30}\b(?:dont|do not|havent|have not|hasnt|has not|nobody|"
    r"no one|nothing|didnt|not)\b.{0,24}$"
)
# A room kept until four is no word that anything will happen by four.
KEPT = re.compile(
    r"\b(?:keep|hold|holding|keeping|reserve|reserved|save|available|kept)\b"
    r"(?! (?:you|\w+ing|on)\b)(?: \w+){0,5} (?:until|till) $"
)
ABSENT = re.compile(
    r"\b(?:im|am|is|are|hes|shes|theyre|w're) (?:off|away|out|closed|shut|on leave|on holiday)"
    r"(?: on| all| until| till)? $"
)
IT_IS = re.compile(
    r"\b(?:its|it is|time is|now is)(?: (?:now|only|just|already|nearly|almost|currently))? $"
)
TOLD = re.compile(
    r"\b(?:(?:you|he|she|they|i|we|it|agent|colleague|manager|customer|caller|rider|passenger|"
    r"someone|reporter) (?:had |have |has |already |previously |originally )?"
    r"(?:said|told|promised|claimed|stated|mentioned|assured)|"
    r"(?:was|were|been) (?:told(?! and\b| about\b| to\b)|promised|assured|"
    r"supposed|quoted|advised)|previously|originally|initially|supposed to|would have|"
    r"should have (?:been|\w+ed)|was going to|would)\b"
)
HISTORY = re.compile(
    r"(?<!\bbe )(?<!\bget )(?<!\bis )(?<!\bare )\b(?:waited|waiting|has been|have been|"
    r"its been|been|was|were|had|"
    r"took|lasted|spent|drove|called|tried|spoke|reported|ordered|"
    r"happened|missing|unreachable|gone|offline|since|ago|arrived|bought|purchased|placed|"
    r"(?:driver|courier|rider|engineer|agent|colleague|he|she|they|you|we|i) (?:completed|"
    r"finished|covered|reached|answered|resolved|fixed|handled|cancelled|closed)|"
    r"received|submitted|filed|made|sent|occurred|booked|"
    r"contacted|complained|left|lost|started|began|did|got|went|came|paid|picked up|dropped|"
    r"emailed|wrote|messaged|raised|logged|opened)\b"
)
DUTY = re.compile(
    r"\byou(?:d|ll| will| would)? (?:(?:need|have|want|ought) to|must) be\b.{0,40}$|"
    r"\b(?:please|kindly|you(?:ll|d|ve)? (?:also |just |then |still )?(?:must|need to|have to|"
    r"got to|should|ought to|are required to|may|can|"
    r"are asked to|will need to|have(?= (?:only |up to |until )?$))|must be|make sure (?:you|"
    r"to)|remember to|be sure to|can you|could you|would you)\b"
    r"(?!.{0,12}\b(?:wait|allow|give|bear|hold|expect|hear|be patient|stay|see|receive|have|"
    r"be\b|keep your phone|look out|check back|expect|stand by|get)\b).{0,70}$"
)
ASKS = re.compile(
    r"^\W*(?:and |so |but |sorry |hi |hello |ok )*(?:did|does|do|is|are|was|were|has|have|had|"
    r"who|what|when|where|why|how|can you|could you|would you|will you|should i|can i|could i|"
    r"you )\b"
)
ARRANGED = re.compile(
    r"\b(?:booked|scheduled|rescheduled|arranged|set|down|fixed|planned|"
    r"due)(?: (?!for\b)\w+){0,5}(?: in)? for (?:the )?$|"
    r"\b(?:have|has|ve|ive|weve|hes|shes|theyve|youre|is|are|am|im|been) (?:now |been |all )?"
    r"(?:booked|scheduled|rescheduled|"
    r"arranged|confirmed|pencill?ed|lined up|set up|put you down)(?: \w+){0,6}"
    r" (?:for|on|at)? ?(?:the )?$"
)
EARLIEST = re.compile(
    r"\b(?:earliest|no earlier than|not before|not until|at least|beyond|more than) (?:the )?$"
)
EARLIEST_NAMED = re.compile(
    r"\b(?:could|might|may) be $|\b(?:after|past|from|starting|since) (?:the )?$"
)
COMPLETED = re.compile(r"\b(?:was|were|got|did|had) (?:\w+ ){0,3}(?:with ?in|by) $")
AT_EARLIEST = re.compile(
    r" ?(?:at the earliest|or later|or longer|or more|onwards?|and up|at least|minimum|"
    r"if not more)\b"
)
HAPPENED = re.compile(
    r"\b(?:called|made|sent|submitted|filed|reported|received|ordered|placed|happened|"
    r"occurred|booked|met|picked up|dropped|was|were|"
    r"took place|arrived|left|spoke|wrote|emailed|messaged|contacted|complained|paid|(?:your|"
    r"the|my|this|that) (?:\w+ )?(?:complaint|call|trip|ride|order|report|incident)|delivered|"
    r"happening|started|began|ended)"
    r"(?: \w+){0,4} ?(?:at|on|by|in|this|around|from|of)?(?: the)? ?$"
)
DEADLINE = re.compile(
    r"\b(?:by|before|until|till|til|no later than|not later than|latest|within|prior to|"
    r"sometime|some time|due)(?: or before)?"
    r" ?(?:the |around |about |approximately |close of |end of |the end of |sometime |"
    r"some time |at |on |on or before |later |early |late )*$"
)
OWN_DEADLINE = re.compile(r"^(?:by|before|until|till|than) |\b(?:by|before) ")
HAPPENED_THEN = re.compile(r" (?:was|were|had|did|is when(?!.*\b(?:will|ll)\b)|has been)\b")
LATEST_AFTER = re.compile(
    r" ?(?:at the (?:very )?latest|latest|at most|max|or sooner|or earlier|deadline)\b"
)
STRICT = re.compile(r"\b(?:before|prior to) (?:the )?$")
# Who is named with a day to come is meant to come, unless the sentence looks back.
SERVANTS = re.compile(
    r"\b(?:engineer|electrician|plumber|fitter|technician|surveyor|inspector|advis[eo]r|liaison|"
    r"locksmith|carpenter|roofer|builder|glazier|mechanic|crew|team|rep|courier|driver|rider|"
    r"nurse|doctor|dr|manager|supervisor|officer|agent|colleague|specialist|solicitor|adjuster|"
    r"assessor|handler|caretaker|contractor|repair|visit|delivery|replacement|slot|window|list|"
    r"van|truck|parcel|package|callback)s?\b"
)
PASSED = re.compile(
    r"\b(?!(?:need|speed|feed|indeed|red|bed|hundred|wed|confirmed|scheduled|planned)\b)\w+ed\b|"
    r"\b(?:ran|had|was|were|did|got|left|said|told|went|came|took|made|paid|gave|sent|bought|still|"
    r"valid|open|closed|flight|ends?|starts?|begins|expires|closes|runs)\b"
)
END_OF = re.compile(r"(?:the )?(?:end|close) of\b|.*\bend$")
STRETCHES = {"week", "weekend", "month"}
FEW = 4


def heard(before: str, said: str, after: str, mark: str, when: When) -> When | None:
    """The time as promised, or None; ``mark`` is the sign that ends the clause."""
    clause = before + said + after
    bounded = bool(
        NO_MORE.search(before)
        or LATEST_AFTER.match(after)
        or IF_SILENT.search(before)
        or (when.span is None and ARRANGED.search(before))
    )
    if NOT_SAID.search(clause) or AT_EARLIEST.match(after):
        return None
    if not bounded and _unpromised(before, after, mark, clause):
        return None
    if when.span:
        return when if bounded or _long_enough(before, said, after, when.span) else None
    deadline = bounded or bool(DEADLINE.search(before) or OWN_DEADLINE.search(said))
    return _named(before, said, after, when, deadline=deadline)


def _named(before: str, said: str, after: str, when: When, *, deadline: bool) -> When | None:
    """A day or an hour needs a deadline, or a word of doing something for the reporter."""
    if EARLIEST_NAMED.search(before) or KEPT.search(before) or ABSENT.search(before):
        return None
    if not deadline:
        told_of = HAPPENED.search(before) and not WILL.search(before)
        if told_of or (when.day is None and IT_IS.search(before)) or HAPPENED_THEN.match(after):
            return None
        cue = CUE.search(before) or CUE.search(after) or _bare(before + after)
        clause = before + said + after
        named = _to_come(when.day) and SERVANTS.search(clause) and not PASSED.search(clause)
        if not (cue or named):
            return None
    end_of = END_OF.match(said)
    strict = (
        not end_of
        and bool(STRICT.search(before))
        and when.day is not None
        and when.day.kind in STRETCHES
    )
    return replace(when, deadline=deadline, before=strict)


def _unpromised(before: str, after: str, mark: str, clause: str) -> bool:
    """What holds for spans and for named times alike."""
    refused = REFUSED.search(before)
    if (
        (refused and not TURNED.search(before, refused.end()))
        or EARLIEST.search(before)
        or COMPLETED.search(before)
    ):
        return True
    told = TOLD.search(before)
    if told and not WILL.search(before, told.start()):
        return True
    if DUTY.search(before) and not SOMEONE_WILL.match(after):
        return True
    if mark == "?" and (ASKS.search(clause) or (_bare(before + after) and not CUE.search(clause))):
        return True
    past = HISTORY.search(before)
    ahead = FUTURE.search(before, past.end()) or FUTURE.search(after) if past else True
    return not ahead and not re.search(r"\b(?:with ?in|by) [a-z ]{0,12}$", before)


def _long_enough(before: str, said: str, after: str, span: Span) -> bool:
    if measures(before, said, after):
        return False
    if WITHIN.search(before) or said.startswith(("next ", "the next ")):
        return True
    if span.unit == "work":  # nobody counts in working days but to promise
        return True
    return bool(CUE.search(before) or CUE.search(after) or _bare(before + after))


def _bare(rest: str) -> bool:
    """Whether hardly anything else is said: an answer that is only a time."""
    return len(re.findall(r"[a-z]+", rest)) <= FEW


def _to_come(day: Day | None) -> bool:
    """Whether a day after this one is named."""
    return day is not None and day.kind != "past" and day != Day("ahead")
