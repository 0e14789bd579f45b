"""Link heads as items: how long each is kept, and those of other releases."""

import pytest

from chalicelib.aws.dynamo import Item
from chalicelib.aws.link_items import link_item, read_link
from chalicelib.services.link import Link, Member
from chalicelib.terms import DAY, SECOND, Tier

OLD: Item = {"pk": "link#order#a", "sk": "head", "case": "cas_1", "at": 5, "version": 3, "ttl": 9}


def test_a_head_from_before_there_were_members_has_its_case() -> None:
    """It leads on as ever, and its case counts as its only member."""
    link = read_link(OLD)
    assert link == Link("link#order#a", "cas_1", 5, 3)
    assert link.history == (Member("cas_1", Tier.S4, 5),)
    assert link.leading_to("cas_2", Tier.S1, 7).members == (
        Member("cas_1", Tier.S4, 5),
        Member("cas_2", Tier.S1, 7),
    )
    assert Link("link#order#a").history == ()


def test_what_a_head_says_comes_back() -> None:
    """A version on."""
    link = Link("link#order#a", version=3).leading_to("cas_1", Tier.S0, 1_795_258_560_123)
    found = read_link(link_item(link))
    assert (found.members, found.version) == (link.members, 4)
    first = Link("link#order#a").leading_to("cas_1", Tier.S4, 0)
    assert read_link(link_item(first)).members == first.members


def test_a_member_of_a_later_release_counts_as_the_gravest_and_a_broken_one_is_left_out() -> None:
    """Nothing in a head can keep a complaint from being linked."""
    members = "cas_1,9,z cas_2,1,not-a-time! cas_3 ,, cas_4,1,10,more"
    assert read_link(OLD | {"members": members}).members == (
        Member("cas_1", Tier.S0, 35),
        Member("cas_4", Tier.S1, 36),
    )


@pytest.mark.parametrize(
    ("key", "tier", "days"),
    [
        ("link#order#a", Tier.S2, 400),
        ("link#subject#a", Tier.S4, 400),
        ("link#subject#a", Tier.S1, None),
        ("link#person#a", Tier.S0, 35),
        ("link#place#a", Tier.S1, 35),
        ("strange", Tier.S3, 400),
    ],
)
def test_how_long_a_head_is_kept(key: str, tier: Tier, days: int | None) -> None:
    """What leads to an S0 or S1 stays, since a complaint may reopen that always."""
    item = link_item(Link(key).leading_to("cas_1", tier, 10 * DAY))
    assert item.get("ttl") == (days and (10 + days) * DAY // SECOND)
