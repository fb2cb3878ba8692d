"""What the screen says where little happened, and what it leaves out."""

from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console, RenderableType

from infra.cli.demo.document import Held, LedgerRow, Live, Move, NightRow, Points, Reported, Story, Summary, Used
from infra.cli.demo.judged import Chain, Injected, Judged, JudgedCase
from infra.cli.demo.screen import show
from infra.cli.demo.screen.judged import CASES_SHOWN, judged
from infra.cli.demo.screen.nights import every_night, incidents, moves
from infra.cli.demo.screen.points import held, ledger

DAY = date(1999, 1, 15)
PLACED = Move(date=DAY, agent="A1", category="AHT", old=1, new=2, why="first 10 worked days are in: 160 s")
CLIMBED = replace(PLACED, agent="A2", why="5 worked days in a row at or above percentile 55 of peers")
CASE = JudgedCase(id="c", agent="A1", badge="KUDOS", model="m", outcome="review", because="alone", evidence=("quote",))
GRANTED = replace(CASE, agent="A9", outcome="grant", because="others agree")


def summary(
    *found: Move, cases: tuple[JudgedCase, ...] = (), waits: tuple[Held, ...] = (), rows: tuple[LedgerRow, ...] = ()
) -> Summary:
    used = Used(transitions=0, platform_calls=0, metric_calls=0, write_units=0.0, read_units=0.0)
    night = NightRow(
        date=DAY,
        revision=1,
        attempt=1,
        live=(),
        deferred={},
        moves=found,
        lowered=(),
        strays={},
        notes=(),
        used=used,
    )
    points = Points(
        accounts=(),
        entries=0,
        completions=0,
        reported=Reported(sent=0, again=0, late=0),
        failed=0,
        trimmed={},
        held=waits,
        agent="A1",
        ledger=rows,
    )
    told = Judged(
        asked="m",
        posts=0,
        cases=cases,
        queue={},
        waiting=(),
        by_hand=(),
        injected=Injected(agent="A1", text="", obeyed=False, because="", points=0, has=False),
        chain=Chain(records=0, seals=0, anchors=0, broken=""),
    )
    story = Story(agent="A1", days=())
    return Summary(
        program="Bank", source="drawn", agents=("A1",), nights=(night,), points=points, judged=told, story=story
    )


@pytest.mark.parametrize("one_per_metric", [True, False])
def test_a_platform_that_allows_one_challenge_a_metric_is_told_in_a_sentence(*, one_per_metric: bool) -> None:
    console = Console(width=200)
    with console.capture() as captured:
        show(replace(summary(), one_per_metric=one_per_metric), console)
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
    nights = (replace(summary().nights[0], live=(live,)),)
    row = drawn(every_night(replace(summary(), nights=nights)))
    assert f"SPRINT 215/180/{told}" in row
    assert ("shows" in row) == (displayed is not None)


def drawn(chapter: RenderableType) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(chapter)
    return " ".join(captured.get().split())


def test_first_placements_are_told_beside_other_moves_and_are_the_table_where_there_are_none() -> None:
    beside = drawn(moves(summary(PLACED, CLIMBED)))
    assert "Besides, 1 first placement above tier 1" in beside
    assert "A1" not in beside
    alone = drawn(moves(summary(PLACED)))
    assert "A1" in alone
    assert "All of them are first placements" in alone
    assert "Besides" not in drawn(moves(summary(CLIMBED)))
    assert drawn(moves(summary())) == "Nobody moved tier."


def test_where_nothing_unusual_happened_that_is_said() -> None:
    assert drawn(incidents(summary())) == "Everything went as usual."


def test_awards_that_wait_by_a_rule_are_no_completions_on_speed() -> None:
    waits = Held(date=DAY, agent="A1", rule="HELPED", points=10, why="a colleague confirms it first")
    told = drawn(held(summary(waits=(waits,))))
    assert told.startswith("No completion on speed waits for a person's look. Besides, 1 award held")


def test_an_entry_of_another_year_than_the_nights_says_its_year() -> None:
    rows = (
        LedgerRow(date=DAY, points=5, held=0, sentence="then"),
        LedgerRow(date=date(2026, 11, 22), points=0, held=0, sentence="today"),
    )
    told = drawn(ledger(summary(rows=rows)))
    assert "15 Jan +5 then" in told
    assert "22 Nov 2026 0 today" in told


def test_grants_come_before_what_waits_and_the_rest_is_announced() -> None:
    waiting = tuple(replace(CASE, evidence=(f"quote {number}",)) for number in range(CASES_SHOWN + 2))
    told = drawn(judged(summary(cases=(GRANTED, *waiting))))
    assert told.index("A9") < told.index("A1")
    assert "… and 3 cases more, all of them in --json." in told


def test_cases_that_look_alike_are_one_row() -> None:
    told = drawn(judged(summary(cases=(CASE, replace(CASE, id="d"), GRANTED))))
    assert told.count("“quote”") == 2
    assert "waits for a person, 2 cases" in told
    assert "all of them in --json" not in told
