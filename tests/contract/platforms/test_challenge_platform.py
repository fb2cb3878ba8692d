"""What every challenge platform keeps to: the one in memory, and WEM over real HTTP against the simulator."""

from collections.abc import Iterator
from datetime import timedelta, timezone
from typing import Literal

import pytest

from ladder.domain.challenges.ports import LiveChallenge
from ladder.domain.errors import MetricTaken
from tests.contract.platforms.platform_setups import DAY, MIDNIGHT, MORNING, USERS, PlatformSetup, challenge, opened


@pytest.fixture(params=["memory", "wem"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def setup(kind: str) -> Iterator[PlatformSetup]:
    with opened(kind, "adds") as setup:
        yield setup


@pytest.fixture
def exclusive(kind: str) -> Iterator[PlatformSetup]:
    with opened(kind, "replaces") as setup:
        yield setup


def test_a_launched_challenge_is_listed_by_its_id_with_what_was_asked(setup: PlatformSetup) -> None:
    launched = setup.platform.launch(challenge())

    assert setup.platform.active() == [
        LiveChallenge(
            id=launched,
            name="AHT sprint",
            metric="AHT",
            groups=("tier2",),
            target=180.5,
            points=100,
            starts_at=MORNING,
            ends_at=MIDNIGHT,
        )
    ]


def test_a_challenge_for_several_groups_is_listed_with_all_of_them(setup: PlatformSetup) -> None:
    setup.platform.launch(challenge(groups=("tier1", "tier2", "tier3")))

    (live,) = setup.platform.active()
    assert set(live.groups) == {"tier1", "tier2", "tier3"}


def test_a_start_in_another_time_zone_is_recognised_as_the_same_moment(setup: PlatformSetup) -> None:
    local = MORNING.astimezone(timezone(timedelta(hours=3)))

    setup.platform.launch(challenge(starts_at=local))

    assert [live.starts_at for live in setup.platform.active()] == [local]


def test_a_retired_challenge_is_not_active_any_more(setup: PlatformSetup) -> None:
    kept, retired = setup.platform.launch(challenge()), setup.platform.launch(challenge())

    setup.platform.retire(retired)

    assert [live.id for live in setup.platform.active()] == [kept]


def test_retiring_what_is_retired_or_unknown_is_no_error(setup: PlatformSetup) -> None:
    launched = setup.platform.launch(challenge())

    for name in (launched, launched, "never/created"):
        setup.platform.retire(name)

    assert setup.platform.active() == []


def test_challenges_of_another_team_are_listed_too(setup: PlatformSetup) -> None:
    ours, theirs = setup.platform.launch(challenge()), setup.post_as_another_team()

    found = {live.id: live for live in setup.platform.active()}

    assert set(found) == {ours, theirs}
    assert (found[theirs].metric, found[theirs].groups) == ("CSAT", ("others",))


def test_more_challenges_than_a_page_holds_are_all_listed(setup: PlatformSetup) -> None:
    launched = {setup.platform.launch(challenge()) for _ in range(120)}

    found = [live.id for live in setup.platform.active()]

    assert len(found) == 120
    assert set(found) == launched


def test_a_platform_that_allows_one_challenge_a_metric_says_so(setup: PlatformSetup) -> None:
    setup.allow_one_per_metric()
    setup.platform.launch(challenge())

    with pytest.raises(MetricTaken, match="409 only one active challenge per metric"):
        setup.platform.launch(challenge(groups=("tier3",)))

    assert len(setup.platform.active()) == 1


def test_where_one_challenge_a_metric_is_allowed_a_foreign_one_counts_too(setup: PlatformSetup) -> None:
    setup.allow_one_per_metric()
    setup.post_as_another_team()

    with pytest.raises(MetricTaken, match="one active challenge per metric"):
        setup.platform.launch(challenge(metric="CSAT"))


@pytest.mark.parametrize("other", ["retired", "another metric", "the day before"])
def test_where_one_challenge_a_metric_is_allowed_others_are_not_in_the_way(setup: PlatformSetup, other: str) -> None:
    setup.allow_one_per_metric()
    a_day = timedelta(days=1) if other == "the day before" else timedelta()
    metric = "CSAT" if other == "another metric" else "AHT"
    first = setup.platform.launch(challenge(metric=metric, starts_at=MORNING - a_day, ends_at=MIDNIGHT - a_day))
    if other == "retired":
        setup.platform.retire(first)

    second = setup.platform.launch(challenge(groups=("tier1", "tier2")))

    assert second in {live.id for live in setup.platform.active()}


def test_added_members_are_read_back_and_removed_ones_are_not(setup: PlatformSetup) -> None:
    assert setup.platform.add("tier2", USERS[:3]) == {}
    assert setup.platform.remove("tier2", USERS[:1]) == {}

    assert setup.platform.members("tier2") == set(USERS[1:3])


def test_nobody_is_in_a_group_that_nobody_was_added_to(setup: PlatformSetup) -> None:
    assert setup.platform.members("tier3") == set()


def test_adding_twice_and_removing_a_stranger_change_nothing(setup: PlatformSetup) -> None:
    for _ in range(2):
        assert setup.platform.add("tier2", USERS[:2]) == {}
        assert setup.platform.remove("tier2", USERS[2:4]) == {}

    assert setup.platform.members("tier2") == set(USERS[:2])


def test_a_change_of_groups_becomes_visible_only_after_a_while(setup: PlatformSetup) -> None:
    setup.slow_down()
    setup.platform.add("tier2", USERS[:2])
    before = setup.platform.members("tier2")

    setup.settle()

    assert before == set()
    assert setup.platform.members("tier2") == set(USERS[:2])


def test_changes_on_their_way_keep_their_order(setup: PlatformSetup) -> None:
    setup.slow_down()
    setup.platform.add("tier2", USERS[:2])
    setup.platform.remove("tier2", USERS[:1])

    setup.settle()

    assert setup.platform.members("tier2") == {USERS[1]}


def test_where_membership_adds_a_member_stays_in_the_old_group(setup: PlatformSetup) -> None:
    setup.platform.add("tier1", USERS[:2])
    setup.platform.add("tier2", USERS[:1])

    assert setup.platform.membership == "adds"
    assert setup.platform.members("tier1") == set(USERS[:2])


def test_where_membership_replaces_a_member_leaves_the_old_group(exclusive: PlatformSetup) -> None:
    exclusive.platform.add("tier1", USERS[:2])
    exclusive.platform.add("tier2", USERS[:1])

    assert exclusive.platform.membership == "replaces"
    assert exclusive.platform.members("tier1") == {USERS[1]}
    assert exclusive.platform.members("tier2") == {USERS[0]}


@pytest.mark.parametrize("verb", ["add", "remove"])
def test_one_refused_member_is_named_and_the_others_are_moved(
    setup: PlatformSetup, verb: Literal["add", "remove"]
) -> None:
    setup.platform.add("tier2", USERS[:3] if verb == "remove" else [])
    setup.refuse(USERS[1], "locked by an administrator")

    failed = getattr(setup.platform, verb)("tier2", USERS[:3])

    assert list(failed) == [USERS[1]]
    assert "locked by an administrator" in failed[USERS[1]]
    assert setup.platform.members("tier2") == ({USERS[0], USERS[2]} if verb == "add" else {USERS[1]})


@pytest.mark.parametrize("verb", ["add", "remove"])
def test_a_user_nobody_knows_is_named_and_holds_nobody_back(
    setup: PlatformSetup, verb: Literal["add", "remove"]
) -> None:
    setup.platform.add("tier2", USERS[:2] if verb == "remove" else [])

    failed = getattr(setup.platform, verb)("tier2", [USERS[0], "no one/at all", USERS[1]])

    assert failed == {"no one/at all": "404 no such user"}
    assert setup.platform.members("tier2") == (set(USERS[:2]) if verb == "add" else set())


def test_more_members_than_a_page_or_a_batch_holds_come_and_go(setup: PlatformSetup) -> None:
    assert setup.platform.add("tier2", USERS) == {}
    assert setup.platform.members("tier2") == set(USERS)

    assert setup.platform.remove("tier2", USERS[:151]) == {}
    assert setup.platform.members("tier2") == set(USERS[151:])


def test_the_platform_completes_natively_for_members_who_met_the_target(setup: PlatformSetup) -> None:
    setup.platform.add("tier2", USERS[:3])
    launched = setup.platform.launch(challenge(target=180, points=100))

    setup.close_day({USERS[0]: 180.0, USERS[1]: 180.1, USERS[5]: 100.0})  # [2] was absent, [5] is in no group

    found = [(each.user, each.challenge, each.points) for each in setup.platform.completions(DAY)]
    assert found == [(USERS[0], launched, 100)]
    assert setup.platform.completions(DAY - timedelta(days=1)) == []


def test_a_challenge_for_several_groups_is_completed_by_members_of_each(setup: PlatformSetup) -> None:
    setup.platform.add("tier1", USERS[:1])
    setup.platform.add("tier3", USERS[1:2])
    setup.platform.launch(challenge(groups=("tier1", "tier2", "tier3")))

    setup.close_day({USERS[0]: 120.0, USERS[1]: 120.0, USERS[2]: 120.0})

    assert {each.user for each in setup.platform.completions(DAY)} == set(USERS[:2])


def test_two_active_challenges_on_one_metric_both_pay(setup: PlatformSetup) -> None:
    setup.platform.add("tier1", USERS[:1])
    setup.platform.add("tier2", USERS[:1])
    both = {setup.platform.launch(challenge(groups=(group,))) for group in ("tier1", "tier2")}

    setup.close_day({USERS[0]: 120.0})

    assert {each.challenge for each in setup.platform.completions(DAY)} == both


def test_a_day_closed_twice_pays_once(setup: PlatformSetup) -> None:
    setup.platform.add("tier2", USERS[:1])
    setup.platform.launch(challenge())

    for _ in range(2):
        setup.close_day({USERS[0]: 120.0})

    assert len(setup.platform.completions(DAY)) == 1


@pytest.mark.parametrize("days", [-1, 1])
def test_a_challenge_of_another_day_pays_nothing(setup: PlatformSetup, days: int) -> None:
    off = timedelta(days=days)
    setup.platform.add("tier2", USERS[:1])
    setup.platform.launch(challenge(starts_at=MORNING + off, ends_at=MIDNIGHT + off))

    setup.close_day({USERS[0]: 120.0})

    assert setup.platform.completions(DAY) == []


def test_a_retired_challenge_pays_nothing(setup: PlatformSetup) -> None:
    setup.platform.add("tier2", USERS[:1])
    setup.platform.retire(setup.platform.launch(challenge()))

    setup.close_day({USERS[0]: 120.0})

    assert setup.platform.completions(DAY) == []
