"""Eight workers at once on the emulator, each with stores of its own: no cap is overshot, nothing pays twice."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from infra.local.emulator import Emulator
from ladder.domain.activities.activity import Activity
from ladder.domain.errors import Unavailable
from ladder.domain.members.roster import Member
from ladder.domain.points.award_caps import Allotment
from ladder.domain.points.ledger import REFUSALS_KEPT
from ladder.domain.points.replay import balance
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.points.rules import Rule
from ladder.domain.points.teams import Contribution
from ladder.domain.programs.program import Program
from ladder.usage import Usage
from rewards.reward import RewardContext, Rewarded, reward
from tests.builders.capped_academy import CAPS, MONDAY, NOW, POSTED, academy, event
from tests.builders.generated_events import START
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.stores import EMULATED, Tables, create_table
from tests.fakes.faulty_client import Faulty

pytestmark = EMULATED

WORKERS = 8
NINE = START + timedelta(hours=9)
PLAIN = Rulebook(rules=(Rule(key="POST", name="a post", match=POSTED, points=30),))


@pytest.fixture
def academies(aws: Emulator, request: pytest.FixtureRequest) -> StackTables:
    client, name = aws.client("dynamodb"), request.node.name
    return stack_tables(
        Tables(client, create_table(client, f"programs-{name}"), create_table(client, f"audit-{name}"), Usage())
    )


def at_once[R](act: Callable[[int], R]) -> Sequence[R]:
    start = Barrier(WORKERS)

    def one(number: int) -> R:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


def until_done(act: Callable[[], Rewarded]) -> Rewarded:
    """As the queue does it: what could not be written comes again."""
    for _ in range(20):
        try:
            return act()
        except Unavailable:
            continue
    raise AssertionError("it came twenty times, and was never written")


def context(academies: StackTables, member: str) -> RewardContext:
    """Everything anew, as in a cold function."""
    stores = academies.stores()
    book = stores.compiled("academy")
    return RewardContext(
        member=member,
        compiled=book,
        compiled_version=lambda version: stores.compiled_version("academy", version),
        ledger=stores.ledger(book),
        allowances=stores.allowances,
        now=NOW,
    )


def give(academies: StackTables, member: str, *activities: Activity) -> Rewarded:
    at = context(academies, member)
    return until_done(lambda: reward(at, activities, pause=lambda tries: None))


def published(academies: StackTables, **caps: Any) -> Program:
    bounds = replace(CAPS, member_weekly_points=None, **caps)
    return academies.publish(academy(caps=bounds, rulebook=PLAIN, version=0))


def told(academies: StackTables, member: str) -> tuple[int, int]:
    """Points by the state and by the ledger, which are the same."""
    at = context(academies, member)
    state, _ = at.ledger.load("academy", member, [])
    earned, _, _ = balance(at.ledger.entries("academy", member))
    return state.earned, earned


def post(number: int) -> Activity:
    return event("forum.posted", NINE + timedelta(minutes=number), f"post{number}")


def test_of_eight_that_race_for_the_last_points_of_a_cap_nobody_overshoots_it_and_none_is_left(
    academies: StackTables,
) -> None:
    published(academies, member_daily_points=110)
    at_once(lambda number: give(academies, "m", post(number)))
    assert told(academies, "m") == (110, 110)
    assert len(context(academies, "m").ledger.entries("academy", "m")) == WORKERS


def test_the_same_event_in_eight_workers_at_once_is_one_entry(academies: StackTables) -> None:
    published(academies)
    answers = at_once(lambda number: give(academies, "m", post(1)))
    assert sorted(len(each.entries) for each in answers) == [0] * 7 + [1]
    assert sum(each.again for each in answers) == 7
    assert told(academies, "m") == (30, 30)


def test_one_id_with_eight_bodies_is_one_entry_and_seven_refusals(academies: StackTables) -> None:
    published(academies)
    answers = at_once(lambda number: give(academies, "m", replace(post(1), attributes={"body": number})))
    assert sum(each.refused for each in answers) == 7
    assert told(academies, "m") == (30, 30)
    assert 0 < academies.tables.client.scan(TableName=academies.tables.audit)["Count"] <= REFUSALS_KEPT


def test_many_members_who_draw_on_the_reserve_at_once_never_overshoot_the_programs_cap(academies: StackTables) -> None:
    published(academies, member_daily_points=60, program_daily_points=200)
    at_once(lambda number: [give(academies, f"m{number}", post(each)) for each in range(3)])
    earned = [told(academies, f"m{number}") for number in range(WORKERS)]
    assert sum(state for state, _ in earned) == sum(ledger for _, ledger in earned) == 200
    assert academies.stores().allowances.reserve_taken("academy", MONDAY) == 200


def test_team_totals_set_at_once_are_all_there(academies: StackTables) -> None:
    teams = [academies.stores().teams for _ in range(WORKERS)]
    seen = at_once(lambda number: teams[number].contribute(share(f"m{number}", 10 + number)))
    everybody = {f"m{number}": 10 + number for number in range(WORKERS)}
    assert teams[0].contribute(share("m0", 10)).points == everybody
    assert all(each.points.items() <= everybody.items() for each in seen)
    told = share("m0", 10)
    assert teams[0].totals("academy", told.team, told.achievement, told.period).points == everybody
    assert teams[0].totals("academy", told.team, told.achievement, told.period + 7).points == {}


def test_an_older_total_never_replaces_a_newer_one(academies: StackTables) -> None:
    teams = [academies.stores().teams for _ in range(WORKERS)]
    at_once(lambda number: teams[number].contribute(share("m", 100 + number, version=number + 1)))
    assert teams[0].contribute(share("m", 1, version=3)).points == {"m": 107}


def test_of_two_who_complete_a_total_at_once_the_second_sees_both(academies: StackTables) -> None:
    """The other writes after this one has read and before it writes."""
    other = academies.stores().teams
    other.contribute(share("first", 1))

    def meanwhile(meant: Callable[[], Any], operation: str) -> Any:
        other.contribute(share("other", 20))
        return meant()

    slow = academies.stores(Faulty(academies.tables.client, lambda meant, operation: meant(), meanwhile)).teams
    assert slow.contribute(share("mine", 10)).points == {"first": 1, "other": 20, "mine": 10}


def share(member: str, points: int, *, version: int = 1) -> Contribution:
    return Contribution(
        program="academy",
        team="blue",
        achievement="TOGETHER",
        period=MONDAY.toordinal(),
        member=member,
        points=points,
        version=version,
    )


def test_budgets_go_by_slot_and_who_has_none_draws_on_the_reserve(academies: StackTables) -> None:
    published(academies, program_daily_points=1_000)
    stores = academies.stores()
    stores.published.enrol("academy", tuple(Member(id=name, user=name) for name in ("zero", "one", "none", "late")))
    day: date = MONDAY
    from ladder.adapters.dynamodb.assignments import DynamoAssignments  # noqa: PLC0415 - needs numpy nowhere else

    DynamoAssignments(academies.tables.table()).fix_budgets("academy", day, [0, 25, -1])
    names = ("zero", "one", "none", "late", "stranger")
    allotments = {name: stores.allowances.allotment("academy", name, day) for name in names}
    assert {name: each.budget for name, each in allotments.items()} == {
        "zero": 0,
        "one": 25,
        "none": None,
        "late": None,
        "stranger": None,
    }
    assert {each.all for each in allotments.values()} == {25}
    for name in names:
        give(academies, name, post(1))
    assert [told(academies, name)[0] for name in names] == [30, 30, 30, 30, 30]
    assert stores.allowances.reserve_taken("academy", day) == 4 * 30 + 5
    assert stores.allowances.allotment("academy", "one", day + timedelta(days=1)) == Allotment()


def test_what_is_held_is_found_by_its_date(academies: StackTables) -> None:
    held = replace(PLAIN.rules[0], hold="a person looks at it")
    academies.publish(academy(rulebook=Rulebook(rules=(held,)), version=0))
    give(academies, "m", post(1))
    due: Callable[[datetime], Sequence[Any]] = lambda at: academies.stores().holds.due("academy", at)
    assert due(NOW + timedelta(days=13)) == []
    (hold,) = due(NOW + timedelta(days=14))
    assert (hold.member, hold.event, hold.worth) == ("m", ("lms", "post1"), PLAIN.rules[0].points)
