"""What a draft would change, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from admin.simulate_draft import Ledgers, Trial, simulate_draft
from infra.cli.ledger.stores import Place
from infra.cli.program.summary import number
from infra.models import MODELS
from ladder.adapters.dynamodb.rosters import DynamoPeople
from ladder.domain.calendar import in_calendar, local_day
from ladder.domain.points.ledger import Entry
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff

TOLD = 20  # members
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Looked:
    """A ledger that is read, and when the newest event happened that was seen in it."""

    ledger: Ledger
    newest: datetime = BEFORE_ALL

    def entries(self, program: str, member: str) -> Sequence[Entry]:
        found = self.ledger.entries(program, member)
        self.newest = max([self.newest, *filter(in_calendar, (each.activity.occurred_at for each in found))])
        return found


def trial_lines(on: Place, draft: Program, staff: Staff, *, now: datetime) -> tuple[Trial, list[str]]:
    stores = on.members
    looked = Looked(stores.ledger(draft))
    trial = simulate_draft(
        staff,
        draft,
        now=now,
        models=MODELS,
        programs=stores.published,
        ledgers=Ledgers(
            people=DynamoPeople(stores.members, stores.published),
            ledger=looked,  # type: ignore[arg-type]  # of which only the entries are read
            books=lambda version: stores.compiled_version(draft.key, version),
        ),
        time_left=lambda: True,
    )
    idle = _idle(trial, draft, looked.newest, now)
    if not idle or not trial.after:
        return trial, _trial_lines(trial)
    return trial, [idle, *(_trial_lines(trial) if trial.totals.changed else [])]


def _idle(trial: Trial, draft: Program, newest: datetime, now: datetime) -> str:
    """Who reads that nobody's result changes must know where there was nothing that could have changed it."""
    if newest == BEFORE_ALL:
        return "There is no event yet that the draft could be tried on."
    day = local_day(draft.schedule, newest)
    if day >= now.date() - timedelta(days=trial.days):
        return ""
    return f"No event falls into the last {trial.days} days, so the draft was tried on nothing: the newest is of {day}."


def _trial_lines(trial: Trial) -> list[str]:
    if not trial.after:
        return [f"{trial.program} was never published: nobody has earned anything under it yet."]
    totals = trial.totals
    span = f"Compared with version {trial.after} over the last {trial.days} days"
    lines = [f"{span}: {number(totals.members, 'member')}, {totals.changed} of them with another result."]
    for rule in sorted({*totals.points[0], *totals.points[1]}):
        lines.append(f"  {rule}: {totals.points[0][rule]} points, {totals.points[1][rule]} under the draft")
    for why in sorted({*totals.trimmed[0], *totals.trimmed[1]}):
        lines.append(f"  not paid, {why}: {totals.trimmed[0][why]} points, {totals.trimmed[1][why]} under the draft")
    lines += [f"  {badge}: {count} more" for badge, count in sorted(totals.gained.items())]
    lines += [f"  {badge}: {count} fewer" for badge, count in sorted(totals.lost.items())]
    lines += [f"  over the program's daily cap: {day}" for day in trial.over_cap]
    for member, compared in trial.members[:TOLD]:
        moved = [*(f"+{each}" for each in compared.gained), *(f"-{each}" for each in compared.lost)]
        lines.append(f"  member {member}: {compared.now.total} → {compared.draft.total} {' '.join(moved)}".rstrip())
    left = len(trial.members) - TOLD
    return [*lines, *([f"  and {left} more members"] if left > 0 else [])]
