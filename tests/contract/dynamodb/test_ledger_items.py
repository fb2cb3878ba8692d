"""A member's state, archive and entries come back from what is stored of them; no table is needed."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.adapters.dynamodb import ledger as entry_items
from ladder.adapters.dynamodb.ledger import MARK, pack_marks, pack_state, tokens, unpack_marks, unpack_state
from ladder.adapters.dynamodb.table import decode, encode
from ladder.domain.activities.activity import Activity, digest
from ladder.domain.message import Message, verbatim
from ladder.domain.points.ledger import Entry, EntryLine, State, StreakState, WeekMean

NAMES = ["MODULE", "POSTS", "#day", "#bonus", "#bonus:third", "DAYS"]
KNOWN = st.sampled_from(NAMES)
MARKS = st.binary(min_size=MARK, max_size=MARK)
POINTS = st.integers(0, 10**9)
DAYS = st.integers(730_000, 750_000)


@st.composite
def states(draw: st.DrawFn) -> State:
    """Any state with a day: days before it or after, its week begun within a fortnight."""
    day = draw(st.just(0) | DAYS)
    week = day - draw(st.integers(0, 12)) if day else 0
    moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    runs = st.builds(StreakState, length=POINTS, last=DAYS, period=DAYS, matches=POINTS, best=POINTS)
    begins = st.integers(0, 100).map(lambda back: week - back)
    numbers = st.floats(allow_nan=False, allow_infinity=False)
    weeks = st.builds(WeekMean, begins=begins, total=numbers, count=st.integers(1, 99))
    return State(
        counted=draw(st.binary(max_size=4)),
        as_of=draw(st.none() | st.tuples(moments, st.text(max_size=9), st.text(max_size=9))),
        day=day,
        week=week,
        used=draw(st.dictionaries(KNOWN, POINTS)),
        week_used=draw(POINTS),
        allowance=draw(st.none() | POINTS),
        seen=draw(st.dictionaries(MARKS, DAYS, max_size=9)),
        windows=draw(st.dictionaries(KNOWN, st.lists(DAYS, max_size=4).map(tuple))),
        streaks=draw(st.dictionaries(KNOWN, runs)),
        days_off=tuple(zip(*[iter(sorted(draw(st.sets(DAYS, max_size=9))))] * 2, strict=False)),
        failures=draw(st.dictionaries(MARKS, st.integers(1, 99), max_size=5)),
        weeks=draw(st.dictionaries(KNOWN, st.lists(weeks, max_size=4))),
        paths=draw(st.dictionaries(KNOWN, st.frozensets(st.binary(min_size=3, max_size=3)))),
        counts=draw(st.dictionaries(MARKS, POINTS, max_size=5)),
        badges=draw(
            st.dictionaries(KNOWN, st.tuples(st.frozensets(st.binary(min_size=3, max_size=3), max_size=5), DAYS))
        ),
        unlocks=frozenset(draw(st.sets(KNOWN))),
        carried_over=draw(st.dictionaries(KNOWN, st.tuples(POINTS, POINTS))),
        amended_before_arrival=tuple(draw(st.lists(MARKS, max_size=8, unique=True))),
    )


@settings(max_examples=150, deadline=None)
@given(states())
def test_a_state_comes_back_with_every_field(state: State) -> None:
    again = unpack_state(pack_state(state), tokens(NAMES))
    assert again == state
    for field in ("seen", "failures", "counts", "carried_over"):  # the oldest come first, and are forgotten first
        assert list(getattr(again, field)) == list(getattr(state, field))


@settings(max_examples=50, deadline=None)
@given(states(), st.sets(KNOWN))
def test_names_that_a_program_dropped_are_known_again_when_it_has_them_again(state: State, kept: set[str]) -> None:
    without = unpack_state(pack_state(state), tokens(kept))
    assert pack_state(without) == pack_state(state)
    assert unpack_state(pack_state(without), tokens(NAMES)) == state


@given(st.dictionaries(MARKS, DAYS))
def test_an_archive_comes_back(marks: dict[bytes, int]) -> None:
    assert unpack_marks(pack_marks(marks)) == marks


TEXT = st.text(max_size=8)
NUMBERS = st.integers(-(10**9), 10**9)
MOMENTS = st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 2))  # noqa: DTZ001
PLAIN = st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False, allow_infinity=False) | TEXT
MESSAGES = st.builds(
    Message, st.just("points.reason"), st.dictionaries(TEXT, TEXT | NUMBERS | st.builds(verbatim, TEXT), max_size=3)
)
LINES = st.builds(EntryLine, st.text(min_size=1, max_size=8), NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.none() | MESSAGES)
ENTRIES = st.builds(
    Entry,
    activity=st.builds(
        Activity,
        source=st.sampled_from(["lms", "ladder"]),
        id=st.text(min_size=1, max_size=12),
        type=TEXT,
        occurred_at=MOMENTS,
        received_at=st.none() | MOMENTS,
        attributes=st.dictionaries(TEXT, PLAIN, max_size=4),
    ),
    program_version=st.integers(1, 999),
    lines=st.lists(LINES, max_size=3).map(tuple),
    points=NUMBERS,
    spent=NUMBERS,
    held=NUMBERS,
    notes=st.lists(MESSAGES, max_size=2).map(tuple),
    reached=st.lists(MESSAGES, max_size=2).map(tuple),
    day=st.none() | DAYS,
    allowance=st.none() | st.integers(0, 10**6),
    other_allowances=st.dictionaries(st.integers(700_000, 800_000), st.integers(0, 10**6), max_size=3),
    sequence=st.integers(1, 10**6),
    recorded_at=st.none() | MOMENTS,
)


@settings(max_examples=150, deadline=None)
@given(ENTRIES)
def test_an_entry_comes_back_from_its_item_with_every_field(told: Entry) -> None:
    again = entry_items.from_item(decode(encode(entry_items.to_item("academy#m", told))))
    assert again == told
    assert digest(again.activity) == digest(told.activity)
