"""Export: everything that is kept of one member, in one document, and nothing of anybody else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from ladder.domain.asked import NotThere
from ladder.domain.members import Member
from ladder.domain.program import Program
from ladder.domain.reviews.rights import Staff, allow
from ladder.ports.nights import Histories, Placements, Rotations
from ladder.ports.programs import Programs
from ladder.ports.records import Belongings

NIGHTS = 30  # whose placements are told
DAYS = 400  # for which figures are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """`kept`: by kind, the items of his own: identities, state, entries, verdicts, reviews, disputes, quarantine …

    `figures`: by day and metric, value and count; `nights`: by rotation, where he stood in each category.
    """

    program: str
    member: str
    exported_at: datetime
    roster: Mapping[str, object] | None
    kept: Mapping[str, Sequence[Mapping[str, object]]]
    nights: Mapping[str, Mapping[str, object]]
    figures: Mapping[str, Mapping[str, object]]
    audit: Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """Where everything about members stands."""

    programs: Programs
    belongings: Belongings
    rotations: Rotations
    placements: Placements
    histories: Histories


def export(staff: Staff, *, member: str, now: datetime, shelves: Shelves) -> Exported:
    """Read only. Raises NotThere where nothing is kept of him."""
    allow(staff, "administer")
    program = shelves.programs.current(staff.program)
    roster = shelves.programs.roster(staff.program)
    slot = next((place for place, each in enumerate(roster) if each.id == member), None)
    kept = shelves.belongings.of(program.key, member)
    if slot is None and not kept:
        raise NotThere("there is no such member")
    today = now.date()
    return Exported(
        program=program.key,
        member=member,
        exported_at=now,
        roster=_plain(roster[slot]) if slot is not None else None,
        kept=kept,
        nights={} if slot is None else dict(_nights(program, slot, shelves, today)),
        figures={} if slot is None else dict(_figures(program, slot, shelves, today)),
        audit=shelves.belongings.audited(program.key, member),
    )


def _plain(member: Member) -> Mapping[str, object]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(member).items()}


def _nights(program: Program, slot: int, shelves: Shelves, today: date) -> Iterator[tuple[str, Mapping[str, object]]]:
    for rotation in shelves.rotations.between(program.key, today - timedelta(days=NIGHTS), today):
        name = rotation.claim.rotation
        placed = shelves.placements.placed(program.key, name, slot)
        if placed:
            yield name, {category: asdict(place) for category, place in placed.items()}


def _figures(program: Program, slot: int, shelves: Shelves, today: date) -> Iterator[tuple[str, Mapping[str, object]]]:
    metrics = tuple(dict.fromkeys(name for metric in program.metrics for name in (metric.key, metric.measured)))
    if not metrics:
        return
    first = today - timedelta(days=DAYS)
    history = shelves.histories.load(program.key, first=first, last=today, members=slot + 1, metrics=metrics)
    for day in (first + timedelta(days=n) for n in range(DAYS + 1)):
        told = {
            metric: {
                "value": float(column.values[history.row(day), slot]),
                "count": float(column.counts[history.row(day), slot]),
            }
            for metric, column in history.columns.items()
        }
        worked = {metric: each for metric, each in told.items() if each["value"] == each["value"]}  # NaN: did not work
        if worked:
            yield day.isoformat(), worked
