"""Export everything that is stored about one member, in one document, and nothing about anybody else."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from ladder.domain.challenges.ports import MemberMetrics, MemberStandings, Rotations
from ladder.domain.errors import NotFound
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.audit_records import member_exported
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import Decisions, PersonalData

DAYS = 400  # for which metric values, assignments and outcomes are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberExport:
    """`items`: by kind, the member's own: identities, state, entries, verdicts, reviews, disputes, quarantine …

    `metrics`: by day and metric, value and count; `assignments`: by rotation, the member's place in each category;
    `outcomes`: by day and category.
    """

    program: str
    member: str
    exported_at: datetime
    roster: Mapping[str, object] | None
    items: Mapping[str, Sequence[Mapping[str, object]]]
    assignments: Mapping[str, Mapping[str, object]]
    outcomes: Mapping[str, Mapping[str, str]]
    metrics: Mapping[str, Mapping[str, object]]
    audit: Sequence[Mapping[str, object]]


def export(
    staff: Staff,
    *,
    member: str,
    now: datetime,
    programs: Programs,
    personal_data: PersonalData,
    rotations: Rotations,
    placements: MemberStandings,
    figures: MemberMetrics,
    decisions: Decisions,
) -> MemberExport:
    """Read everything about a member, with a record in the audit. Raises NotFound where nothing is stored."""
    authorize(staff, "administer")
    program = staff.program
    roster = programs.roster(program)
    slot = next((index for index, entry in enumerate(roster) if entry.id == member), None)
    items = personal_data.of(program, member)
    if slot is None and not items:
        raise NotFound("there is no such member")
    decisions.record(member_exported(program, member, by=staff.subject, at=now))
    first, today = now.date() - timedelta(days=DAYS), now.date()
    assignments: dict[str, Mapping[str, object]] = {}
    outcomes: dict[str, Mapping[str, str]] = {}
    metrics: dict[str, Mapping[str, object]] = {}
    if slot is not None:
        claims = [rotation.claim for rotation in rotations.between(program, first, today)]
        for claim in claims:
            if places := placements.standings(program, claim.rotation, slot):
                assignments[claim.rotation] = {category: asdict(place) for category, place in places.items()}
        for day in dict.fromkeys(claim.date for claim in claims):
            if by_category := placements.outcomes_for(program, day, slot):
                outcomes[day.isoformat()] = by_category
        for day, values in figures.of_slot(program, slot, first=first, last=today).items():
            metrics[day.isoformat()] = {
                metric: {"value": value, "count": count} for metric, (value, count) in values.items()
            }
    return MemberExport(
        program=program,
        member=member,
        exported_at=now,
        roster=None
        if slot is None
        else {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(roster[slot]).items()
        },
        items=items,
        assignments=assignments,
        outcomes=outcomes,
        metrics=metrics,
        audit=personal_data.audited(program, member),
    )
