"""Metric columns as bytes, without loss. A row is one metric's values, or counts, of one day and block: (M,) float32.

Measured values are mostly numbers with few decimal places: as integers, counted from the least one, they take half
the bytes of their float32. What is not so simple is kept as it is.
"""

import struct
from collections.abc import Mapping

import numpy as np

from ladder.adapters.dynamodb.packing import pack, unpack
from ladder.domain.challenges.history import DayColumn, Row

HEADER = struct.Struct("<bi")  # decimal places, least integer
AS_IT_IS = -1  # instead of decimal places
MOST_PLACES = 3
LARGEST = 2**31 - 1
NOT_KNOWN = 0  # the integer that stands for NaN; the least one is 1

NOTHING = DayColumn(np.empty(0, dtype=np.float32), np.empty(0, dtype=np.float32))

type Days = dict[str, DayColumn]  # metric -> its day


def pack_row(row: Row) -> bytes:
    for places in range(MOST_PLACES + 1):
        packed = _packed_integers(row, places)
        if packed is not None:
            return packed
    return HEADER.pack(AS_IT_IS, 0) + pack(row.astype("<f4").tobytes(), width=4)


def unpack_row(packed: bytes) -> Row:
    places, least = HEADER.unpack_from(packed)
    raw = unpack(packed[HEADER.size :], width=4)
    if places == AS_IT_IS:
        return np.frombuffer(raw, dtype="<f4").astype(np.float32)
    integers = np.frombuffer(raw, dtype="<u4").astype(np.float64)
    values = (integers + (least - 1)) / 10.0**places
    return np.where(integers == NOT_KNOWN, np.nan, values).astype(np.float32)


def merged(known: Days, news: Mapping[str, DayColumn]) -> Days:
    """What is known, corrected and extended by the news: NaN and what is not named leave it as it is."""
    return known | {metric: _merged_day(known.get(metric, NOTHING), day) for metric, day in news.items()}


def same(one: Days, other: Days) -> bool:
    """Whether both say the same; a metric of NaN only says nothing."""
    return all(_same_day(one.get(metric, NOTHING), other.get(metric, NOTHING)) for metric in one.keys() | other.keys())


def _packed_integers(row: Row, places: int) -> bytes | None:
    """None where the row is no row of numbers with so few decimal places."""
    known = ~np.isnan(row)
    scaled = np.rint(row[known].astype(np.float64) * 10.0**places)
    if not _exact(row[known], scaled, places):
        return None
    least = int(scaled.min()) if scaled.size else 0
    integers = np.zeros(row.shape, dtype="<u4")
    integers[known] = scaled - least + 1
    return HEADER.pack(places, least) + pack(integers.tobytes(), width=4)


def _exact(values: Row, scaled: np.ndarray[tuple[int], np.dtype[np.float64]], places: int) -> bool:
    if not (np.abs(scaled) < LARGEST).all():  # infinity is among what is refused here
        return False
    return bool((((scaled / 10.0**places).astype(np.float32)) == values).all())


def _merged_day(known: DayColumn, news: DayColumn) -> DayColumn:
    return DayColumn(_merged_row(known.values, news.values), _merged_row(known.counts, news.counts))


def _merged_row(known: Row, news: Row) -> Row:
    """As long as the longer one: a roster grows."""
    size = max(len(known), len(news))
    known, news = _padded(known, size), _padded(news, size)
    return np.where(np.isnan(news), known, news)


def _same_day(one: DayColumn, other: DayColumn) -> bool:
    return _same_row(one.values, other.values) and _same_row(one.counts, other.counts)


def _same_row(one: Row, other: Row) -> bool:
    size = max(len(one), len(other))
    return np.array_equal(_padded(one, size), _padded(other, size), equal_nan=True)


def _padded(row: Row, size: int) -> Row:
    return np.concatenate([row, np.full(size - len(row), np.nan, dtype=np.float32)])
