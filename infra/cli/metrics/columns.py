"""Read the cells of a column: every reading that fits all of them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import product
from typing import Literal, Self

from infra.cli.metrics.words import says
from ladder.adapters.metric_files.cells import ALIKE, Numbers, moment_parser, number_pattern
from ladder.domain.challenges.metric_files import (
    EXCEL,
    EXCEL_TIME,
    INSTANT,
    MOMENTS,
    UNIX,
    UNIX_MS,
    CellFormat,
    MetricFiles,
    is_date_format,
)

NOTHING = frozenset(  # the dashes are the short and the long one
    {"", "-", "--", "\u2013", "\u2014", "n/a", "na", "n.a.", "nan", "null", "none", "k. a.", "k.a.", "k.a", "#n/a"}
    | {"#div/0!", "?", "#nv", "#wert!", "#value!", "(null)", "(blank)", "(leer)", "#ref!", "#num!"}
)
type Signs = tuple[Literal[".", ","], Literal[".", ",", " ", "'"] | None]  # of decimals and of thousands

FEW_MISTAKES = 0.01  # of the cells of a column
MOST_DISTINCT = 5_000  # texts of a column that are looked at
LONGEST_RANGE = 3_700  # days of a file; the converter refuses more
PLAIN_DATES = ("yyyymmdd", "ddmmyyyy", "mmddyyyy", EXCEL, EXCEL_TIME, UNIX, UNIX_MS)  # which are numbers, too
YEARS = range(1980, 2100)
LEAST_GROUPED = 10  # numbers of a column with a sign that groups thousands, before it is believed
LEAST_PLAIN = 3  # and numbers below 1,000 beside them
_CLOCK_3 = re.compile(r"\d+:[0-5]\d:[0-5]\d([.,]\d+)?")
_CLOCK_2 = re.compile(r"\d+:[0-5]\d")
_NUMBER = re.compile(r"[-+]?\d[\d.,'\u2019 \u00a0\u202f]*")
_TIME = re.compile(r"(?P<gap>,?[ T])\d{1,2}:\d\d(?P<seconds>:\d\d)?(?P<half>[ \u202f]?[ap]\.?m\.?)?$", re.IGNORECASE)
_DIGITS = {1: ("d", "m"), 2: ("dd", "mm", "d", "m", "yy"), 4: ("yyyy",)}  # parts of a date that so many digits can be
_WORD_OR_DIGITS = re.compile(r"[^\W\d_]+\.?|\d+")
SIGNS: tuple[Signs, ...] = (
    (".", None),
    (",", None),
    (".", ","),
    (",", "."),
    (".", " "),
    (",", " "),
    (".", "'"),
    (",", "'"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """`texts`: distinct cells that hold something. `dates`: formats that fit all. `empty`: words for nothing."""

    name: str
    texts: tuple[str, ...]
    empty: tuple[str, ...]
    dates: tuple[str, ...]
    formats: tuple[CellFormat, ...]  # that fit all, as far as text tells: a plain number may be of any unit
    mistakes: tuple[str, ...] = ()  # a few cells that are neither dates nor numbers as all others are

    @classmethod
    def of(cls, name: str, cells: Iterable[str]) -> Self:
        """Return the column; of one with a few mistakes, what all other cells are."""
        counts = Counter(cell.strip() for cell in cells)
        empty = tuple(text for text in counts if text and text.casefold() in NOTHING)
        texts = tuple(text for text in counts if text.casefold() not in NOTHING)[:MOST_DISTINCT]
        dates, formats = _readings(name, texts)
        if not texts or dates or formats:
            return cls(name, texts, empty, dates, formats)
        usual = _usual(texts, counts)
        return cls(name, usual, empty, *_readings(name, usual), tuple(text for text in texts if text not in {*usual}))

    @property
    def is_number(self) -> bool:
        return bool(self.formats)

    @property
    def is_count(self) -> bool:
        """Return whether it may count something: plain numbers that are no dates."""
        return self.formats == ("number",) and not self.dates

    @property
    def is_measure(self) -> bool:
        """Return whether it holds times, or numbers with fractions: no id does."""
        fractions = any(sign in text for text in self.texts for sign in ".,") or says(self.name, "time")
        return self.is_number and (self.formats != ("number",) or fractions)

    @property
    def has_moments(self) -> bool:
        return any(written in MOMENTS or "hh" in written for written in self.dates)

    @property
    def names_zone(self) -> bool:
        """Return whether its moments say which zone they are in."""
        if self.dates != (INSTANT,):
            return bool(self.dates) and set(self.dates) <= MOMENTS
        parse = moment_parser(INSTANT)
        return all(moment.tzinfo for text in self.texts if isinstance(moment := parse(text), datetime))


def _readings(name: str, texts: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[CellFormat, ...]]:
    """Return the formats of dates that fit all texts, and those of figures: a number may be a date, too."""
    dates = _dates(name, texts) if texts else ()
    return dates, _formats(texts) if texts and set(dates) <= {*PLAIN_DATES} else ()


def _usual(texts: tuple[str, ...], counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the texts that all but a few cells hold, where these are dates or numbers: the reader names the others."""
    most, total = max(texts, key=lambda text: counts[text]), sum(counts[text] for text in texts)
    readings: list[Callable[[str], object]] = [_CLOCK_3.fullmatch, _CLOCK_2.fullmatch, _NUMBER.fullmatch]
    readings += [partial(_fits, written=written) for written in _date_formats(most)]
    for reads in readings:
        usual = tuple(filter(reads, texts))
        if sum(counts[text] for text in usual) >= (1 - FEW_MISTAKES) * total:
            return usual
    return texts


def _dates(name: str, texts: Sequence[str]) -> tuple[str, ...]:
    formats = dict.fromkeys(_date_formats(texts[0]))
    if _NUMBER.fullmatch(texts[0]):
        formats |= dict.fromkeys(PLAIN_DATES if says(name, "date") else ())
    fitting = [written for written in formats if _fits(*texts, written=written)]
    if not fitting and re.search(r"[T:]\d", texts[0]) and _fits(*texts, written=INSTANT):
        return (INSTANT,)
    # dd.mm.yyyy is d.m.yyyy with two digits each, and a day is a moment without a time: the stricter one is said
    strict = {
        written: re.sub(r"d+|(?<!a)m+", lambda part: part[0].ljust(2, part[0][0]), written) for written in fitting
    }
    strict |= {EXCEL_TIME: EXCEL}
    return tuple(written for written in fitting if written == strict[written] or strict[written] not in fitting)


def _date_formats(text: str) -> Iterator[str]:
    """Yield the formats that a text can have: its numbers in any order that dates have."""
    time, tail = _TIME.search(text), ""
    if time:
        text = text[: time.start()]
        tail = f"{time['gap']}hh:mm" + ":ss" * bool(time["seconds"]) + " am" * bool(time["half"])
    tokens, form = _WORD_OR_DIGITS.findall(text), _WORD_OR_DIGITS.sub("{}", text)
    kinds = [_DIGITS.get(len(token), ()) if token.isdigit() else ("mmm",) for token in tokens]
    if len(kinds) == 4 and kinds[0] == ("mmm",):  # noqa: PLR2004 - the weekday, and a date
        kinds[0] = ("ddd",)
    if form.count("{}") == form.count("{") == len(kinds) in {3, 4}:
        for parts in product(*kinds):
            written, order = form.format(*parts) + tail, "".join(part[0] for part in parts[-3:])
            usual = order in {"ymd", "dmy"} or (order == "mdy" and "." not in form)
            if usual and is_date_format(written) and not ({"d", "mm"} <= {*parts} or {"dd", "m"} <= {*parts}):
                yield written


def _fits(*texts: str, written: str) -> bool:
    """Return whether all are dates in the format, and no two are more than ten years apart."""
    parse, first, last = moment_parser(written), date.max, date.min
    for text in texts:
        try:
            moment = parse(text)
        except (ValueError, OverflowError):
            return False
        day = moment.date() if isinstance(moment, datetime) else moment
        first, last = min(first, day), max(last, day)
        if day.year not in YEARS or (last - first).days > LONGEST_RANGE:
            return False
    return True


def _formats(texts: Sequence[str]) -> tuple[CellFormat, ...]:
    if all(text.endswith("%") and _NUMBER.fullmatch(text.removesuffix("%").strip()) for text in texts):
        return ("percent",)
    forms: tuple[tuple[Callable[[str], object], tuple[CellFormat, ...]], ...] = (
        (_CLOCK_3.fullmatch, ("hh:mm:ss",)),
        (_CLOCK_2.fullmatch, ("mm:ss", "hh:mm")),
        (_NUMBER.fullmatch, ("number",)),
    )
    return next((formats for fits, formats in forms if all(map(fits, texts))), ())


def number_signs(columns: Iterable[Column]) -> list[Signs]:
    """Return each pair of decimal and thousands sign with which every number of the file can be read.

    A column that no pair can read, such as versions, says nothing.
    """
    numbers = []
    for column in columns:
        if column.formats in {("number",), ("percent",)} and not column.dates:
            numbers.append([text.removesuffix("%").strip() for text in column.texts])
        elif column.formats == ("hh:mm:ss",):
            numbers.append([text.split(":")[-1] for text in column.texts])
    patterns = {signs: number_pattern(*signs) for signs in SIGNS}
    fitting = [{signs for signs in SIGNS if all(map(patterns[signs].fullmatch, texts))} for texts in numbers]
    told = [texts for texts, signs in zip(numbers, fitting, strict=True) if signs]
    texts = [text for column in told for text in column]
    pairs: list[Signs] = [
        (decimal, sign)
        for decimal, sign in SIGNS
        if all((decimal, sign) in signs for signs in fitting if signs)
        and (sign is None or any(re.search(rf"\d[{re.escape(ALIKE.get(sign, sign))}]\d{{3}}", text) for text in texts))
    ]
    for grouping in ".,":
        if any(_groups(column, grouping) for column in told):
            pairs = [signs for signs in pairs if signs[1] == grouping] or pairs
    # 1 234 has one meaning, whichever sign would come before a fraction
    meanings: dict[tuple[float, ...], Signs] = {}
    for decimal, sign in pairs:
        read = Numbers(MetricFiles(measures={}, decimal=decimal, thousands=sign), "number")
        meanings.setdefault(tuple(map(read.__getitem__, texts)), (decimal, sign))
    return list(meanings.values())


def _groups(texts: Sequence[str], sign: str) -> bool:
    """Return whether a sign groups thousands: numbers above 999 bear it before three digits, those below do not."""
    grouped = [text for text in texts if sign in text]
    plain = [text for text in texts if sign not in text]
    pattern = re.compile(rf"[-+]?[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+")
    return (
        len(grouped) >= LEAST_GROUPED
        and len(plain) >= LEAST_PLAIN
        and all(map(pattern.fullmatch, grouped))
        and all(re.fullmatch(r"\d{1,3}", text) for text in plain)
    )
