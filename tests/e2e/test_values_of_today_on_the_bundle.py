"""Values of today on the deployed bundle: the schedule's own function reads them from the platform."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.cli.program_file import load_program
from infra.local.call_history import call_history
from infra.local.nights import run_night
from infra.local.stage import Stage, stage
from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.so_far import metrics_so_far
from tests.builders.programs import with_values
from tests.e2e.finished_nights import rotation
from tests.paths import PROGRAMS


def test_the_tick_reads_what_todays_challenges_are_about_once_in_its_hours() -> None:
    program = with_values(load_program(PROGRAMS / "bank.yaml"), metric_files=None, today_every_hours=4)
    today = local_day(program.schedule, datetime.now(UTC))
    with stage(program, call_history(1, data=Path("nowhere"))) as live:
        run_night(live, today)
        found = rotation(live, today)
        rules, key = live.program.challenges, live.program.key
        metrics = metrics_so_far(rules, found.planned.selected)
        assert metrics
        values = {member.user: 50.0 + slot for slot, member in enumerate(live.roster)}
        for metric in metrics:
            readings = [Reading(user, today, value, 4.0) for user, value in values.items()]
            live.simulator.load(metric, readings, direction=rules.metric(metric).direction)
        assert ticked(live) == {"started": []}
        assignment = live.stores.assignments.load(key, found.claim.rotation)
        shown = [live.stores.figures_of_today.of_slot(key, slot) for slot in range(len(live.roster))]
        for metric, categories in metrics.items():
            plays = [any(assignment[category].played[slot] for category in categories) for slot in range(len(shown))]
            assert any(plays)
            expected = [value if played else None for value, played in zip(values.values(), plays, strict=True)]
            assert [figures[metric].value for figures in shown] == expected
        assert ticked(live) == {"started": []}
        assert live.stores.figures_of_today.of_slot(key, 0) == shown[0]  # its turn has not come again


def ticked(live: Stage) -> Any:
    event = {"step": "tick", "state_machine_arn": live.outputs["RotationMachineArn"]}
    function = live.outputs["RotationFunction"]
    answer = live.aws.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
    return json.loads(answer["Payload"].read())
