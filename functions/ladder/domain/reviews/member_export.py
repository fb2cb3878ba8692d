"""Export everything about one member, in one document and with nothing about anybody else; an admin may, and they."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from ladder.domain.audit.records import Record
from ladder.domain.challenges.ports import MemberMetrics, MemberStandings, OwnFiguresOfToday, Rotations
from ladder.domain.errors import NotFound
from ladder.domain.message import Message
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.ports import PersonalData

EXPORTED_DAYS = 400  # for which metric values, assignments and outcomes are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberExport:
    """`items`: by kind, the member's own: identities, state, entries, verdicts, reviews, disputes, quarantine …

    `metrics`: by day and metric, value and count; `assignments`: by rotation, the member's place in each category;
    `so_far`: by metric, the last figure of a day that was not over; `outcomes`: by day and category.
    """

    program: str
    member: str
    exported_at: datetime
    roster: Mapping[str, object] | None
    items: Mapping[str, Sequence[Mapping[str, object]]]
    assignments: Mapping[str, Mapping[str, object]]
    outcomes: Mapping[str, Mapping[str, str]]
    metrics: Mapping[str, Mapping[str, object]]
    so_far: Mapping[str, Mapping[str, object]]
    audit: Sequence[Mapping[str, object]]


def read_export(
    program: str,
    member: str,
    *,
    by: str,
    now: datetime,
    record: Callable[[Record], object],
    programs: Programs,
    personal_data: PersonalData,
    rotations: Rotations,
    placements: MemberStandings,
    figures: MemberMetrics,
    figures_of_today: OwnFiguresOfToday,
) -> MemberExport:
    """Read everything about a member, after `record` has audited who reads it. Raises NotFound where nothing is stored.

    `by`: whoever reads it, an admin or the member.
    """
    roster = programs.roster(program)
    slot = next((index for index, entry in enumerate(roster) if entry.id == member), None)
    items = personal_data.of(program, member)
    if slot is None and not items:
        raise NotFound(Message("admin.no_such_member"))
    record(
        Record(  # one each time
            program=program,
            key=f"EXPORTED#{member}#{now.astimezone(UTC).isoformat()}",
            what="audit.member_exported",
            who=by,
            at=now,
            about={"member": member},
        )
    )
    first, today = now.date() - timedelta(days=EXPORTED_DAYS), now.date()
    row = {} if slot is None else asdict(roster[slot])
    assignments: dict[str, Mapping[str, object]] = {}
    outcomes: dict[str, Mapping[str, str]] = {}
    metrics: dict[str, Mapping[str, object]] = {}
    so_far: dict[str, Mapping[str, object]] = {}
    if slot is not None:
        claims = [rotation.claim for rotation in rotations.between(program, first, today)]
        standings = placements.standings_in(program, [claim.rotation for claim in claims], slot)
        for rotation, places in sorted(standings.items()):
            assignments[rotation] = {category: asdict(place) for category, place in places.items()}
        for day, by_category in sorted(placements.outcomes_on(program, {claim.date for claim in claims}, slot).items()):
            if by_category:
                outcomes[day.isoformat()] = by_category
        for day, values in figures.of_slot(program, slot, first=first, last=today).items():
            metrics[day.isoformat()] = {
                name: {"value": value, "count": count} for name, (value, count) in values.items()
            }
        for metric, figure in sorted(figures_of_today.of_slot(program, slot).items()):
            if figure.value is not None:
                so_far[metric] = {
                    "day": figure.day.isoformat(),
                    "measured_at": figure.measured_at.isoformat(),
                    "value": figure.value,
                    "count": figure.contacts,
                }
    return MemberExport(
        program=program,
        member=member,
        exported_at=now,
        roster={name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()} or None,
        items=items,
        assignments=assignments,
        outcomes=outcomes,
        metrics=metrics,
        so_far=so_far,
        audit=personal_data.audited(program, member),
    )
