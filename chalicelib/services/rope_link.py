"""A reporter's own link: GET shows and changes nothing, POST says one of five things.

The link itself is the proof: Tocsin sent it to the address, and no vendor was given it.
"""

from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from chalicelib.cases.commands import AddMessage, Command, Message
from chalicelib.cases.end_commands import NOT_CALLED, SOLVED, WITHDRAW, ReporterSays
from chalicelib.cases.model import Case
from chalicelib.judging.judgment import Judgment
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Said
from chalicelib.services.engine import Extras, UnknownCaseError, UnreadableError, apply, from_http
from chalicelib.services.errors import RefusedError
from chalicelib.services.judging import as_judged, judge_said
from chalicelib.services.parts import Parts
from chalicelib.services.ports import PageLink, SealedWords
from chalicelib.services.reaching import is_duress
from chalicelib.services.refusals import record
from chalicelib.services.rope_sending import reach_id
from chalicelib.services.rope_view import RopeView, look
from chalicelib.services.standing import follow
from chalicelib.services.tokens import token_hash
from chalicelib.services.unfit import RecordedError
from chalicelib.terms import HOUR, MINUTE, Direction, Kind, Role, Speaker

DANGER, SAY = "danger", "say"
PRESSES = (DANGER, NOT_CALLED, SOLVED, WITHDRAW, SAY)
# What one link may write in a minute.  A danger counts by itself, so that nothing else that is
# pressed can use up its turn, and the next minute brings new ones.
PRESSES_A_MINUTE = 6
REFUSALS_TOLD = 20
ACT = "rope"
CHANNEL = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What was pressed (one of ``PRESSES``) and typed; ``request`` is the request's id."""

    do: str
    text: str = ""
    request: str


class _Held(NamedTuple):
    """A link that leads somewhere: the case it was made for, and the one that stays of it."""

    link: PageLink
    sid: str
    case: Case
    home: Case

    @property
    def view(self) -> RopeView:
        """As its holder may see it."""
        return look(self.case, self.home, self.sid, self.link.language)


def view(parts: Parts, token: str) -> RopeView:
    """Where it stands; raises RefusedError(404) for a link that is unknown or expired."""
    return _resolve(parts, token).view


def press(parts: Parts, token: str, pressed: Press) -> RopeView:
    """Keep what the reporter says, and do what it means; where it stands then.

    Raises RefusedError: 404 for the link, 422 when nothing was said, 429 when this link has been
    pressed too often in this minute, 503 when the case cannot be read.
    """
    held = _resolve(parts, token)
    caller = _caller(held.link, pressed)
    if pressed.do not in PRESSES or (pressed.do == SAY and not pressed.text.strip()):
        _refuse(parts, caller, held, 422, "rope_unclear")
    _count(parts, caller, held, pressed.do)
    said = Said(
        text=pressed.text,
        language=held.link.language,
        channel=CHANNEL,
        danger_now=True if pressed.do == DANGER else None,
    )
    words = _seal(parts, said)
    for command in _commands(parts, caller, held, pressed.do, said, words):
        # The first one carries the words; what is pressed beside a cry for help has none left.
        _give(parts, caller, held.home.id, command, words)
        words = ()
    return view(parts, token)


def _give(
    parts: Parts, caller: Caller, case: str, command: Command, words: tuple[SealedWords, ...]
) -> None:
    try:
        apply(parts, from_http(caller), case, command, Extras(words=words))
    except UnknownCaseError:
        raise RefusedError(404, "rope_link_unknown") from None
    except UnreadableError:
        raise RefusedError(503, "case_unreadable") from None


def _resolve(parts: Parts, token: str) -> _Held:
    link = parts.registry.link(token_hash(token))
    sid = reach_id(link.person) if link else ""
    if link is None or not sid:
        raise RefusedError(404, "rope_link_unknown")
    if link.expires_at <= parts.clock.now():
        raise RefusedError(404, "rope_link_expired")
    case = _load(parts, link.case)
    # What is said is heard in the case that stays of a merged one.
    return _Held(link, sid, case, follow(parts.ledger, case) or case)


def _load(parts: Parts, case: str) -> Case:
    loaded = parts.ledger.load(case)
    if loaded is None:
        raise RefusedError(404, "rope_link_unknown")
    if loaded.case is None:
        raise RefusedError(503, "case_unreadable")
    return loaded.case


def _caller(link: PageLink, pressed: Press) -> Caller:
    return Caller(kind="reporter", id=link.person, role=Role.REPORTER, request=pressed.request)


def _count(parts: Parts, caller: Caller, held: _Held, do: str) -> None:
    now = parts.clock.now()
    kind = DANGER if do == DANGER else "other"
    slot = f"{now // MINUTE}#{kind}"
    if parts.registry.pressed(held.link.token_hash, slot, now + HOUR) <= PRESSES_A_MINUTE:
        return
    _refuse(parts, caller, held, 429, "rope_too_often")


def _refuse(parts: Parts, caller: Caller, held: _Held, status: int, code: str) -> NoReturn:
    """A link may fill the log with so many refusals; after that they are only counted."""
    if parts.registry.refused(held.link.token_hash) <= REFUSALS_TOLD:
        record(parts, caller, ACT, code, held.home.id)
    raise RecordedError(status, code)


def _seal(parts: Parts, said: Said) -> tuple[SealedWords, ...]:
    """Their words, for the vault; nothing where a button alone was pressed."""
    if not said.text.strip():
        return ()
    sid = parts.ids.new("vlt", parts.clock.now())
    return (parts.vault.seal(sid, {"text": said.text}),)


def _commands(
    parts: Parts,
    caller: Caller,
    held: _Held,
    do: str,
    said: Said,
    words: tuple[SealedWords, ...],
) -> tuple[Command, ...]:
    """What is given to the case that stays: a word of theirs, a message that is judged, or both.

    A link of a merged case, and one that gave way to a proved one, say their word as a message.
    Words that are graver than the case are heard first, as a message: nobody may be made to close
    a case with a cry for help in it, and *solved* with one is not.
    """
    sid = words[0].sid if words else ""
    own = held.home.id == held.case.id and held.sid in held.case.ropes
    judgment = judge_said(said, parts.rules) if said.says_something else None
    if not own or do not in {NOT_CALLED, SOLVED, WITHDRAW}:
        return (_message(parts, caller, do, said, judgment, sid),)
    danger = _tells_of_danger(judgment, said)
    if not danger and (judgment is None or judgment.tier.rank >= held.home.tier.rank):
        return (ReporterSays(by=caller.by, what=do, reach=held.sid, sid=sid),)
    message = _message(parts, caller, do, said, judgment, sid)
    if danger and do == SOLVED:
        return (message,)
    return message, ReporterSays(by=caller.by, what=do, reach=held.sid)


def _tells_of_danger(judgment: Judgment | None, said: Said) -> bool:
    """Whether these words need a person, whatever was pressed beside them."""
    return judgment is not None and (judgment.tier.safety_critical or is_duress(judgment, said))


def _message(
    parts: Parts, caller: Caller, do: str, said: Said, judgment: Judgment | None, sid: str
) -> AddMessage:
    message = Message(
        id=parts.ids.new("msg", parts.clock.now()),
        direction=Direction.INBOUND,
        speaker=Speaker.REPORTER,
        kind=_kind(do, judgment),
        channel=f"{CHANNEL}.{do}",
        sid=sid,
    )
    return AddMessage(
        by=caller.by,
        message=message,
        judged=as_judged(judgment) if judgment else None,
        duress=is_duress(judgment, said),
    )


def _kind(do: str, judgment: Judgment | None) -> Kind:
    """Danger and a call that never came reopen what was ended; thanks are a note."""
    grave = judgment is not None and judgment.tier.safety_critical
    return Kind.COMPLAINT if grave or do in {DANGER, NOT_CALLED} else Kind.NOTE
