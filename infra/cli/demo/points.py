"""What the ledger says of everybody at the end: balances, what caps trimmed, what waits, and one agent's entries."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from infra.cli.demo.document import Account, Held, LedgerRow, Points, Reported
from infra.cli.demo.learning import Told
from infra.cli.replay.drive import Queues
from infra.local.accounts import Account as Kept
from infra.local.accounts import accounts
from infra.local.stage import Stage
from ladder.domain.activities.activity import AMENDMENTS, COMPLETED, REVERSED
from ladder.domain.calendar import local_day
from ladder.domain.points.achievements import tier_name
from ladder.domain.points.compiled import level_at
from ladder.domain.points.ledger import ADJUSTED, Entry
from ladder.domain.programs.program import Program

ROWS = 12


def points_of(stage: Stage, told: Told) -> Points:
    users = {member.id: member.user for member in stage.roster}
    kept = {users[account.member]: account for account in accounts(stage)}
    liveliest = max(kept, key=lambda agent: (len({entry.activity.type for entry in kept[agent].entries}), agent))
    entries = [entry for account in kept.values() for entry in account.entries]
    return Points(
        accounts=tuple(_account(stage.program, agent, each) for agent, each in kept.items()),
        entries=len(entries),
        completions=sum(entry.activity.type == COMPLETED for entry in entries),
        reported=Reported(sent=told.sent, again=told.again, late=told.late),
        failed=Queues(stage.aws.client("sqs"), stage.outputs).failed(),
        trimmed=dict(_trimmed(entries).most_common()),
        held=tuple(held for agent, each in kept.items() for held in _held(stage.program, agent, each.entries)),
        agent=liveliest,
        ledger=tuple(_row(stage.program, entry) for entry in telling(kept[liveliest].entries)[-ROWS:]),
    )


def telling(entries: Sequence[Entry]) -> list[Entry]:
    """By their days, those that paid or wait, and of those that did not each reason once."""
    said, found = set[str](), list[Entry]()
    for entry in sorted(_plain(entries), key=lambda each: each.activity.order):
        if entry.points or entry.held or (entry.lines and entry.sentence not in said):
            found.append(entry)
            said.add(entry.sentence)
    return found


def _plain(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Neither amendments, nor what was taken back, nor what came late and changed others: alone they are riddles."""
    taken_back = {entry.activity.target for entry in entries if entry.activity.type == REVERSED}
    for entry in entries:
        changed_others = any(line.rule == ADJUSTED for line in entry.lines)
        if not (changed_others or entry.activity.type in AMENDMENTS or entry.key in taken_back):
            yield entry


def _account(program: Program, agent: str, kept: Kept) -> Account:
    book, state = program.rulebook, kept.state
    held = {key: tier for key, (tier, _) in state.badges.items()}
    reached = level_at(book, state.earned)
    return Account(
        agent=agent,
        earned=state.earned,
        held=state.held,
        level=f"{reached} {book.levels[reached - 1].name}" if book.levels else str(reached),
        streaks={each.name: state.streaks[each.key].best for each in book.streaks if each.key in state.streaks},
        badges=(
            *(f"{each.name} ({tier_name(each.tiers, held[each.key])})" for each in book.badges if each.key in held),
            *(each.name for each in book.judged if each.key in held),
        ),
    )


def _trimmed(entries: Sequence[Entry]) -> Counter[str]:
    """Points that an event was worth and a cap did not let pass."""
    trimmed = Counter[str]()
    for entry in entries:
        for line in entry.lines:
            if line.because and not line.held and line.rule != ADJUSTED and line.worth > line.paid:
                trimmed[line.because] += line.worth - line.paid
    return trimmed


def _held(program: Program, agent: str, entries: Sequence[Entry]) -> Iterator[Held]:
    for entry in entries:
        for line in entry.lines:
            if line.held > 0:
                day = _day(program, entry)
                yield Held(date=day, agent=agent, rule=line.rule, points=line.held, why=line.because)


def _row(program: Program, entry: Entry) -> LedgerRow:
    return LedgerRow(date=_day(program, entry), points=entry.points, held=entry.held, sentence=entry.sentence)


def _day(program: Program, entry: Entry) -> date:
    return local_day(program.schedule, entry.activity.occurred_at)
