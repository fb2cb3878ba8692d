"""A clock that tests control."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class FakeClock:
    """Seconds since the epoch; time passes only by sleeping. Simulator and adapter can share it."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
