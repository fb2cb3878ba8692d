"""Annotations that say more of a value than its type: its bounds, and how a person writes it in a program file.

    weight: Annotated[float, Within(above=0), Says("Write how likely it is beside the others; 1 is usual.")] = 1.0

The dataclasses of a program carry these, and nothing else describes a program: the reader of program files, the door
for drafts, the JSON Schema for editors and the reference page are all made of them. A field without `Says` is not part
of the file (`paused`, `version`).

Bounds unfold into those of `annotated_types`, which pydantic reads. That package takes 20 ms to import, so it is
imported where bounds are checked, and not where a program is only read.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

LARGEST = 10**12  # no number of a program is larger
SMALLEST = 1e-6  # and none is closer to 0, unless it is 0: no quotient of two overflows
LARGEST_WHOLE = 2**53  # of an attribute: beyond it, readers of JSON disagree
ILLEGIBLE = re.compile(  # control characters, halves of pairs, and what Unicode says is no character: of no text
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufdd0-\\ufdef"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(17))
    + "]"
)


@dataclass(frozen=True, slots=True, eq=False)
class Says:
    """A key of the program file: what to write there, and how the file's form differs from the value's.

    `name`: the file's word, where the attribute has another. `by`: a tuple of items is a map, keyed by this attribute
    of theirs. `short`: what is not a map stands for this attribute alone. `keys_alone`: a list of keys may stand for
    the map. `one`: a single value may stand for a list of it. `as_text`: a number stands for its text. `inline`: the
    keys of this part stand beside those of the whole. `spread`: the items of the tuple stand under these keys.
    `words`: words that stand for values. `presets`: what a value of this key decides about other keys. `nights`: the
    key belongs to nightly challenges, and is "needed" wherever any of their keys is written.
    """

    hint: str
    name: str | None = None
    by: str | None = None
    short: str | None = None
    keys_alone: bool = False
    one: bool = False
    as_text: bool = False
    inline: bool = False
    spread: tuple[str, ...] = ()
    words: Mapping[str, object] = field(default_factory=dict)
    presets: Mapping[str, "Preset"] = field(default_factory=dict)
    nights: Literal["needed", "allowed", ""] = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """Attributes that are fixed to these values, and those that begin from others than usual."""

    fixed: Mapping[str, object]
    usual: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Within:
    """A number from `least` to `most`, both included, and more than `above`; 0, or not closer to 0 than SMALLEST."""

    least: float | None = None
    most: float | None = None
    above: float | None = None

    __is_annotated_types_grouped_metadata__ = True

    def __iter__(self) -> Iterator[object]:
        from annotated_types import Interval, Predicate  # noqa: PLC0415

        yield from Interval(ge=self.least, le=self.most, gt=self.above)
        yield Predicate(lambda value: not is_tiny(value))

    @property
    def allowed(self) -> str:
        open_above = self.most is None or self.most >= LARGEST
        open_below = self.least is None or self.least <= -LARGEST
        if self.above is not None:
            return f"more than {self.above:g}" + ("" if open_above else f" and at most {self.most:.12g}")
        if open_below:
            return "" if open_above else f"at most {self.most:.12g}"
        return f"{self.least:.12g} or more" if open_above else f"{self.least:.12g} to {self.most:.12g}"


@dataclass(frozen=True, slots=True)
class Length:
    """So many characters or items."""

    least: int = 0
    most: int | None = None

    __is_annotated_types_grouped_metadata__ = True

    def __iter__(self) -> Iterator[object]:
        from annotated_types import Len  # noqa: PLC0415

        yield from Len(self.least, self.most)

    @property
    def allowed(self) -> str:
        if self.least:
            return f"{self.least} to {self.most}" if self.most else f"at least {self.least}"
        return f"up to {self.most}"


@dataclass(frozen=True, slots=True)
class Holds:
    """A value that a test is true of. `what`: "a time zone", for the sentence that says it is not.

    `pattern`: the test as a regular expression, where it is one. `known`: what may be meant by a word that is none.
    """

    test: Callable[[Any], object]
    what: str
    allowed: str = ""
    pattern: str | None = None
    known: Callable[[], Iterable[str]] | None = None

    __is_annotated_types_grouped_metadata__ = True

    def __iter__(self) -> Iterator[object]:
        from annotated_types import Predicate  # noqa: PLC0415

        yield Predicate(lambda value: bool(self.test(value)))


def is_tiny(number: float) -> bool:
    return 0 < abs(number) < SMALLEST


def is_plain(value: "Plain") -> bool:
    """Return whether a value is one that a program may compare attributes with."""
    return isinstance(value, str | None) or not (is_tiny(value) or abs(value) > LARGEST_WHOLE)


def matching(pattern: str, what: str, allowed: str) -> Holds:
    return Holds(re.compile(pattern).fullmatch, what, allowed, pattern)


def is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name at all; a folder of the database
        return False
    return True


def rising(values: Iterable[float]) -> bool:
    listed = list(values)
    return listed == sorted(set(listed))


def not_rising(values: Iterable[float]) -> bool:
    listed = list(values)
    return listed == sorted(listed, reverse=True)


def distinct(values: Iterable[object]) -> bool:
    listed = list(values)
    return len(set(listed)) == len(listed)


Rising = Holds(rising, "numbers that rise")
Direction = Literal["lower", "higher"]  # which value is better
type Plain = str | int | float | bool | None  # the value of an attribute: 1, 1.0, "1" and true are four values

Text = Annotated[str, Length(1, 1000), Holds(str.strip, "text", pattern=r"[\s\S]*\S[\s\S]*")]
Key = Annotated[
    str, matching(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", "a key", "up to 64 letters, digits, _ and - without spaces")
]
ColumnKey = Annotated[
    str, matching(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", "a key", "up to 64 letters, digits and _ . - without spaces")
]
TimeZone = Annotated[str, Holds(is_time_zone, "a time zone", known=available_timezones)]
Clock = Annotated[time, Holds(lambda clock: clock.tzinfo is None, "a time of day")]
Day = date

Compared = Annotated[Plain, Holds(is_plain, "a value that an attribute can have", "of at most 2⁵³")]
Number = Annotated[float, Within(-LARGEST, LARGEST)]
Percentage = Annotated[float, Within(0, LARGEST)]  # of something that is added, so it may be more than 100
Percentile = Annotated[float, Within(0, 100)]
Share = Annotated[float, Within(0, 1)]
Natural = Annotated[int, Within(0, LARGEST)]
Positive = Annotated[int, Within(1, LARGEST)]
Points = Annotated[int, Within(0, 100_000)]
SomePoints = Annotated[int, Within(1, 100_000)]
