"""What may be asked of a case's lanes: freeze, data, hand-over, police, legal hold, tasks."""

from dataclasses import dataclass

from chalicelib.cases.commands import Command

# What the police need of a driver: a plate alone has been false before.
PACK = ("phone", "device", "track", "account")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFreeze(Command):
    """Somebody asks that the subject be kept from harming others until it is cleared up."""

    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineFreeze(Command):
    """The decision not to freeze, with its reason in the vault; K13 asks for a decision."""

    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSubject(Command):
    """The accused was spoken to; on S0 and S1 never without the specialist."""

    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestData(Command):
    """A department of the client is asked for data; ``department`` is a short id."""

    department: str
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerData(Command):
    """The department delivered, or said in writing that there is none (``absent``)."""

    department: str
    sid: str
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptHandOver(Command):
    """An authority was called, without a reference in return: an attempt is not a hand-over."""

    authority: str
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceAsk(Command):
    """The police ask for something: station, officer, number and paper are in the vault."""

    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPolice(Command):
    """The station was called back on its public number; ``genuine`` is what it said."""

    genuine: bool
    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseToPolice(Command):
    """The pack went to the police: what it held, and what is known to be absent."""

    contents: tuple[str, ...]
    absent: tuple[str, ...] = ()
    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHold(Command):
    """A legal hold: a note to lawyers that pauses nothing, asked about again each week."""

    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold(Command):
    """The hold is over."""

    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask(Command):
    """A piece of work with a clock of its own; a case does not end over an open safety task."""

    task: str
    department: str
    safety: bool = False
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishTask(Command):
    """The piece of work is done, with evidence."""

    task: str
    sid: str
