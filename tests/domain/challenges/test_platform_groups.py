from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.assignment import Assignment
from ladder.domain.challenges.platform_groups import GroupChange, group_changes, with_shared_groups
from ladder.domain.challenges.rules import Membership, Platform
from tests.builders.planning import category, program, roster, standing

ONE, TWO = category("ONE", groups=("a1", "a2", "a3")), category("TWO", groups=("b1", "b2", "b3"))
MEMBERSHIPS: st.SearchStrategy[Membership] = st.sampled_from(("adds", "replaces"))
PLACES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12)  # a member: (group now, tier to play)


def placed(places: list[tuple[int, int]]) -> Assignment:
    """Everybody has the mirrored tiers on the second category."""
    now, then = bytes(now for now, _ in places), bytes(then for _, then in places)
    one = standing(len(places), group=now, played=then)
    return {"ONE": one, "TWO": replace(one, group=then, played=now)}


def due(places: list[tuple[int, int]], membership: Membership, batch: int = 50) -> list[GroupChange]:
    return group_changes([ONE, TWO], roster(len(places)), placed(places), membership=membership, batch=batch)


def groups_by_tiers(places: list[int], names: tuple[str, ...]) -> dict[str, set[str]]:
    return {name: {f"user-{slot}" for slot, tier in enumerate(places) if tier == n} for n, name in enumerate(names, 1)}


def applied(all_changes: list[GroupChange], groups: dict[str, set[str]], membership: Membership) -> dict[str, set[str]]:
    """A platform in a few lines: where membership replaces, joining a group leaves the category's other groups."""
    for change in all_changes:
        if change.verb == "remove":
            groups[change.group] -= set(change.users)
            continue
        if membership == "replaces":
            for other in groups:
                groups[other] -= set(change.users) if other[0] == change.group[0] else set()
        groups[change.group] |= set(change.users)
    return groups


@settings(deadline=None, max_examples=100)
@given(PLACES, MEMBERSHIPS, st.integers(1, 4))
def test_applying_the_changes_puts_everybody_exactly_where_they_play(
    places: list[tuple[int, int]], membership: Membership, batch: int
) -> None:
    now, then = [now for now, _ in places], [then for _, then in places]
    before = groups_by_tiers(now, ONE.groups) | groups_by_tiers(then, TWO.groups)

    after = applied(due(places, membership, batch), before, membership)

    assert after == groups_by_tiers(then, ONE.groups) | groups_by_tiers(now, TWO.groups)


@settings(deadline=None, max_examples=50)
@given(PLACES, MEMBERSHIPS, st.integers(1, 4))
def test_joins_come_first_in_batches_that_name_nobody_twice(
    places: list[tuple[int, int]], membership: Membership, batch: int
) -> None:
    found = due(places, membership, batch)
    named = defaultdict[tuple[str, str], list[str]](list)
    for change in found:
        named[change.verb, change.group] += change.users

    assert [change.verb for change in found] == sorted(change.verb for change in found)
    assert all(1 <= len(change.users) <= batch for change in found)
    assert all(len(users) == len(set(users)) for users in named.values())


def test_a_batch_is_filled_before_the_next_begins() -> None:
    assert [len(change.users) for change in due([(0, 1)] * 5, "adds", batch=2) if change.verb == "add"] == [2, 2, 1]


@pytest.mark.parametrize("tier", [0, 1, 3])
def test_who_stays_is_not_named(tier: int) -> None:
    assert due([(tier, tier)], "adds") == []


def test_a_platform_that_replaces_is_told_to_remove_only_who_gets_no_new_group() -> None:
    moved, dropped = group_changes(
        [ONE], roster(2), {"ONE": standing(2, group=b"\x01\x02", played=b"\x03\x00")}, membership="replaces", batch=50
    )

    assert moved == GroupChange("add", "a3", ("user-0",))
    assert dropped == GroupChange("remove", "a2", ("user-1",))


def test_categories_on_the_same_groups_know_together_where_the_members_are() -> None:
    twin = category("TWIN", groups=ONE.groups)
    of = program(categories=(ONE, TWO, twin))
    assignment = {key: standing(2) for key in ("ONE", "TWO", "TWIN")} | {"ONE": standing(2, group=b"\x01\x03")}

    told = with_shared_groups(assignment, of.challenges, ["ONE"])

    assert {key: each.group for key, each in told.items()} == {
        "ONE": b"\x01\x03",
        "TWO": b"\x00\x00",
        "TWIN": b"\x01\x03",
    }


@pytest.mark.parametrize(("membership", "left"), [("adds", b"\x02\x02\x00"), ("replaces", b"\x00\x02\x00")])
def test_a_platform_that_replaces_has_taken_who_joined_a_group_out_of_the_other_categories(
    membership: Membership, left: bytes
) -> None:
    twin = category("TWIN", groups=ONE.groups)
    of = program(categories=(ONE, TWO, twin), platform=Platform(kind="wem", membership=membership))
    joined = b"\x03\x00\x01"
    assignment = {"ONE": standing(3, group=joined), "TWO": standing(3, group=b"\x02\x02\x00"), "TWIN": standing(3)}

    told = with_shared_groups(assignment, of.challenges, ["ONE"])

    assert {key: each.group for key, each in told.items()} == {"ONE": joined, "TWO": left, "TWIN": joined}
    assert with_shared_groups(assignment, of.challenges, []) == assignment
