"""Count what a step uses of DynamoDB and of platforms, where it happens; the step's answer reports it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Usage:
    """Write and read units as DynamoDB reports them; calls as the platform sees them, retries included."""

    write_units: float = 0.0
    read_units: float = 0.0
    platform_calls: int = 0
    metric_calls: int = 0
