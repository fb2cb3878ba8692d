"""What goes wrong, or is done by hand, on some nights of the demonstration: each says in one line what it shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from infra.local.nights import Execution, kill_at, rerun_by_hand, run_night
from infra.local.stage import Stage
from ladder.domain.calendar import day_bounds


@dataclass(frozen=True, slots=True)
class Played:
    """The executions that a night took, and what is worth saying of it."""

    runs: tuple[Execution, ...]
    notes: tuple[str, ...] = ()


type Night = Callable[[Stage, date], Played]


def quiet(stage: Stage, day: date) -> Played:
    return Played((run_night(stage, day),))


def killed_midway(stage: Stage, day: date) -> Played:
    killed = kill_at(stage, day, "retired")
    resumed = run_night(stage, day)
    note = f"killed after challenges were retired; the next tick finished it as attempt {resumed.claim.attempt}"
    return Played((killed, resumed), (note,))


def rotated_again_by_hand(stage: Stage, day: date) -> Played:
    first = run_night(stage, day)
    again = rerun_by_hand(stage, day, actor="ops.admin", reason="rules were explained to the team this morning")
    return Played((first, again), (f"re-rotated by hand (revision {again.claim.revision})",))


def somebody_elses_challenge(stage: Stage, day: date) -> Played:
    starts_at, ends_at = day_bounds(stage.program.schedule, day)
    foreign = stage.simulator.foreign("AHT", starts_at=starts_at, ends_at=ends_at + timedelta(days=1))
    return Played((run_night(stage, day),), (f"another team's {foreign} runs on AHT, for two days: left alone",))


def their_challenge_is_over(stage: Stage, day: date) -> Played:
    ours = {group for category in stage.program.categories for group in category.groups}
    for challenge in stage.simulator.active():
        if ours.isdisjoint(challenge.group_ids):
            stage.simulator.retire(challenge.id)
    return Played((run_night(stage, day),), ("the other team has ended its challenge",))


def platform_in_trouble(stage: Stage, day: date) -> Played:
    """Every seventh call is refused for a moment, and a third of the moves between groups fail."""
    faults = stage.simulator.faults
    faults.throttle.every, faults.retry_after, faults.refuse_share = 7, "0", 0.3
    try:
        run = run_night(stage, day)
    finally:
        faults.throttle.every, faults.refuse_share = 0, 0.0
    return Played((run,), ("the platform refuses every 7th call (429), and 30 % of the moves between groups",))


INCIDENTS: Mapping[int, Night] = {
    4: rotated_again_by_hand,
    8: killed_midway,
    12: somebody_elses_challenge,
    14: their_challenge_is_over,
    16: platform_in_trouble,
}
"""Which night of the demonstration it happens on, counted from nought."""
