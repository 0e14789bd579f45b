"""The forms of a phone's page, each as the act that it is."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.cases.commands import FROZEN, INFORMED
from chalicelib.services import page_link
from chalicelib.services.acts_table import ACTS
from chalicelib.services.page_link import Outcome, Proof
from chalicelib.services.parts import Parts
from chalicelib.web.act_body import given_from

# What was typed and is shown again when the act was refused; a PIN never is.
TYPED = ("do", "action", "evidence", "reference", "authority", "outcome", "reason", "to")
TYPED_MAX = 4_000

type Form = Mapping[str, str]
type Press = Callable[[Parts, str, Proof, Form], Outcome]


def typed(form: Form) -> dict[str, str]:
    """What the page shows again."""
    return {name: form.get(name, "")[:TYPED_MAX] for name in TYPED}


def _told(form: Form, *names: str) -> dict[str, str]:
    """The named fields that hold something, the evidence under its usual name."""
    told = {name: form.get(name, "")[:TYPED_MAX].strip() for name in names}
    return {("text" if name == "evidence" else name): text for name, text in told.items() if text}


def _own(parts: Parts, token: str, proof: Proof, _form: Form) -> Outcome:
    return page_link.acknowledge(parts, token, proof)


def _read(parts: Parts, token: str, proof: Proof, _form: Form) -> Outcome:
    return page_link.read(parts, token, proof)


def _act(parts: Parts, token: str, proof: Proof, form: Form) -> Outcome:
    action, told = form.get("action", ""), _told(form, "evidence", "reference")
    return page_link.act(parts, token, proof, action, told)


def _freeze(parts: Parts, token: str, proof: Proof, form: Form) -> Outcome:
    return page_link.act(parts, token, proof, FROZEN, _told(form, "evidence"))


def _hand_over(parts: Parts, token: str, proof: Proof, form: Form) -> Outcome:
    """With the authority's reference it is handed over; without one it was tried."""
    if form.get("reference", "").strip():
        told = _told(form, "evidence", "reference", "authority")
        return page_link.act(parts, token, proof, INFORMED, told)
    return _give("attempt_hand_over", "authority", "evidence")(parts, token, proof, form)


def _give(name: str, *fields: str, **fixed: str) -> Press:
    """An act of the table, with these fields of the form and some that are always the same."""

    def press(parts: Parts, token: str, proof: Proof, form: Form) -> Outcome:
        sent: dict[str, Any] = {field: form.get(field, "")[:TYPED_MAX] for field in fields}
        given = given_from(sent | fixed, ACTS[name])
        return page_link.give(parts, token, proof, name, given)

    return press


PRESSES: Mapping[str, Press] = {
    "acknowledge": _own,
    "read": _read,
    "act": _act,
    "freeze": _freeze,
    "hand_over": _hand_over,
    "call": _give("call", "outcome", "evidence", channel="phone"),
    "decline_freeze": _give("decline_freeze", "evidence"),
    "clear": _give("clear_suspect", "reason", "evidence", "reading"),
    "lower": _give("propose", "to", "reason", "evidence", "reading", what="lower"),
    "approve": _give("approve", "proposal", "reading"),
    "reject": _give("reject", "proposal"),
}
