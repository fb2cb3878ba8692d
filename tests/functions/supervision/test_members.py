"""Members by name: pages, a search, and nothing that anybody reached."""

from dataclasses import asdict

from ladder.domain.members.roster import Member
from supervision.show_members import MemberPage, show_members
from tests.builders.supervised import ROSTER


def shown(members: tuple[Member, ...] = ROSTER[:4], **changes: object) -> MemberPage:
    asked = {"search": "", "team": None, "active": True, "limit": 50, "after": None} | changes
    return show_members(members, **asked)  # type: ignore[arg-type]


def names(page: MemberPage) -> list[str]:
    return [member.name for member in page.members]


def test_members_come_by_name_in_any_case_and_by_their_id_where_they_have_none() -> None:
    assert names(shown()) == ["anna Beck", "u3", "Zoë Amsel"]


def test_a_search_finds_a_part_of_a_name_or_of_an_id_in_any_case() -> None:
    assert names(shown(search=" ZOË ")) == ["Zoë Amsel"]
    assert names(shown(search="u2")) == ["anna Beck"]
    assert names(shown(search="nobody")) == []


def test_filters_narrow_the_list() -> None:
    assert names(shown(team="early")) == ["anna Beck", "Zoë Amsel"]
    assert names(shown(active=False)) == ["Gone"]


def test_pages_show_each_member_once_also_where_many_have_one_name() -> None:
    alike = tuple(Member(id=f"{n:032x}", user=f"u{n}", name="Kim" if n % 2 else "Lee") for n in range(23))
    found, after = list[str](), None
    for _ in range(6):
        page = shown(alike, limit=5, after=after)
        assert page.found == 23
        found += [member.member for member in page.members]
        after = page.after
        if after is None:
            break
    assert len(found) == len(set(found)) == 23


def test_a_listed_member_has_no_figure_by_which_anybody_could_be_ranked() -> None:
    fields = set(asdict(shown().members[0]))
    assert fields == {"member", "name", "user", "team", "channel", "hired_on", "active"}
