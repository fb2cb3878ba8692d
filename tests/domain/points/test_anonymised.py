"""Anonymous facts: they say nothing of anybody, and come to the very same points."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import CORRECTED, DAY_OFF, REVERSED, Activity
from ladder.domain.calendar.schedule import LocalDays, day_bounds
from ladder.domain.points.anonymised import anonymize, program_words
from ladder.domain.points.entry_text import ERASED
from ladder.domain.points.ledger import Entry, State
from ladder.domain.points.replay import balance, replay, replay_state
from ladder.domain.programs.pausing import compile_program
from tests.builders.capped_academy import academy, event, ours
from tests.builders.entry_texts import said
from tests.builders.generated_events import ANYTHING, START

SALT = b"a salt of sixteen"
NINE = START + timedelta(hours=9)
BOOK = compile_program(academy())
WORDS, SCHEDULES = program_words([BOOK.rulebook]), {1: BOOK.schedule}


def recorded() -> list[Entry]:
    """Everything in it that somebody could be known by carries the word jo."""
    activities = [
        event("learner.completed_module", NINE, "jo-1", module="jo-m1", score=95),
        event("learner.completed_module", NINE, "jo-0", module="jo-m1", score=10),
        event("learner.completed_module", NINE + timedelta(days=1), "jo-2", module="jo-m2"),
        event("forum.posted", NINE + timedelta(hours=1), "jo-3", text="jo has written this"),
        event("peer.assisted", NINE + timedelta(hours=2), "jo-4", colleague="jo-friend"),
        event("assessment.submitted", NINE + timedelta(days=2), "jo-5", passed=False, module="jo-m3"),
        event("assessment.submitted", NINE + timedelta(days=2, hours=1), "jo-6", passed=True, module="jo-m3"),
        ours(REVERSED, NINE + timedelta(days=3), "reverse:lms#jo-2", source="lms", id="jo-2", reason="jo", actor="jo"),
        ours(REVERSED, NINE + timedelta(days=3), "reverse:lms#jo-9", source="lms", id="jo-9", reason="jo"),
    ]
    state, entries = State(), list[Entry]()
    for activity in activities:
        state, new = replay({1: BOOK}, BOOK, state, entries, [activity], allowances={})
        entries += new
    return entries


def masked(entries: list[Entry]) -> list[Entry]:
    return [entry for _, entry in anonymize(entries, salt=SALT, program_words=WORDS, schedules=SCHEDULES)]


def test_nothing_of_what_was_written_is_left() -> None:
    assert "jo" in repr(recorded())
    assert "jo" not in repr(masked(recorded()))


def test_of_days_off_their_span_stays_and_nothing_that_a_source_wrote_beside_it() -> None:
    told = [
        event(DAY_OFF, NINE, "jo-1", first="2026-03-03", last="2026-03-04", reason="jo is ill"),
        event(CORRECTED, NINE, "jo-2", id="jo-1", first="2026-03-05", last="jo"),
    ]
    facts = masked([replace(entry, activity=each) for entry, each in zip(recorded(), told, strict=False)])
    assert "jo" not in repr(facts)
    assert [each.activity.attributes["first"] for each in facts] == ["2026-03-03", "2026-03-05"]
    assert facts[0].activity.attributes["last"] == "2026-03-04"


def test_what_a_person_corrected_is_masked_as_what_the_source_had_written() -> None:
    told = ours(CORRECTED, NINE, "review:1", source="lms", id="jo-1", module="jo-m1", score=5)
    (fact,) = masked([replace(recorded()[0], activity=told)])
    assert "jo" not in repr(fact)
    assert (fact.activity.attributes["source"], fact.activity.attributes["score"]) == ("lms", 5)


def test_the_points_of_the_facts_are_the_points_of_the_member() -> None:
    before = recorded()
    facts = sorted(masked(before), key=lambda each: each.sequence)
    was, now = (replay_state({1: BOOK}, each) for each in (before, facts))
    assert balance(facts) == balance(before) == (now.earned, now.spent, now.held)
    for name in ("earned", "held", "badges", "streaks", "unlocks", "paths", "day", "used", "week_used", "counts"):
        assert getattr(now, name) == getattr(was, name), name


@pytest.mark.parametrize("done", range(10))
def test_a_run_that_was_cut_off_goes_on_to_the_same_facts(done: int) -> None:
    entries = recorded()
    whole = anonymize(entries, salt=SALT, program_words=WORDS, schedules=SCHEDULES)
    replaced = dict(whole[:done])
    half = [replaced.get(entry.key, entry) for entry in entries]
    random.Random(done).shuffle(half)  # noqa: S311 - the order in which they are read means nothing
    assert anonymize(half, salt=SALT, program_words=WORDS, schedules=SCHEDULES) == whole[done:]


def test_words_that_rules_ask_for_stay() -> None:
    asking = program_words([BOOK.rulebook])
    entry = recorded()[0]
    kept = replace(entry, activity=replace(entry.activity, attributes={"stage": "won"}))
    [(_, stays)] = anonymize([kept], salt=SALT, program_words={*asking, ("stage", "won")}, schedules=SCHEDULES)
    [(_, goes)] = anonymize([kept], salt=SALT, program_words=asking, schedules=SCHEDULES)
    assert stays.activity.attributes == {"stage": "won"}
    assert goes.activity.attributes["stage"] != "won"
    assert stays.notes == (ERASED,)
    assert said(BOOK, stays) == "The member was erased; only the numbers are left."


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(sent=st.lists(ANYTHING, min_size=1, max_size=24), done=st.integers(0, 24))
def test_whatever_happened_coarse_times_keep_every_point_and_day_and_the_order(sent: list[Activity], done: int) -> None:
    state, before = State(), list[Entry]()
    for activity in {activity.key: activity for activity in sent}.values():
        state, new = replay({1: BOOK}, BOOK, state, before, [activity], allowances={})
        before += new
    facts = sorted(masked(before), key=lambda each: each.sequence)
    was, now = (replay_state({1: BOOK}, each) for each in (before, facts))
    assert balance(facts) == balance(before)
    for name in ("earned", "held", "spent", "badges", "streaks", "unlocks", "day", "used", "week_used", "days_off"):
        assert getattr(now, name) == getattr(was, name), name
    whole = anonymize(before, salt=SALT, program_words=WORDS, schedules=SCHEDULES)
    of = {entry.key: place for place, entry in enumerate(before)}
    half = list(before)
    for key, fact in whole[:done]:
        half[of[key]] = fact
    assert anonymize(half, salt=SALT, program_words=WORDS, schedules=SCHEDULES) == whole[done:]


def test_a_fact_says_the_day_and_the_order_of_the_day_and_never_the_second() -> None:
    day = timedelta(days=1)
    facts = sorted(masked(recorded()), key=lambda fact: fact.sequence)
    for entry, fact in zip(recorded(), facts, strict=True):
        before, after = entry.activity, fact.activity
        assert LocalDays(BOOK.schedule).day(after.occurred_at) == LocalDays(BOOK.schedule).day(before.occurred_at)
        start, _ = day_bounds(BOOK.schedule, LocalDays(BOOK.schedule).day(before.occurred_at))
        assert after.occurred_at - start < timedelta(milliseconds=1)
        assert after.received_at is None or (after.received_at - after.occurred_at) % day == timedelta()
        assert fact.recorded_at is None or (fact.recorded_at - START) % day == timedelta()


@pytest.mark.parametrize(
    ("late", "days"), [(0, 0), (1, 1), (24, 1), (25, 2), (7 * 24, 7), (7 * 24 + 1, 8), (-0.1, 0), (-1, -1)]
)
def test_an_event_is_as_many_days_late_as_it_was_and_so_counts_or_not(late: float, days: int) -> None:
    activity = event("forum.posted", NINE, "jo-1")
    activity = replace(activity, received_at=activity.occurred_at + timedelta(hours=late))
    (fact,) = masked([replace(recorded()[0], activity=activity)])
    assert fact.activity.received_at == fact.activity.occurred_at + timedelta(days=days)
