"""Guess the load of rows: a column of queues beside the contact types, and parts of the day that rows begin in."""

from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from infra.cli.metrics.sample import Sample, Values
from infra.cli.metrics.words import says
from ladder.adapters.metric_files.cells import Moments
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.check_load import MOST_CONDITIONS, MOST_SERIES
from ladder.domain.challenges.metric_files import Load

MOST_QUEUES = 5  # that are compared apart; all others count together
LEAST_SHARE = 0.03  # of all contacts, below which a queue is not compared apart
PARTS = 4  # of the day, of about as many contacts each
LEAST_HOURS = 4  # with contacts, below which the day has no parts
NONE = "none"  # the answer that leaves the load out


def guess_load(sample: Sample, count: str, *, kinds: int, time_zone: str) -> Load | None:
    """Return the load, or None where nothing tells it. `kinds`: the number of contact types.

    Hours are those of the centre's time zone.
    """
    if sample.given.get("load") == NONE:
        sample.answer("load")
        return None
    contacts = np.nan_to_num(sample.numbers(count))
    queue, queues = _queues(sample, contacts)
    room = min(MOST_CONDITIONS, MOST_SERIES // (kinds + 1)) // (len(queues) + 1)
    hours = _parts_of_day(sample, contacts, min(PARTS, room), time_zone)
    if not queues and not hours:
        return None
    load = Load(queue=queue, queues=queues, hours=hours)
    what = " and ".join([*[f"by {queue}"] * bool(queues), *["by the hour at which they begin"] * bool(hours)])
    sample.find("load", ", ".join(load.conditions), "certain", f"rows are told apart {what}; none to leave it out")
    return load


def _queues(sample: Sample, contacts: Values) -> tuple[str | None, tuple[str, ...]]:
    """Return the column of the queue among those that tell rows apart, and its largest queues."""
    for name in sample.files.rows_by:
        if not says(name, "type") or says(name, "not a type"):
            continue
        texts, number = np.unique(sample.cells(name), return_inverse=True)
        share = np.bincount(number, contacts) / max(contacts.sum(), 1)
        largest = [index for index in np.argsort(-share, kind="stable").tolist() if texts[index]][: len(texts) - 1]
        queues = tuple(str(texts[index]) for index in largest[:MOST_QUEUES] if share[index] >= LEAST_SHARE)
        if queues:
            return name, queues
    return None, ()


def _parts_of_day(sample: Sample, contacts: Values, parts: int, time_zone: str) -> tuple[time, ...]:
    """Return when each part of the day begins, at whole hours, where agents have rows of several hours of a day."""
    files = sample.files
    if parts < 2 or not files.has_times:  # noqa: PLR2004 - one part is the whole day
        return ()
    schedule = Schedule(time_zone=time_zone)
    read, zone = Moments(files, schedule), ZoneInfo(time_zone)
    moments = [read[text] for text in sample.cells(files.date)]
    days = len({(agent, day) for agent, (day, _) in zip(sample.cells(files.agent), moments, strict=True)})
    rows = len({(agent, moment) for agent, (_, moment) in zip(sample.cells(files.agent), moments, strict=True)})
    if rows < 2 * days:
        return ()
    hour = np.array([datetime.fromtimestamp(moment, zone).hour for _, moment in moments])
    by_hour = np.bincount(hour, contacts, 24)
    if np.count_nonzero(by_hour) < LEAST_HOURS:
        return ()
    upto = np.cumsum(by_hour) / by_hour.sum()
    begins = [0, *(int(np.searchsorted(upto, part / parts)) + 1 for part in range(1, parts))]
    rising = [begins[0], *(after for before, after in pairwise(begins) if before < after < 24)]  # noqa: PLR2004
    return tuple(map(time, rising)) if len(rising) > 1 else ()
