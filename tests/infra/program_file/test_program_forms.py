"""The forms that a program file may have: YAML or JSON, whole or in parts, short or in full."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from ladder.domain.challenges.metric_files import Measure, MetricFiles
from ladder.domain.challenges.rules import (
    LITERAL,
    ContactType,
    Guard,
    HardContacts,
    Peers,
    QualityGate,
    TierRule,
)
from ladder.program_file.read import CheckedProgram
from tests.builders.program_files import BANK, GOOD, LIBRARY, RULE, edited, playable, read


def written(tree: Any) -> str:
    """In the order of its keys: that of levels counts."""
    return yaml.safe_dump(tree, sort_keys=False)


def test_the_demonstration_program_is_playable_without_a_warning(tmp_path: Path) -> None:
    checked = read(tmp_path, BANK)
    assert checked.problems == ()
    program = playable(checked)
    assert program.schedule.rotation_time == time(0, 15)
    assert program.challenges.metric("AHT").quality_gate == QualityGate(metric="REPEAT7D", at_most=70.0, over_days=10)
    assert program.challenges.selection.weight_of("AHT_SPRINT").cooldown_days == 2
    assert program.challenges.category("AHT_SPRINT").tiers[1].target_value == 180
    assert program.challenges.reward_rules[0].conditions[0].value == "TIER_3"


def test_contact_types_may_be_keys_alone_or_keys_with_what_the_source_calls_them(tmp_path: Path) -> None:
    listed = playable(read(tmp_path, BANK)).challenges.contact_types
    assert listed[0] == ContactType(key="PS", contacts="calls_PS")
    assert [kind.key for kind in listed] == ["PS", "NE", "NW", "IN", "PE", "TT"]
    named = {"PS": {"contacts": "regular", "seconds": "regular_s"}, "NE": {"seconds": "ne_s"}}
    assert playable(read(tmp_path, written({**GOOD, "contact_types": named}))).challenges.contact_types == (
        ContactType(key="PS", contacts="regular", seconds="regular_s"),
        ContactType(key="NE", contacts="calls_NE", seconds="ne_s"),
    )


def test_the_guard_hard_contacts_and_files_are_read_with_the_defaults_of_what_is_left_out(tmp_path: Path) -> None:
    program = playable(read(tmp_path, BANK))
    assert program.challenges.guard == Guard(short_contacts="SHORT10", repeat_contacts="REPEAT7D", false_alarms=0.01)
    assert program.challenges.hard_contacts == HardContacts(ratio=1.1, bonus_percentage=10.0)
    assert isinstance(program.challenges.metric_files, MetricFiles)
    assert program.challenges.metric_files.measures["AHT"] == Measure(columns=("aht_seconds",), count="calls")
    assert program.challenges.metric_files.measures["SHORT10"].statistic == "share"
    renamed = edited("metric_files:", "metric_files:\n  agent: who\n  date: day #")
    files = playable(read(tmp_path, renamed)).challenges.metric_files
    assert files
    assert (files.agent, files.date) == ("who", "day")


def test_two_challenges_of_the_third_tier_with_their_bonus_meet_the_cap_of_the_demonstration(tmp_path: Path) -> None:
    program = playable(read(tmp_path, BANK))
    third = max(category.tiers[2].points for category in program.challenges.categories)
    share = 1 + program.challenges.reward_rules[0].conditions[0].bonus_percentage / 100
    assert program.caps.member_daily_points is not None
    assert 2 * third * share > program.caps.member_daily_points


def with_library(written: str) -> str:
    return edited("challenge_library: {file: bank-library.json}", written)


@pytest.mark.parametrize(
    "written",
    [
        f"challenge_library: {json.dumps(json.loads(LIBRARY)['challenge_library'])}",
        f"challenge_library: {json.dumps(json.loads(LIBRARY))}",  # pasted with its wrapper
        written(json.loads(LIBRARY)),
    ],
    ids=["in JSON", "pasted whole", "in YAML"],
)
def test_the_original_library_is_accepted_inline_as_by_file(written: str, tmp_path: Path) -> None:
    assert read(tmp_path, with_library(written)) == read(tmp_path, BANK)


@pytest.mark.parametrize(
    "written",
    [
        "reward_rules:\n  - file: bank-third-tier.json",
        "reward_rules: {file: bank-third-tier.json}",
        "reward_rules: {file: list.json}",
        f"reward_rules: [{json.dumps(json.loads(RULE))}]",
        f"reward_rules: {json.dumps(json.loads(RULE))}",
    ],
)
def test_the_original_reward_rule_is_accepted_inline_and_by_file(written: str, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text(f"[{RULE}]")
    assert read(tmp_path, edited("reward_rules:\n  - file: bank-third-tier.json", written)) == read(tmp_path, BANK)


def test_a_library_indented_with_tabs_and_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    whole = read(tmp_path, BANK)
    tabbed = json.dumps(json.loads(LIBRARY), indent="\t")
    (tmp_path / "bank-library.json").write_text(tabbed, encoding="utf-8-sig")
    assert read(tmp_path, BANK) == whole


def test_characters_that_json_writes_in_two_halves_are_joined(tmp_path: Path) -> None:
    smiling = edited("name: Call centre of the bank", r'name: "\ud83d\ude00"')
    assert playable(read(tmp_path, smiling)).name == "\U0001f600"


def test_a_key_beside_the_wrapper_of_a_library_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bank-library.json").write_text(json.dumps({**json.loads(LIBRARY), "comment": "draft"}))
    (problem,) = read(tmp_path, BANK).problems
    assert problem.where == "challenge_library.comment"


def test_an_empty_library_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bank-library.json").write_text("")
    (problem,) = read(tmp_path, BANK).problems
    assert str(problem).startswith(f"{tmp_path / 'bank-library.json'}  challenge_library: the file is empty.")


def test_a_whole_number_may_be_written_with_a_fraction_of_zero(tmp_path: Path) -> None:
    assert playable(read(tmp_path, edited("per_night: 2", "per_night: 2.0"))).challenges.selection.per_night == 2


@pytest.mark.parametrize(("written", "meant"), [("true", True), ("false", False)])
def test_a_program_says_that_its_platform_allows_one_challenge_a_metric(
    written: str,
    meant: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    text = edited("one_active_per_metric: false", f"one_active_per_metric: {written}")
    platform = playable(read(tmp_path, text)).challenges.platform
    assert platform is not None
    assert platform.one_active_per_metric is meant


@pytest.mark.parametrize("clock", ["10:30", "9:05", '"00:00"', "'23:59'"])
def test_a_time_needs_no_quotes(clock: str, tmp_path: Path) -> None:
    hours, minutes = clock.strip("\"'").split(":")
    assert playable(read(tmp_path, edited('"00:15"', clock))).schedule.rotation_time == time(int(hours), int(minutes))


def test_an_empty_section_and_a_missing_one_keep_the_defaults(tmp_path: Path) -> None:
    bare = written({key: GOOD[key] for key in GOOD if key not in {"peers", "tiers", "caps", "selection"}})
    program = playable(read(tmp_path, bare + "peers:\ntiers:\n"))
    assert (program.challenges.peers, program.challenges.tier_rule, program.challenges.payer) == (
        Peers(),
        TierRule(),
        "ladder",
    )


def test_the_literal_rule_is_a_preset_for_the_bands(tmp_path: Path) -> None:
    rule = {"tiers": {"rule": "literal", "up_after_days": 3}}
    literal = playable(read(tmp_path, written({**GOOD, **rule}))).challenges.tier_rule
    assert literal == replace(LITERAL, up_after_days=3)
    assert (literal.up, literal.down, literal.smoothing_days, literal.previous_kept_days) == (
        (50, 75),
        (50, 75),
        1,
        0,
    )


def test_the_memory_of_a_tier_may_be_set(tmp_path: Path) -> None:
    memory = {
        "previous_after_days": 20,
        "previous_kept_days": 0,
        "return_after_days": 3,
        "return_margin": 2.5,
    }
    read_rule = playable(read(tmp_path, written({**GOOD, "tiers": memory}))).challenges.tier_rule
    assert read_rule == TierRule(previous_after_days=20, previous_kept_days=0, return_after_days=3, return_margin=2.5)


def test_the_tiers_of_the_demonstration_are_the_defaults(tmp_path: Path) -> None:
    assert playable(read(tmp_path, BANK)).challenges.tier_rule == TierRule()


def test_the_tiers_of_a_category_are_on_one_metric(tmp_path: Path) -> None:
    library: dict[str, Any] = json.loads(LIBRARY)
    library["challenge_library"]["AHT_SPRINT"]["tier_2"]["metric_key"] = "SHORT10"
    (tmp_path / "bank-library.json").write_text(json.dumps(library))
    (problem,) = read(tmp_path, BANK).problems
    assert problem.where == "challenge_library.AHT_SPRINT.tier_2.metric_key"
    assert '"SHORT10" is not the metric of the category, "AHT"' in problem.message


def with_category(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> CheckedProgram:
    """The bank, whose library says the metric of AHT_SPRINT once, and is changed."""
    library: dict[str, Any] = json.loads(LIBRARY)["challenge_library"]
    sprint = {tier: {**challenge} for tier, challenge in library["AHT_SPRINT"].items()}
    for challenge in sprint.values():
        del challenge["metric_key"]
    library["AHT_SPRINT"] = {"metric": "AHT", **sprint}
    change(library["AHT_SPRINT"])
    return read(tmp_path, with_library(f"challenge_library: {json.dumps(library)}"))


def test_a_category_may_name_its_metric_once(tmp_path: Path) -> None:
    assert with_category(tmp_path, lambda sprint: None) == read(tmp_path, BANK)


def test_a_category_without_a_metric_or_a_tier_says_so(tmp_path: Path) -> None:
    def forget(sprint: dict[str, Any]) -> None:
        del sprint["metric"], sprint["tier_2"]

    told = [str(problem) for problem in with_category(tmp_path, forget).problems]
    assert [line.split("  ")[1].split(". ")[0] for line in told] == [
        "challenge_library.AHT_SPRINT.tier_2: is missing",
        "challenge_library.AHT_SPRINT.metric: is missing",
    ]


def test_a_file_of_warnings_alone_is_playable(tmp_path: Path) -> None:
    rested = edited("cooldown_days: 1}", "cooldown_days: 30}").replace("{weight: 2}", "{cooldown_days: 30}")
    checked = read(tmp_path, rested)
    assert [problem.severity for problem in checked.problems] == ["warning"]
    assert playable(checked)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("normalise_by: contact_type", "metrics.AHT.normalise_by"),
        ("kind: wem", "platform.kind"),
        ("direction: lower", "metrics.AHT.direction"),
        ("tenure_bands_days: [90]", "peers.tenure_bands_days"),
    ],
)
def test_a_set_of_keys_where_one_value_belongs_is_named_at_its_line(tmp_path: Path, line: str, path: str) -> None:
    key = line.partition(":")[0]
    checked = read(tmp_path, BANK.replace(line, f"{key}: {{a: 1}}", 1))
    assert path in {".".join(map(str, problem.path)) for problem in checked.problems}
    assert all(problem.line for problem in checked.problems)
