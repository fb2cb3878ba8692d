"""Flags from a history, with the evidence of their window, and the sentences that tell of them."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ladder.domain.challenges.gaming_guard import Flag, flagged_members, tally
from ladder.domain.challenges.history import Column, History, Values
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.messages.render import render
from tests.builders.contact_shares import RULE, everybody
from tests.builders.planning import NAN, YESTERDAY


def shares(values: Values, counts: Values) -> History:
    days, members = values.shape
    first = date.fromordinal(YESTERDAY.toordinal() - days + 1)
    return History(first, days, members, {"SHORT": Column(values.astype(np.float32), counts.astype(np.float32))})


PER_CENT = st.integers(0, 100).map(float) | st.just(NAN)
CONTACTS = st.integers(0, 200).map(float) | st.just(NAN)


def scalar_sums(values: list[float], counts: list[float]) -> tuple[float, float]:
    worked = [(v, n) for v, n in zip(values, counts, strict=True) if not math.isnan(v) and not math.isnan(n)]
    return sum(v * n / 100 for v, n in worked), sum(n for _, n in worked)


@settings(deadline=None, max_examples=60)
@given(arrays(np.float32, (9, 4), elements=PER_CENT), arrays(np.float32, (9, 4), elements=CONTACTS), st.integers(1, 12))
def test_a_tally_sums_the_days_of_the_window_that_were_worked(values: Values, counts: Values, window: int) -> None:
    found = tally(shares(values, counts), "SHORT", until=YESTERDAY, window=window)

    pairs = zip(values[-window:].T.tolist(), counts[-window:].T.tolist(), strict=True)
    expected = [scalar_sums(*pair) for pair in pairs]
    assert list(zip(found.hits, found.contacts, strict=True)) == [pytest.approx(pair) for pair in expected]


def two_months(members: int) -> History:
    """Everybody at 2 per cent of 30 contacts a day, one member at 20; the window is the second month."""
    values, counts = np.full((60, members), 2.0), np.full((60, members), 30.0)
    values[30:, 3] = 20
    values[40:50, :] = NAN
    return shares(values, counts)


def test_flags_carry_the_evidence_of_the_window() -> None:
    (flag,) = flagged_members("short_contacts", two_months(30), "SHORT", everybody(30), until=YESTERDAY, rule=RULE)

    assert (flag.slot, flag.kind, flag.contacts) == (3, "short_contacts", 600)
    assert (flag.share, flag.usual) == pytest.approx((0.2, 0.02))


def test_a_small_team_on_a_channel_of_short_contacts_is_not_measured_by_another_channel() -> None:
    values, counts = np.full((30, 70), 2.0), np.full((30, 70), 30.0)
    values[:, 60:] = 25  # chats end sooner
    values[:, 65] = 60
    index = np.repeat(np.arange(2, dtype=np.int16), (60, 10))

    def flagged(channels: tuple[int, int]) -> list[int]:
        population = Population(np.ones(70, dtype=np.bool), PeerGroups(("voice", "chat"), index, channels))
        known = shares(values, counts)
        flags = flagged_members("short_contacts", known, "SHORT", population, until=YESTERDAY, rule=RULE)
        return [flag.slot for flag in flags]

    assert flagged((0, 1)) == [65]
    assert flagged((0, 0)) == [*range(60, 70)]  # one channel for all


def test_a_window_before_it_happened_flags_nobody() -> None:
    before = date.fromordinal(YESTERDAY.toordinal() - 30)

    assert flagged_members("short_contacts", two_months(30), "SHORT", everybody(30), until=before, rule=RULE) == ()


def test_who_has_left_is_neither_flagged_nor_a_peer() -> None:
    population = everybody(30, 3)

    assert flagged_members("repeat_contacts", two_months(30), "SHORT", population, until=YESTERDAY, rule=RULE) == ()
    assert (
        flagged_members(
            "repeat_contacts", two_months(30), "SHORT", everybody(30, *range(4, 30)), until=YESTERDAY, rule=RULE
        )
        == ()
    )


def test_the_sentence_says_what_was_counted_and_that_nothing_is_taken_away() -> None:
    flag = Flag(slot=0, kind="short_contacts", share=0.1404, usual=0.0221, contacts=1204)

    assert render(flag.message(30)) == (
        "14 % of your 1,204 contacts in 30 days ended within ten seconds; among your peers it is usually 2.2 %. There "
        "can be good reasons for that, so a person will review it. Until then completions and tiers on speed wait; "
        "nothing is taken away."
    )


def test_the_sentence_on_repeat_contacts_speaks_of_customers_who_came_back() -> None:
    flag = Flag(slot=0, kind="repeat_contacts", share=1.0, usual=0.6, contacts=150)

    assert render(flag.message(30)).startswith(
        "After 100 % of your 150 contacts with a known customer in 30 days, the same customer was back within seven "
        "days; among your peers it is usually 60 %."
    )


def test_two_shares_that_differ_never_read_alike() -> None:
    flag = Flag(slot=0, kind="repeat_contacts", share=0.6249, usual=0.6151, contacts=150)

    said = flag.message(30).parameters
    assert (said["share"], said["usual"]) == (62.5, 61.5)
