"""What may be asked about a case's end: resolve, confirm, close, withdraw, reopen, four eyes."""

from dataclasses import dataclass

from chalicelib.cases.commands import MACHINE, By, Command
from chalicelib.cases.model import Case
from chalicelib.terms import Tier

# What needs a second person.  The value is how long a proposal may wait, in minutes.
PROPOSALS = {
    "lower": 15,
    "unfreeze": 15,
    "break_glass": 15,
    "contact_subject": 15,
    "decline_hand_over": 15,
    "release": 15,
    "resolve": 24 * 60,
    "close": 24 * 60,
}

# Why a tier may be lowered.  "The other party denies it" is no reason, however often it is given.
LOWER_REASONS = ("misread", "figure_of_speech", "test", "hazard_gone", "duplicate")
RESOLVE_REASONS = ("cause_fixed", "no_hazard_found", "handed_over", "withdrawn_and_checked")
CLOSE_REASONS = ("unconfirmed",)
ONE_SIDED = "other_party_denies"

# What a reporter can say with their own link, besides that they are still in danger.
NOT_CALLED, SOLVED, WITHDRAW = "not_called", "solved", "withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Command):
    """One person proposes what only two may do; ``to`` is the tier to lower to."""

    what: str
    reason: str
    sid: str
    to: Tier | None = None
    contents: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Command):
    """Another person agrees, having opened the evidence."""

    proposal: str
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject(Command):
    """Another person does not agree, or the proposer takes it back."""

    proposal: str
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearSuspect(Command):
    """One person clears a *suspect* S0 or S1 at once; another must look at it within a day."""

    reason: str
    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Command):
    """Another person's verdict on what one person did alone; ``kind`` is one of ``REVIEWS``."""

    kind: str
    agrees: bool
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contain(Command):
    """The hazard cannot reach another person any more."""

    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(Command):
    """The cause is fixed; by one person below S1, by a proposal and its approval above."""

    reason: str
    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TryConfirm(Command):
    """The client asked the reporter whether it is solved, and had no answer."""

    channel: str
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Command):
    """Close a resolved S3 that nobody confirms, or an S4."""

    reason: str
    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """The lot that says whether a delegated closure is looked at; see ``services.sampling``."""

    rule: str
    value: int
    permille: int
    month: str
    commitment: str

    @property
    def sampled(self) -> bool:
        """Whether a person must look at it."""
        return self.value < self.permille


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDelegated(Command):
    """A vendor closes an S4 that the client lets it close; ``draw`` is None if it does not."""

    draw: Draw | None
    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterSays(Command):
    """The reporter's own word through their own link; ``reach`` is the link's message (sid)."""

    what: str
    reach: str
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReporter(Command):
    """The reporter's number was matched with the client's own data, or called back."""

    by: By = MACHINE
    reach: str
    how: str
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Command):
    """A closed case lives again."""

    reason: str
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeMerge(Command):
    """These two look like one; a client person decides."""

    other: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorb(Command):
    """Take over another case's clocks and tier, before that one ends as merged into this."""

    other: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeInto(Command):
    """End as merged into ``target``, which must be open and have taken over what was owed."""

    target: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Command):
    """Note a linked case: a parent of a mass event, or a child that joined it."""

    by: By = MACHINE
    other: str
    kind: str
