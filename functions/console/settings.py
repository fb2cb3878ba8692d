"""The settings of the console function, which its construct fills."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    members_login_url: str  # where members sign in; "/" is the console's own origin
    members_client: str  # the id of their pool's client for browsers, which is no secret
    staff_login_url: str
    staff_client: str
