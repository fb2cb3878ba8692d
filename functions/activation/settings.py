"""Settings that the activation function gets from its construct."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    environment: str  # a part of the name of every secret that a program has
    programs_table: str
    audit_table: str
    event_bus_name: str
