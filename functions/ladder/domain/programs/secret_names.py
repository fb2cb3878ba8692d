"""Names of secrets: Ladder composes each from the environment, the program and what it is for.

No program file names a secret, so no program can have another one's read. A part that could leave its place in the
name, such as one with a slash, is refused before anything is read.
"""

import re

from ladder.domain.errors import Rejected

ROOT = "ladder"
PLATFORM, SOURCES, JUDGE = "platform", "sources", "judge"
ANY_ENVIRONMENT = "<environment>"  # in a text for people, who may not know where a program will be published
_PART = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def platform_secret(environment: str, program: str) -> str:
    """Raises Rejected for a key that is none."""
    return _name(environment, program, PLATFORM)


def source_secret(environment: str, program: str, source: str) -> str:
    """Raises Rejected for a key that is none."""
    return _name(environment, program, SOURCES, source)


def judge_secret(environment: str, program: str) -> str:
    """Raises Rejected for a key that is none."""
    return _name(environment, program, JUDGE)


def _name(environment: str, *parts: str) -> str:
    wrong = [part for part in (environment, *parts) if not _PART.fullmatch(part)]
    if wrong:
        raise Rejected(
            f"{wrong[0]!r} cannot be a part of a secret's name: use 1 to 64 lower-case letters, digits and hyphens"
        )
    return "/".join((ROOT, environment, *parts))
