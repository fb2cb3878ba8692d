"""Store metric histories: one item per day and block holds every metric's values and counts, and a version.

Columns are packed without loss; a row is one metric's values, or counts, of one day and block: (M,) float32. Measured
values are mostly numbers with few decimal places: as integers, counted from the least one, they take half the bytes of
their float32. Any other row is stored unchanged.
"""

import struct
from collections.abc import Collection, Mapping
from datetime import date, timedelta

import numpy as np

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.packing import pack, unpack
from ladder.adapters.dynamodb.table import ConditionFailed, Item, Put, Table, unchanged_since
from ladder.domain.challenges.history import DayColumn, History, Row
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
            slots = slice(block * BLOCK, (block + 1) * BLOCK)
            for metric in history.columns.keys() & item["metrics"].keys():
                column, packed = history.columns[metric], item["metrics"][metric]
                for whole, part in ((column.values, packed["values"]), (column.counts, packed["counts"])):
                    target, stored = whole[history.row(day), slots], unpack_row(part)
                    target[: len(stored)] = stored[: len(target)]  # a history for fewer members ends earlier
        return history

    def of_slot(self, program: str, slot: int, *, first: date, last: date) -> dict[date, dict[str, MetricValue]]:
        """Return a member's values by day. Reads only the slot's block of each day."""
        block, index = divmod(slot, BLOCK)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        items = self._table.get_many([(program, keys.history(day, block)) for day in days])
        by_day = {keys.day_and_block(sk)[0]: item for (_, sk), item in items.items()}
        result = dict[date, dict[str, MetricValue]]()
        for day, item in sorted(by_day.items()):
            values = {
                metric: (float(column.values[index]), float(column.counts[index]))
                for metric, column in _days_of(item).items()
                if index < len(column.values) and not np.isnan(column.values[index])
            }
            if values:
                result[day] = values
        return result

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
            item = stored.get(sk)
            for _ in range(ATTEMPTS):
                known = _days_of(item)
                days = {metric: column for metric, column in merged(known, news).items() if metric not in without}
                if same(known, days):
                    break
                changed = True
                version = item["version"] if item else 0
                metrics = {
                    metric: {"values": pack_row(column.values), "counts": pack_row(column.counts)}
                    for metric, column in days.items()
                }
                following = {"pk": program, "sk": sk, "version": version + 1, "metrics": metrics}
                try:
                    self._table.write(Put(item=following, only_if=unchanged_since(version)))
                    break
                except ConditionFailed as refused:
                    (item,) = refused.stored  # after a lost race again, on the item that won
            else:
                raise Unavailable(f"{sk} of {program!r} is being recorded by others")
        return changed


def _days_of(item: Item | None) -> Days:
    metrics: Mapping[str, Mapping[str, bytes]] = item["metrics"] if item else {}
    return {metric: DayColumn(unpack_row(row["values"]), unpack_row(row["counts"])) for metric, row in metrics.items()}


def pack_row(row: Row) -> bytes:
    """Pack the row as integers of as few decimal places as are exact; unchanged where too many would be needed."""
    known = ~np.isnan(row)
    values = row[known].astype(np.float64)
    for places in range(MAX_PLACES + 1):
        scaled = np.rint(values * 10.0**places)
        if not (np.abs(scaled) < LARGEST).all():  # infinity is among what is refused here
            break
        if (((scaled / 10.0**places).astype(np.float32)) == row[known]).all():
            least = int(scaled.min()) if scaled.size else 0
            integers = np.zeros(row.shape, dtype="<u4")
            integers[known] = scaled - least + 1
            return HEADER.pack(places, least) + pack(integers.tobytes(), width=4)
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
    result = dict(known)
    for metric, new in news.items():
        old = known.get(metric, EMPTY)
        result[metric] = DayColumn(_merged_row(old.values, new.values), _merged_row(old.counts, new.counts))
    return result


def same(one: Days, other: Days) -> bool:
    """Return whether both have the same values; a metric of NaN only counts as missing."""
    pairs = [(one.get(metric, EMPTY), other.get(metric, EMPTY)) for metric in one.keys() | other.keys()]
    return all(_same_row(a.values, b.values) and _same_row(a.counts, b.counts) for a, b in pairs)


def _merged_row(known: Row, news: Row) -> Row:
    """Return a row as long as the longer one, as a roster grows."""
    size = max(len(known), len(news))
    known, news = _padded(known, size), _padded(news, size)
    return np.where(np.isnan(news), known, news)


def _same_row(one: Row, other: Row) -> bool:
    size = max(len(one), len(other))
    return np.array_equal(_padded(one, size), _padded(other, size), equal_nan=True)


def _padded(row: Row, size: int) -> Row:
    return np.concatenate([row, np.full(size - len(row), np.nan, dtype=np.float32)])
