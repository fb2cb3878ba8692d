"""The demonstration program as text: the good file that tests break."""

from pathlib import Path
from typing import Any, cast

from infra.cli.program_file import read_program
from ladder.domain.programs.program import Program
from ladder.program_file.read import CheckedProgram
from ladder.program_file.tree import parse
from tests.paths import PROGRAMS

PASSED = "{name: passed, when: assessment.submitted, where: {passed: true}, points: 5, once_per: module}"

BARE = f"program: a\nname: A\ntime_zone: UTC\nrules: {{PASSED: {PASSED}}}\n"

GOALS = """
streaks:
  DAYS:
    {name: days, when: assessment.submitted, where: {passed: true}, every: week, grace: 1, milestones: {20: 9, 5: 5}}
levels: {Newcomer: 0, Regular: 500}
paths:
  FIRST:
    name: first
    points: 200
    steps:
      A: {name: a, when: assessment.submitted, where: {passed: true}}
      B: {name: b, when: assessment.submitted, where: {passed: true}, after: A}
unlocks:
  OTHER: {name: other, requires: [{level: 2}, {points: 1000}]}
  MENTORING:
    name: mentoring
    requires: [{badge: SHARER, tier: 2}, {path: FIRST}, {streak: DAYS, at_least: 5}, {unlock: OTHER}]
badges:
  SHARER:
    name: sharer
    description: shares
    owner: anna.l
    review_on: 2027-05-01
    tiers:
      bronze: [{count: {when: assessment.submitted, where: {passed: true}}}]
      silver: [{count: {when: assessment.submitted, where: {passed: true}, distinct: module}, at_least: 3}]
teams: {T: {name: t, target: 2000, floor: 100, share: 0.8, points: 50, every: day}}
catalogue: {EARLY: {name: early, kind: time, price: 800, stock: 5}, PRAISE: {name: p, kind: recognition, price: 1}}
"""

BANK = (PROGRAMS / "bank.yaml").read_text()
LIBRARY = (PROGRAMS / "bank-library.json").read_text()
RULE = (PROGRAMS / "bank-third-tier.json").read_text()
FILES = {"bank-library.json": LIBRARY, "bank-third-tier.json": RULE}
ACADEMY = (PROGRAMS / "academy.yaml").read_text()
GOOD = cast("dict[str, Any]", parse(BANK, "bank.yaml").value)


def read(folder: Path, text: str) -> CheckedProgram:
    """Read a text as a program file; the bank's other files lie beside it, unless a test put its own there."""
    for name, part in FILES.items():
        if not (folder / name).exists():
            (folder / name).write_text(part)
    file = folder / "program.yaml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    return read_program(file)


def edited(old: str, new: str) -> str:
    assert old in BANK, f"the bank's file no longer holds {old!r}"
    return BANK.replace(old, new, 1)


def playable(checked: CheckedProgram) -> Program:
    assert checked.program, "\n".join(map(str, checked.problems))
    return checked.program
