"""Settings of the ingestion function, which its construct passes."""

from dataclasses import dataclass

from ladder.domain.activities.source import POLL_MINUTES

__all__ = ["POLL_MINUTES", "Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    environment: str  # a part of the name of every secret that a program has
    programs_table: str
    members_table: str
    activities_queue_url: str
    cases_queue_url: str  # for texts that members wrote, which the ledger never stores
    identity_secret: str  # the name of the key that raw user ids are hashed with
