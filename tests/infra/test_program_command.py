"""`ladder program check`: what it prints and what it answers the shell."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

import infra
from infra.cli.main import main
from infra.cli.program.command import program
from infra.cli.terminal import printable
from infra.models import DEFAULT, MODELS

BANK = Path(infra.__file__).parent / "programs" / "bank.yaml"
ACADEMY = BANK.parent / "academy.yaml"
TODAY = date(2026, 11, 22)  # before the badges of the examples are due for their review


def run(words: list[str], today: date | None = None) -> int:
    return int(program.main(words, standalone_mode=False, obj=today))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    for part in BANK.parent.glob("bank-*.json"):
        (tmp_path / part.name).write_text(part.read_text())
    file = tmp_path / "broken.yaml"
    text = BANK.read_text().replace("direction: lower", "direction: up", 1)
    file.write_text(text.replace("{weight: 2}", "{wait: 2}"))
    return file


def test_a_playable_program_is_summed_up_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(BANK)], today=TODAY) == 0
    output = capsys.readouterr().out
    assert f"{BANK}: valid: no errors or warnings." in output
    for words in (
        "Each night at 00:15 (Asia/Jerusalem), 2 of 4 categories will run.",
        "Never on one night: AHT_SPRINT and AHT_STEADY are both on AHT.",
        "Members are compared within their channel and time in the job (up to 90 days, and longer)",
        "After a drop, 5 good days restore a tier held for 10 or more (valid for 120 worked days).",
        "Reported by academy (standard), lms (docebo), tracker (jira).",
        "9 rules: a module passed 50, a whole course finished 80,",
        "Pending until a person decides, or for 14 days: a colleague helped.",
        "Unlocked later: a newcomer guided (MENTORING).",
        "To reach: 2 streaks, 1 path, 1 unlock, 3 badges, 1 team achievement.",
        "A model may propose: kudos (approve, expansion), community champion (approve, expansion), ",
        "and may spend 200,000 tokens a day.",
        "Levels by points earned: Newcomer 0, Regular 500, Experienced 2,000, Expert 5,000, Master 10,000.",
        "Points buy: home an hour early 800 (time), a day at a conference 3,000 (growth),",
        "Work days: Sun, Mon, Tue, Wed, Thu; events count up to 7 days late.",
        "at most 300 points a member a day; of them at most 120 bonus; at most 1,200 a week",
        "at most 60,000 in the program, 5 % of it in reserve",
    ):
        assert words in output


def test_an_academy_is_summed_up_without_nights(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(ACADEMY)], today=TODAY) == 0
    output = capsys.readouterr().out
    assert f"{ACADEMY}: valid: no errors or warnings." in output
    assert "There are no nightly challenges. Days are those of Europe/Paris." in output
    assert "5 rules: a video watched to its end 10," in output
    assert "Each night" not in output


def test_an_overdue_review_of_a_badge_is_told_with_who_answers_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(BANK)], today=date(2027, 5, 1)) == 0
    assert "review_on" not in capsys.readouterr().out
    assert run(["check", str(BANK)], today=date(2027, 5, 2)) == 0
    output = capsys.readouterr().out
    assert "warning: badges.GUIDE.review_on: its review was due on 2027-05-01. Ask tomer.b whether" in output
    assert "warning: judged.KUDOS.review_on: its review was due on 2027-05-01. Ask anna.l whether" in output


def test_a_judge_that_the_bundle_may_not_ask_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for part in BANK.parent.glob("bank-*.json"):
        (tmp_path / part.name).write_text(part.read_text())
    file = tmp_path / "bank.yaml"
    file.write_text(BANK.read_text().replace(DEFAULT, DEFAULT.replace("nova-2", "nova-9")))
    assert run(["check", str(file)], today=TODAY) == 0
    output = capsys.readouterr().out
    assert f"{file}  warning: judge.model: " in output
    assert f"Did you mean {DEFAULT}?" in output


def test_the_end_of_a_model_is_a_warning_for_three_months_before_it_and_refused_from_then_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ends = MODELS[DEFAULT]
    for today, status, output in (
        (ends - timedelta(days=91), 0, ""),
        (ends - timedelta(days=90), 0, f'warning: judge.model: "{DEFAULT}" ends on {ends}. Name another one'),
        (ends, 2, f'judge.model: "{DEFAULT}" ended on {ends}'),
    ):
        assert run(["check", str(BANK)], today=today) == status
        assert output in capsys.readouterr().out


def test_a_refused_program_prints_each_problem_with_its_line_and_exits_with_two(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(broken)], today=TODAY) == 2
    lines = capsys.readouterr().out.splitlines()
    number = broken.read_text().splitlines().index("    direction: up") + 1
    assert lines[0].startswith(f'{broken}:{number}  metrics.AHT.direction: "up" is neither lower nor higher. Write')
    assert (
        "selection.categories.FIRST_TIME_RIGHT.wait: is not a key that is known here. Did you mean weight?" in lines[1]
    )
    assert lines[2:] == [f"{broken}: not valid: 2 errors."]


def test_a_warning_is_printed_and_does_not_refuse(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken.write_text(BANK.read_text().replace("    speed: true\n", ""))
    assert run(["check", str(broken)], today=TODAY) == 0
    output = capsys.readouterr().out
    assert "  warning: metrics.AHT.speed: less s is better here" in output
    assert ": valid: no errors, 1 warning." in output


def test_json_holds_the_same_for_other_programs(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(broken), "--json"]) == 2
    output = json.loads(capsys.readouterr().out)
    assert (output["file"], output["valid"], output["summary"]) == (str(broken), False, [])
    assert output["problems"][0]["path"] == "metrics.AHT.direction"
    assert set(output["problems"][0]) == {"file", "line", "path", "severity", "message", "hint"}
    assert run(["check", str(BANK), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]


@pytest.mark.parametrize("name", ["lost.yaml", ".", "nul\0.yaml"])
def test_a_file_that_is_none_exits_with_two_and_says_so(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(tmp_path / name)]) == 2
    assert "not valid: 1 error." in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["check"], ["chek", "x"], ["check", "x", "--jsn"]])
def test_a_command_that_is_written_wrong_exits_with_two_and_shows_its_use(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["program", *arguments]) == 2
    assert "Usage: ladder program" in capsys.readouterr().err


def test_a_platform_that_allows_one_challenge_a_metric_is_summed_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = BANK.read_text().replace("one_active_per_metric: false", "one_active_per_metric: true")
    (tmp_path / "bank.yaml").write_text(text)
    (tmp_path / "bank-library.json").write_text((BANK.parent / "bank-library.json").read_text())
    (tmp_path / "bank-third-tier.json").write_text((BANK.parent / "bank-third-tier.json").read_text())
    assert run(["check", str(tmp_path / "bank.yaml")]) == 0
    assert "One challenge for all tiers" in capsys.readouterr().out


def test_a_payer_without_caps_or_peers_is_summed_up_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = BANK.read_text().replace("payer: ladder", "payer: platform").replace("by_channel: true", "by_channel: false")
    text = text.replace("tenure_bands_days: [90]", "tenure_bands_days: []").replace("    speed: true\n", "")
    text = text.replace("    quality_gate:", "    # gate:").replace(
        "selection:\n", "selection:\n  always: [FIRST_TIME_RIGHT]\n"
    )
    text = text.replace("guard:", "# guard:").replace("  short_contacts", "#").replace("  repeat_contacts", "#")
    text = text.replace("  false_alarms", "#")
    file = tmp_path / "plain.yaml"
    file.write_text(text[: text.index("reward_rules")])
    (tmp_path / "bank-library.json").write_text((BANK.parent / "bank-library.json").read_text())
    assert run(["check", str(file)]) == 0
    output = capsys.readouterr().out
    assert "Everybody is compared with the whole program." in output
    assert "Paid by the platform, without a cap." in output
    assert "Always: FIRST_TIME_RIGHT." in output


def test_signs_that_steer_a_terminal_are_spelled_out() -> None:
    assert printable("a\x1b[31mb\u202ec") == r"a\x1b[31mb\u202ec"
    assert printable("größer ≤ 5 %") == "größer ≤ 5 %"
