"""The settings of the progress function, which its construct fills."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    environment: str  # part of every secret's name
    programs_table: str
    members_table: str
    audit_table: str
    activities_queue_url: str
    identity_secret: str  # the name of the key that logins are looked up with
