"""What the admin function is told by its construct."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Settings:
    programs_table: str
    members_table: str
    audit_table: str
    anchors_bucket: str
    activities_queue_url: str
    identity_secret: str  # the name of the key that logins are looked up with
    user_pool: str  # the id of the pool that has the reviewers
    rotation_machine: str  # the ARN of the machine that plays nights
    judge_models: str  # those on Bedrock that programs may name, as `tell_models` writes them


def tell_models(models: Mapping[str, date]) -> str:
    """A model and the day on which it ends, then the next one, with blanks between."""
    return " ".join(f"{model}={ends}" for model, ends in models.items())


def read_models(text: str) -> dict[str, date]:
    return {model: date.fromisoformat(ends) for model, _, ends in (each.partition("=") for each in text.split())}
