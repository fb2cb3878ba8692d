"""What the rotation function is told by its construct."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    programs_table: str
    members_table: str
    activities_queue_url: str
    metrics_bucket: str
