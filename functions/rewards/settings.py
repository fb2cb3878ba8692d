"""Settings of the rewards function, which its construct puts into the environment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    programs_table: str
    members_table: str
    audit_table: str
    activities_queue_url: str
