"""The page on metric files: each section that it shows is one that a program takes."""

import re
from pathlib import Path

import pytest
import yaml

from infra.cli.program_file import read_program
from tests.paths import DOCS

SECTIONS = re.findall(r"```yaml\n(.*?)```", (DOCS / "metric-files.md").read_text(encoding="utf-8"), re.DOTALL)
TIERS = ", ".join(
    f"tier_{tier}: {{name: n, description: d, target_value: {4 - tier}00, points: 10, group_id: g{tier}}}"
    for tier in (1, 2, 3)
)


def test_there_is_one_section_a_system_and_one_that_tells_rows_apart_by_the_load() -> None:
    assert len(SECTIONS) == 5
    assert ["load" in section for section in SECTIONS].count(True) == 1


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_of_the_page_is_valid_in_a_program(section: str, tmp_path: Path) -> None:
    measures = yaml.safe_load(section)["metric_files"]["measures"]
    units = {key: ("s", 5) if key == "AHT" else ('"%"', 1) for key in measures}
    metrics = "\n".join(
        f"  {key}: {{name: n, unit: {unit}, direction: lower, step: {step}}}" for key, (unit, step) in units.items()
    )
    file = tmp_path / "program.yaml"
    file.write_text(
        f'program: centre\nname: Centre\ntime_zone: UTC\nrotation_time: "03:00"\nplatform: {{kind: wem}}\n'
        f"metrics:\n{metrics}\n{section}challenge_library: {{ONE: {{metric: AHT, {TIERS}}}}}\n",
        encoding="utf-8",
    )
    checked = read_program(file)
    assert [str(problem) for problem in checked.problems if problem.severity == "error"] == []
