"""The client's own rate limit, so that a night seldom meets the platform's."""

from collections.abc import Callable

BURST_SHARE = 10  # a tenth of a minute's requests may go at once


class Pace:
    """A token bucket: no sixty seconds see more than `per_minute` requests of this process.

    The burst is taken out of the refill, because burst + refill is what a minute sees at most.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float]) -> None:
        self._burst = max(1, per_minute // BURST_SHARE)
        self._per_second = max(1, per_minute - self._burst) / 60
        self._clock = clock
        self._left = float(self._burst)
        self._seen = clock()

    def turn(self) -> float:
        """Takes the next place and says how many seconds away it is; 0 = now."""
        now = self._clock()
        gained = max(0.0, now - self._seen) * self._per_second  # a clock that steps back gains nothing
        self._seen = now
        self._left = min(float(self._burst), self._left + gained) - 1
        return max(0.0, -self._left / self._per_second)
