"""Where a night's figures come from, on the deployed bundle: files in the bucket, or the platform user by user."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from infra.cli.program_file import load_program
from infra.local.call_history import call_history
from infra.local.nights import NightFailed, run_night
from infra.local.stage import Stage, identities, stage
from ladder.domain.challenges.history import History
from ladder.domain.programs.program import Program
from tests.builders.programs import with_values
from tests.paths import PROGRAMS

PROGRAM = PROGRAMS / "bank.yaml"
FIRST = date(1999, 1, 15)
HISTORY = call_history(1, data=Path("nowhere"))


def by_platform(program: Program) -> Program:
    """The same program measured by the platform, contact types as metrics of it."""
    return with_values(program, metric_files=None)


@pytest.fixture(scope="module")
def by_files() -> Iterator[Stage]:
    with stage(load_program(PROGRAM), HISTORY) as running:
        run_night(running, FIRST)
        yield running


def collected(live: Stage) -> History:
    metrics = ("AHT", "AHT measured", "REPEAT7D", "SHORT10", "calls_PS", "calls_TT")
    return live.stores.histories.load(
        live.program.key, first=HISTORY.first, last=FIRST, members=len(live.roster), metrics=metrics
    )


def test_a_platform_read_user_by_user_gives_the_same_history_as_files(by_files: Stage) -> None:
    with stage(by_platform(load_program(PROGRAM)), HISTORY) as by_users:
        ran = run_night(by_users, FIRST)
        from_platform = collected(by_users)
    assert ran.usage.metric_calls > len(HISTORY.users)
    for name, column in collected(by_files).columns.items():
        np.testing.assert_allclose(column.values, from_platform.columns[name].values, rtol=1e-3, err_msg=name)


def test_files_with_ids_of_another_system_give_the_same_history_once_the_ids_are_linked(by_files: Stage) -> None:
    program = load_program(PROGRAM)
    assert program.challenges.metric_files
    files = replace(program.challenges.metric_files, agent_ids="phone")
    with stage(with_values(program, metric_files=files), HISTORY) as by_logins:
        logins = {member.user: f"7{number:03}" for number, member in enumerate(by_logins.roster)}
        links = identities(by_logins.aws, by_logins.outputs)
        for member in by_logins.roster:
            links.link(program.key, "phone", logins[member.user], member.id)
        storage = by_logins.aws.client("s3")
        for day, text in HISTORY.metric_files().items():
            header, *rows = text.splitlines(keepends=True)
            named = [logins[agent] + comma + rest for agent, comma, rest in (row.partition(",") for row in rows)]
            body = "".join([header, *named]).encode()
            storage.put_object(Bucket=by_logins.outputs["MetricsBucket"], Key=f"{program.key}/{day}.csv", Body=body)
        run_night(by_logins, FIRST)
        from_logins = collected(by_logins)
    assert np.isfinite(from_logins.columns["AHT"].values).any()
    for name, column in collected(by_files).columns.items():
        np.testing.assert_array_equal(column.values, from_logins.columns[name].values, err_msg=name)


def test_a_bad_file_stops_the_night_before_anything_is_touched_and_says_what_to_mend(by_files: Stage) -> None:
    night, running = FIRST + timedelta(days=1), sorted(each.id for each in by_files.simulator.active())
    bucket, key = by_files.outputs["MetricsBucket"], f"bank/{FIRST}.csv"
    storage = by_files.aws.client("s3")
    good = storage.get_object(Bucket=bucket, Key=key)["Body"].read()
    rows = good.splitlines(keepends=True)
    storage.put_object(Bucket=bucket, Key=key, Body=good + rows[1])
    with pytest.raises(NightFailed, match=rf"Rejected.*{key}:{len(rows) + 1}  agent: A.. has {FIRST} a second time"):
        run_night(by_files, night)
    assert sorted(each.id for each in by_files.simulator.active()) == running
    storage.put_object(Bucket=bucket, Key=key, Body=good)
    assert run_night(by_files, night).claim.attempt == 2
