"""Store metric histories: one item per day and block holds every metric's values and counts, and a version.

Columns are packed without loss; a row is one metric's values, or counts, of one day and block: (M,) float32. Measured
values are mostly numbers with few decimal places: as integers, counted from the least one, they take half the bytes of
their float32. Any other row is stored unchanged.
"""

import struct
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

import numpy as np

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.packing import pack, unpack
from ladder.adapters.dynamodb.table import ConditionFailed, Item, Put, Table, unchanged_since
from ladder.domain.challenges.history import Column, DayColumn, History, Row
from ladder.domain.challenges.ports import MetricValue
from ladder.domain.errors import Unavailable
from ladder.domain.members.roster import BLOCK, blocks

HEADER = struct.Struct("<bi")  # decimal places, least integer
UNCHANGED = -1  # instead of decimal places
MAX_PLACES = 3
LARGEST = 2**31 - 1
NAN = 0  # the integer for NaN; the least value becomes 1

EMPTY = DayColumn(np.empty(0, dtype=np.float32), np.empty(0, dtype=np.float32))

type Days = dict[str, DayColumn]  # by metric


class DynamoHistories:
    def __init__(self, table: Table) -> None:
        self._table = table

    def load(self, program: str, *, first: date, last: date, members: int, metrics: tuple[str, ...]) -> History:
        """Load days as one range of keys, in pages of 1 MB: that costs fewer read units than item by item."""
        days = (last - first).days + 1
        history = History.empty(first=first, days=days, members=members, metrics=metrics)
        for item in self._table.query(program, keys.histories(first, last)):
            day, block = keys.day_and_block(item["sk"])
            for metric in history.columns.keys() & item["metrics"].keys():
                _fill_block(item["metrics"][metric], history.columns[metric], row=history.row(day), start=block * BLOCK)
        return history

    def of_slot(self, program: str, slot: int, *, first: date, last: date) -> dict[date, dict[str, MetricValue]]:
        """Return a member's values by day. Reads only the slot's block of each day."""
        block, index = divmod(slot, BLOCK)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        items = self._table.get_many([(program, keys.history(day, block)) for day in days])
        columns = {keys.day_and_block(sk)[0]: _days_of(item) for (_, sk), item in items.items()}
        return {day: values for day in sorted(columns) if (values := dict(_metric_values(columns[day], index)))}

    def record(
        self, program: str, day: date, readings: Mapping[str, DayColumn], *, without: Collection[str] = ()
    ) -> bool:
        """Merge the day's readings into the stored ones; return whether anything changed. No change, no write.

        The same write removes the metrics in `without`, for all members that the readings cover.
        """
        stored = {item["sk"]: item for item in self._table.query(program, keys.histories(day, day))}
        members = max((len(reading.values) for reading in readings.values()), default=0)
        changed = False
        for block, slots in enumerate(blocks(members)):
            news = {metric: DayColumn(whole.values[slots], whole.counts[slots]) for metric, whole in readings.items()}
            sk = keys.history(day, block)
            changed |= self._record_block(program, sk, news, stored.get(sk), without)
        return changed

    def _record_block(
        self, program: str, sk: str, news: Mapping[str, DayColumn], stored: Item | None, without: Collection[str]
    ) -> bool:
        """Merge and write a block; after a lost race again, on the item that won, which the refusal returns."""
        changed = False
        for _ in range(ATTEMPTS):
            known = _days_of(stored)
            days = {metric: day for metric, day in merged(known, news).items() if metric not in without}
            if same(known, days):
                return changed
            changed = True
            try:
                self._table.write(_next_version(program, sk, days, before=stored["version"] if stored else 0))
            except ConditionFailed as refused:
                (stored,) = refused.stored
            else:
                return changed
        raise Unavailable(f"{sk} of {program!r} is being recorded by others")


def _metric_values(days: Days, index: int) -> Iterator[tuple[str, MetricValue]]:
    """Yield the metrics on which the member has a value that day."""
    for metric, day in days.items():
        if index < len(day.values) and not np.isnan(day.values[index]):
            yield metric, (float(day.values[index]), float(day.counts[index]))


def _days_of(item: Item | None) -> Days:
    metrics: Mapping[str, Mapping[str, bytes]] = item["metrics"] if item else {}
    return {metric: DayColumn(unpack_row(row["values"]), unpack_row(row["counts"])) for metric, row in metrics.items()}


def _next_version(program: str, sk: str, days: Days, *, before: int) -> Put:
    metrics = {metric: {"values": pack_row(day.values), "counts": pack_row(day.counts)} for metric, day in days.items()}
    item = {"pk": program, "sk": sk, "version": before + 1, "metrics": metrics}
    return Put(item=item, only_if=unchanged_since(before))


def _fill_block(packed: Mapping[str, bytes], column: Column, *, row: int, start: int) -> None:
    """Copy a block into one day of a column; a history for fewer members than are stored ends earlier."""
    for whole, part in ((column.values, unpack_row(packed["values"])), (column.counts, unpack_row(packed["counts"]))):
        target = whole[row, start : start + BLOCK]
        target[: len(part)] = part[: len(target)]


def pack_row(row: Row) -> bytes:
    for places in range(MAX_PLACES + 1):
        packed = _packed_integers(row, places)
        if packed is not None:
            return packed
    return HEADER.pack(UNCHANGED, 0) + pack(row.astype("<f4").tobytes(), width=4)


def unpack_row(packed: bytes) -> Row:
    places, least = HEADER.unpack_from(packed)
    raw = unpack(packed[HEADER.size :], width=4)
    if places == UNCHANGED:
        return np.frombuffer(raw, dtype="<f4").astype(np.float32)
    integers = np.frombuffer(raw, dtype="<u4").astype(np.float64)
    values = (integers + (least - 1)) / 10.0**places
    return np.where(integers == NAN, np.nan, values).astype(np.float32)


def merged(known: Days, news: Mapping[str, DayColumn]) -> Days:
    """Return the known days corrected and extended by the news; NaN and missing metrics change nothing."""
    return known | {metric: _merged_day(known.get(metric, EMPTY), day) for metric, day in news.items()}


def same(one: Days, other: Days) -> bool:
    """Return whether both have the same values; a metric of NaN only counts as missing."""
    return all(_same_day(one.get(metric, EMPTY), other.get(metric, EMPTY)) for metric in one.keys() | other.keys())


def _packed_integers(row: Row, places: int) -> bytes | None:
    """Pack the row as integers; None where its numbers have more decimal places."""
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
    """Return a row as long as the longer one, as a roster grows."""
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
