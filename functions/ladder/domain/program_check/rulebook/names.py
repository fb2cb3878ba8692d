"""Keys: few enough to be followed, and never mistaken for one another.

A member's state knows what has a key by three bytes of its digest.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256

from ladder.domain.judged_badge import JudgedBadge
from ladder.domain.program import Program
from ladder.domain.program_check.problem import Path, Problem, error
from ladder.domain.rulebook import Badge, CatalogueItem, Streak, TeamAchievement, Unlock
from ladder.domain.rulebook import Path as LearningPath
from ladder.domain.rules import Rule

MOST = {"rules": 40, "streaks": 8, "unlocks": 20, "paths": 16, "badges": 20, "judged": 6, "teams": 8, "catalogue": 50}
DIGEST_BYTES = 3
_IN_STATE = ("rules", "streaks", "unlocks", "paths", "badges", "judged")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

type _Keyed = Rule | Streak | Unlock | LearningPath | Badge | JudgedBadge | TeamAchievement | CatalogueItem


def check_names(program: Program) -> Iterator[Problem]:
    for section, most in MOST.items():
        keyed: Sequence[_Keyed] = getattr(program.rulebook, section)
        if len(keyed) > most:
            message = f"{len(keyed)} {section} are more than anybody can follow"
            yield error((section,), message, f"Keep up to {most}.")
        for one in keyed:
            yield from check_key((section, one.key), one.key)
    yield from _told_apart(program)


def check_key(at: Path, key: str) -> Iterator[Problem]:
    if not _KEY.fullmatch(key):
        yield error(at, f'"{key}" is no key', "Write up to 64 letters, digits, _ and - without spaces.")


def _told_apart(program: Program) -> Iterator[Problem]:
    taken: dict[bytes, tuple[str, str]] = {}
    for section in _IN_STATE:
        for one in getattr(program.rulebook, section):
            digest = sha256(one.key.encode()).digest()[:DIGEST_BYTES]
            other = taken.setdefault(digest, (section, one.key))
            if other != (section, one.key):
                same = (
                    "the same key stands" if other[1] == one.key else f"{other[1]}, which has the same digest, stands"
                )
                yield error((section, one.key), f"{same} in {other[0]}", "Rename one.")
