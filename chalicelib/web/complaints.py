"""A body as a complaint, or as something said on a case: every field optional, none refused."""

from typing import Annotated

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from chalicelib.services.complaint import REPORTER_FIELDS, Complaint, Reporter, Said
from chalicelib.terms import Direction, Kind, Speaker
from chalicelib.web import fields as f
from chalicelib.web.body import Body, read
from chalicelib.web.heard import all_words, heard
from chalicelib.web.notes import Notes


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)


class ReporterIn(_Lenient):
    """Who complained."""

    name: f.Line = ""
    phone: f.Line = ""
    email: f.Line = ""
    relation: f.Line = ""
    safe_channel: f.Line = ""


class SubjectIn(_Lenient):
    """Whom or what it is about."""

    kind_: f.Line = Field("", validation_alias="kind")
    id: f.Line = ""


class _Spoken(_Lenient):
    text: f.Text = ""
    channel: f.Code = ""
    language: f.Language = ""
    claimed_at: f.Claimed = Field(
        None, validation_alias=AliasChoices("claimed_at", "occurred_at", "claimed_ms")
    )
    danger_now: f.Answer = None
    can_be_reached: f.Answer = None
    attributes: f.Attributes = Field(default_factory=dict)
    reporter: Annotated[ReporterIn, BeforeValidator(f.read_reporter)] = ReporterIn()


class ComplaintIn(_Spoken):
    """The body of ``POST /v1/complaints``."""

    subject: Annotated[SubjectIn, BeforeValidator(f.read_subject)] = SubjectIn()
    order: f.Line = Field("", validation_alias=AliasChoices("order", "order_id"))
    brand: f.Code = ""
    region: f.Code = ""
    site: f.Code = ""


class SaidIn(_Spoken):
    """The body of ``POST /v1/cases/{id}/messages``."""

    direction: Annotated[Direction, BeforeValidator(f.read_direction)] = Direction.INBOUND
    speaker: Annotated[Speaker, BeforeValidator(f.read_speaker)] = Speaker.REPORTER
    kind: Annotated[Kind, BeforeValidator(f.read_kind)] = Kind.NOTE
    promised_at: f.Claimed = None


def names(model: type[BaseModel]) -> frozenset[str]:
    """Every name under which a field of the model may come."""
    found: set[str] = set()
    for name, info in model.model_fields.items():
        alias = info.validation_alias
        found |= {str(one) for one in alias.choices} if isinstance(alias, AliasChoices) else {name}
    return frozenset(found)


_COMPLAINT_NAMES = names(ComplaintIn)
_SAID_NAMES = names(SaidIn)


def complaint(raw: bytes, content_type: str) -> Complaint:
    """Read a body as a complaint; never raises, and loses nothing."""
    body = read(raw, content_type, _COMPLAINT_NAMES)
    notes = body.notes
    found = ComplaintIn.model_validate(body.fields, context=notes)
    _keep_unknown(notes, found, found.reporter, found.subject)
    text = all_words(found.text, notes)
    return Complaint(
        text=text,
        heard=heard(body.fields, text, notes),
        channel=found.channel,
        language=found.language,
        claimed_ms=found.claimed_at,
        reporter=_reporter(found),
        subject_kind=found.subject.kind_,
        subject_id=found.subject.id,
        order=found.order,
        danger_now=found.danger_now,
        can_be_reached=found.can_be_reached,
        brand=found.brand,
        region=found.region,
        site=found.site,
        attributes=found.attributes,
        problems=tuple(notes.problems),
        received=notes.kept(),
    )


def said(raw: bytes, content_type: str) -> Said:
    """Read a body as something said on a case; never raises, and loses nothing."""
    body: Body = read(raw, content_type, _SAID_NAMES)
    notes = body.notes
    found = SaidIn.model_validate(body.fields, context=notes)
    _keep_unknown(notes, found, found.reporter)
    text = all_words(found.text, notes)
    return Said(
        text=text,
        heard=heard(body.fields, text, notes),
        direction=found.direction,
        speaker=found.speaker,
        kind=found.kind,
        channel=found.channel,
        language=found.language,
        claimed_ms=found.claimed_at,
        promised_ms=_promised(found, notes),
        reporter=_reporter(found),
        danger_now=found.danger_now,
        can_be_reached=found.can_be_reached,
        attributes=found.attributes,
        problems=tuple(notes.problems),
        received=notes.kept(),
    )


def _promised(found: SaidIn, notes: Notes) -> int | None:
    """A time that was promised to the reporter: by words that went out, and by no others."""
    if found.promised_at is not None and found.direction is not Direction.OUTBOUND:
        notes.problem("promised_at", "not_outbound")
        return None
    return found.promised_at


def _reporter(found: _Spoken) -> Reporter:
    return Reporter(**{name: getattr(found.reporter, name) for name in REPORTER_FIELDS})


def _keep_unknown(notes: Notes, *models: BaseModel) -> None:
    for model in models:
        if model.model_extra:
            # Their names are the sender's own and stay out of the log with their values.
            notes.demote("body", "unknown_fields", model.model_extra)
            notes.hear(model.model_extra)
