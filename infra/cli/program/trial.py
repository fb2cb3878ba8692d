"""What a draft would change, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from admin.simulate_draft import Simulation, simulate_draft
from infra.cli.stack import Stack
from infra.models import MODELS
from ladder.adapters.dynamodb.rosters import DynamoPeople
from ladder.domain.calendar import in_calendar, local_day
from ladder.domain.points.ledger import Entry
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff
from ladder.domain.text import quantity

MAX_SHOWN = 20  # members
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class ObservedLedger:
    """A ledger that remembers when the newest event in what was read of it happened."""

    ledger: Ledger
    newest: datetime = NEVER

    def entries(self, program: str, member: str) -> Sequence[Entry]:
        entries = self.ledger.entries(program, member)
        self.newest = max([self.newest, *filter(in_calendar, (entry.activity.occurred_at for entry in entries))])
        return entries


def trial_lines(stack: Stack, draft: Program, staff: Staff, *, now: datetime) -> tuple[Simulation, list[str]]:
    """Try a draft on the last days. Where there was no event to try it on, say so: "no change" would mislead."""
    stores = stack.members
    ledger = ObservedLedger(stores.ledger(draft))
    trial = simulate_draft(
        staff,
        draft,
        now=now,
        models=MODELS,
        programs=stores.published,
        people=DynamoPeople(stores.members, stores.published),
        ledger=ledger,  # type: ignore[arg-type]  # only its entries are read
        version=lambda version: stores.compiled_version(draft.key, version),
        time_left=lambda: True,
    )
    if not trial.after:
        return trial, [f"{trial.program} was never published: nobody has earned anything under it yet."]
    newest = local_day(draft.schedule, ledger.newest) if ledger.newest != NEVER else None
    if newest and newest >= now.date() - timedelta(days=trial.days):
        return trial, _comparison(trial)
    untried = "There is no event yet to try the draft on."
    if newest:
        untried = (
            f"No event in the last {trial.days} days: the draft was tried on nothing. The newest event is of {newest}."
        )
    return trial, [untried, *(_comparison(trial) if trial.totals.changed else [])]


def _comparison(trial: Simulation) -> list[str]:
    totals = trial.totals
    span = f"Compared with version {trial.after} over the last {trial.days} days"
    lines = [f"{span}: {quantity(totals.members, 'member')}, {totals.changed} with another result."]
    for rule in sorted({*totals.points[0], *totals.points[1]}):
        lines.append(f"  {rule}: {totals.points[0][rule]} points, {totals.points[1][rule]} under the draft")
    for why in sorted({*totals.trimmed[0], *totals.trimmed[1]}):
        lines.append(f"  not paid, {why}: {totals.trimmed[0][why]} points, {totals.trimmed[1][why]} under the draft")
    lines += [f"  {badge}: {count} more" for badge, count in sorted(totals.gained.items())]
    lines += [f"  {badge}: {count} fewer" for badge, count in sorted(totals.lost.items())]
    lines += [f"  over the program's daily cap: {day}" for day in trial.over_cap]
    for member, compared in trial.members[:MAX_SHOWN]:
        badges = [*(f"+{badge}" for badge in compared.gained), *(f"-{badge}" for badge in compared.lost)]
        lines.append(f"  member {member}: {compared.now.total} → {compared.draft.total} {' '.join(badges)}".rstrip())
    more = len(trial.members) - MAX_SHOWN
    return [*lines, *([f"  and {more} more members"] if more > 0 else [])]
