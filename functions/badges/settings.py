"""What the badges function is told by its construct."""

from dataclasses import dataclass

MODEL_REFUSED = "the model refused to be asked"  # in the log, where an alarm looks for it


@dataclass(frozen=True, slots=True)
class Settings:
    environment: str  # a part of the name of every secret that a program has
    programs_table: str
    members_table: str
    audit_table: str
    activities_queue_url: str
    judge_model: str  # of Bedrock, for programs that name none
