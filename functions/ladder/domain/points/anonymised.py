"""Anonymize the ledger of an erased member: facts about points remain, and say nothing about a person.

A fact keeps its local day, its numbers, and the words that rules ask for; everything else that a source wrote, ids too,
becomes a pseudonym under a salt that is deleted afterwards. Equal words become equal pseudonyms, and facts keep
their order, so replaying them gives the very same points. Free text of Ladder's own activities is removed.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ladder.domain.activities.activity import (
    AMENDMENTS,
    CORRECTED,
    DAY_OFF,
    EARLIEST,
    LADDER,
    ROTATION,
    Activity,
    Key,
    days_off_from,
)
from ladder.domain.activities.sessions import CONFIRMED
from ladder.domain.calendar.deadlines import DUE, due_times
from ladder.domain.calendar.schedule import ONE_DAY, LocalDays, Schedule, day_bounds
from ladder.domain.points.apply import CLOCK_SKEW
from ladder.domain.points.entry_text import ERASED
from ladder.domain.points.ledger import Entry
from ladder.domain.points.rulebook import Rulebook, tests
from ladder.domain.validation.constraints import Plain

SALT_BYTES = 16
FREE = frozenset({"reason", "by", "actor", "sentence", "verdict"})  # of our own activities
SPAN = frozenset({"first", "last"})  # of days off; a correction may be of some

type Words = Collection[tuple[str, Plain]]  # attribute and value


def program_words(rulebooks: Iterable[Rulebook]) -> Words:
    """Return what rules of any of these versions compare with: a program's own words, which name nobody."""
    return {
        (test.attribute, value)
        for rulebook in rulebooks
        for _, test in tests(rulebook)
        for value in (test.equals, *test.one_of)
        if isinstance(value, str)
    }


def anonymize(
    recorded: Sequence[Entry], *, salt: bytes, program_words: Words, schedules: Mapping[int, Schedule]
) -> list[tuple[Key, Entry]]:
    """Return each entry that is not yet anonymous, by its present key, in the order in which they are to be replaced.

    `recorded`: the whole ledger, some of which an earlier run may have replaced; `schedules`: of its program versions.
    """
    mask = _Mask.over(recorded, salt=salt, program_words=program_words, schedules=schedules)
    waiting = sorted((entry for entry in recorded if ERASED not in entry.notes), key=_by_time)
    return [(entry.key, mask.entry(entry)) for entry in waiting]


def _by_time(entry: Entry) -> tuple[datetime, Key]:
    return entry.activity.occurred_at, entry.key


def coarse_times(recorded: Iterable[Entry], schedules: Mapping[int, Schedule]) -> dict[Key, datetime]:
    """Return for each event the beginning of its local day, and microseconds after it where another one came before.

    Their order stays, also among days off, which apply from long before their first day. Those of facts that an earlier
    run has replaced, which are the first ones, stay as they are.
    """
    days = {version: LocalDays(schedule) for version, schedule in schedules.items()}
    in_order = sorted(recorded, key=lambda entry: (ERASED not in entry.notes, *_by_time(entry)))
    barriers = sorted({days_off_from(entry.activity) for entry in in_order if entry.activity.has_span})
    times, last = dict[Key, datetime](), EARLIEST
    for entry in in_order:
        at, schedule = entry.activity.occurred_at, schedules[entry.program_version]
        start, _ = day_bounds(schedule, days[entry.program_version].day(at))
        passed = barriers[: bisect_right(barriers, at)][-1:]
        last = at if ERASED in entry.notes else max(start, *passed, last + timedelta.resolution)
        times[entry.key] = last
    return times


def _coarse_receipt(activity: Activity, at: datetime) -> datetime | None:
    """Return a time of receipt that is as many days late, and so counts or not as the activity did."""
    if activity.received_at is None:
        return None
    late = activity.received_at - activity.occurred_at
    return at + timedelta(days=-1 if late < -CLOCK_SKEW else max(0, -(-late // ONE_DAY)))


@dataclass(frozen=True, slots=True)
class _Mask:
    salt: bytes
    program_words: Words
    ranks: Mapping[str, int]  # by the pseudonym of an id
    times: Mapping[Key, datetime]
    dues: Mapping[Key, str]

    @classmethod
    def over(
        cls, recorded: Sequence[Entry], *, salt: bytes, program_words: Words, schedules: Mapping[int, Schedule]
    ) -> "_Mask":
        """Number ids in the order of time, which is the order of replacing: what was replaced before comes first."""
        ranks = {}
        for entry in recorded:
            if ERASED in entry.notes:
                rank, _, pseudonym = entry.activity.id.partition(".")
                ranks[pseudonym] = int(rank)
        first = max(ranks.values(), default=0) + 1
        waiting = sorted((entry for entry in recorded if ERASED not in entry.notes), key=_by_time)
        ranks |= {_pseudonym(salt, *entry.key): first + place for place, entry in enumerate(waiting)}
        times = coarse_times(recorded, schedules)
        return cls(salt, program_words, ranks, times, _relative_dues(waiting, times, schedules))

    def entry(self, entry: Entry) -> Entry:
        activity, at = entry.activity, self.times[entry.key]
        masked = replace(
            activity,
            id=self.id(activity.key),
            occurred_at=at,
            received_at=_coarse_receipt(activity, at),
            attributes=self.attributes(activity) | ({DUE: self.dues[entry.key]} if entry.key in self.dues else {}),
        )
        recorded = entry.recorded_at and entry.recorded_at.replace(hour=0, minute=0, second=0, microsecond=0)
        return replace(entry, activity=masked, notes=(ERASED,), recorded_at=recorded)

    def id(self, key: Key) -> str:
        pseudonym = _pseudonym(self.salt, *key)
        return f"{self.ranks.get(pseudonym, 0):07d}.{pseudonym}"

    def attributes(self, activity: Activity) -> dict[str, Plain]:
        ours = activity.source in {LADDER, ROTATION} and activity.type not in {CORRECTED, CONFIRMED}
        kept = {name: value for name, value in activity.attributes.items() if not (ours and name in FREE)}
        masked = kept if ours else {name: self.value(activity, name, value) for name, value in kept.items()}
        if activity.type in AMENDMENTS and activity.target:
            masked["id"] = self.id(activity.target)
            if activity.source == LADDER:
                masked["source"] = activity.target[0]
        return masked

    def value(self, activity: Activity, name: str, value: Plain) -> Plain:
        if not isinstance(value, str) or (name, value) in self.program_words:
            return value
        if activity.type in {DAY_OFF, CORRECTED} and name in SPAN:
            with suppress(ValueError):  # what is no date is masked
                date.fromisoformat(value)
                return value
        return _pseudonym(self.salt, name, value)


def _relative_dues(
    waiting: Iterable[Entry], times: Mapping[Key, datetime], schedules: Mapping[int, Schedule]
) -> dict[Key, str]:
    """Return due dates as they are kept: as long after the coarse time of what was due as they were after the real one.

    So rules that pay for what is on time pay the same. A correction is about the event that it corrects.
    """
    entries = {entry.key: entry for entry in waiting}
    dues = dict[Key, str]()
    for key, entry in entries.items():
        subject = entries.get(entry.activity.target or key) if entry.activity.type == CORRECTED else entry
        due = due_times(str(entry.activity.attributes.get(DUE, "")), schedules[entry.program_version])
        if due and subject:
            dues[key] = (times[subject.key] + (due.starts - subject.activity.occurred_at)).isoformat()
    return dues


def _pseudonym(salt: bytes, *parts: str) -> str:
    digest = hashlib.sha256(salt)
    for part in parts:
        digest.update(len(part.encode()).to_bytes(4) + part.encode())
    return digest.hexdigest()[:24]
