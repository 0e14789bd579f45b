"""Link heads as items: the newest members in one short text, and how long each kind is kept."""

from chalicelib.aws.dynamo import Item
from chalicelib.services.link import Link, Member
from chalicelib.terms import DAY, SECOND, Tier

# A complaint may reopen a closed case within 90 days, and one of S0 or S1 always.
KEPT_MS = 400 * DAY
# What is asked of these is never older than 30 days.
KEPT_BRIEFLY_MS = 35 * DAY
BRIEF = frozenset({"person", "batch", "place"})

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_UNKNOWN = Tier.S0


def link_item(link: Link) -> Item:
    """A link head, one version on; one that leads to an S0 or S1 does not expire."""
    item: Item = {
        "pk": link.key,
        "sk": "head",
        "case": link.case,
        "at": link.at,
        "version": link.version + 1,
    }
    if link.members:
        item["members"] = " ".join(map(_written, link.members))
    kind = link.key.split("#")[1] if "#" in link.key else ""
    if kind in BRIEF:
        item["ttl"] = (link.at + KEPT_BRIEFLY_MS) // SECOND
    elif not any(member.is_grave for member in link.members):
        item["ttl"] = (link.at + KEPT_MS) // SECOND
    return item


def read_link(item: Item) -> Link:
    """As ``link_item`` wrote it; a member that this release cannot read is left out."""
    texts = str(item.get("members", "")).split()
    members = tuple(found for found in map(_read, texts) if found)
    return Link(item["pk"], item["case"], item["at"], item["version"], members)


def _written(member: Member) -> str:
    return f"{member.case},{member.tier.value[1:]},{_base36(member.at)}"


def _read(text: str) -> Member | None:
    case, tier, at = (*text.split(","), "", "")[:3]
    try:
        known = Tier(f"S{tier}") if f"S{tier}" in set(Tier) else _UNKNOWN
        return Member(case, known, int(at, 36))
    except ValueError:
        return None


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
