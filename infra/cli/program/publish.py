"""`ladder program publish FILE`: show what a draft would change, and publish it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from infra.cli.arguments import file_argument, reason, write_option
from infra.cli.program_file import load_files
from infra.cli.stack import Stack, on_stack, staff
from infra.cli.terminal import print_lines
from infra.cli.texts import quantity
from infra.models import MODELS
from ladder.adapters.cognito import CognitoReviewers
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.programs import DynamoPublications, DynamoWrittenPrograms
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.rosters import DynamoPeople, DynamoRosters, RosterSlots
from ladder.adapters.dynamodb.staff import DynamoDecisions, DynamoDeclarations
from ladder.adapters.secrets import IdentityKey, Secrets
from ladder.domain.activities.activity import in_calendar
from ladder.domain.calendar.schedule import local_day
from ladder.domain.points.ledger import Entry, State
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.pausing import pauses
from ladder.domain.programs.ports import current_of
from ladder.domain.reviews.colleagues import Alone, Colleagues, SecondAdmin, Waiting
from ladder.messages.render import render
from ladder.settings import YES
from publishing.drafts import doubts
from publishing.trial import Simulation, simulate_draft
from publishing.versions import publish as publish_version

DONE = 0
MAX_SHOWN = 20  # members
DOES: Mapping[str, tuple[str, str]] = {  # what one member does, and several
    "gains": ("gains", "gain"),
    "loses": ("loses", "lose"),
    "stuck": ("is left with", "are left with"),
}
ALONE: Mapping[Alone, str] = {
    "only_admin": "Nobody else confirmed it: the program has no other admin. The audit says so.",
    "lowered": "Nobody else confirmed it: the program asks for no second person here. The audit says so.",
}


@dataclass(slots=True)
class ObservedLedger:
    """A ledger that remembers when the newest event in what was read of it happened."""

    ledger: Ledger
    newest: datetime | None = None

    def entries(self, program: str, member: str) -> Sequence[Entry]:
        entries = self.ledger.entries(program, member)
        moments = filter(in_calendar, (entry.activity.occurred_at for entry in entries))
        self.newest = max([*moments, *([self.newest] if self.newest else [])], default=None)
        return entries

    def load_including_erased(self, program: str, member: str) -> State:
        return self.ledger.load_including_erased(program, member)


@click.command()
@file_argument
@click.option(
    "--reason", "why", type=reason, metavar="TEXT", help="Why it is published, for the audit. Needed by --write."
)
@write_option
@on_stack
def publish(stack: Stack, *, file: Path, why: str | None, write: bool) -> int:
    """Show whose results of the last 30 days would change under a program file; with --write, publish it.

    Where the program has another admin, they confirm it first, as for a draft sent to the API.
    """
    if write and not why:
        raise click.UsageError("--write needs --reason TEXT: say why the program is published; the audit records it")
    (draft, files), stores, now = load_files(file), stack.members, datetime.now(UTC)
    current = current_of(draft.key, stores.published)
    by, ledger = staff(draft.key), ObservedLedger(stores.ledger(current))
    trial = simulate_draft(
        by,
        draft,
        now=now,
        models=MODELS,
        programs=stores.published,
        people=DynamoPeople(stores.members, stores.published),
        ledger=ledger,  # type: ignore[arg-type]  # only what it has is read
        version=lambda version: stores.compiled_version(draft.key, version),
        decisions=DynamoDecisions(stack.audit, stores.members),
        time_left=lambda: True,
    )
    print_lines(trial_lines(trial, local_day(draft.schedule, ledger.newest) if ledger.newest else None, now=now))
    paused = pauses(current) if current else ()
    warnings = doubts(draft, current, stores.published, today=now.date())
    print_lines([*(f"  stays paused: {what} {key}" for what, key in paused), *map(str, warnings)])
    if not write or not why:
        print("Nothing was published. Add --write to publish.")
        return DONE
    DynamoWrittenPrograms(stores.programs).keep(draft, files)
    done = publish_version(
        by,
        draft,
        after=trial.after,
        reason=why,
        now=now,
        models=MODELS,
        programs=stores.published,
        publications=DynamoPublications(stores.programs, audit=stores.audit),
        second=second_admin(stack),
        reviews=DynamoReviewQueue(stores.members, audit=stores.audit),
    )
    if isinstance(done, Waiting):
        path = f"/admin/programs/{draft.key}/reviews/{done.review}/decision"
        print(f"Version {trial.after + 1} waits for another admin: {', '.join(done.waits_for)}.")
        print(f"They confirm it with POST {path}, and see it under GET /admin/reviews.")
        return DONE
    print(f"Version {done.version} of {done.program} {'was already published' if done.again else 'is published'}.")
    if done.alone:
        print(f"  {ALONE[done.alone]}")
    return DONE


def second_admin(stack: Stack) -> SecondAdmin:
    """Return what says whether one admin is enough on this stack, and who else there is."""
    stores = stack.members
    key = IdentityKey(Secrets(stack.client("secretsmanager")), stack.outputs["IdentitySecret"])
    colleagues = Colleagues(
        reviewers=CognitoReviewers(stack.client("cognito-idp"), stack.outputs["StaffPoolId"]),
        logins=DynamoIdentities(stores.members, key),
        declarations=DynamoDeclarations(stores.members, audit=stores.audit),
        rosters=DynamoRosters(RosterSlots(), stores.published),
    )
    return SecondAdmin(production=stack.outputs["Production"] == YES, colleagues=colleagues)


def trial_lines(trial: Simulation, newest: date | None, *, now: datetime) -> Iterator[str]:
    """Say what a draft would change. `newest`: the day of the newest event.

    Where no event was there to try the draft on, say so: "no change" would mislead.
    """
    totals = trial.totals
    if not trial.after:
        yield f"{trial.program} was never published: nobody has earned anything under it yet."
        return
    if newest is None or newest < now.date() - timedelta(days=trial.days):
        yield (
            f"No event in the last {trial.days} days: the draft was tried on nothing. The newest event is of {newest}."
            if newest
            else "There is no event yet to try the draft on."
        )
        if not totals.changed and not trial.effects:
            return
    span = f"Compared with version {trial.after} over the last {trial.days} days"
    yield f"{span}: {quantity(totals.members, 'member')}, {totals.changed} with another result."
    for rule in sorted({*totals.points[0], *totals.points[1]}):
        yield f"  {rule}: {totals.points[0][rule]} points, {totals.points[1][rule]} under the draft"
    for why in sorted({*totals.trimmed[0], *totals.trimmed[1]}, key=str):
        yield f"  not paid: {totals.trimmed[0][why]} points, {totals.trimmed[1][why]} under the draft. {render(why)}"
    yield from (f"  {badge}: {count} more" for badge, count in sorted(totals.gained.items()))
    yield from (f"  {badge}: {count} fewer" for badge, count in sorted(totals.lost.items()))
    yield from (f"  over the program's daily cap: {day}" for day in trial.over_cap)
    for effect in trial.effects:
        does, others = DOES[effect.kind][effect.members > 1], ", …" if effect.members > len(effect.examples) else ""
        members = f"{quantity(effect.members, 'member')} ({', '.join(effect.examples)}{others})"
        yield f"  once it is published, {members} {does}: {render(effect.what)}"
    for member, compared in trial.members[:MAX_SHOWN]:
        badges = [*(f"+{badge}" for badge in compared.gained), *(f"-{badge}" for badge in compared.lost)]
        yield f"  member {member}: {compared.now.total} → {compared.draft.total} {' '.join(badges)}".rstrip()
    if (more := len(trial.members) - MAX_SHOWN) > 0:
        yield f"  and {more} more members"
