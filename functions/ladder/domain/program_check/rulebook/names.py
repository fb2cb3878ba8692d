"""Keys that are never mistaken for one another: a member's state knows what has one by three bytes of its digest."""

from collections.abc import Iterator
from hashlib import sha256

from ladder.domain.program_check.problem import Problem, error
from ladder.domain.programs.program import Program

DIGEST_BYTES = 3
_IN_STATE = ("rules", "streaks", "unlocks", "paths", "badges", "judged")


def check_names(program: Program) -> Iterator[Problem]:
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
