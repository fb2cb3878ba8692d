"""What is said of every way to get a program file wrong: its place, its line, its mend."""

import re
from pathlib import Path

import pytest

from ladder.adapters.program_file import load_program, read_program
from ladder.adapters.program_file.schema import ProgramShape
from ladder.adapters.program_file.walk import shape_at
from ladder.domain.errors import ProgramRefused
from tests.contract.program_text import BANK, LIBRARY, edited, read

# what stands in the bank's file, what stands there instead, place, line's text, words of message and mend
MISTAKES: dict[str, tuple[str, str, str, str, str, str]] = {
    "a bad literal": ("direction: lower", "direction: up", "metrics.AHT.direction", "direction: up",
                      '"up" is neither lower nor higher', 'Write "lower" when a smaller number is better'),
    "a missing value": ("    direction: lower\n", "", "metrics.AHT.direction", "AHT:", "is missing", 'Write "lower"'),
    "an empty value": ("direction: lower", "direction:", "metrics.AHT.direction", "direction:", "is empty", "lower"),
    "a missing section": ("platform:", "platfrom:", "platform", "program: bank", "is missing", "Write {kind: wem"),
    "a misspelt key": (
        "rotation_time:", "rotation_tme:", "rotation_tme", "rotation_tme:", "not a key", "rotation_time?",
    ),
    "a key of a later time": ("draw:", "levels: {}\ndraw:", "levels", "levels:", "not a key", "Known here: caps,"),
    "text for a number": (
        "step: 5", "step: five", "metrics.AHT.step", "step: five", '"five" is not a number', "such as 5",
    ),
    "a fraction for a whole": (
        "per_night: 2", "per_night: 1.5", "draw.per_night", "per_night", "1.5 is not a whole", "how many",
    ),
    "a number for text": ("unit: s", "unit: 5", "metrics.AHT.unit", "unit: 5", "5 is not text", "Put it in quotes."),
    "yes for true": (
        "speed: true", "speed: yes", "metrics.AHT.speed", "speed: yes", '"yes" is not true or false', "Write true",
    ),
    "a number without end": (
        "step: 5", "step: 1e999", "metrics.AHT.step", "step: 1e", "not a number that ends", "such as 5",
    ),
    "a number too large": ("60000", "6000000000000", "caps.program_daily_points", "6000", "too large", "whole number"),
    "a number too small": (
        "60000", "-6000000000000", "caps.program_daily_points", "-6000", "too small", "whole number",
    ),
    "a bad time": ('"00:15"', '"25:00"', "rotation_time", "25:00", '"25:00" is not a time of day', '"00:15"'),
    "a time in words": (
        '"00:15"', "midnight", "rotation_time", "midnight", '"midnight" is not a time of day', '"00:15"',
    ),
    "a time as a number": ('"00:15"', "15", "rotation_time", "rotation_time", "15 is not a time of day", '"00:15"'),
    "a bad time zone": ("Asia/Jerusalem", "Jerusalem", "time_zone", "time_zone", "not a time zone", "Asia/Jerusalem"),
    "a list of the wrong length": ("rule: bands", "up: [48]", "tiers.up", "up: [48]", "holds 1 value", "two percent"),
    "a word in a list": (
        "rule: bands", "up: [48, high]", "tiers.up[1]", "up: [48", '"high" is not a number', "two percentiles",
    ),
    "a word for a list": ("rule: bands", "up: high", "tiers.up", "up: high", '"high" is not a list', "two percentiles"),
    "a word for a section": (
        "caps:", "caps: none\nx:", "caps", "caps: none", '"none" is not a set of keys', "member_daily",
    ),
    "a word for a metric": ("metrics:", "metrics:\n  QA: good", "metrics.QA", "QA: good", '"good" is not a set', "key"),
    "a platform not spoken": (
        "kind: wem", "kind: other", "platform.kind", "kind: other", '"other" is not wem', "Write wem.",
    ),
    "blank text": (
        "name: average handle time", 'name: " "', "metrics.AHT.name", 'name: " "', "is empty", "a member reads",
    ),
    "text without end": ("unit: s", "unit: " + "s" * 1001, "metrics.AHT.unit", "unit: sss", "longer than 1000", "unit"),
    "a multiplier": (
        "per_night: 2", "bonus_multiplier: 2", "draw.bonus_multiplier", "bonus_m", "compound", "bonus_percentage",
    ),
    "a key given twice": (
        "step: 5", "step: 5\n    step: 6", "metrics.AHT.step", "step: 6", "second time (first in line", "Keep one.",
    ),
    "an unknown category": (
        "AHT_STEADY: {", "AHT_STEDY: {", "draw.categories.AHT_STEDY", "AHT_STEDY", "not in", "AHT_STEADY?",
    ),
    "literal with bands": (
        "rule: bands", "rule: literal\n  up: [48, 74]\n  down: [42, 68]", "tiers", "tiers:",
        "sets up, down although the literal rule fixes them", "bands",
    ),
    "literal with a memory": (
        "rule: bands", "rule: literal\n  home_kept_days: 120", "tiers", "tiers:",
        "sets home_kept_days although the literal rule fixes it", "bands",
    ),
    "a fraction of a day": (
        "rule: bands", "home_after_days: 40.5", "tiers.home_after_days", "home_after", "40.5 is not", "home: 40",
    ),
    "a margin in words": (
        "rule: bands", "return_margin: wide", "tiers.return_margin", "return_margin", "is not a number", "such as 3",
    ),
    "a margin too wide": (
        "rule: bands", "return_margin: 9", "tiers.return_margin", "return_margin: 9", "leads up", "8 or less",
    ),
    "two a night where a user is in one group": (
        "membership: adds", "membership: replaces", "platform.membership", "membership:", "the last", "per_night: 1",
    ),
    "an anchor": ("metrics:", "metrics: &m", "metrics", "metrics: &m", "&m is a reference", "Write the values out"),
    "a tag": ("step: 5", "step: !!python/name:os.system 5", "metrics.AHT.step", "step: !!", "is a tag", "Leave it out"),
    "half a character": (
        "name: average handle time", r'name: "\ud800"', "metrics.AHT.name", "ud800", "half a character", "Remove",
    ),
    "a key that is a list": ("draw:", "? [a, b]\n: 1\ndraw:", "", "? [a", "a key is not a single word", "plain text"),
    "a semantic mistake": (
        "at_most: 70", "at_most: 70, at_least: 1", "metrics.AHT.quality_gate", "quality_gate", "one bound", "either",
    ),
    "types compared by what nobody knows": (
        "by: contact_type", "by: weather", "metrics.AHT.normalise_by", "normalise_by", "by weather", "contact_type",
    ),
    "a type named twice": (
        "[PS, NE, NW", "[PS, NE, PS", "contact_types", "contact_types", "a list names PS twice", "[NEW, REGULAR]",
    ),
    "a number for a type": (
        "[PS, NE", "[7, NE", "contact_types", "contact_types", "holds something that is no text", "list of keys",
    ),
    "a word for the types": (
        "[PS, NE, NW, IN, PE, TT]", "all", "contact_types", "contact_types", '"all" is not a set', "list of keys",
    ),
    "a column of a type misspelt": (
        "[PS, NE, NW, IN, PE, TT]", "{PS: {}, NE: {contcts: x}}", "contact_types.NE.contcts", "contcts", "not a key",
        "contacts?",
    ),
    "a measure without its count": (
        "{column: aht_seconds, count: calls}", "{column: aht_seconds}", "metric_files.measures.AHT.count", "aht_sec",
        "is missing", "Name the column of the contacts",
    ),
    "a metric without a measure": (
        "    AHT: {column: aht_seconds, count: calls}\n", "", "metric_files.measures", "measures:",
        "the metric AHT has no column", "Add AHT:",
    ),
    "a share in words": (
        "count: calls, share: true", "count: calls, share: half", "metric_files.measures.SHORT10.share", "SHORT10: {",
        "is not true or false", "100 * column / count",
    ),
    "a guard on an unknown metric": (
        "short_contacts: SHORT10", "short_contacts: SHORT", "guard.short_contacts", "short_c", "SHORT", "SHORT10?",
    ),
    "false alarms without end": (
        "repeat_contacts: REPEAT7D", "false_alarms: 1", "guard.false_alarms", "false_", "1 is no share", "at most 0.1",
    ),
    "a guard of nothing": (
        "guard:  #", "guard: {}\nx:  #", "guard", "guard: {}", "no metric to look at", "Write short_contacts",
    ),
    "usual contacts that are hard": (
        "ratio: 1.1", "ratio: 0.9", "hard_contacts.ratio", "hard_contacts", "0.9 times", "more than 1",
    ),
    "a bonus for hard contacts that multiplies": (
        "bonus_percentage: 10}", "multiplier: 2}", "hard_contacts.multiplier", "hard_contacts", "compound", "add up",
    ),
    "no such library": (
        "bank-library.json", "lost.json", "challenge_library", "", "there is no such file", "Check the name",
    ),
    "a library elsewhere": (
        "bank-library.json", "../x.json", "challenge_library.file", "file: ../x", "beside", "library.json",
    ),
    "a library by its folder": (
        "bank-library.json", "/etc", "challenge_library.file", "file: /etc", "beside", "library.json",
    ),
    "a rule that is not there": (
        "bank-third-tier.json", ".", "reward_rules[0]", "", "this is a folder", "Name the file",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_names_its_place_its_line_and_its_mend(mistake: str, tmp_path: Path) -> None:
    old, new, place, line, message, mend = MISTAKES[mistake]
    text = edited(old, new)
    checked = read(tmp_path, text)
    assert checked.program is None
    problem = next(problem for problem in checked.problems if problem.where == place)
    assert message in problem.message
    assert mend in problem.mend
    assert line in text.splitlines()[problem.line - 1]


SINGLE = [key for key in MISTAKES if key not in {"a missing section", "a misspelt key"}]  # those leave a gap as well


@pytest.mark.parametrize("mistake", SINGLE)
def test_one_mistake_is_one_problem(mistake: str, tmp_path: Path) -> None:
    old, new, *_ = MISTAKES[mistake]
    stray = {"x"}  # "a word for a section" needs a key of its own for what stood below
    assert len([problem for problem in read(tmp_path, edited(old, new)).problems if problem.where not in stray]) == 1


UNREADABLE: dict[str, tuple[str, int, str, str]] = {  # text, line, words of message and mend
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
    "two documents": ("program: bank\n---\nprogram: bank\n", 3, "a second document", "one program"),
    "bytes of another encoding": ("program: bank\nname: caf\udce9\n", 0, "line 2 holds a byte (0xE9)", "UTF-8"),
    "too many brackets": ("metrics: " + "[" * 50_000, 1, "more than 16 levels", "brackets"),
    "far too much": ("#" * 256_001, 0, "larger than 256 kB", "a few pages"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_text_that_is_no_program_is_refused_in_plain_words(kind: str, tmp_path: Path) -> None:
    text, line, message, mend = UNREADABLE[kind]
    checked = read(tmp_path, text)
    assert checked.program is None
    problem = next(problem for problem in checked.problems if message in problem.message)
    assert mend in problem.mend
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
    assert found == ["time_zone", "platform.kind", "metrics.AHT.speed", "caps.reserve_percent", "caps.x", "tiers.up"]


def test_what_rests_on_a_mistake_is_not_judged(tmp_path: Path) -> None:
    """A metric whose direction is unknown says nothing of the order of its targets."""
    checked = read(tmp_path, edited("direction: lower", "direction: up").replace("normalise_by", "normalize_by"))
    assert [problem.where for problem in checked.problems] == ["metrics.AHT.direction", "metrics.AHT.normalize_by"]


def test_loading_raises_with_every_problem_in_the_text(tmp_path: Path) -> None:
    file = tmp_path / "program.yaml"
    file.write_text("program: bank\nname: 5\nlevels: 1\n")
    with pytest.raises(ProgramRefused) as refused:
        load_program(file)
    lines = str(refused.value).splitlines()
    assert f"{file}:2  name: 5 is not text. Put it in quotes. Write the program's name as people say it." in lines
    assert f"{file}:1  time_zone: is missing. Write an IANA name such as Asia/Jerusalem." in lines
    assert any(line.startswith(f"{file}:3  levels: is not a key") for line in lines)


def test_a_mistake_in_a_library_file_is_named_with_that_file_and_its_line(tmp_path: Path) -> None:
    broken = LIBRARY.replace('"points": 50', '"points": "50"', 1)
    (tmp_path / "bank-library.json").write_text(broken)
    (problem,) = read(tmp_path, BANK).problems
    assert problem.file == str(tmp_path / "bank-library.json")
    assert '"points": "50"' in broken.splitlines()[problem.line - 1]
    assert problem.where == "challenge_library.AHT_SPRINT.tier_1.points"


def test_every_key_of_the_file_has_a_mend() -> None:
    shapes = [ProgramShape, *(shape_at((key, "own")) for key in ProgramShape.model_fields)]
    fields = [field for shape in shapes if shape for field in shape.model_fields.values()]
    assert [field for field in fields if not re.fullmatch(r"(Write|Name) .+\.", field.description or "")] == []
