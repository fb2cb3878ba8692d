"""Pack a member's state into few bytes: the item must stay within one write unit, which is 1,024 bytes.

What it keeps by name is kept by three bytes of a digest of the name; `names` are those of the program. A name that the
program no longer has stays in the state under its bytes, so that a rule which comes back finds what it knew.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import batched

import msgspec

from ladder.domain.points.achievements import monday
from ladder.domain.points.ledger import STEP_BYTES, Fingerprint, State, StreakState, WeekMean

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARK, DAY, TOKEN = 5, 2, 3  # bytes
UNKNOWN = "?"

type Names = Mapping[bytes, str]
type Marked = tuple[bytes, list[int]]  # marks, joined, and a number for each


class Packed(msgspec.Struct, array_like=True, frozen=True):
    """The packed state. The order of its fields is the format: a new field goes to the end, with a default.

    Days are kept as how long before `day` they were, weeks as how many before that day's: small numbers are short.
    """

    counted: bytes
    as_of: tuple[int, str, str] | None  # microseconds
    day: int
    week_used: int
    allowance: int | None
    used: dict[bytes, int]
    seen: bytes
    windows: dict[bytes, list[int]]
    streaks: dict[bytes, tuple[int, int, int, int, int]]
    days_off: list[int]
    failures: Marked
    weeks: dict[bytes, list[tuple[int, float, int]]]
    paths: dict[bytes, bytes]
    counts: Marked
    badges: dict[bytes, tuple[int, int]]
    unlocks: bytes
    pending: bytes
    short: bool = False


def tokens(names: Iterable[str]) -> dict[bytes, str]:
    return {_token(name): name for name in names}


def pack_state(state: State) -> bytes:
    day = state.day
    packed = Packed(
        counted=state.counted,
        as_of=_moment(state.as_of),
        day=day,
        week_used=state.week_used,
        allowance=state.allowance,
        used=_named(state.used),
        seen=pack_marks(state.seen),
        windows=_named({key: [day - each for each in days] for key, days in state.windows.items()}),
        streaks=_named({key: _run(run, day) for key, run in state.streaks.items()}),
        days_off=_spans(state.days_off),
        failures=_marked(state.failures),
        weeks=_named({key: [_week(each, state.week) for each in weeks] for key, weeks in state.weeks.items()}),
        paths=_named({key: b"".join(sorted(steps)) for key, steps in state.paths.items()}),
        counts=_marked(state.counts),
        badges=_named({key: (tier, day - on) for key, (tier, on) in state.badges.items()}),
        unlocks=b"".join(sorted(map(_token, state.unlocks))),
        pending=b"".join(state.pending),
        short=state.allowance_reached,
    )
    return msgspec.msgpack.encode(packed)


def unpack_state(raw: bytes, names: Names) -> State:
    """Unpack a state, without the archive and the values that are attributes of the item."""
    packed = msgspec.msgpack.decode(raw, type=Packed)
    day, week = packed.day, monday(packed.day) if packed.day else 0
    return State(
        counted=packed.counted,
        as_of=packed.as_of and (EPOCH + timedelta(microseconds=packed.as_of[0]), *packed.as_of[1:]),
        day=day,
        week=week,
        week_used=packed.week_used,
        allowance=packed.allowance,
        used=_by_name(packed.used, names),
        seen=unpack_marks(packed.seen),
        windows={key: tuple(day - each for each in days) for key, days in _by_name(packed.windows, names).items()},
        streaks={key: _to_run(run, day) for key, run in _by_name(packed.streaks, names).items()},
        days_off=_days(packed.days_off),
        failures=_by_mark(packed.failures),
        weeks={key: [_to_week(*each, week) for each in weeks] for key, weeks in _by_name(packed.weeks, names).items()},
        paths={key: frozenset(_split(steps, STEP_BYTES)) for key, steps in _by_name(packed.paths, names).items()},
        counts=_by_mark(packed.counts),
        badges={key: (tier, day - on) for key, (tier, on) in _by_name(packed.badges, names).items()},
        unlocks=frozenset(_name(token, names) for token in _split(packed.unlocks, TOKEN)),
        pending=tuple(_split(packed.pending, MARK)),
        allowance_reached=packed.short,
    )


def pack_marks(marks: Mapping[Fingerprint, int]) -> bytes:
    """Pack fingerprints with their days, counted from 1970; two bytes last until 2149."""
    return b"".join(mark + (day - EPOCH.toordinal()).to_bytes(DAY) for mark, day in marks.items())


def unpack_marks(raw: bytes) -> dict[Fingerprint, int]:
    return {each[:MARK]: EPOCH.toordinal() + int.from_bytes(each[MARK:]) for each in _split(raw, MARK + DAY)}


def _moment(as_of: tuple[datetime, str, str] | None) -> tuple[int, str, str] | None:
    return as_of and ((as_of[0] - EPOCH) // timedelta(microseconds=1), as_of[1], as_of[2])


def _run(run: StreakState, day: int) -> tuple[int, int, int, int, int]:
    return run.length, day - run.last, day - run.period, run.matches, run.best


def _to_run(packed: tuple[int, int, int, int, int], day: int) -> StreakState:
    length, last, period, matches, best = packed
    return StreakState(length=length, last=day - last, period=day - period, matches=matches, best=best)


def _week(week: WeekMean, current: int) -> tuple[int, float, int]:
    return (current - week.monday) // 7, week.total, week.count


def _to_week(ago: int, total: float, count: int, current: int) -> WeekMean:
    return WeekMean(monday=current - 7 * ago, total=total, count=count)


def _spans(days: tuple[int, ...]) -> list[int]:
    """Return the first day and the length of each run of days, flat."""
    spans = list[int]()
    for day in days:
        if spans and spans[-2] + spans[-1] == day:
            spans[-1] += 1
        else:
            spans += [day, 1]
    return spans


def _days(spans: list[int]) -> tuple[int, ...]:
    return tuple(day for first, length in batched(spans, 2, strict=True) for day in range(first, first + length))


def _named[V](values: Mapping[str, V]) -> dict[bytes, V]:
    return {_token(name): value for name, value in values.items()}


def _by_name[V](values: Mapping[bytes, V], names: Names) -> dict[str, V]:
    return {_name(token, names): value for token, value in values.items()}


def _marked(values: Mapping[Fingerprint, int]) -> Marked:
    return b"".join(values), list(values.values())


def _by_mark(packed: Marked) -> dict[Fingerprint, int]:
    return dict(zip(_split(packed[0], MARK), packed[1], strict=True))


def _token(name: str) -> bytes:
    return bytes.fromhex(name[1:]) if name.startswith(UNKNOWN) else hashlib.sha256(name.encode()).digest()[:TOKEN]


def _name(token: bytes, names: Names) -> str:
    return names.get(token, f"{UNKNOWN}{token.hex()}")


def _split(raw: bytes, width: int) -> list[bytes]:
    return [raw[start : start + width] for start in range(0, len(raw), width)]
