"""The settings of the admin function, which its construct fills."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    programs_table: str
    members_table: str
    audit_table: str
    activities_queue_url: str
    identity_secret: str  # the name of the key that logins are looked up with
    user_pool: str  # the id of the pool that has the reviewers
    rotation_machine: str  # the ARN of the state machine of rotations
    production: str  # YES: no program lowers what takes a second person; else NO
