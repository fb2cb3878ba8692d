"""A program's files checked for a page: every problem at its line, also those beside the live version."""

from dataclasses import replace
from datetime import date

import pytest

from infra.models import MODELS
from ladder.domain.errors import InvalidRequest, NotAuthorized
from ladder.domain.programs.files import ProgramFiles
from ladder.domain.reviews.permissions import Staff
from publishing.drafts import CheckedFiles, check_files, read_files
from tests.builders.program_files import BANK
from tests.fakes import MemoryPrograms
from tests.paths import ROOT

ADMIN = Staff(subject="anna", program="bank", role="admin", declared=True)
PARTS = {
    name: (ROOT / "infra" / "programs" / name).read_text() for name in ("bank-library.json", "bank-third-tier.json")
}


def files(text: str = BANK, **parts: str) -> ProgramFiles:
    return ProgramFiles(file="bank.yaml", texts={"bank.yaml": text, **PARTS, **parts})


def checked(written: ProgramFiles, staff: Staff = ADMIN, programs: MemoryPrograms | None = None) -> CheckedFiles:
    return check_files(staff, written, models=MODELS, today=date(2026, 11, 28), programs=programs or MemoryPrograms())


def lines(found: CheckedFiles) -> dict[int, str]:
    return {problem.line: problem.where for problem in found.problems if problem.severity == "error"}


def test_the_files_of_the_bank_as_they_are_can_be_played() -> None:
    assert checked(files()).playable


def test_each_problem_has_its_line_and_what_to_write() -> None:
    broken = BANK.replace("time_zone: ", "time_zone: Nowhere/At_All # ", 1).replace(
        "daily_tokens: ", "daily_tokens: -", 1
    )
    found = checked(files(broken))
    assert not found.playable
    expected = {
        number for number, line in enumerate(broken.splitlines(), 1) if "Nowhere" in line or "tokens: -" in line
    }
    assert set(lines(found)) == expected
    assert all(problem.file == "bank.yaml" and problem.hint for problem in found.problems)


def test_a_problem_in_a_part_is_told_with_that_part_s_name() -> None:
    name = next(iter(PARTS))
    found = checked(files(**{name: PARTS[name].replace('"points": ', '"points": -', 1)}))
    assert {problem.file for problem in found.problems if problem.severity == "error"} == {name}


def test_a_part_that_was_not_sent_is_named() -> None:
    alone = ProgramFiles(file="bank.yaml", texts={"bank.yaml": BANK})
    assert {problem.file for problem in checked(alone).problems} == set(PARTS)


def test_what_only_shows_beside_the_live_version_is_told_at_its_line_too() -> None:
    granted = checked(files(BANK.replace("us.amazon.nova-2-lite-v1:0", "us.amazon.never-granted-v1:0", 1)))
    number = next(number for number, line in enumerate(BANK.splitlines(), 1) if "nova-2-lite" in line)
    assert number in lines(granted)


def test_another_program_s_file_is_refused_at_its_key() -> None:
    found = checked(files(), replace(ADMIN, program="academy"))
    [(line, where)] = lines(found).items()
    assert (where, BANK.splitlines()[line - 1]) == ("program", "program: bank")


def test_a_reviewer_checks_nothing() -> None:
    with pytest.raises(NotAuthorized):
        checked(files(), replace(ADMIN, role="reviewer"))


def test_a_draft_of_files_is_the_program_they_say_or_refused_with_every_line() -> None:
    assert read_files(files()).key == "bank"
    with pytest.raises(InvalidRequest, match=r"bank\.yaml:\d+"):
        read_files(files("program: bank\n"))
