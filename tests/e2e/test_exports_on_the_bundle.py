"""From a file that a system exports to nights without a platform, on the deployed bundle: what `ladder start` writes.

Each night is compared with the backtest of the same file: selection, targets, tiers, who plays and who completed.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from infra.cli.driver.sending import Queue
from infra.cli.program_file import load_program
from infra.cli.stack import Stack
from infra.local.api import Api
from infra.local.call_history import call_history
from infra.local.login import Login
from infra.local.nights import kill_at, rerun_by_hand, run_night
from infra.local.stage import Stage, identities, stage
from ladder.domain.activities.activity import COMPLETED, LOGIN
from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.completion import OUTCOMES
from ladder.domain.challenges.history import Bytes
from ladder.domain.challenges.rotation import Step
from ladder.domain.challenges.settlement import EARNED
from tests.builders.exports import ZONE
from tests.builders.system_exports import SYSTEM_EXPORTS
from tests.e2e.centres import Centre, Roster, opened
from tests.e2e.finished_nights import finish, rotation
from tests.paths import DATA, PROGRAMS

EXPORTS = DATA / "exports"
REAL = {
    "genesys_performance_intervals.csv.gz": "user",
    "connect_historical_days.csv": "user",
    "avaya_dagent.txt": "login_id",
    "excel_deutsch.csv": "name",
}
NIGHTS, REAL_NIGHTS = 10, 14
TRANSITIONS = 7


@pytest.fixture(scope="module")
def ground() -> Iterator[Stage]:
    """The deployed stack, which commands find although others run. The bank, on a platform, plays no night on it."""
    history = call_history(1, data=Path("nowhere"))
    with stage(load_program(PROGRAMS / "bank.yaml"), history) as opened, pytest.MonkeyPatch.context() as patched:
        place = Stack(opened.aws.client, opened.outputs)
        patched.setattr("infra.cli.stack.connect", lambda stack: place)
        yield opened
        assert not opened.simulator.calls


def assert_nights_are_those_of_the_backtest(centre: Centre, count: int) -> None:
    live, nights = centre.live, centre.replayed.nights[:count]
    for night in nights:
        ran = run_night(live, night.date)
        assert (ran.usage.transitions, ran.usage.platform_calls) == (TRANSITIONS, 0)
        plan, expected = rotation(live, night.date).planned, night.plan.rotation_plan
        assert plan.selected == expected.selected
        assert plan.targets == expected.targets
        assignment = live.stores.assignments.load(centre.key, f"{night.date}#0001")
        for key, category in night.categories.items():
            known = category.tier > 0  # the backtest knows nobody before their first day
            assert np.array_equal(_bytes(assignment[key].tier)[known], category.tier[known])
            assert np.array_equal(_bytes(assignment[key].played)[known], category.played[known])
    completed = 0
    for night in nights:
        stored = live.stores.assignments.outcomes(centre.key, night.date)
        for key in night.plan.rotation_plan.selected:
            if centre.final_by(key, nights[-1].date, night.date):
                known = night.categories[key].tier > 0
                assert np.array_equal(_bytes(stored[key])[known], centre.outcomes(night, key)[known])
                completed += sum(OUTCOMES[code] in EARNED for code in stored[key])
    Queue(live.aws.client("sqs"), live.outputs).drain()
    entries = [entry for account in live.accounts() for entry in account.entries]
    assert sum(entry.activity.type == COMPLETED for entry in entries) == completed > 0


def _bytes(column: bytes) -> Bytes:
    return np.frombuffer(column, dtype=np.uint8)


@pytest.mark.parametrize("layout", SYSTEM_EXPORTS)
def test_nights_on_an_export_are_those_of_its_backtest(ground: Stage, layout: str, tmp_path: Path) -> None:
    file = tmp_path / layout
    file.write_bytes(SYSTEM_EXPORTS[layout]())
    centre = opened(ground, file, tmp_path / "out", key=layout.split(".", maxsplit=1)[0], zone=ZONE)
    assert_nights_are_those_of_the_backtest(centre, NIGHTS)


@pytest.mark.skipif(not EXPORTS.exists(), reason="the exports are not beside the checkout")
@pytest.mark.parametrize("name", REAL)
def test_nights_on_two_months_of_a_real_centre_are_those_of_their_backtest(
    ground: Stage, name: str, tmp_path: Path
) -> None:
    roster = Roster(EXPORTS / "roster.csv", REAL[name])
    key = name.split("_", maxsplit=1)[0]
    centre = opened(ground, EXPORTS / name, tmp_path / "out", key=key, zone="Asia/Jerusalem", roster=roster)
    assert_nights_are_those_of_the_backtest(centre, REAL_NIGHTS)


@pytest.fixture(scope="module")
def centre(ground: Stage, tmp_path_factory: pytest.TempPathFactory) -> Centre:
    """One night is behind it; the tests take the nights in their order."""
    folder = tmp_path_factory.mktemp("centre")
    (folder / "days.csv").write_bytes(SYSTEM_EXPORTS["days.csv"]())
    made = opened(ground, folder / "days.csv", folder / "out", key="centre", zone=ZONE)
    run_night(made.live, made.replayed.nights[0].date)
    return made


@pytest.fixture
def night(centre: Centre) -> date:
    """The next night that has not been played."""
    pointer = centre.live.stores.rotations.pointer(centre.key) or ""
    return date.fromisoformat(pointer.split("#", maxsplit=1)[0]) + timedelta(days=1)


def assert_current(centre: Centre, night: date, *, revision: int = 1) -> None:
    found = rotation(centre.live, night)
    assert (found.step, found.claim.revision, found.launches) == ("announced", revision, {})
    assert centre.live.stores.rotations.pointer(centre.key) == found.claim.rotation


@pytest.mark.parametrize("step", ["claimed", "collected", "settled", "planned", "active"])
def test_killed_at_any_step_the_next_tick_finishes_the_night(centre: Centre, night: date, step: Step) -> None:
    kill_at(centre.live, night, step)
    finish(centre.live, night)
    assert_current(centre, night)


def test_a_re_rotation_by_hand_replaces_the_day(centre: Centre, night: date) -> None:
    run_night(centre.live, night)
    again = rerun_by_hand(centre.live, night, actor="ops.admin", reason="new rules")
    assert again.usage.transitions == TRANSITIONS - 3  # it begins at the plan
    assert_current(centre, night, revision=2)


def test_members_see_the_challenges_of_today_with_the_target_that_counts_for_them(centre: Centre) -> None:
    """Months after the last figures: nights go on after any pause."""
    live, today = centre.live, local_day(centre.live.program.schedule, datetime.now(UTC))
    login = Login(live.aws, live.outputs)
    token = login.token("first", program=centre.key)
    identities(live.aws, live.outputs).link(centre.key, LOGIN, login.subject("first"), live.roster[0].id)
    api = Api(live.aws, live.outputs)
    assert api.get("/members/me/progress", token=token).json()["challenges"]["state"] == "not_ready"
    run_night(live, today)
    shown = api.get("/members/me/progress", token=token).json()["challenges"]
    plan = rotation(live, today).planned
    assert shown["state"] == "ready"
    assert {challenge["category"] for challenge in shown["challenges"]} == set(plan.selected)
    for challenge in shown["challenges"]:
        assert challenge["target"] == challenge["shown"] == plan.targets[challenge["category"]].shown[0]
        assert "platform" not in str(challenge["explanation"])
