"""Which live dates may still change, and by which versions of the program they were played.

Every night records the oldest of them that it leaves open. So whatever lies between two nights, a pause or an outage of
any length, the next one goes on with exactly those dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ladder.domain.challenges.ports import Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.rules import Metric
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program

CORRECTIONS_DAYS = 7  # how long after its figures are final a date is still looked at
UNRECORDED_DAYS = 60  # looked back from a live night that recorded nothing


@dataclass(frozen=True, slots=True)
class OpenDates:
    """`nights`: every revision of the dates from the oldest open one up to yesterday. `versions`: tonight's first."""

    tonight: date
    nights: tuple[Rotation, ...]
    versions: tuple[Program, ...]

    @property
    def live(self) -> list[Rotation]:
        """The revision of each date that went live last."""
        live = {rotation.claim.date: rotation for rotation in self.nights if rotation.reached("active")}
        return list(live.values())

    @property
    def first(self) -> date:
        """The oldest open date; tonight where there is none."""
        return min((rotation.claim.date for rotation in self.live), default=self.tonight)

    @property
    def last(self) -> date:
        """The newest one."""
        return max((rotation.claim.date for rotation in self.live), default=self.tonight - timedelta(days=1))

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Every metric that any version has, as the newest of them describes it."""
        found: dict[str, Metric] = {}
        for program in self.versions:
            for metric in program.challenges.metrics:
                found.setdefault(metric.key, metric)
        return tuple(found.values())

    @property
    def missed_nights(self) -> int:
        """How many nights before tonight have settled nothing, since the last that did."""
        settled = [rotation.claim.date for rotation in self.nights if rotation.reached("settled")]
        return (self.tonight - max(settled)).days - 1 if settled else 0

    @property
    def open_after_tonight(self) -> date:
        """The oldest live date that the next night has to look at again.

        By the slowest metric of any version: a version that waits less does not close what an older one waits for.
        """
        slowest = max(
            (metric.final_after_days for each in self.versions for metric in each.challenges.metrics), default=0
        )
        closed = self.tonight - timedelta(days=1 + slowest + CORRECTIONS_DAYS)
        return min((each.claim.date for each in self.live if each.claim.date > closed), default=self.tonight)


def find_open_dates(claim: Claim, program: Program, rotations: Rotations, programs: Programs) -> OpenDates:
    """What the last night that settled left open, as it stands tonight."""
    before = rotations.before(claim.program, claim.date)
    if before is None:
        return OpenDates(claim.date, (), (program,))
    yesterday = claim.date - timedelta(days=1)
    nights = rotations.between(claim.program, _left_open(before), yesterday)
    first = max(_left_open(each) for each in nights if each.reached("settled"))
    found = OpenDates(claim.date, tuple(each for each in nights if each.claim.date >= first), (program,))
    return replace(found, versions=(program, *_older(found.live, program, programs)))


def _left_open(settled: Rotation) -> date:
    return settled.unsettled_since or settled.claim.date - timedelta(days=UNRECORDED_DAYS)


def _older(live: Sequence[Rotation], program: Program, programs: Programs) -> list[Program]:
    versions = {rotation.program_version for rotation in live} - {program.version}
    return [programs.version(program.key, version) for version in sorted(versions, reverse=True)]
