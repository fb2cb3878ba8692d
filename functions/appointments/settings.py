"""The settings of the appointments function, set by its construct."""

from dataclasses import dataclass

REMIND_MINUTES = 5  # between two looks at what falls due


@dataclass(frozen=True, slots=True)
class Settings:
    programs_table: str
    members_table: str
    audit_table: str
    activities_queue_url: str
