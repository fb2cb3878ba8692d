"""The settings of the delivery function, set by its construct."""

from dataclasses import dataclass

GIVEN_UP = "a message was given up"  # log lines that an alarm is set on
CHANNEL_CLOSED = "a channel is closed"


@dataclass(frozen=True, slots=True)
class Settings:
    environment: str  # a part of the name of every secret that a program has
    programs_table: str
    members_table: str
    audit_table: str
