"""Contacts an hour are compared at the usual mix as handle times are: the same people, upside down."""

from dataclasses import replace

import numpy as np
import pytest

from ladder.domain.challenges.case_mix import adjusted_days
from ladder.domain.challenges.history import Column, History
from ladder.domain.challenges.peers import PeerGroups
from ladder.domain.challenges.rules import ContactType
from ladder.domain.challenges.settlement import difficulty, outcome_message
from ladder.messages.render import render
from tests.builders.planning import YESTERDAY, history, metric, program

DAYS, MEMBERS = 30, 12
TIME = metric("AHT", step=0.1, normalise_by="contact_type")
RATE = metric(
    "CPH", name="contacts an hour", unit="contacts/h", direction="higher", step=0.001, normalise_by="contact_type"
)


def compared(*, with_seconds: bool) -> History:
    """Handle times and contacts an hour of the same days, whose mix changes."""
    rng = np.random.default_rng(5)
    counts = rng.integers(5, 40, (2, DAYS, MEMBERS)).astype(np.float32)
    seconds = counts * np.array([100.0, 300.0], dtype=np.float32)[:, None, None]
    handled = seconds.sum(axis=0) / counts.sum(axis=0) * rng.uniform(0.7, 1.4, MEMBERS)
    types = tuple(
        ContactType(key=key, contacts=key, seconds=f"{key} s" if with_seconds else None) for key in ("A", "B")
    )
    columns = {"AHT measured": handled, "CPH measured": 3600 / handled, "A": counts[0], "B": counts[1]}
    columns |= {"A s": seconds[0], "B s": seconds[1]} if with_seconds else {}
    known = history(columns, last=YESTERDAY)
    empty = {key: Column(np.full_like(counts[0], np.nan), np.full_like(counts[0], np.nan)) for key in ("AHT", "CPH")}
    known = replace(known, columns={**known.columns, **empty})
    rules = program(metrics=(TIME, RATE), contact_types=types).challenges
    groups = PeerGroups(("all",), np.zeros(MEMBERS, dtype=np.int16))
    for row, columns_of_day in adjusted_days(known, rules, groups, set(range(DAYS))).items():
        for key, day in columns_of_day.items():
            known.columns[key].values[row] = day.values
    return known


@pytest.mark.parametrize("with_seconds", [True, False])
def test_contacts_an_hour_at_the_usual_mix_are_the_handle_time_at_the_usual_mix(*, with_seconds: bool) -> None:
    known = compared(with_seconds=with_seconds)

    np.testing.assert_allclose(3600 / known.columns["CPH"].values, known.columns["AHT"].values, rtol=0.002)


def test_harder_contacts_are_harder_whichever_way_the_metric_counts() -> None:
    assert difficulty(TIME, 160.0, 200.0) == difficulty(RATE, 22.5, 18.0) == 1.25
    sentence = render(outcome_message(RATE, 22.5, 20.0, difficulty=1.25))
    assert "25 % harder" in sentence
    assert "18 contacts/h" in sentence
