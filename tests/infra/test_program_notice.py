"""The page for members and works councils: it says all that the program processes, and nothing that it does not."""

import html
import re
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cli.program.notice import challenge_scores, decided_by_people, notice, processed, rights
from infra.cli.program_file import load_program
from infra.cli.texts import texts
from ladder.domain.challenges.metric_files import Load, MetricFiles
from ladder.domain.points.rulebook import matches
from ladder.domain.programs.program import SecondPerson
from tests.builders.program_files import ACADEMY, BANK, BARE, GOALS
from tests.builders.programs import with_values
from tests.paths import PROGRAMS

TEXTS = {"bank": BANK, "academy": ACADEMY, "goals": BARE + GOALS}


def page(folder: Path, text: str, *options: str) -> str:
    for part in PROGRAMS.glob("*.json"):
        (folder / part.name).write_text(part.read_text())
    file = folder / "program.yaml"
    file.write_text(text)
    result = CliRunner().invoke(notice, [str(file), *options], catch_exceptions=False)
    assert result.exit_code == 0
    return html.unescape(result.output)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", TEXTS)
def test_the_page_names_every_figure_event_rule_badge_and_cap(name: str, language: str, tmp_path: Path) -> None:
    shown = page(tmp_path, TEXTS[name], "--language", language)
    program = load_program(tmp_path / "program.yaml")
    rulebook, used = program.rulebook, {category.metric for category in program.challenges.categories}
    assert [
        metric.name for metric in program.challenges.metrics if metric.key in used and metric.name not in shown
    ] == []
    assert {event for _, match in matches(rulebook) for event in match.types if event not in shown} == set()
    sections = ("rules", "streaks", "paths", "badges", "judged", "teams")
    names = [part.name for section in sections for part in getattr(rulebook, section)]
    assert [name for name in names if f"<h3>{name[0].upper()}{name[1:]}</h3>" not in shown] == []
    assert [
        category.tiers[0].name for category in program.challenges.categories if category.tiers[0].name not in shown
    ] == []
    assert f'<html lang="{language}">' in shown


def test_a_program_that_asks_no_model_says_so_and_shows_no_texts(tmp_path: Path) -> None:
    shown = page(tmp_path, ACADEMY)
    assert "No language model is asked about anybody." in shown
    assert "The model and reviewers" not in shown


def test_a_text_is_shown_as_seen_by_the_model_and_recorded_tries_are_not_called_a_text(tmp_path: Path) -> None:
    shown = page(tmp_path, BANK)
    assert "No model decides on its own about what somebody wrote." in shown
    assert re.search(
        r"What members write in “forum\.posted”.*?The model and reviewers, without addresses", shown, re.DOTALL
    )
    assert "Tries in “assessment.submitted”" in shown
    assert "What members write in “assessment.submitted”" not in shown


def test_speed_is_shown_with_the_quality_that_it_needs(tmp_path: Path) -> None:
    assert (
        "Being quick alone pays nothing: average handle time counts only while "
        "callers who rang again within seven days is at most 70 %."
    ) in page(tmp_path, BANK)


def test_contacts_by_type_are_named_where_figures_are_compared_at_the_usual_mix(tmp_path: Path) -> None:
    kinds = load_program(PROGRAMS / "bank.yaml").challenges.contact_types
    assert f"Contacts of each type ({', '.join(kind.key for kind in kinds)})" in page(tmp_path, BANK)
    assert "Contacts of each type" not in page(tmp_path, ACADEMY)


def test_values_of_a_day_that_is_not_over_are_named_where_the_program_reads_them() -> None:
    program = load_program(PROGRAMS / "bank.yaml")
    read = with_values(program, today_every_hours=4)
    (row,) = (row for row in processed(read, texts("en")) if "not over" in row.what)
    assert row.what == "Figures of a day that is not over, read every 4 hours"
    assert (row.seen_by, row.kept) == ("The member", "Two days")
    assert not any("not over" in row.what for row in processed(program, texts("en")))


def test_contacts_by_queue_and_hour_are_named_where_figures_are_compared_at_the_usual_load() -> None:
    program = load_program(PROGRAMS / "bank.yaml")
    load = Load(queue="Queue", queues=("Night",), hours=(time(8), time(14)))
    rules = replace(program.challenges, metric_files=MetricFiles(measures={}, load=load))
    named = [row.what for row in processed(replace(program, challenges=rules), texts("en"))]
    assert (
        "Contacts and handle times by queue and part of the day (Night 08:00, Night 14:00, other queues 08:00, other "
        "queues 14:00), one value a day"
    ) in named
    assert not any("part of the day" in row.what for row in processed(program, texts("en")))


def test_a_choice_to_take_part_is_named_where_there_is_one() -> None:
    program = load_program(PROGRAMS / "bank.yaml")
    first, *others = program.challenges.categories
    rules = replace(program.challenges, categories=(replace(first, participation="opt_in"), *others))
    chosen = [
        [row.kept for row in processed(one, texts("en")) if row.origin == "The member"]
        for one in (program, replace(program, challenges=rules))
    ]
    assert chosen == [[], ["Until they choose otherwise or are erased"]]


def test_a_rule_is_told_with_its_tests_and_its_limits(tmp_path: Path) -> None:
    shown = page(tmp_path, BANK)
    for sentence in (
        "learner.completed_module (score at least 80) pays 50 points.",
        "nearly perfect (score at least 95): 20 % more.",
        "Once for each “module”, again after 180 days.",
        "At most 100 points a day.",
        "It takes 3 within 7 days.",
        "One day may be missed.",
    ):
        assert sentence in shown


def test_what_a_program_file_says_is_escaped(tmp_path: Path) -> None:
    shown = page(tmp_path, BANK.replace("name: a module passed", 'name: "<script>alert(1)</script>"'))
    file = tmp_path / "program.yaml"
    assert "<script>" not in CliRunner().invoke(notice, [str(file)]).output
    assert "alert(1)" in shown


def test_a_category_of_choice_says_that_it_is_one() -> None:
    program = load_program(PROGRAMS / "bank.yaml")
    first, *others = program.challenges.categories
    rules = replace(program.challenges, categories=(replace(first, participation="opt_in"), *others))
    chosen, *usual = (score.sentences for score in challenge_scores(rules, texts("en")))
    assert chosen[0].startswith("Taking part is each member\u2019s own choice")
    assert not [sentences for sentences in usual if "choice" in " ".join(sentences)]


@pytest.mark.parametrize("name", ["bank", "academy"])
def test_what_a_member_can_object_to_is_named_where_it_happens(name: str) -> None:
    program = load_program(PROGRAMS / f"{name}.yaml")
    told = " ".join(rights(program, texts("en")))
    assert ("judged by a model" in told) == bool(program.rulebook.judged)
    assert ("you play the easiest tier" in told) == bool(program.challenges.categories)
    assert f"erased after {program.leavers.erased_after_days} days" in told


def test_a_second_person_is_named_for_what_this_program_asks_one_for() -> None:
    program = load_program(PROGRAMS / "academy.yaml")
    alone = replace(program, second_person=SecondPerson(publishing=False, erasing=False, grants_above=7))
    both, one = (" ".join(decided_by_people(of, texts("en"))) for of in (program, alone))
    assert "Two admins publish" in both
    assert "Two admins erase" in both
    assert "Two admins" not in one
    assert "beyond 7 points on a day takes a second admin" in one
