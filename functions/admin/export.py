"""Export: everything that is kept of one member, in one document, and nothing of anybody else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from ladder.domain.challenges.ports import MemberMetrics, MemberStandings, Rotations
from ladder.domain.challenges.rotation import Rotation
from ladder.domain.errors import NotFound
from ladder.domain.members.roster import Member
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.audit_records import member_exported
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import Decisions, PersonalData

DAYS = 400  # for which figures, placements and outcomes are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """`kept`: by kind, the items of his own: identities, state, entries, verdicts, reviews, disputes, quarantine …

    `figures`: by day and metric, value and count; `nights`: by rotation, where he stood in each category; `came`: by
    day, what came of each.
    """

    program: str
    member: str
    exported_at: datetime
    roster: Mapping[str, object] | None
    kept: Mapping[str, Sequence[Mapping[str, object]]]
    nights: Mapping[str, Mapping[str, object]]
    came: Mapping[str, Mapping[str, str]]
    figures: Mapping[str, Mapping[str, object]]
    audit: Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """Where everything about members stands."""

    programs: Programs
    belongings: PersonalData
    rotations: Rotations
    placements: MemberStandings
    figures: MemberMetrics
    decisions: Decisions


def export(staff: Staff, *, member: str, now: datetime, shelves: Shelves) -> Exported:
    """Changes nothing, and is audited. Raises NotThere where nothing is kept of him."""
    authorize(staff, "administer")
    program = staff.program
    roster = shelves.programs.roster(program)
    slot = next((place for place, each in enumerate(roster) if each.id == member), None)
    kept = shelves.belongings.of(program, member)
    if slot is None and not kept:
        raise NotFound("there is no such member")
    shelves.decisions.record(member_exported(program, member, by=staff.subject, at=now))
    first, today = now.date() - timedelta(days=DAYS), now.date()
    rotations = [] if slot is None else shelves.rotations.between(program, first, today)
    return Exported(
        program=program,
        member=member,
        exported_at=now,
        roster=_plain(roster[slot]) if slot is not None else None,
        kept=kept,
        nights=dict(_nights(rotations, slot or 0, shelves.placements)),
        came=dict(_came(rotations, slot or 0, shelves.placements)),
        figures={} if slot is None else _figures(program, slot, shelves.figures, first, today),
        audit=shelves.belongings.audited(program, member),
    )


def _plain(member: Member) -> Mapping[str, object]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(member).items()}


def _nights(
    rotations: Iterable[Rotation], slot: int, placements: MemberStandings
) -> Iterator[tuple[str, Mapping[str, object]]]:
    for each in rotations:
        name = each.claim.rotation
        if placed := placements.standings(each.claim.program, name, slot):
            yield name, {category: asdict(place) for category, place in placed.items()}


def _came(
    rotations: Iterable[Rotation], slot: int, placements: MemberStandings
) -> Iterator[tuple[str, Mapping[str, str]]]:
    days = {each.claim.date: each.claim.program for each in rotations}
    for day, program in days.items():
        if came := placements.outcomes_for(program, day, slot):
            yield day.isoformat(), came


def _figures(
    program: str, slot: int, figures: MemberMetrics, first: date, last: date
) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    found = figures.of_slot(program, slot, first=first, last=last)
    return {
        day.isoformat(): {metric: {"value": value, "count": count} for metric, (value, count) in told.items()}
        for day, told in found.items()
    }
