"""The settings of the calendar feed function, set by its construct."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    members_table: str
