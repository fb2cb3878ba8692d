"""The settings of the console function, which its construct fills."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    login_url: str  # where people sign in; "/" is the console's own origin
    client_id: str  # of the user pool's client for browsers, which is no secret
