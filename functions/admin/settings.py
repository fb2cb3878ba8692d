"""What the admin function is told by its construct."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    programs_table: str
    audit_table: str
    anchors_bucket: str
