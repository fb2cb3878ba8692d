"""Versions as they were written: who, when, the text with its comments, and what changed line by line."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.audit.records import Record
from ladder.domain.errors import NotFound
from ladder.domain.message import verbatim
from ladder.domain.programs.files import ProgramFiles
from ladder.domain.programs.program import Program
from ladder.domain.reviews.staff_names import StaffNames
from supervision.show_versions import STORED, Changes, show_changes, show_version, show_versions
from tests.builders import academy
from tests.fakes import MemoryPrograms
from tests.fakes.administration import MemoryPublications, MemoryWrittenPrograms

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = academy.academy().key
NAMES = StaffNames(dict, {})


class Versions:
    def __init__(self) -> None:
        self.publications = MemoryPublications(MemoryPrograms())
        self.written = MemoryWrittenPrograms()

    def publish(self, program: Program, number: int, text: str | None = None) -> None:
        record = Record(
            program=KEY,
            key=f"P{number}",
            what="audit.program_published",
            who="anna",
            why=verbatim("new"),
            at=AT,
            about={},
        )
        self.publications.publish(replace(program, version=number), record)
        if text is not None:
            self.written.keep(program, ProgramFiles(file="a.yaml", texts={"a.yaml": text}))

    def changes(self, version: int = 2, since: int = 1) -> Changes:
        return show_changes(KEY, version, since, self.publications, self.written)


def named(name: str) -> Program:
    return replace(academy.academy(), name=name)


def test_versions_come_newest_first_in_pages_that_miss_none() -> None:
    versions = Versions()
    for number in range(1, 6):
        versions.publish(named(f"n{number}"), number)
    seen, before = list[int](), 999
    while True:
        page = show_versions(KEY, before=before, limit=2, published=versions.publications, names=NAMES)
        seen += [listed.version for listed in page.versions]
        if page.before is None:
            break
        before = page.before
    assert seen == [5, 4, 3, 2, 1]
    assert (page.versions[0].by, page.versions[0].at) == ("anna", AT)


def test_a_version_is_shown_as_it_was_written_comments_and_all() -> None:
    versions = Versions()
    versions.publish(named("a"), 1, "name: a  # as we say it\n")
    shown = show_version(KEY, 1, versions.publications, versions.written, names=NAMES)
    assert shown.files is not None
    assert shown.files.texts == {"a.yaml": "name: a  # as we say it\n"}
    assert shown.program["name"] == "a"


def test_a_pause_leaves_the_text_as_it_was_and_is_listed() -> None:
    versions = Versions()
    versions.publish(named("a"), 1, "name: a\n")
    versions.publish(replace(named("a"), paused=True), 2)
    shown = show_version(KEY, 2, versions.publications, versions.written, names=NAMES)
    assert shown.files is not None
    assert [(pause.what, pause.key) for pause in shown.listed.pauses] == [("program", KEY)]


def test_a_version_published_without_its_files_is_shown_as_it_is_stored() -> None:
    versions = Versions()
    versions.publish(named("a"), 1)
    assert show_version(KEY, 1, versions.publications, versions.written, names=NAMES).files is None


def test_no_version_is_shown_with_the_text_of_another() -> None:
    versions = Versions()
    versions.publish(named("a"), 1)
    versions.written.keep(named("b"), ProgramFiles(file="a.yaml", texts={"a.yaml": "name: b\n"}))
    assert show_version(KEY, 1, versions.publications, versions.written, names=NAMES).files is None


def test_changes_are_lines_of_the_text() -> None:
    versions = Versions()
    versions.publish(named("a"), 1, "# ours\nname: a\n")
    versions.publish(named("b"), 2, "# ours\nname: b\n")
    lines = [(line.sign, line.text) for line in versions.changes().lines if line.sign != "@"]
    assert lines == [(" ", "# ours"), ("-", "name: a"), ("+", "name: b")]


def test_where_one_has_no_text_both_are_compared_as_they_are_stored() -> None:
    versions = Versions()
    versions.publish(named("a"), 1)
    versions.publish(named("b"), 2, "name: b\n")
    changed = [line for line in versions.changes().lines if line.sign in "+-"]
    assert {line.file for line in changed} == {STORED}
    assert [(line.sign, line.text.strip()) for line in changed] == [("-", '"name": "a",'), ("+", '"name": "b",')]


def test_a_version_does_not_differ_from_itself() -> None:
    versions = Versions()
    versions.publish(named("a"), 1, "name: a\n")
    assert versions.changes(version=1).lines == ()


def test_there_is_no_version_before_the_first_nor_after_the_last() -> None:
    versions = Versions()
    versions.publish(named("a"), 1)
    with pytest.raises(NotFound):
        versions.changes(version=2)


@given(
    st.lists(st.text(alphabet="ab#: \n", max_size=6), max_size=6),
    st.lists(st.text(alphabet="ab#: \n", max_size=6), max_size=6),
)
def test_what_is_added_and_kept_is_part_of_the_new_text_and_what_is_removed_of_the_old(
    old: list[str], new: list[str]
) -> None:
    versions = Versions()
    before, after = "\n".join(old), "\n".join(new)
    versions.publish(named("a"), 1, before)
    versions.publish(named("b"), 2, after)
    lines = versions.changes().lines
    assert all(line.text in after.splitlines() for line in lines if line.sign in "+ ")
    assert all(line.text in before.splitlines() for line in lines if line.sign in "- ")
    added, removed = (sum(line.sign == sign for line in lines) for sign in "+-")
    assert len(before.splitlines()) + added - removed == len(after.splitlines())
