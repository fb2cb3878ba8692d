"""Lists enrol members, and links lead ids of sources and logins to them; each is audited once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from admin.link import Link, enrol, link, link_member
from ladder.adapters.memory import MemoryIdentities, MemoryLinks, MemoryPrograms
from ladder.adapters.memory.administration import MemoryDecisions
from ladder.domain.asked import NotAllowed, Unreadable
from ladder.domain.bounds import normal
from ladder.domain.enrolment import Listed
from ladder.domain.inbound import LOGIN, Event
from ladder.domain.members import Member
from ladder.domain.reviews.rights import Staff
from tests.faults.rewards.academy import academy

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
ANNA = Staff(subject="anna", program="academy", role="admin", own=frozenset({"a"}), declared=True)


def test_a_list_enrols_by_user_and_never_moves_a_slot() -> None:
    programs, decisions, ids = MemoryPrograms(), MemoryDecisions(), count()
    gone = Member(id="x", user="old").anonymous()
    programs.enrol("academy", (gone,))

    def listed(*lines: Listed) -> Any:
        return enrol(
            ANNA,
            lines,
            request=f"r{next(ids)}",
            now=NOW,
            programs=programs,
            decisions=decisions,
            new_id=lambda: f"i{next(ids)}",
        )

    assert listed(Listed(user="jo"), Listed(user="al")).joined == ("jo", "al")
    assert not listed(Listed(user="al"), Listed(user="jo")).moves
    moved = listed(Listed(user="al", team="blue"), Listed(user="old"))
    assert (moved.left, moved.changed, moved.joined) == (("jo",), ("al",), ("old",))
    assert [each.user for each in programs.roster("academy")] == ["erased x", "jo", "al", "old"]
    assert listed(Listed(user="jo")).returned == ("jo",)
    with pytest.raises(Unreadable):
        listed(Listed(user="jo"), Listed(user="jo"))


@pytest.fixture
def linked() -> tuple[MemoryPrograms, MemoryIdentities, MemoryLinks]:
    programs, identities = MemoryPrograms(), MemoryIdentities()
    programs.enrol("academy", (Member(id="1", user="jo"), Member(id="2", user="al"), Member(id="3", user="zoë")))
    return programs, identities, MemoryLinks(identities)


type Linking = tuple[MemoryPrograms, MemoryIdentities, MemoryLinks]


def test_links_lead_to_members_and_say_which_were_refused(linked: Linking) -> None:
    programs, identities, links = linked
    wanted = [Link("lms", "17", "jo"), Link("lms", "17", "al"), Link("lms", "18", "nobody")]
    for _ in range(2):
        told = link(ANNA, wanted, now=NOW, programs=programs, links=links)
        assert (told.links, told.unknown, told.refused) == (1, ("nobody",), (("lms", "al"),))
    assert identities.find("academy", "lms", "17") == "1"


def test_nobody_says_whose_his_own_login_is(linked: Linking) -> None:
    """As somebody else's it would let him decide his own cases; as his own, others would have to know."""
    programs, identities, links = linked
    told: dict[str, Any] = {"source": LOGIN, "now": NOW, "programs": programs, "links": links}
    unlinked = replace(ANNA, own=frozenset())
    for raw in ("anna", " anna "):
        with pytest.raises(NotAllowed):
            link_member(unlinked, academy(), member="1", raw=raw, **told)
    assert (identities.find("academy", LOGIN, "anna"), links.audit) == (None, [])
    link_member(unlinked, academy(), member="1", raw="jo", **told)
    assert identities.find("academy", LOGIN, "jo") == "1"


def test_each_new_link_is_audited_once_and_without_the_id(linked: Linking) -> None:
    programs, _, links = linked
    wanted = [Link("lms", "17.raw", "jo"), Link("lms", "18.raw", "jo"), Link("crm", "jo.raw", "jo")]
    for now in (NOW, NOW + timedelta(days=1)):
        link(ANNA, wanted, now=now, programs=programs, links=links)
    assert [(each.what, each.who, each.about) for each in links.audit] == [
        ("id linked", "anna", {"member": "1", "source": source}) for source in ("lms", "lms", "crm")
    ]
    assert len({each.key for each in links.audit}) == 3
    assert ".raw" not in str([each.item for each in links.audit])


def test_an_id_typed_by_hand_is_the_one_that_a_hook_tells(linked: Linking) -> None:
    """Composed or not, and with blanks around: what the door makes of a hook's spelling is what was linked."""
    programs, identities, links = linked
    typed = Link("lms", " zoe\u0308@example.org ", " zoe\u0308")
    assert link(ANNA, [typed], now=NOW, programs=programs, links=links).unknown == ()
    for hooks in ("zoë@example.org", "zoe\u0308@example.org", "\tzoë@example.org"):
        told = normal(Event(place="event", id="e", type="forum.posted", occurred_at=NOW, member=hooks)).member
        assert identities.resolve("academy", "lms", [told]) == {told: "3"}
