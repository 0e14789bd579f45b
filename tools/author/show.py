"""A look on the terminal: marks in colour where there is one, in brackets otherwise."""

from collections.abc import Iterable

from tools.author.look import Fired, Look
from tools.author.near import Mark
from tools.author.words import sentence

RESET, BOLD, DIM = "\x1b[0m", "\x1b[1m", "\x1b[2m"
COLOURS = {"S0": "\x1b[1;97;41m", "S1": "\x1b[1;97;45m", "S2": "\x1b[30;43m", "S3": "\x1b[97;44m"}
NEAR = "\x1b[4;33m"
BRACKETS = {"fired": ("[", "]"), "near": ("‹", "›")}


def show(look: Look, language: str = "en", *, colour: bool = False) -> str:
    """Tier, the marked text, what fired, and what nearly did; lines."""
    judgment = look.judgment
    tier = judgment.tier.value + (" suspect" if judgment.suspect else "")
    lines = [
        _paint(tier, COLOURS.get(judgment.tier.value, BOLD), colour)
        + f"  language {judgment.language}  likeness {judgment.facts['likeness']}",
        "",
        marked(look.text, look.marks, COLOURS.get(judgment.tier.value, BOLD) if colour else ""),
        "",
        "fired" if look.fired else "nothing fired",
    ]
    lines += [line for fired in look.fired for line in _fired(fired, language, colour=colour)]
    lines += ["", "nearly"] if look.near else []
    lines += [f"  {near.about}: {sentence(near, language)}" for near in look.near]
    lines += [f"  … and {look.more} more, further off"] if look.more else []
    return "\n".join(lines)


def _fired(fired: Fired, language: str, *, colour: bool) -> list[str]:
    finding = fired.finding
    weak = " suspect" if finding.suspect else ""
    shadow = "" if fired.live else " (shadow: counts for nothing yet)"
    title = finding.title[language]
    tier = _paint(finding.tier.value + weak, COLOURS.get(finding.tier.value, BOLD), colour)
    lines = [f"  {tier} {finding.policy}: {title}{shadow}", f"     why: {fired.why}"]
    if finding.error:
        lines.append(f"     its condition could not be answered: {finding.error}")
    for held in fired.held:
        pieces = "; ".join(f"{piece.concept} “{piece.words}”" for piece in held.pieces)
        says = held.says.get(language) or held.says.get("en", "")
        lines.append(f"     {held.name}: {pieces}" + (f" — {says}" if says else ""))
    return lines


def marked(text: str, marks: Iterable[Mark], colour: str = "") -> str:
    """The text with its marks: in this colour, or in brackets when it is empty."""
    shown, at = [], 0
    for mark in marks:
        begin, end = BRACKETS[mark.how]
        if colour:
            begin, end = (colour if mark.how == "fired" else NEAR), RESET
        shown += [text[at : mark.start], begin, text[mark.start : mark.end], end]
        at = mark.end
    return "".join([*shown, text[at:]])


def _paint(text: str, code: str, colour: bool) -> str:  # noqa: FBT001
    return f"{code}{text}{RESET}" if colour else text
