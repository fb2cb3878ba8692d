"""What the cells of a column can be: every reading that fits all of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ladder.adapters.metric_files.cells import date_pattern
from ladder.domain.challenges.metric_files import INSTANT, CellFormat

DATE_FORMATS = (
    "yyyy-mm-dd", "yyyymmdd", "yyyy/mm/dd", "yyyy.mm.dd", "dd.mm.yyyy", "d.m.yyyy", "dd.mm.yy",
    "dd/mm/yyyy", "mm/dd/yyyy", "d/m/yyyy", "m/d/yyyy", "dd-mm-yyyy", "mm-dd-yyyy",
    "d/m/yy", "m/d/yy", "yy/mm/dd", "yy-mm-dd", "dd-mm-yy", "mm-dd-yy", "ddmmyyyy", "mmddyyyy",
)  # fmt: skip
CLOCK_TAILS = ("", " hh:mm", " hh:mm:ss", " hh:mm am", " hh:mm:ss am", "Thh:mm", "Thh:mm:ss")
NOTHING = frozenset(  # the dashes are the short and the long one
    {"", "-", "--", "\u2013", "\u2014", "n/a", "na", "n.a.", "nan", "null", "none", "k. a.", "k.a.", "k.a", "#n/a"}
    | {"#div/0!", "?"}
)
MOST_DISTINCT = 5_000  # texts of a column that are looked at
LONGEST_RANGE = 3_700  # days of a file; the converter refuses more
YEARS = range(1980, 2100)
_CLOCK_3 = re.compile(r"\d+:[0-5]\d:[0-5]\d([.,]\d+)?")
_CLOCK_2 = re.compile(r"\d+:[0-5]\d")
_NUMBER = re.compile(r"[-+]?\d[\d.,' \u00a0\u202f]*")
_SIGNS = ((".", None), (",", None), (".", ","), (",", "."), (".", " "), (",", " "), (".", "'"), (",", "'"))


@dataclass(frozen=True, slots=True)
class Column:
    """`texts`: distinct cells that hold something. `dates`: formats that fit all. `empty`: words for nothing."""

    name: str
    texts: tuple[str, ...]
    empty: tuple[str, ...]
    dates: tuple[str, ...]
    formats: tuple[CellFormat, ...]  # that fit all, as far as text tells: a plain number may be of any unit

    @property
    def is_number(self) -> bool:
        return bool(self.formats)

    @property
    def names_zone(self) -> bool:
        """Return whether its moments say which zone they are in."""
        return self.dates == (INSTANT,) and all(datetime.fromisoformat(text).tzinfo for text in self.texts)


def column_of(name: str, cells: Iterable[str]) -> Column:
    distinct = list(dict.fromkeys(cell.strip() for cell in cells))
    empty = tuple(text for text in distinct if text and text.casefold() in NOTHING)
    texts = tuple(text for text in distinct if text.casefold() not in NOTHING)[:MOST_DISTINCT]
    dates = _dates(texts) if texts else ()
    plain_digits = {written for written in dates if written.isalpha()}
    formats = _formats(texts) if texts and plain_digits == set(dates) else ()
    return Column(name, texts, empty, dates, formats)


def _dates(texts: Sequence[str]) -> tuple[str, ...]:
    tails = [tail for tail in CLOCK_TAILS if (":" in texts[0]) == (":" in tail)]
    formats = [day + tail for day in DATE_FORMATS for tail in tails]
    fitting = [written for written in formats if _fits(texts, written)]
    # dd.mm.yyyy is d.m.yyyy with two digits each: the stricter one is said
    loose = {written for written in fitting if written.replace("d", "dd", 1).replace("m", "mm", 1) in fitting}
    if not fitting and all(map(_is_instant, texts)):
        return (INSTANT,)
    return tuple(written for written in fitting if written not in loose)


def _is_instant(text: str) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text or moment.tzinfo is not None


def _fits(texts: Sequence[str], written: str) -> bool:
    """Return whether all are dates in the format, and no two are more than ten years apart."""
    pattern, first, last = date_pattern(written), date.max, date.min
    for text in texts:
        parts = pattern.fullmatch(text)
        if not parts:
            return False
        year = int(parts["year"]) if len(parts["year"]) > len("yy") else 2000 + int(parts["year"])
        try:
            day = date(year, int(parts["month"]), int(parts["day"]))
        except ValueError:
            return False
        first, last = min(first, day), max(last, day)
        if year not in YEARS or (last - first).days > LONGEST_RANGE:
            return False
    return True


def _formats(texts: Sequence[str]) -> tuple[CellFormat, ...]:
    if all(text.endswith("%") and _NUMBER.fullmatch(text.removesuffix("%").strip()) for text in texts):
        return ("percent",)
    if all(map(_CLOCK_3.fullmatch, texts)):
        return ("hh:mm:ss",)
    if all(map(_CLOCK_2.fullmatch, texts)):
        return ("mm:ss", "hh:mm")
    return ("number",) if all(map(_NUMBER.fullmatch, texts)) else ()


def number_signs(columns: Iterable[Column]) -> list[tuple[str, str | None]]:
    """Return each pair of decimal and thousands sign with which every number of the file can be read."""
    columns = list(columns)
    texts = [
        text.removesuffix("%").strip()
        for column in columns
        if column.formats in {("number",), ("percent",)} and not column.dates
        for text in column.texts
    ]
    texts += [text.split(":")[-1] for column in columns if column.formats == ("hh:mm:ss",) for text in column.texts]
    if not any(sign in text for text in texts for sign in ".,' \u00a0\u202f"):
        return [(".", None)]  # whole numbers alone
    pairs: list[tuple[str, str | None]] = []
    for decimal, grouping in _SIGNS:
        sign = re.escape(grouping) if grouping not in {None, " "} else r"[ \u00a0\u202f]"
        digits = rf"(?:[1-9]\d{{0,2}}(?:{sign}\d{{3}})+|\d+)" if grouping else r"\d+"
        pattern = re.compile(rf"[-+]?{digits}(?:{re.escape(decimal)}\d+)?")
        groups = grouping is None or any(re.search(rf"\d{sign}\d{{3}}", text) for text in texts)
        if groups and all(map(pattern.fullmatch, texts)):
            pairs.append((decimal, grouping))
    # 1 234 has one meaning, whichever sign would come before a fraction
    meanings: dict[tuple[float, ...], tuple[str, str | None]] = {}
    for decimal, grouping in pairs:
        read = tuple(_value(text, decimal, grouping) for text in texts)
        meanings.setdefault(read, (decimal, grouping))
    return list(meanings.values())


def _value(text: str, decimal: str, grouping: str | None) -> float:
    plain = re.sub(r"[ \u00a0\u202f]", "", text) if grouping == " " else text.replace(grouping or "\0", "")
    return float(plain.replace(decimal, "."))
