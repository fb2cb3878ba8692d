"""What is said of every way to get a program file wrong: its path, its line, its hint."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_origin

import pytest

from infra.cli.program_file import load_program, read_program
from ladder.domain.errors import ProgramRefused
from ladder.domain.programs.program import Program
from ladder.program_validation import Key, Kind, keys_of
from tests.builders.program_files import BANK, LIBRARY, edited, read
from tests.builders.program_mistakes import FILES


@pytest.mark.parametrize("mistake", FILES)
def test_a_mistake_names_its_path_its_line_and_its_hint(mistake: str, tmp_path: Path) -> None:
    old, new, place, line, message, hint = FILES[mistake]
    text = edited(old, new)
    checked = read(tmp_path, text)
    assert checked.program is None
    problem = next(problem for problem in checked.problems if problem.where == place)
    assert message in problem.message
    assert hint in problem.hint
    assert line in text.splitlines()[problem.line - 1]


SINGLE = [key for key in FILES if key not in {"a missing section", "a misspelt key"}]  # those leave a gap as well


@pytest.mark.parametrize("mistake", SINGLE)
def test_one_mistake_is_one_problem(mistake: str, tmp_path: Path) -> None:
    old, new, *_ = FILES[mistake]
    stray = {"x"}  # "a word for a section" needs a key of its own for what stood below
    assert len([problem for problem in read(tmp_path, edited(old, new)).problems if problem.where not in stray]) == 1


UNREADABLE: dict[str, tuple[str, int, str, str]] = {  # text, line, words of message and hint
    "nothing": ("", 1, "the file is empty", "program:"),
    "comments alone": ("# to be written\n", 1, "the file is empty", "program:"),
    "a list": ("- program: bank\n", 1, "does not hold keys", "program:"),
    "a word": ("bank", 1, "does not hold keys", "program:"),
    "a tab": ("program: bank\nmetrics:\n\tAHT: 1\n", 3, "a tab", "spaces"),
    "two colons": ("program: bank\nname: The bank: a program\n", 2, "a colon stands where no key can be", "quotes"),
    "an open quote": ('program: bank\nname: "The bank\n', 3, "never closed", "Close it"),
    "an open bracket": ("program: bank\npeers: {by_channel: true\n", 3, "never closed", "Close it"),
    "a bent indent": ("peers:\n  by_channel: true\n tenure_bands_days: [1]\n", 3, "does not line up", "Indent it"),
    "a reserved sign": ("name: @bank\n", 1, "a sign that YAML keeps for itself", "quotes"),
    "a key without a colon": ("program: bank\nname\ntime_zone: UTC\n", 3, "a key has no colon", "key: value"),
    "a missing comma": ("peers: {a: [1 2], b: c: d}\n", 1, "a comma or a closing bracket is missing", "comma"),
    "an idle backslash": (r'name: "a\qb"', 1, "a backslash", r"Write \\"),
    "a control character": ("program: bank\nname: \x07\n", 2, "invisible control character", "Remove it"),
    "a number for a character": (r'name: "\Uffffffff"', 1, "not YAML", "stray sign"),
    "two documents": ("program: bank\n---\nprogram: bank\n", 2, "a second document", "one program"),
    "bytes of another encoding": ("program: bank\nname: caf\udce9\n", 0, "line 2 holds a byte (0xE9)", "UTF-8"),
    "too many brackets": ("metrics: " + "[" * 50_000, 1, "more than 16 levels", "brackets"),
    "far too much": ("#" * 256_001, 0, "larger than 256 kB", "a few pages"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_text_that_is_no_program_is_refused_in_plain_words(kind: str, tmp_path: Path) -> None:
    text, line, message, hint = UNREADABLE[kind]
    checked = read(tmp_path, text)
    assert checked.program is None
    problem = next(problem for problem in checked.problems if message in problem.message)
    assert hint in problem.hint
    assert problem.line == line
    assert problem.file.endswith("program.yaml")


def test_a_file_that_cannot_be_opened_is_refused_in_plain_words(tmp_path: Path) -> None:
    places = {tmp_path / "lost.yaml": "no such file", tmp_path: "a folder", Path("/dev/zero"): "not a regular file"}
    for place, words in places.items():
        checked = read_program(place)
        assert checked.program is None
        assert words in str(checked.problems[0])
    assert "cannot be read" in str(read_program(tmp_path / ("x" * 5000)).problems[0])


def test_aliases_that_would_expand_to_billions_are_refused_unexpanded(tmp_path: Path) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    checked = read(tmp_path, f"a0: &a0 lol\n{levels}")
    assert checked.program is None
    assert any("*a10 is a reference" in problem.message for problem in checked.problems)


def test_all_mistakes_of_a_file_are_told_together_in_its_order(tmp_path: Path) -> None:
    text = BANK.replace("speed: true", "speed: yes").replace("kind: wem", "kind: other")
    text = text.replace("rule: bands", "up: [48, 101]").replace("Asia/Jerusalem", "Mars")
    text = text.replace("reserve_percent: 5", "reserve_percent: 0\n  x: 1")
    checked = read(tmp_path, text)
    found = [problem.where for problem in checked.problems]
    assert found == ["time_zone", "platform.kind", "metrics.AHT.speed", "caps.reserve_percent", "caps.x", "tiers.up[1]"]


def test_what_rests_on_a_mistake_is_not_judged(tmp_path: Path) -> None:
    """A metric whose direction is unknown says nothing of the order of its targets."""
    checked = read(tmp_path, edited("direction: lower", "direction: up").replace("normalise_by", "normalize_by"))
    assert [problem.where for problem in checked.problems] == ["metrics.AHT.direction", "metrics.AHT.normalize_by"]


def test_loading_raises_with_every_problem_in_the_text(tmp_path: Path) -> None:
    file = tmp_path / "program.yaml"
    file.write_text("program: bank\nname: 5\nscores: 1\n")
    with pytest.raises(ProgramRefused) as refused:
        load_program(file)
    lines = str(refused.value).splitlines()
    assert f"{file}:2  name: 5 is not text. Put it in quotes. Write the program's name as people say it." in lines
    assert f"{file}:1  time_zone: is missing. Write an IANA name such as Asia/Jerusalem." in lines
    assert any(line.startswith(f"{file}:3  scores: is not a key") for line in lines)


def test_a_mistake_in_a_library_file_is_named_with_that_file_and_its_line(tmp_path: Path) -> None:
    broken = LIBRARY.replace('"points": 50', '"points": "50"', 1)
    (tmp_path / "bank-library.json").write_text(broken)
    (problem,) = read(tmp_path, BANK).problems
    assert problem.file == str(tmp_path / "bank-library.json")
    assert '"points": "50"' in broken.splitlines()[problem.line - 1]
    assert problem.where == "challenge_library.AHT_SPRINT.tier_1.points"


def test_every_key_of_the_file_says_what_to_write() -> None:
    keys = list(keys_within(Program))
    assert len(keys) > 150
    assert [key for key in keys if not re.fullmatch(r"(Write|Name|Describe) .+\.", key.says.hint)] == []


def keys_within(whole: type) -> Iterator[Key]:
    for key in keys_of(whole):
        yield key
        for part in wholes_in(key.kind):
            yield from keys_within(part)


def wholes_in(kind: Kind) -> Iterator[type]:
    if kind.is_whole:
        yield kind.type
    elif get_origin(kind.type) is not None and get_origin(kind.type) is not Literal:
        yield from wholes_in(kind.item())
