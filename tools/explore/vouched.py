"""What somebody vouched for, and what one client person may therefore not do alone."""

from collections.abc import Iterator

from chalicelib.cases import commands as cmd
from chalicelib.cases.model import Case
from chalicelib.terms import Tier, graver
from tools.explore.promises import Step


def firm_after(step: Step) -> Tier:
    """What is vouched for after this step; see ``World``."""
    command, firm = step.command, step.firm
    if step.refused:
        return firm
    if isinstance(command, cmd.AddMessage) and command.judged and not command.judged.suspect:
        outbound = command.message.direction.value == "outbound"
        return firm if outbound else graver(firm, command.judged.tier)
    if isinstance(command, cmd.Raise):
        return graver(firm, command.tier)
    if hasattr(command, "other") and isinstance(command.other, Case):
        return graver(firm, step.other_firm)
    if step.after.tier.rank > step.before.tier.rank and not step.after.reviews.get("cleared"):
        return step.after.tier
    return firm if step.after.suspect else graver(firm, step.after.tier)


def alone(step: Step) -> Iterator[str]:
    """Nobody of the client ends firm S0 or S1 alone, however many vendors help."""
    if step.before.worst.rank > Tier.S1.rank or step.firm.rank > Tier.S1.rank:
        return
    if step.after.tier.rank > max(step.firm.rank, step.before.tier.rank):
        yield "P4: one client person lowered firm S0 or S1"
    if step.after.resolved and not step.before.resolved:
        yield "P4: one client person resolved S0 or S1"
    if step.after.closed and step.after.closed.how != "merged":
        yield "P4: one client person closed S0 or S1"
