"""A rotation: one night of one program, its claim, its plan and how far it has come.

Written under its own key and never changed by another; `POINTER` names the one that is current.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from ladder.domain.audit.records import Record
from ladder.domain.message import Message, verbatim

Step = Literal["claimed", "collected", "settled", "planned", "retired", "assigned", "verified", "active", "announced"]
STEPS: tuple[Step, ...] = (
    "claimed",
    "collected",
    "settled",
    "planned",
    "retired",  # from here on the platform may have been touched
    "assigned",
    "verified",
    "active",  # from here on it is the current one
    "announced",
)
type ByTier = tuple[int, int, int]  # of tier 1, 2 and 3
LaunchState = Literal["intent", "created", "active", "retired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to work on a rotation. Revisions are asked for by people, attempts follow failures."""

    program: str
    date: date
    revision: int
    attempt: int

    @property
    def rotation(self) -> str:
        return f"{self.date.isoformat()}#{self.revision:04d}"

    @property
    def execution(self) -> str:
        """The name of the execution that holds this claim; a name is never used twice."""
        return f"{self.program}--{self.date.isoformat()}--r{self.revision}--a{self.attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The targets of a category's tiers, easiest first, in the metric's own unit and direction."""

    shown: tuple[float, float, float]  # the hardest of all peer groups: what the platform displays to each tier's group
    by_peers: dict[str, tuple[float, float, float]]  # what Ladder settles on: peer group -> its three targets
    from_history: bool  # False: the history was too short, these are the program file's
    likely: tuple[float, float, float] | None = None  # share of worked days on which each is expected to be reached


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationPlan:
    """The plan of one rotation, as far as it concerns all members together."""

    selected: tuple[str, ...]  # categories that run
    deferred: dict[str, Message]  # categories that do not, each with its reason
    targets: dict[str, Targets]
    last_selected: dict[str, date]  # every category's latest date, this one included
    lowered: int  # members whose tier is lowered for today by a cap
    dropped: int  # members who lost a challenge to a cap
    lowered_by_tier: ByTier = (0, 0, 0)  # challenges, by the tier of record of the members who play them
    dropped_by_tier: ByTier = (0, 0, 0)
    warnings: tuple[Message, ...] = ()
    joint: dict[str, float] = field(default_factory=dict)  # categories with one challenge for all tiers -> its target


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One challenge on its way out: intended, created under the platform's id, seen active."""

    state: LaunchState
    challenge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    claim: Claim
    actor: str
    reason: str
    claimed_at: datetime
    program_version: int
    step: Step = "claimed"
    replaces: str | None = None  # the execution before this one, which may still have to be stopped
    superseded: bool = False
    failed: str | None = None  # why the last attempt ended without going live
    warnings: tuple[Message, ...] = ()  # what people should know of the readings; names nobody
    left_out: dict[str, tuple[Message, ...]] = field(default_factory=dict)  # user -> their implausible readings
    unsettled_since: date | None = None  # the oldest live date that may still change after this night
    plan: RotationPlan | None = None
    launches: dict[str, Launch] = field(default_factory=dict)  # "AHT_SPRINT#2", or "AHT_SPRINT" for all tiers
    refused: dict[str, str] = field(default_factory=dict)  # user -> why the platform would not move them
    group_mismatches: dict[str, int] = field(default_factory=dict)  # category -> members in another group

    @property
    def planned(self) -> RotationPlan:
        """Return the plan; raises ValueError before there is one."""
        if self.plan is None:
            raise ValueError(f"rotation {self.claim.rotation} has no plan yet")
        return self.plan

    def reached(self, step: Step) -> bool:
        return STEPS.index(self.step) >= STEPS.index(step)


def launch_key(category: str, tier: int | None) -> str:
    """Return a launch's key. `tier` of None: one challenge for all tiers."""
    return category if tier is None else f"{category}#{tier}"


def launched_for(key: str) -> tuple[str, int | None]:
    """Return the category and tier of a launch."""
    category, _, tier = key.partition("#")
    return category, int(tier) if tier else None


def rotation_activated(rotation: Rotation, *, at: datetime) -> Record:
    claim = rotation.claim
    return Record(
        program=claim.program,
        key=f"ROTATION#{claim.rotation}",
        what="audit.rotation_activated",
        who=rotation.actor,
        why=verbatim(rotation.reason) if rotation.reason else None,
        at=at,
        about={
            "rotation": claim.rotation,
            "program_version": rotation.program_version,
            "execution": claim.execution,
        },
    )
