"""What the acts reach for: a member's own and nobody else's, and no library that makes a start slow."""

import subprocess
import sys
from collections.abc import Collection, Mapping

import pytest

from ladder.domain.activities.activity import Key
from ladder.domain.points.ledger import Entry, State
from tests.builders.academy_events import passed
from tests.fakes.members import MemoryLedger
from tests.functions.progress.member_services import MEMBER, MemberServices


class Mine(MemoryLedger):
    """To ask it for anybody else is a mistake."""

    def load(self, program: str, member: str, keys: Collection[Key]) -> tuple[State, Mapping[Key, bytes]]:
        assert (program, member) == ("academy", MEMBER)
        return super().load(program, member, keys)

    def entries(self, program: str, member: str, *, count: int | None = None) -> list[Entry]:
        assert (program, member) == ("academy", MEMBER)
        return super().entries(program, member, count=count)


def test_nothing_but_the_members_own_is_ever_read() -> None:
    services = MemberServices(ledger=Mine())
    services.did(passed("a"))
    services.shown()
    services.page()
    services.raised(passed("a").id)


@pytest.mark.slow
@pytest.mark.parametrize(
    "module", ["progress.show_progress", "progress.show_ledger", "progress.order", "progress.dispute", "ladder.web.me"]
)
def test_the_acts_load_neither_numpy_nor_pydantic_nor_boto(module: str) -> None:
    probe = f"import sys, {module}; sys.exit(bool({{'numpy', 'pydantic', 'boto3', 'botocore'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0  # noqa: S603


@pytest.mark.slow
def test_the_function_loads_no_numpy() -> None:
    probe = (
        "import os, sys; from infra.cli.openapi import document; document();"
        "sys.exit(bool({'numpy', 'boto3'} & set(sys.modules)) or 'progress.handler' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0  # noqa: S603
