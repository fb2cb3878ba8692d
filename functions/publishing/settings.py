"""The settings of the publishing function, which its construct fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Settings:
    programs_table: str
    members_table: str
    audit_table: str
    identity_secret: str  # the name of the key that logins are looked up with
    user_pool: str  # the id of the pool that has the reviewers
    production: str  # YES: no program lowers what takes a second person; else NO
    judge_models: str  # those on Bedrock that programs may name, as `format_models` writes them

    @property
    def models(self) -> dict[str, date]:
        """Return the models that programs may name, each with the day on which it ends."""
        pairs = (item.partition("=") for item in self.judge_models.split())
        return {model: date.fromisoformat(ends) for model, _, ends in pairs}


def format_models(models: Mapping[str, date]) -> str:
    """Write each model with the day on which it ends, separated by blanks: "a=2027-01-01 b=2028-01-01"."""
    return " ".join(f"{model}={ends}" for model, ends in models.items())
