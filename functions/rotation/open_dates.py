"""Find the live dates that may still change, and the versions of the program under which they were played.

Every night records the oldest of them that it leaves open. So whatever lies between two nights, a pause or an outage of
any length, the next one goes on with exactly those dates.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from ladder.domain.challenges.ports import Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.rules import Metric
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program

CORRECTIONS_DAYS = 7  # how long after its values are final a date is still looked at
UNRECORDED_DAYS = 60  # looked back from a live night that recorded nothing


@dataclass(frozen=True, slots=True)
class OpenDates:
    """`nights`: every revision of the dates from the oldest open one up to yesterday. `versions`: tonight's first."""

    tonight: date
    nights: tuple[Rotation, ...]
    versions: tuple[Program, ...]

    @property
    def live(self) -> list[Rotation]:
        """Every revision that went live, by date, the oldest first: what was asked under an earlier one counts, too."""
        return [rotation for rotation in self.nights if rotation.reached("active")]

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
        by_key: dict[str, Metric] = {}
        for version in self.versions:
            for metric in version.challenges.metrics:
                by_key.setdefault(metric.key, metric)
        return tuple(by_key.values())

    @property
    def missed_nights(self) -> int:
        """The number of nights before tonight that have settled nothing, since the last that did."""
        settled = [rotation.claim.date for rotation in self.nights if rotation.reached("settled")]
        return (self.tonight - max(settled)).days - 1 if settled else 0

    @property
    def open_after_tonight(self) -> date:
        """The oldest live date that the next night has to look at again.

        By the slowest metric of any version: a version that waits less does not close what an older one waits for.
        """
        metrics = (metric for version in self.versions for metric in version.challenges.metrics)
        slowest = max((metric.final_after_days for metric in metrics), default=0)
        closed = self.tonight - timedelta(days=1 + slowest + CORRECTIONS_DAYS)
        dates = (rotation.claim.date for rotation in self.live)
        return min((day for day in dates if day > closed), default=self.tonight)


def find_open_dates(claim: Claim, program: Program, rotations: Rotations, programs: Programs) -> OpenDates:
    """Return what the last night that settled left open, as it stands tonight."""
    before = rotations.before(claim.program, claim.date)
    if before is None:
        return OpenDates(claim.date, (), (program,))
    yesterday = claim.date - timedelta(days=1)
    nights = rotations.between(claim.program, _left_open(before), yesterday)
    first = max(_left_open(rotation) for rotation in nights if rotation.reached("settled"))
    dates = OpenDates(claim.date, tuple(rotation for rotation in nights if rotation.claim.date >= first), (program,))
    older = {rotation.program_version for rotation in dates.live} - {program.version}
    versions = (programs.version(program.key, version) for version in sorted(older, reverse=True))
    return replace(dates, versions=(program, *versions))


def _left_open(settled: Rotation) -> date:
    return settled.unsettled_since or settled.claim.date - timedelta(days=UNRECORDED_DAYS)
