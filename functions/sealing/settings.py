"""The settings of the sealing function, which its construct fills."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    programs_table: str
    audit_table: str
    anchors_bucket: str
