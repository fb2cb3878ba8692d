"""The second program of the demonstration: a call centre without an outside platform, whose nights run beside."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from infra.cli.demo.document import Centre, ShownChallenge
from infra.cli.program_file import load_program
from infra.cli.texts import Texts
from infra.local.call_history import CallHistory, generated_history
from infra.local.nights import NightUsage
from infra.local.stage import Stage
from ladder.domain.activities.activity import COMPLETED
from ladder.domain.challenges.assignment import MemberStanding
from ladder.domain.challenges.daily_challenges import daily_challenges
from ladder.domain.members.roster import RosterRow

PROGRAM = Path(__file__).parents[2] / "programs" / "centre.yaml"
SEED = 2000  # of its figures, which are never recorded ones


def open_centre(stage: Stage, played: CallHistory) -> Stage:
    """Publish the program on the stage, with a roster and metric files of its own, and no secret.

    `played`: the history of the stage; this one has the same dates.
    """
    history = generated_history(SEED, initial="C").dated(played.last, days=len(played.days))
    rows = [RosterRow(user=user) for user in history.users]
    return stage.with_program(load_program(PROGRAM), rows, history.metric_files())


def read_centre(centre: Stage, usage: Mapping[date, NightUsage], say: Texts) -> Centre:
    """Read what its nights came to, and what the agent in the hardest tiers is asked on the last.

    `usage`: by night.
    """
    program, rotations = centre.program, centre.stores.rotations
    night = max(usage)
    rotation = rotations.latest(program.key, night)
    if rotation is None:
        raise ValueError(f"{program.key} has played no night on {night}")
    standings = centre.stores.assignments.load(program.key, rotation.claim.rotation)
    tiers = [sum(played) for played in zip(*(standing.played for standing in standings.values()), strict=True)]
    slot = tiers.index(max(tiers))
    asked = daily_challenges(
        program.challenges,
        program.caps,
        rotation.planned,
        {key: MemberStanding.among(standing, slot) for key, standing in standings.items()},
        relieved={},
    )
    accounts = list(centre.accounts())
    return Centre(
        program=program.name,
        agents=len(centre.roster),
        nights=len(usage),
        transitions_per_night=round(sum(night.transitions for night in usage.values()) / len(usage), 1),
        platform_calls=sum(night.platform_calls for night in usage.values()),
        completions=sum(entry.activity.type == COMPLETED for account in accounts for entry in account.entries),
        earned=sum(account.state.earned for account in accounts),
        day=night,
        agent=centre.roster[slot].user,
        challenges=tuple(
            ShownChallenge(
                name=challenge.name,
                description=challenge.description,
                tier=challenge.tier,
                points=challenge.points,
                explanation=tuple(map(say.of, challenge.explanation)),
            )
            for challenge in asked
        ),
    )
