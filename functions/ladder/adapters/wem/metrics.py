"""Metric values of the WEM dialect, one call a user.

*Unconfirmed*: the shape of the answer (`payloads.MetricAnswer`), and `endDate`, the last day wanted, without which
`duration` counts back from the platform's today.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from http import HTTPStatus
from urllib.parse import quote

from ladder.adapters.wem.answers import parse
from ladder.adapters.wem.payloads import MetricAnswer
from ladder.adapters.wem.transport import Request, Transport
from ladder.domain.challenges.ports import Reading
from ladder.domain.errors import Rejected

BATCH = 50  # a cut loses ten seconds' reading at 300 requests a minute, not a whole night's
MOST_AGENTS = 1_000
LONGEST_DAYS = 30  # the longest duration the dialect shows


class WemMetrics:
    """A MetricSource. `agents` is the size of the program's roster, where the caller knows it."""

    def __init__(self, transport: Transport, *, agents: int = 0) -> None:
        self._transport = transport
        self._agents = agents

    @property
    def batch(self) -> int:
        return BATCH

    def readings(self, metric: str, users: Sequence[str], *, first: date, last: date) -> Iterator[Reading]:
        """Values of the days from `first` to `last`, both included, read as they are taken.

        A day without a value, and a user whom the platform does not know, give none; a value that cannot be is handed
        on, to be refused by name. Raises Rejected at once for a
        program that is too large to be read user by user.
        """
        asked = max(self._agents, len(users))
        if asked > MOST_AGENTS:
            raise Rejected(
                f"{asked} agents are too many to read one by one (at most {MOST_AGENTS:,}): "
                "give the program a metric source that reads in bulk, or split the program by site"
            )
        return self._each(metric, users, first, last)

    def _each(self, metric: str, users: Sequence[str], first: date, last: date) -> Iterator[Reading]:
        for user in users:
            for start, end in _spans(first, last):
                yield from self._of(metric, user, start, end)

    def _of(self, metric: str, user: str, first: date, last: date) -> Iterator[Reading]:
        request = _request(metric, user, first, last)
        answer = self._transport.ask(request)
        if answer.status == HTTPStatus.NOT_FOUND:
            return
        if answer.refused:
            raise Rejected(f"{request}: {self._transport.words(answer)}")
        for told in parse(MetricAnswer, answer).values:
            if told.value is not None and not math.isnan(told.value) and first <= told.date <= last:
                yield Reading(user, told.date, told.value, told.count or 0.0)


def _request(metric: str, user: str, first: date, last: date) -> Request:
    query = {
        "metric": metric,
        "interval": "DAY",
        "granularity": "DAY",
        "duration": str((last - first).days + 1),
        "endDate": last.isoformat(),
    }
    return Request(method="GET", path=f"/api/v2/wem/metrics/users/{quote(user, safe='')}", query=query)


def _spans(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days asked for, in stretches that the platform answers whole."""
    while first <= last:
        end = min(last, first + timedelta(days=LONGEST_DAYS - 1))
        yield first, end
        first = end + timedelta(days=1)
