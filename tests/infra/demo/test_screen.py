"""What the screen says where little happened, and what it leaves out."""

from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console, RenderableType

from infra.cli.demo.document import (
    Audit,
    Centre,
    ExampleAgent,
    Injection,
    JudgedCase,
    Judging,
    LedgerRow,
    Live,
    NightRow,
    Pending,
    Points,
    ShownChallenge,
    Summary,
    TierChange,
)
from infra.cli.demo.screen import CASES_SHOWN, centre, incidents, judging, ledger, nights, pending, show, tier_changes
from infra.cli.driver.compare import Comparison
from infra.cli.texts import texts
from infra.local.nights import NightUsage

DAY, SAY = date(1999, 1, 15), texts()
PLACED = TierChange(
    date=DAY, agent="A1", category="AHT", old=1, new=2, first_placement=True, reason="10 worked days: 160 s"
)
CLIMBED = replace(
    PLACED, agent="A2", first_placement=False, reason="5 worked days in a row at or above percentile 55 of peers"
)
CASE = JudgedCase(id="c", agent="A1", badge="KUDOS", model="m", outcome="review", reason="alone", evidence=("quote",))
CENTRE = Centre(
    program="Centre",
    agents=2,
    nights=1,
    transitions_per_night=7.0,
    platform_calls=0,
    completions=3,
    earned=180,
    day=DAY,
    agent="C1",
    challenges=(
        ShownChallenge(
            name="Seen through", description="At most 3 %.", tier=2, points=80, explanation=("Your target: 3 %.",)
        ),
    ),
)
GRANTED = replace(CASE, agent="A9", outcome="grant", reason="others agree")


def summary(
    *changes: TierChange,
    cases: tuple[JudgedCase, ...] = (),
    waiting: tuple[Pending, ...] = (),
    rows: tuple[LedgerRow, ...] = (),
) -> Summary:
    night = NightRow(
        date=DAY,
        revision=1,
        attempt=1,
        live=(),
        deferred={},
        tier_changes=changes,
        lowered_by_caps=(),
        group_mismatches={},
        notes=(),
        usage=NightUsage(),
    )
    points = Points(
        accounts=(),
        entries=0,
        completions=0,
        reported={"sent": 0, "repeated": 0, "late": 0},
        failed=0,
        capped={},
        pending=waiting,
        agent="A1",
        ledger=rows,
    )
    result = Judging(
        model="m",
        posts=0,
        confirmations=0,
        cases=cases,
        review_queue={},
        open_reviews=(),
        decisions=(),
        injection=Injection(agent="A1", text="", model_complied=False, reason="", points=0, has_badge=False),
        audit=Audit(records=0, seals=0, anchors=0, problem=""),
    )
    example = ExampleAgent(agent="A1", days=())
    return Summary(
        program="Bank",
        source="drawn",
        agents=("A1",),
        nights=(night,),
        points=points,
        judging=result,
        example_agent=example,
        comparison=Comparison(members=1, entries=0, points=0),
        centre=CENTRE,
    )


@pytest.mark.parametrize("one_per_metric", [True, False])
def test_a_platform_that_allows_one_challenge_a_metric_is_told_in_a_sentence(*, one_per_metric: bool) -> None:
    console = Console(width=200)
    with console.capture() as captured:
        show(replace(summary(), one_per_metric=one_per_metric), console, SAY)
    told = "one challenge for all tiers" in " ".join(captured.get().split())
    assert told is one_per_metric


@pytest.mark.parametrize(("displayed", "told"), [(150.0, "150 s (1·2·3) shows 150"), (None, "150 s (1·2·3)")])
def test_the_one_number_of_a_challenge_for_all_tiers_stands_beside_the_targets(
    displayed: float | None, told: str
) -> None:
    live = Live(
        category="SPRINT",
        metric="AHT",
        unit="s",
        targets=(215.0, 180.0, 150.0),
        from_history=True,
        players=(1, 2, 3),
        outcomes={},
        displayed=displayed,
    )
    row = drawn(nights(replace(summary(), nights=(replace(summary().nights[0], live=(live,)),)), SAY))
    assert f"SPRINT 215/180/{told}" in row
    assert ("shows" in row) == (displayed is not None)


def drawn(chapter: RenderableType) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(chapter)
    return " ".join(captured.get().split())


def test_first_placements_are_told_beside_other_moves_and_are_the_table_where_there_are_none() -> None:
    beside = drawn(tier_changes(summary(PLACED, CLIMBED), SAY))
    assert "Also, 1 first placement above tier 1" in beside
    assert "A1" not in beside
    alone = drawn(tier_changes(summary(PLACED), SAY))
    assert "A1" in alone
    assert "All of them are first placements" in alone
    assert "Also" not in drawn(tier_changes(summary(CLIMBED), SAY))
    assert drawn(tier_changes(summary(), SAY)) == "No tier changes."


def test_where_nothing_unusual_happened_that_is_said() -> None:
    assert drawn(incidents(summary(), SAY)) == "No incidents."


def test_awards_that_wait_by_a_rule_are_no_completions_on_speed() -> None:
    award = Pending(date=DAY, agent="A1", rule="HELPED", points=10, reason="a colleague confirms it first")
    told = drawn(pending(summary(waiting=(award,)), SAY))
    assert told.startswith("No speed challenges pending review. 1 other award pending by rule. a colleague confirms")


def test_an_entry_of_another_year_than_the_nights_says_its_year() -> None:
    rows = (
        LedgerRow(date=DAY, points=5, pending=0, sentence="then"),
        LedgerRow(date=date(2026, 11, 22), points=0, pending=0, sentence="today"),
    )
    told = drawn(ledger(summary(rows=rows), SAY))
    assert "15/01/1999 +5 then" in told
    assert "22/11/2026 0 today" in told


def test_grants_come_before_what_waits_and_the_rest_is_announced() -> None:
    waiting = tuple(replace(CASE, evidence=(f"quote {number}",)) for number in range(CASES_SHOWN + 2))
    told = drawn(judging(summary(cases=(GRANTED, *waiting)), SAY))
    assert told.index("A9") < told.index("A1")
    assert "… and 3 more cases; --json lists all of them." in told


def test_cases_that_look_alike_are_one_row() -> None:
    told = drawn(judging(summary(cases=(CASE, replace(CASE, id="d"), GRANTED)), SAY))
    assert told.count("“quote”") == 2
    assert "pending review, 2 cases" in told
    assert "lists all of them" not in told


def test_the_centre_without_a_platform_shows_what_its_agents_read_and_how_few_transitions_a_night_takes() -> None:
    told = drawn(centre(summary(), SAY))
    assert told.startswith("Centre: what C1 reads on 15/01/1999")
    assert "Seen through 2 80 At most 3 %. Your target: 3 %." in told
    assert "1 night of 7 state transitions (the bank: 0) and no call to a platform" in told
    assert "3 completed challenges, 180 points earned." in told
