"""The settings of the credentials function, which its construct fills."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    programs_table: str
    members_table: str
    audit_table: str
    identity_secret: str  # the name of the key that logins are looked up with
    signing_keys: str  # ids of KMS keys, with spaces between them: the first one signs, the others have signed
