"""Metric files that are good, in whatever form they come, and the history that is made of them."""

import gzip
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from ladder.adapters.metric_files import MetricTable, as_history, read_metric_file
from ladder.domain.challenges.metric_files import Measure, MetricFiles
from ladder.domain.challenges.rules import ContactType, Metric
from tests.builders.metric_files import BY_DEFAULT, GOOD, HEADER, read
from tests.builders.programs import with_values
from tests.paths import DATA

FIRST = date(2026, 3, 2)
DATA = DATA / "contact_centre" / "agent_day.csv.gz"


def test_a_row_is_an_agents_day_and_every_series_has_its_value_and_its_count(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD)
    assert table.problems == ()
    assert (table.agents, table.first, table.last) == (("ann", "bob"), FIRST, FIRST + timedelta(days=1))
    assert [table.agents[agent] for agent in table.agent] == ["ann", "bob", "ann"]
    assert (table.day - FIRST.toordinal()).tolist() == [0, 0, 1]
    assert table.series["AHT"].values.tolist() == [180.5, 200, 175]
    assert table.series["AHT"].counts.tolist() == [40, 20, 50]
    assert table.series["SHORT10"].values.tolist() == [5, 0, 10]
    assert table.series["calls_NEW"].values.tolist() == [10, 20, 25]


def test_a_share_of_nothing_is_not_measured(tmp_path: Path) -> None:
    repeats = read(tmp_path, GOOD).series["REPEAT7D"]
    np.testing.assert_array_equal(repeats.values, [25, np.nan, 50])


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_another_separator_is_recognised(separator: str, tmp_path: Path) -> None:
    assert_same(read(tmp_path, GOOD.replace(",", separator)), read(tmp_path, GOOD))


FORMS = {
    "a byte order mark": "\ufeff" + GOOD,
    "lines that end as in Windows": GOOD.replace("\n", "\r\n"),
    "lines that end as on old Macs": GOOD.replace("\n", "\r"),
    "blank lines": "\n" + GOOD.replace("\n", "\n\n"),
    "rows of nothing but separators": GOOD + ",,,,,,,,\n",
    "quotes": GOOD.replace("ann", '"ann"').replace("agent", '"agent"'),
    "blanks around": GOOD.replace("ann", " ann ").replace("2026-03-02", " 2026-03-02 ").replace("agent", " agent "),
    "columns nobody asked for": GOOD.replace("\n", ",x\n"),
    "no last line end": GOOD.rstrip("\n"),
    "fractions of zero": GOOD.replace(",40,", ",40.0,"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_form_does_not_matter(form: str, tmp_path: Path) -> None:
    assert_same(read(tmp_path, FORMS[form]), read(tmp_path, GOOD))


def test_a_name_that_ends_in_gz_is_decompressed(tmp_path: Path) -> None:
    assert_same(read(tmp_path, gzip.compress(GOOD.encode()), name="days.csv.gz"), read(tmp_path, GOOD))


def test_the_order_of_rows_and_columns_does_not_matter(tmp_path: Path) -> None:
    users = ["ann", "bob"]
    turned = "\n".join(",".join(reversed(line.split(","))) for line in [HEADER, *reversed(GOOD.splitlines()[1:])])
    one, other = (as_history(read(tmp_path, text), BY_DEFAULT, users) for text in (GOOD, turned))
    for name, column in one.columns.items():
        np.testing.assert_array_equal(column.values, other.columns[name].values)


def test_a_program_names_its_own_columns(tmp_path: Path) -> None:
    quality = Metric(key="NPS", name="promoters", unit="points", direction="higher")
    files = MetricFiles(
        agent="who",
        date="day",
        measures={"NPS": Measure(columns=("nps",), count="n"), "AHT": Measure(columns=("t",), count="c")},
    )
    kinds = (ContactType(key="X", contacts="x", seconds="xs"), ContactType(key="Y", contacts="y", seconds="ys"))
    own = with_values(
        BY_DEFAULT, metrics=(BY_DEFAULT.challenges.metrics[0], quality), metric_files=files, contact_types=kinds
    )
    table = read(tmp_path, "day,who,nps,n,t,c,x,y,xs,ys\n2026-03-02,ann,-40,5,180,9,4,5,700,920\n", own)
    assert table.problems == ()  # a score may be below zero
    assert {name: series.values.tolist() for name, series in table.series.items()} == {
        "NPS": [-40], "AHT": [180], "x": [4], "y": [5], "xs": [700], "ys": [920],
    }  # fmt: skip


def test_a_program_that_lacks_a_metric_of_the_usual_files_needs_no_column_for_it(tmp_path: Path) -> None:
    only = with_values(BY_DEFAULT, metrics=BY_DEFAULT.challenges.metrics[:1], contact_types=())
    assert read(tmp_path, "agent,date,calls,aht_seconds\nann,2026-03-02,3,100\n", only).problems == ()


def test_a_history_has_its_slots_in_the_order_of_the_users_and_leaves_the_others_out(tmp_path: Path) -> None:
    history = as_history(
        read(tmp_path, GOOD), BY_DEFAULT, ["cem", "ann"], first=date(2026, 3, 1), last=date(2026, 3, 3)
    )
    measured = history.columns["AHT measured"]
    np.testing.assert_array_equal(measured.values, [[np.nan] * 2, [np.nan, 180.5], [np.nan, 175]])
    assert measured.counts[2, 1] == 50
    assert np.isnan(history.columns["AHT"].values).all()  # made comparable elsewhere
    assert set(history.columns) == {"AHT measured", "AHT", "SHORT10", "REPEAT7D", "calls_NEW", "calls_OLD"}


def test_a_history_may_be_cut_out_of_a_longer_file(tmp_path: Path) -> None:
    history = as_history(read(tmp_path, GOOD), BY_DEFAULT, ["ann"], first=date(2026, 3, 3))
    assert history.columns["SHORT10"].values.tolist() == [[10]]


def test_values_are_kept_as_finely_as_collect_keeps_them(tmp_path: Path) -> None:
    odd = GOOD.replace("180.5", "180.777")
    history = as_history(read(tmp_path, odd), BY_DEFAULT, ["ann"])
    assert history.columns["AHT measured"].values[0, 0] == 181  # to a tenth of a step of 5


def test_no_history_is_made_of_no_rows_unless_both_days_are_named(tmp_path: Path) -> None:
    table = read(tmp_path, HEADER)
    with pytest.raises(ValueError, match="no rows"):
        as_history(table, BY_DEFAULT, ["ann"])
    assert as_history(table, BY_DEFAULT, ["ann"], first=FIRST, last=FIRST).days == 1


@pytest.mark.skipif(not DATA.exists(), reason="the real calls are not beside the checkout")
def test_the_real_days_are_read_without_a_problem() -> None:
    kinds = tuple(ContactType(key=key, contacts=f"calls_{key}") for key in ("PS", "NE", "NW", "IN", "PE", "TT"))
    table = read_metric_file(DATA, with_values(BY_DEFAULT, contact_types=kinds))
    assert (table.problems, len(table.day), len(table.agents)) == ((), 794, 29)


def test_a_hundred_thousand_rows_are_read_in_the_time_of_a_few_plain_passes(tmp_path: Path) -> None:
    """By ratio, because machines differ; a million are ten times as many."""
    days = [(FIRST + timedelta(days=n)).isoformat() for n in range(100)]
    rows = [f"agent{n:04},{day},40,180.5,2,16,4,10,30" for day in days for n in range(1000)]
    text = "\n".join([HEADER, *rows])
    began = time.process_time()
    split = [line.split(",") for line in text.splitlines()]
    plain, began = time.process_time() - began, time.process_time()
    table = read(tmp_path, text)
    assert (len(table.day), len(split)) == (100_000, 100_001)
    assert time.process_time() - began < 25 * plain


def assert_same(one: MetricTable, other: MetricTable) -> None:
    """Lines apart: they are those of the form."""
    for table in (one, other):
        assert table.problems == (), table.problems
    assert one.agents == other.agents
    np.testing.assert_array_equal(one.day, other.day)
    for name, series in one.series.items():
        np.testing.assert_array_equal(series.values, other.series[name].values)
