"""A day on very few contacts completes nothing, moves nobody and is nobody's miss."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.completion import OUTCOMES, TooFewContacts
from ladder.domain.challenges.contacts_needed import ContactsNeeded
from ladder.domain.challenges.history import Column, GroupIndex, History, Values
from ladder.domain.challenges.rules import Metric, QualityGate, TierRule
from ladder.domain.challenges.settlement import ChallengesAsked, settle
from tests.builders.planning import NAN, NIGHT, YESTERDAY, alike, history, metric, program
from tests.reference.scalars import scalar_needs, scalar_usual

AHT = metric()
RULE = TierRule()
DAYS = 10
TEAM = 9  # colleagues who handle sixty contacts each


def worked(counts: Values, *, value: float = 100.0) -> History:
    """Everybody's value is the same; a count of NaN is a day not worked."""
    values = np.where(np.isnan(counts), np.nan, value).astype(np.float32)
    known = history({"AHT": values})
    return replace(known, columns={"AHT": Column(values, counts.astype(np.float32))})


def team(*mine: float, days: int = DAYS, others: float = 60.0) -> Values:
    """(D, M): the first member's last days, and those of the team."""
    counts = np.full((days, 1 + TEAM), others)
    counts[days - len(mine) :, 0] = mine
    return counts


def outcomes(known: History, *, peers: GroupIndex | None = None, of: Metric = AHT) -> list[str]:
    """Everybody's of yesterday, at a target that all values meet."""
    members = known.members
    asked = ChallengesAsked(
        of,
        YESTERDAY,
        np.ones(members, dtype=np.uint8),
        np.full(members, 500.0),
        alike(members) if peers is None else peers,
    )
    return [OUTCOMES[each] for each in settle(asked, program(metrics=(of,)).challenges, known, NIGHT)]


def counted(known: History, *, rule: TierRule = RULE, peers: GroupIndex | None = None) -> list[list[bool]]:
    """By day and member, as it is known at the end."""
    days = ContactsNeeded(known, AHT, alike(known.members) if peers is None else peers, rule)
    flags: list[list[bool]] = (~np.isnan(days.until(known.last, window=known.days))).tolist()
    return flags


@pytest.mark.parametrize(
    ("contacts", "outcome"), [(1, "too few contacts"), (14, "too few contacts"), (15, "completed")]
)
def test_a_completion_needs_a_quarter_of_what_peers_handled_that_day(contacts: int, outcome: str) -> None:
    found = outcomes(worked(team(contacts)))

    assert found == [outcome, *["completed"] * TEAM]


def test_what_is_not_enough_for_a_completion_is_no_miss_either_and_no_worked_day_of_the_tiers() -> None:
    slow = worked(team(1), value=900)

    assert outcomes(slow) == ["too few contacts", *["missed"] * TEAM]
    assert counted(slow)[-1] == [False, *[True] * TEAM]


def test_one_contact_on_every_other_day_counts_on_the_days_with_work_only() -> None:
    days = [60 if day % 2 else 1 for day in range(DAYS)]

    assert [each[0] for each in counted(worked(team(*days)))] == [bool(day % 2) for day in range(DAYS)]


def test_one_contact_a_day_never_counts_however_long_it_goes_on() -> None:
    assert not any(each[0] for each in counted(worked(team(*[1] * 29, days=29))))


def test_a_part_timer_who_handles_a_quarter_counts_every_day() -> None:
    assert all(each[0] for each in counted(worked(team(*[15] * DAYS))))


def test_a_weekend_of_few_calls_counts_for_everybody_who_worked_through_it() -> None:
    counts = team()
    counts[-1] = [1, *[5] * TEAM]

    assert outcomes(worked(counts)) == ["too few contacts", *["completed"] * TEAM]


def test_peers_cannot_agree_on_one_contact_each() -> None:
    """Neither the group alone, nor the whole program on one day."""
    counts = np.full((DAYS, 12), 60.0)
    counts[-1, :6] = 1
    peers = np.repeat([0, 1], 6).astype(np.int16)

    assert outcomes(worked(counts), peers=peers) == [*["too few contacts"] * 6, *["completed"] * 6]
    counts[-1] = 1
    assert outcomes(worked(counts), peers=peers) == ["too few contacts"] * 12


@pytest.mark.parametrize(("contacts", "outcome"), [(1, "too few contacts"), (5, "too few contacts"), (6, "completed")])
def test_who_is_alone_in_a_channel_needs_a_tenth_of_the_programs_usual_day(contacts: int, outcome: str) -> None:
    peers = np.array([1, *[0] * TEAM], dtype=np.int16)

    assert outcomes(worked(team(*[contacts] * DAYS)), peers=peers)[0] == outcome


@pytest.mark.parametrize(("contacts", "outcome"), [(1, "too few contacts"), (6, "completed")])
def test_who_is_alone_on_a_holiday_is_measured_by_the_usual_day(contacts: int, outcome: str) -> None:
    counts = team(contacts)
    counts[-1, 1:] = NAN

    assert outcomes(worked(counts))[0] == outcome


def test_a_newcomers_first_day_counts_by_the_days_of_others() -> None:
    counts = team()
    counts[:-1, 0] = NAN

    assert outcomes(worked(counts))[0] == "completed"
    counts[-1, 0] = 1
    assert outcomes(worked(counts))[0] == "too few contacts"


def test_where_everybody_always_handles_one_contact_one_is_the_work() -> None:
    assert outcomes(worked(np.ones((DAYS, 10), dtype=np.float32))) == ["completed"] * 10


@pytest.mark.parametrize(("contacts", "outcome"), [(1, "too few contacts"), (4, "too few contacts"), (5, "completed")])
def test_the_program_file_may_say_how_many_contacts_a_day_needs(contacts: int, outcome: str) -> None:
    assert outcomes(worked(team(contacts)), of=metric(at_least=5))[0] == outcome


def test_where_a_source_counts_no_contacts_every_worked_day_counts_as_before() -> None:
    unknown = worked(np.zeros((DAYS, 1 + TEAM), dtype=np.float32))

    assert outcomes(unknown) == ["completed"] * (1 + TEAM)
    assert outcomes(unknown, of=metric(at_least=5)) == ["completed"] * (1 + TEAM)


def test_a_figure_without_a_count_rests_on_what_the_members_other_figures_rest_on() -> None:
    known = worked(team(1))
    quality = Column(np.full_like(known.columns["AHT"].values, 100), np.zeros_like(known.columns["AHT"].counts))
    both = replace(known, columns={**known.columns, "QA": quality})
    care = metric("QA")

    asked = ChallengesAsked(
        care, YESTERDAY, np.ones(1 + TEAM, dtype=np.uint8), np.full(1 + TEAM, 500.0), alike(1 + TEAM)
    )
    found = settle(asked, program(metrics=(AHT, care)).challenges, both, NIGHT)

    assert [OUTCOMES[each] for each in found] == ["too few contacts", *["completed"] * TEAM]


def test_a_share_of_a_few_known_contacts_opens_no_quality_gate() -> None:
    """Nine days of poor quality on many contacts, and one contact that went well: the gate sees the nine."""
    counts = team()
    shares = np.full((DAYS, 1 + TEAM), 90.0)
    shares[:, 0] = [20] * 5 + [100] * 5
    contacts = team(*[60] * 5, *[1] * 5)
    gated = metric(quality_gate=QualityGate(metric="QA", at_least=80, over_days=5))
    known = history({"AHT": np.full((DAYS, 1 + TEAM), 100.0), "QA": shares})
    columns = {
        "AHT": Column(known.columns["AHT"].values, counts.astype(np.float32)),
        "QA": Column(known.columns["QA"].values, contacts.astype(np.float32)),
    }
    asked = ChallengesAsked(
        gated, YESTERDAY, np.ones(1 + TEAM, dtype=np.uint8), np.full(1 + TEAM, 500.0), alike(1 + TEAM)
    )

    found = settle(
        asked,
        program(metrics=(gated, metric("QA", direction="higher"))).challenges,
        replace(known, columns=columns),
        NIGHT,
    )

    assert [OUTCOMES[each] for each in found] == ["gate failed", *["completed"] * TEAM]


@pytest.mark.parametrize(("known", "outcome"), [(2, "too few contacts"), (4, "too few contacts"), (5, "completed")])
@pytest.mark.parametrize("alone", [True, False])
def test_a_few_known_contacts_make_no_share_even_alone_in_a_channel_or_on_a_quiet_day(
    known: int, outcome: str, *, alone: bool
) -> None:
    """Of a usual day's twenty, a quarter of the peers' six on a quiet day, or a tenth, would be one or two."""
    share = metric("FCR", unit="%", direction="lower")
    counts = team(known, others=20)
    counts[-1, 1:] = 20 if alone else 6
    peers = np.array([1, *[0] * TEAM], dtype=np.int16) if alone else alike(1 + TEAM)
    shares = worked(counts)
    shares = replace(shares, columns={"FCR": shares.columns["AHT"]})

    assert outcomes(shares, peers=peers, of=share)[0] == outcome
    assert outcomes(shares, peers=peers, of=replace(share, at_least=2))[0] == "completed"


@pytest.mark.parametrize(("usual", "least"), [(20, 5), (8, 4), (2, 1), (1, 1)])
def test_where_hardly_any_contact_is_known_a_share_needs_half_of_the_usual_ones_and_the_night_warns(
    usual: int, least: int
) -> None:
    share, counts = metric("FCR", unit="%"), team(others=usual)
    shares = worked(counts)
    shares = replace(shares, columns={"FCR": shares.columns["AHT"]})
    by_default, stated = (
        ContactsNeeded(shares, each, alike(1 + TEAM), RULE) for each in (share, replace(share, at_least=1))
    )

    assert set(by_default.on(YESTERDAY).needs.tolist()) == {least}
    assert by_default.too_few_for_a_share(YESTERDAY) == (usual < 5)
    assert not stated.too_few_for_a_share(YESTERDAY)


def needs_of(counts: Values, peers: GroupIndex) -> list[int]:
    """What one day needs in each peer group."""
    needs = ContactsNeeded(worked(counts), AHT, peers, RULE).on(YESTERDAY).needs
    return [int(needs[peers == group][0]) for group in range(int(peers.max()) + 1)]


def test_in_a_program_too_large_to_read_whole_a_small_group_still_counts_by_itself() -> None:
    counts, peers = np.full((1, 140_000), 60.0), np.zeros(140_000, dtype=np.int16)
    peers[1:15:2] = 1
    counts[0, 1:15:2] = 200

    assert needs_of(counts, peers) == [15, 50]


def test_in_a_program_too_large_to_read_whole_channels_in_turn_hide_nobody() -> None:
    """Two of three members are of a channel that handles ten times as much; the usual day is theirs, too."""
    counts, peers = np.full((1, 140_001), 600.0), np.ones(140_001, dtype=np.int16)
    peers[::3], counts[0, ::3] = 0, 60

    assert needs_of(counts, peers) == [600 // 20, 150]


def test_a_small_group_does_not_set_the_usual_day_of_a_large_program() -> None:
    """All of the ten small groups are read, of the large one a part."""
    members, small = 1 << 21, 30_000
    counts, peers = np.full((1, members), 60.0), np.zeros(members, dtype=np.int16)
    peers[:small] = 1 + np.arange(small) % 10
    counts[0, :small] = 6_000
    peers[-1] = 11  # alone, so a tenth of the usual day

    assert needs_of(counts, peers) == [15, *[1_500] * 10, 6]


def test_the_member_reads_what_they_handled_and_what_the_day_needed() -> None:
    found = ContactsNeeded(worked(team(1)), AHT, alike(1 + TEAM), RULE).on(YESTERDAY)

    assert found.few(0) == TooFewContacts(contacts=1, needs=15)


@settings(deadline=None, max_examples=150)
@given(st.integers(1, 14), st.integers(1, 12), st.integers(1, 6), st.integers(0, 10_000))
def test_every_day_needs_what_it_needs_to_one_who_looks_member_by_member(
    members: int, days: int, min_members: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    counts = np.where(rng.random((days, members)) < 0.3, np.nan, rng.integers(1, 80, (days, members)))
    peers = rng.integers(0, 3, members).astype(np.int16)
    rule = replace(RULE, min_members=min_members)

    flags = counted(worked(counts), rule=rule, peers=peers)

    usual = scalar_usual(counts.tolist(), rule)
    for row, day in enumerate(counts.tolist()):
        needs = scalar_needs(day, peers.tolist(), usual, rule)
        assert flags[row] == [contacts >= needs[group] for contacts, group in zip(day, peers.tolist(), strict=True)]
