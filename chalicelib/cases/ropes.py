"""The reporter's own rope: a link that Tocsin itself sends them, past every vendor.

It is asked for like a page and sent by the same pagers; its sending is a clock, so that a crash
loses nothing.  Where there is duress, or no safe channel, nothing is sent.
"""

from chalicelib.cases import events as ev
from chalicelib.cases.commands import MACHINE
from chalicelib.cases.draft import LEASE_MS, Draft
from chalicelib.cases.model import Rope

REPORTER = "reporter"


def send_ropes(draft: Draft, why: str) -> None:
    """Send every reporter of the case their link."""
    for reach in draft.case.ropes:
        send_rope(draft, reach, why)


def send_rope(draft: Draft, reach: str, why: str) -> None:
    """Send one reporter their link on their first channel, unless it would endanger them."""
    rope = draft.case.ropes.get(reach)
    if rope and rope.channels and not draft.case.duress:
        _ask(draft, reach, rope.channels[0], why)


def _ask(draft: Draft, reach: str, channel: str, why: str) -> None:
    identity = draft.next_page_id()
    draft.emit(ev.rope_requested(identity, reach, channel, why))
    draft.set_clocks({f"send.{identity}": draft.at + LEASE_MS})


def rope_failed(draft: Draft, identity: str, error: str) -> None:
    """The link will not arrive on this channel: the reporter's next one, if there is one."""
    sending = draft.case.sending[identity]
    reach = sending.person.partition(".")[2]
    draft.emit(ev.page_failed(identity, error))
    draft.cancel([f"send.{identity}"], MACHINE, "failed")
    rope = draft.case.ropes.get(reach)
    following = _after(rope, sending.channel)
    if following and not draft.case.duress:
        _ask(draft, reach, following, sending.why)


def _after(rope: Rope | None, channel: str) -> str:
    channels = rope.channels if rope else ()
    place = channels.index(channel) + 1 if channel in channels else len(channels)
    return channels[place] if place < len(channels) else ""
