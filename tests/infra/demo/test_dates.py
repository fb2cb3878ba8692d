"""The demonstration is dated so that its last night is today, and is else the same every day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.cli.demo.command import PROGRAM
from infra.cli.demo.dates import BACKFILLED_DAYS, dated, dated_files, nights_of
from infra.cli.program_file import load_files
from infra.local.call_history import call_history
from ladder.program_file.read import read_texts

BANK, FILES = load_files(PROGRAM)
DRAWN = call_history(1, data=Path("nowhere"))
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)  # a Saturday
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(deadline=None, max_examples=40)
@given(MOMENTS, st.none() | st.integers(1, 80))
def test_the_last_night_is_today_however_many_are_played(now: datetime, nights: int | None) -> None:
    _, history = dated(BANK, DRAWN, nights, now=now)

    played = nights_of(history)

    assert played == [played[-1] - timedelta(days=before) for before in range(len(played))][::-1]
    assert abs(datetime.combine(played[-1], datetime.min.time(), UTC) - now) <= timedelta(days=1)
    assert len(played) == min(nights or 46, 46)
    assert history.last == max(day.day for day in history.agent_days)


@pytest.mark.parametrize(("hour", "today"), [(21, date(2026, 11, 28)), (22, date(2026, 11, 29))])
def test_today_is_the_day_of_the_programs_time_zone(hour: int, today: date) -> None:
    """Midnight in Jerusalem is ten in the evening in UTC."""
    _, history = dated(BANK, DRAWN, 3, now=NOON.replace(hour=hour))

    assert nights_of(history)[-1] == today


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 400))
def test_another_day_plays_the_same_figures_on_the_same_work_days(later: int) -> None:
    (first, one), (second, two) = (dated(BANK, DRAWN, None, now=NOON + timedelta(days=days)) for days in (0, later))

    assert [replace(day, day=day.day + timedelta(days=later)) for day in one.agent_days] == list(two.agent_days)
    assert [day.isoweekday() in first.rulebook.work_days for day in one.days] == [
        day.isoweekday() in second.rulebook.work_days for day in two.days
    ]
    assert len(one.metric_files()) == len(two.metric_files())


def test_the_working_week_is_the_one_of_the_recorded_days() -> None:
    program, history = dated(BANK, DRAWN, None, now=NOON)
    recorded = [day.isoweekday() in BANK.rulebook.work_days for day in DRAWN.days]

    assert [day.isoweekday() in program.rulebook.work_days for day in history.days] == recorded


def test_nothing_that_is_reported_of_the_days_before_is_too_late() -> None:
    program, history = dated(BANK, DRAWN, None, now=NOON)

    assert (NOON.date() - history.days[BACKFILLED_DAYS]).days < program.rulebook.late_days <= 365


@settings(deadline=None, max_examples=7)
@given(st.integers(0, 400))
def test_the_files_say_the_program_that_is_played_and_keep_their_comments(later: int) -> None:
    program, _ = dated(BANK, DRAWN, None, now=NOON + timedelta(days=later))

    files = dated_files(FILES, program)

    assert read_texts(files.texts, files.file).program == program
    assert "  # what is reported later than this is kept" in files.texts[files.file]
    assert sorted(files.texts) == ["bank-library.json", "bank-third-tier.json", "bank.yaml"]
