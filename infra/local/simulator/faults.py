"""Faults of the simulated platform, and when they occur. All are off at first."""

from dataclasses import dataclass, field
from random import Random


@dataclass(slots=True, kw_only=True)
class FaultTrigger:
    """Fires for a share of calls, every n-th call, or the next few; `kinds` limits it to these kinds of calls."""

    share: float = 0.0
    every: int = 0
    upcoming: int = 0
    kinds: frozenset[str] = frozenset()  # empty: every kind
    _seen: int = 0

    def fires(self, kind: str, rng: Random) -> bool:
        if self.kinds and kind not in self.kinds:
            return False
        self._seen += 1
        if self.upcoming:
            self.upcoming -= 1
            return True
        return bool(self.every and self._seen % self.every == 0) or rng.random() < self.share


@dataclass(slots=True, kw_only=True)
class Faults:
    """Settings of the faults. Triggers are asked in the order of the fields; the first that fires decides."""

    throttle: FaultTrigger = field(default_factory=FaultTrigger)  # 429, nothing done
    fail_before: FaultTrigger = field(default_factory=FaultTrigger)  # 503, nothing done
    stall: FaultTrigger = field(default_factory=FaultTrigger)  # the response comes `stall_seconds` late
    repeat_page: FaultTrigger = field(default_factory=FaultTrigger)  # a list's first page, whichever page was requested
    fail_after: FaultTrigger = field(default_factory=FaultTrigger)  # done, then 502
    lose_answer: FaultTrigger = field(default_factory=FaultTrigger)  # done, then the connection closes
    cut_short: FaultTrigger = field(default_factory=FaultTrigger)  # done, then it closes in mid-response
    garble: FaultTrigger = field(default_factory=FaultTrigger)  # done, and a response that is not JSON
    retry_after: str = "1"
    clock_ahead: float = 0.0  # seconds by which the platform's clock is ahead
    stall_seconds: float = 1.0
    refuse_members: dict[str, str] = field(default_factory=dict)  # user -> why their groups cannot change
    refuse_share: float = 0.0  # of all changes of groups
    membership_delay: float = 0.0  # seconds until a change of groups is visible
    requests_per_minute: int | None = None  # a fixed window, as platforms keep it
    one_active_per_metric: bool = False  # a second active challenge on a metric and day is answered 409

    def membership_error(self, user: str, rng: Random) -> str | None:
        """Return why this user's groups cannot change now, if they cannot."""
        if user in self.refuse_members:
            return self.refuse_members[user]
        return "the change was not applied" if rng.random() < self.refuse_share else None
