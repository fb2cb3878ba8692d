"""Names of secrets: Ladder may read what begins with ladder/, and no program holds what is in one."""

import re
from collections.abc import Iterator

from ladder.domain.program_check.problem import Path, Problem, error

_SECRET = re.compile(r"ladder/[A-Za-z0-9/_+=.@-]{1,200}")


def check_secret(at: Path, name: str) -> Iterator[Problem]:
    if not _SECRET.fullmatch(name):
        yield error(
            at,
            f'"{name}" is not a secret that Ladder may read',
            "Write the name of a secret that begins with ladder/, such as ladder/bank/platform; never what is in it.",
        )
