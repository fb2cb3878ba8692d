"""The settings of the supervision function, which its construct fills."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    programs_table: str
    members_table: str
    audit_table: str
    user_pool: str  # of the staff, whose names it has
