"""Settings that the rotation function gets from its construct."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    environment: str  # a part of the name of every secret that a program has
    programs_table: str
    members_table: str
    activities_queue_url: str
    metrics_bucket: str
    identity_secret: str  # of the key that ids of other systems are hashed with
