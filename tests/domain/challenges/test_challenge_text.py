"""Today's target in the words of the library."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.challenges.challenge_text import plain_number, with_target
from ladder.domain.challenges.rules import Challenge


def told(text: str, *, fallback: float, target: float, unit: str = "") -> str:
    challenge = Challenge(name=text, description=text, target_value=fallback, points=100, group_id="g")
    name, description = with_target(challenge, target, unit=unit)
    assert name == description
    return name


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Keep it under 180 seconds", "Keep it under 175 seconds"),
        ("180", "175"),
        ("at most 180.", "at most 175."),
        ("at most 180.0 s, yes 180.00", "at most 175 s, yes 175"),
        ("(180)", "(175)"),
        ("180% or 180 %", "175% or 175 %"),
        ("€180 and $180", "€175 and $175"),
        ("180-second calls", "175-second calls"),
        ("מתחת ל-180 שניות", "מתחת ל-175 שניות"),
        ("180,then 180", "175,then 175"),
        ("180 twice: 180", "175 twice: 175"),
    ],
)
def test_the_fallback_in_the_text_becomes_todays_target(written: str, read: str) -> None:
    assert told(written, fallback=180, target=175) == read


@pytest.mark.parametrize(
    "text",
    [
        "1805", "2180", "180.5", "0.180", ".180", "1,180", "180,000", "v1.180.2", "AHT180", "180x", "AHT_180",
        "AHT-180", "180:00", "3:180", "2026-180", "150-180", "180-200", "150\u2013180", "180/200", "-180", "\u2212180",
        "one hundred and eighty",
    ],
)  # fmt: skip
def test_other_numbers_words_times_dates_and_ranges_are_left_alone(text: str) -> None:
    assert told(text, fallback=180, target=175) == text


def test_a_clock_time_is_not_the_number_it_begins_with() -> None:
    assert told("by 3:00, three of 3", fallback=3, target=2) == "by 3:00, three of 2"


def test_the_unit_may_follow_without_a_space() -> None:
    assert told("under 180s", fallback=180, target=175, unit="s") == "under 175s"
    assert told("180speed", fallback=180, target=175, unit="s") == "180speed"
    assert told("180% and 180 %", fallback=180, target=175, unit="%") == "175% and 175 %"


def test_separators_of_thousands_are_kept() -> None:
    assert told("1,800 or 1800", fallback=1800, target=1725.5) == "1,725.5 or 1725.5"


def test_a_negative_target_is_one_number_with_its_sign() -> None:
    assert told("above -5, not 5", fallback=-5, target=-4.5) == "above -4.5, not 5"


@pytest.mark.parametrize(
    ("value", "text"),
    [(180.0, "180"), (4.35, "4.35"), (0.1 + 0.2, "0.3"), (-0.0, "0"), (1e15, "1000000000000000"), (2.50, "2.5")],
)
def test_a_number_is_shown_without_trailing_zeros_or_exponent(value: float, text: str) -> None:
    assert plain_number(value) == text


def test_a_zero_with_a_sign_is_not_a_target_of_zero() -> None:
    assert told("from -0 up to 0", fallback=0, target=5) == "from -0 up to 5"


NUMBERS = st.integers(0, 3000) | st.integers(0, 9999).map(lambda n: n / 4)


@given(text=st.text(), target=NUMBERS)
def test_a_text_without_digits_is_never_changed(text: str, target: float) -> None:
    wordy = re.sub(r"[0-9]", "", text)
    assert told(wordy, fallback=180, target=target) == wordy


@given(text=st.text(alphabet="0189,.:-/% aAé\n"), fallback=NUMBERS, unit=st.sampled_from(["", "s", "%", "a"]))
def test_a_target_that_equals_the_fallback_changes_no_value(text: str, fallback: float, unit: str) -> None:
    once = told(text, fallback=fallback, target=fallback, unit=unit)
    assert told(once, fallback=fallback, target=fallback, unit=unit) == once
    assert re.sub(r"[0-9.,]", "", once) == re.sub(r"[0-9.,]", "", text)


@given(before=st.sampled_from(["", "under ", "(", "≤ "]), after=st.sampled_from(["", ".", " s", "%", ")", ", please"]),
       fallback=NUMBERS, target=NUMBERS)  # fmt: skip
def test_a_number_that_stands_free_is_always_found(before: str, after: str, fallback: float, target: float) -> None:
    text = f"{before}{plain_number(fallback)}{after}"
    assert told(text, fallback=fallback, target=target) == f"{before}{plain_number(target)}{after}"


@given(text=st.text(alphabet="0189,.:-/ a"), fallback=NUMBERS, target=NUMBERS)
def test_text_between_the_numbers_stays_as_it_is(text: str, fallback: float, target: float) -> None:
    read = told(text, fallback=fallback, target=target)
    assert re.sub(r"[0-9.,]", "", read) == re.sub(r"[0-9.,]", "", text)
