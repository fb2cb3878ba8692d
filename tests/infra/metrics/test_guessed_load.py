"""Queues and parts of the day, guessed from the rows of an export and written into the program."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from infra.cli.metrics.guess import guess_file, trial_program
from infra.cli.metrics.section import section_lines
from infra.cli.metrics.workbook import read_metrics
from ladder.domain.challenges.metric_files import Load
from tests.builders.exports import PLAIN, ZONE, half_hours, hours, in_utc, table, text

UTC_FORM = "%Y-%m-%dT%H:%M:%SZ"


def load_of(folder: Path, content: str, *, zone: str = ZONE, **given: str) -> Load | None:
    file = folder / "export.csv"
    file.write_text(content)
    guess = guess_file(file, given=given, time_zone=zone)
    assert guess.questions == ()
    assert guess.files is not None
    assert not read_metrics(file, trial_program(guess, zone)).problems
    assert any(line.startswith("  load: ") for line in section_lines(guess)) == (guess.files.load is not None)
    return guess.files.load


def with_queue(queue: Callable[[int], str]) -> str:
    """Half hours with a column of lines beside the contact type, the line of each row by its number."""
    header, *rows = half_hours(lambda moment: in_utc(moment).strftime(UTC_FORM))
    header[2] = "Skill"
    lined = [[*row[:3], queue(number), *row[3:]] for number, row in enumerate(rows)]
    return text([[*header[:3], "Queue line", *header[3:]], *lined])


def contacts_by_part(load: Load) -> list[int]:
    begins = [begin.hour for begin in load.hours]
    counts = [0] * len(begins)
    for row in hours():
        counts[max(index for index, begin in enumerate(begins) if begin <= row.start.hour)] += row.calls
    return counts


def test_parts_of_the_day_have_about_as_many_contacts_each_in_the_centres_zone(tmp_path: Path) -> None:
    load = load_of(tmp_path, text(half_hours(lambda moment: in_utc(moment).strftime(UTC_FORM))))
    assert load is not None
    assert load.queue is None  # it is the contact type
    assert load.hours[0].hour == 0
    counts = contacts_by_part(load)
    assert len(counts) == 4
    assert max(counts) < 2.5 * min(counts)


def test_another_zone_cuts_the_day_at_other_hours(tmp_path: Path) -> None:
    content = text(half_hours(lambda moment: in_utc(moment).strftime(UTC_FORM)))
    here, elsewhere = load_of(tmp_path, content), load_of(tmp_path, content, zone="UTC")
    assert here is not None
    assert elsewhere is not None
    assert here.hours != elsewhere.hours


def test_rows_of_days_have_no_parts(tmp_path: Path) -> None:
    assert load_of(tmp_path, text(table(PLAIN))) is None


def test_a_load_can_be_declined(tmp_path: Path) -> None:
    content = text(half_hours(lambda moment: in_utc(moment).strftime(UTC_FORM)))
    assert load_of(tmp_path, content, load="none") is None


@pytest.mark.parametrize(("rare", "named"), [(3, ("Day", "Night")), (1_000, ("Day",))])
def test_a_queue_beside_the_contact_type_is_named_where_it_has_enough_contacts(
    tmp_path: Path, rare: int, named: tuple[str, ...]
) -> None:
    """Every `rare`th row is of Night, and now and then one of Claims."""
    content = with_queue(
        lambda number: "Claims" if number % 500 == 1 else "Night" if number % rare == rare - 1 else "Day"
    )
    load = load_of(tmp_path, content, contact_type="Skill", rows_by="Queue line")
    assert load is not None
    assert (load.queue, load.queues) == ("Queue line", named)
    assert load.hours


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def test_local_moments_are_cut_as_they_are_written(tmp_path: Path) -> None:
    load = load_of(tmp_path, text(half_hours(_moment)))
    assert load is not None
    assert len(contacts_by_part(load)) == 4
