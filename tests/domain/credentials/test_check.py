"""What is wrong with the section `credentials` of a program, and what an edit of it does."""

from dataclasses import replace

from ladder.domain.credentials.check import check_credential_edits
from ladder.domain.credentials.rules import Alignment
from ladder.domain.programs.check import check
from tests.builders import academy
from tests.builders.taken_along import RULES, SKILL, issuing


def test_a_program_that_issues_credentials_is_playable() -> None:
    assert [problem for problem in check(issuing()) if problem.path[0] == "credentials"] == []


def test_an_alignment_names_a_badge_of_the_program() -> None:
    misspelt = issuing(replace(RULES, alignments=(Alignment(badge="SHARE", skills=(SKILL,)),)))
    [problem] = [problem for problem in check(misspelt) if problem.path[0] == "credentials"]
    assert (problem.where, problem.severity) == ("credentials.alignments.SHARE", "error")
    assert problem.hint == "Did you mean SHARER?"


def test_a_program_without_a_badge_is_warned_that_nothing_can_be_taken_along() -> None:
    empty = replace(academy.book(badges=()), credentials=replace(RULES, alignments=()))
    [problem] = [problem for problem in check(empty) if problem.path[0] == "credentials"]
    assert problem.severity == "warning"


def test_an_edit_that_moves_the_address_is_warned_of_and_any_other_is_not() -> None:
    moved = replace(RULES, address="https://badges.example.org")
    assert [problem.where for problem in check_credential_edits(RULES, moved)] == ["credentials.address"]
    assert [problem.where for problem in check_credential_edits(RULES, None)] == ["credentials"]
    assert list(check_credential_edits(RULES, replace(RULES, name="Academy of the North"))) == []
    assert list(check_credential_edits(None, RULES)) == []
