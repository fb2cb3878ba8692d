"""Who of those who confirmed a post is independent of its author."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from ladder.domain.judging.confirmations import (
    MOST_A_DAY,
    Confirmation,
    Confirmed,
    GivenConfirmation,
    PostConfirmations,
    assess,
    closes_ring,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
JO = "jo"  # who wrote the post

USUAL = (GivenConfirmation("x", NOW - DAY), GivenConfirmation("y", NOW - DAY))  # others whom everybody confirmed

type Edges = Mapping[str, Sequence[GivenConfirmation]]


def of(author: str, *, at: datetime = NOW - DAY) -> GivenConfirmation:
    return GivenConfirmation(author, at)


def assessed(*members: str, edges: Edges | None = None, known: Collection[str] | None = None) -> Confirmed:
    """Each member confirms the post, a minute after the one before; `edges`: what else was confirmed, by its giver."""
    confirmations = [Confirmation(member, NOW + number * MINUTE) for number, member in enumerate(members, start=1)]
    before = edges or {}

    def given(wanted: Collection[str]) -> Edges:
        return {
            member: [
                *before.get(member, USUAL),
                *(GivenConfirmation(JO, one.at) for one in confirmations if one.member == member),
            ]
            for member in wanted
        }

    return assess(JO, NOW, confirmations, given=given, known=members if known is None else known)


def test_colleagues_who_confirm_various_people_are_independent() -> None:
    edges = {"al": [of("bo"), of("cy")], "bo": [of("cy"), of("al")], JO: [of("dee"), of("eve")]}
    assert assessed("al", "bo", edges=edges) == Confirmed(2, 2, {})


def test_two_who_confirm_each_other_are_not_independent() -> None:
    assert assessed("al", "bo", edges={JO: [of("al")]}) == Confirmed(2, 1, {"mutual": 1})


@pytest.mark.parametrize("size", [3, 4])
def test_a_ring_in_which_everybody_confirms_the_next_is_none_whatever_its_direction(size: int) -> None:
    ring = [JO, *(f"m{number}" for number in range(size - 1))]
    edges = {member: [of(following)] for member, following in pairwise(ring)} | {"x": [], "y": []}
    assert assessed(ring[-1], "al", edges=edges) == Confirmed(2, 1, {"ring": 1})


def test_a_clique_that_confirms_itself_has_no_independent_member() -> None:
    clique = [JO, "al", "bo", "cy"]
    edges = {member: [of(other) for other in clique if other != member] for member in clique}
    assert assessed("al", "bo", "cy", edges=edges).independent == 0


def test_people_who_confirm_many_others_are_in_no_ring() -> None:
    many = [of(f"m{number}") for number in range(5)]
    edges = {JO: many, **{f"m{number}": [of("al"), *many] for number in range(5)}}
    assert assessed("al", edges=edges) == Confirmed(1, 1, {})


def test_what_was_confirmed_long_ago_makes_no_ring_today() -> None:
    assert assessed("al", edges={JO: [of("al", at=NOW - 31 * DAY)]}) == Confirmed(1, 1, {})


def test_one_who_confirms_mostly_one_author_is_not_independent_and_a_first_confirmation_is() -> None:
    assert assessed("al", edges={"al": [of(JO)]}) == Confirmed(1, 0, {"one_author": 1})
    assert assessed("al", edges={"al": [of(JO), of("bo"), of("cy")]}) == Confirmed(1, 1, {})


def test_who_never_confirmed_two_others_is_not_independent_for_a_ring_begins_with_a_first_post() -> None:
    for before in ([], [of("bo")], [of("bo"), of("bo")]):
        assert assessed("al", edges={"al": before}) == Confirmed(1, 0, {"newcomer": 1})
    assert assessed("al") == Confirmed(1, 1, {})


def test_whoever_confirms_somebody_who_confirmed_them_closes_a_ring_and_nobody_else_does() -> None:
    edges = {JO: [of("al")], "al": [of("bo")], "bo": [of(JO)], "cy": [of("al")]}

    def closes(member: str) -> bool:
        return closes_ring(member, NOW, given=lambda members: {one: edges.get(one, []) for one in members})

    assert [closes(member) for member in (JO, "al", "bo", "cy", "dee")] == [True, True, True, False, False]


def test_one_who_confirms_everybody_s_posts_is_not_independent() -> None:
    busy = [of(f"m{number}", at=NOW - number * MINUTE) for number in range(MOST_A_DAY)]
    assert assessed("al", edges={"al": busy}) == Confirmed(1, 0, {"everything": 1})
    assert assessed("al", edges={"al": busy[1:]}) == Confirmed(1, 1, {})


def test_confirmations_within_seconds_are_one() -> None:
    burst = [Confirmation(f"m{number}", NOW + MINUTE + number * timedelta(seconds=2)) for number in range(20)]
    given = dict.fromkeys((one.member for one in burst), USUAL)
    found = assess(JO, NOW, burst, given=lambda _: given, known=[one.member for one in burst])
    assert found == Confirmed(20, 1, {"at_once": 19})


@pytest.mark.parametrize("seconds", [-86_400, -1, 0, 9])
def test_who_confirms_before_the_post_can_be_read_is_not_independent(seconds: int) -> None:
    early = [Confirmation("al", NOW + timedelta(seconds=seconds))]
    assert assess(JO, NOW, early, given=lambda _: {}, known=["al"]).dependent == {"at_once": 1}


def test_an_account_that_nobody_knows_is_not_independent() -> None:
    assert assessed("al", "bo", known=["al"]) == Confirmed(2, 1, {"unknown": 1})


def test_neither_the_author_counts_nor_anybody_twice() -> None:
    post = PostConfirmations(
        JO,
        ("forum", "p1"),
        (
            Confirmation("al", NOW + 2 * MINUTE),
            Confirmation(JO, NOW),
            Confirmation("al", NOW + MINUTE),
            Confirmation("bo", NOW),
        ),
    )
    assert post.by_others(JO) == (Confirmation("bo", NOW), Confirmation("al", NOW + MINUTE))


@generated(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdefj"), max_size=6)),
    st.permutations("abcdef"),
)
def test_independent_and_dependent_members_are_all_members_and_nobody_mutual_is_independent(
    graph: dict[str, list[str]], members: list[str]
) -> None:
    edges = {
        {"j": JO}.get(giver, giver): [of(JO if author == "j" else author) for author in authors]
        for giver, authors in graph.items()
    }
    edges[JO] = [of(member) for member in members[:2]]
    found = assessed(*members, edges=edges)
    assert found.independent + sum(found.dependent.values()) == found.members == len(members)
    assert found.dependent["mutual"] >= 2
