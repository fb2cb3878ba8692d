"""What the admin function is told by its construct."""

from dataclasses import dataclass


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
    judge_models: str  # those on Bedrock that programs may name, with blanks between
