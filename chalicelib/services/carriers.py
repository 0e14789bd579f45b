"""Giving one message to its carrier, and what became of it as a command to the case."""

from chalicelib.cases.commands import Command, PageFailed, PageSent
from chalicelib.paging.words import PageText
from chalicelib.services.parts import Parts
from chalicelib.services.ports import TransportError


def give_to_carrier(parts: Parts, page: str, channel: str, address: str, text: PageText) -> Command:
    """Send it; raises TransportError when trying again on this channel may help."""
    try:
        if channel == "sms":
            carrier = parts.channels.sms(address, text.sms)
        else:
            carrier = parts.channels.email(address, text.subject, text.text)
    except TransportError as error:
        if error.permanent:
            return PageFailed(page=page, error=error.code)
        raise
    return PageSent(page=page, carrier=carrier)
