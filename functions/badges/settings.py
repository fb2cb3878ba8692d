"""The settings of the badges function, set by its construct."""

from dataclasses import dataclass

MODEL_REFUSED = "the model refused to be asked"  # the log line that an alarm is set on


@dataclass(frozen=True, slots=True)
class Settings:
    environment: str  # a part of the name of every secret that a program has
    programs_table: str
    members_table: str
    audit_table: str
    activities_queue_url: str
    judge_model: str  # of Bedrock, for programs that name none
