"""Metric values of the WEM dialect, one call a user.

*Unconfirmed*: the shape of the response (`payloads.MetricResponse`), and `endDate`, the last day to
read, without which `duration` counts back from the platform's today.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from http import HTTPStatus
from urllib.parse import quote

from ladder.adapters.http import parse
from ladder.adapters.wem.payloads import MetricResponse
from ladder.adapters.wem.transport import Request, Transport
from ladder.domain.challenges.ports import Reading
from ladder.domain.errors import Rejected

BATCH = 50  # an abort loses ten seconds of reading at 300 requests a minute, not a whole night's
MAX_AGENTS = 1_000
MAX_DAYS = 30  # the longest duration the dialect shows


class WemMetrics:
    """A MetricSource. `agents`: the size of the program's roster, where the caller knows it."""

    def __init__(self, transport: Transport, *, agents: int = 0) -> None:
        self._transport = transport
        self._agents = agents

    @property
    def batch(self) -> int:
        return BATCH

    def readings(self, metric: str, users: Sequence[str], *, first: date, last: date) -> Iterator[Reading]:
        """Yield values from `first` to `last`, both included, read as they are consumed.

        Days without a value and users unknown to the platform give none; an impossible value is passed on, to be
        refused by name. Raises Rejected at once for a program that is too large to be read user by user.
        """
        agents = max(self._agents, len(users))
        if agents > MAX_AGENTS:
            raise Rejected(
                f"{agents} agents are too many to read one by one (at most {MAX_AGENTS:,}): "
                "give the program a metric source that reads in bulk, or split the program by site"
            )
        return self._all(metric, users, first, last)

    def _all(self, metric: str, users: Sequence[str], first: date, last: date) -> Iterator[Reading]:
        for user in users:
            start = first
            while start <= last:
                end = min(last, start + timedelta(days=MAX_DAYS - 1))
                yield from self._read(metric, user, start, end)
                start = end + timedelta(days=1)

    def _read(self, metric: str, user: str, first: date, last: date) -> Iterator[Reading]:
        query = {
            "metric": metric,
            "interval": "DAY",
            "granularity": "DAY",
            "duration": str((last - first).days + 1),
            "endDate": last.isoformat(),
        }
        request = Request(method="GET", path=f"/api/v2/wem/metrics/users/{quote(user, safe='')}", query=query)
        response = self._transport.send(request)
        if response.status == HTTPStatus.NOT_FOUND:
            return
        if response.refused:
            raise Rejected(f"{request}: {self._transport.message(response)}")
        for day in parse(MetricResponse, response).values:
            if day.value is not None and first <= day.date <= last:
                yield Reading(user, day.date, day.value, day.count or 0.0)
