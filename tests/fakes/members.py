"""What is kept of members, in memory: the ledger with its conditions, what members share, and what waits."""

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime

from ladder.domain.activities.activity import Activity, Key, digest
from ladder.domain.errors import MemberErased, Superseded
from ladder.domain.members.roster import Member
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.award_caps import Allotment
from ladder.domain.points.ledger import Entry, LedgerChange, OpenHold, State, decides_all, event_refused
from ladder.domain.points.teams import Contribution, TeamTotals
from ladder.domain.reviews.opening import hold_review_id, reviews_of
from ladder.domain.reviews.review import Review

type Person = tuple[str, str]  # program and member

NEVER = datetime.max.replace(tzinfo=UTC)


class MemoryLedger:
    """Refuses what DynamoDB would refuse; `allowances` is moved by the same transaction."""

    def __init__(self, allowances: "MemoryAllowances | None" = None) -> None:
        self.allowances = allowances or MemoryAllowances()
        self.states: dict[Person, State] = {}
        self.recorded: dict[Person, list[Entry]] = {}
        self.refused: dict[tuple[str, str], datetime] = {}  # by program and key of the audit record
        self.quarantined: dict[Person, dict[str, str]] = {}
        self.waiting: dict[tuple[str, str, Key], tuple[datetime, OpenHold]] = {}
        self.holds: dict[tuple[str, str, Key], OpenHold] = {}  # also those that wait no longer
        self.reviews = dict[tuple[str, str, str], Review]()  # by program, member and id
        self.erased: set[Person] = set()
        self.read = 0  # entries that pages read

    def load(self, program: str, member: str, events: Collection[Key]) -> tuple[State, Mapping[Key, bytes]]:
        if (program, member) in self.erased:
            raise MemberErased("the member was erased")
        state = self.states.get((program, member), State())
        known = {entry.key: digest(entry.activity) for entry in self.recorded.get((program, member), [])}
        return deepcopy(state), {key: known[key] for key in events if key in known}

    def states_of(self, program: str, members: Collection[str]) -> Mapping[str, State]:
        known = [member for member in members if (program, member) in self.states]
        return {member: self.load(program, member, ())[0] for member in known if (program, member) not in self.erased}

    def load_including_erased(self, program: str, member: str) -> State:
        return deepcopy(self.states.get((program, member), State()))

    def entries(self, program: str, member: str, *, count: int | None = None) -> list[Entry]:
        return list(self.recorded.get((program, member), []))[:count]

    def latest(self, program: str, member: str, *, before: int | None = None, page: int) -> Iterator[Entry]:
        recorded = sorted(self.entries(program, member), key=lambda entry: -entry.sequence)
        for entry in recorded:
            if before is None or entry.sequence < before:
                self.read += 1
                yield entry

    def find(self, program: str, member: str, events: Collection[Key]) -> dict[Key, Entry]:
        return {entry.key: entry for entry in self.entries(program, member) if entry.key in events}

    def beginning(self, program: str, member: str, key: Key) -> list[Entry]:
        entries = self.entries(program, member)
        return [entry for entry in entries if entry.key[0] == key[0] and entry.key[1].startswith(key[1])]

    def amendments(self, program: str, member: str, events: Collection[Key]) -> Amendments:
        types = dict[Key, set[str]]()
        for entry in self.entries(program, member):
            if entry.amends is not None and entry.amends in events and decides_all(entry.activity):
                types.setdefault(entry.amends, set()).add(entry.activity.type)
        return Amendments(types=types)

    def commit(self, change: LedgerChange) -> None:
        person = (change.program, change.member)
        known = {entry.key for entry in self.recorded.get(person, [])}
        if person in self.erased or self.states.get(person, State()).version != change.before.version:
            raise Superseded(f"somebody else wrote of member {change.member}")
        if known & {entry.key for entry in change.entries}:
            raise Superseded("an entry exists")
        self.allowances.move(change)
        after = deepcopy(change.after)
        after.version = change.before.version + 1
        self.states[person] = after
        self.recorded.setdefault(person, []).extend(change.entries)
        self._wait(change)

    def refuse(self, program: str, member: str, activity: Activity, *, at: datetime) -> None:
        self.refused.setdefault((program, event_refused(program, member, activity, at=at).key), at)

    def quarantine(self, program: str, member: str, body: str, why: str) -> None:
        if (program, member) not in self.erased:
            self.quarantined.setdefault((program, member), {})[body] = why

    def due(self, program: str, now: datetime) -> list[OpenHold]:
        return [hold for (of, _, _), (at, hold) in self.waiting.items() if of == program and at <= now]

    def _wait(self, change: LedgerChange) -> None:
        for key in change.decided:
            place = (change.program, change.member, key)
            _, waited = self.waiting.pop(place, (NEVER, None))
            if waited:
                self.holds[place] = replace(waited, waits_for_colleague=False)
                at = (change.program, change.member, waited.review)
                self.reviews[at] = replace(self.reviews[at], lapsed=True)
        for key, hold in change.waiting.items():
            stored = OpenHold(
                member=change.member,
                event=key,
                worth=hold.worth,
                rules=hold.rules,
                review=hold_review_id(change, key),
                waits_for_colleague=hold.waits_for_colleague,
            )
            due_at = NEVER if hold.waits_for_colleague else change.due_at
            self.waiting[change.program, change.member, key] = (due_at, stored)
            self.holds[change.program, change.member, key] = stored
        for review in reviews_of(change):
            self.reviews.setdefault((change.program, change.member, review.id), review)


class MemoryQuarantine:
    """`bodies`: by program, owner and body, why it was quarantined."""

    def __init__(self) -> None:
        self.bodies: dict[tuple[str, str, str], str] = {}

    def add(self, program: str, owner: str, body: str, why: str) -> None:
        self.bodies[program, owner, body] = why


class MemoryAllowances:
    def __init__(self) -> None:
        self.budgets: dict[tuple[str, str, date], int] = {}
        self.reserves: dict[tuple[str, date], int] = {}
        self.stock: dict[tuple[str, str], int] = {}

    def allotment(self, program: str, member: str, day: date) -> Allotment:
        every = [points for (of, _, on), points in self.budgets.items() if (of, on) == (program, day)]
        return Allotment(self.budgets.get((program, member, day)), sum(every) if every else None)

    def reserve_taken(self, program: str, day: date) -> int:
        return self.reserves.get((program, day), 0)

    def stock_taken(self, program: str, item: str) -> int:
        return self.stock.get((program, item), 0)

    def move(self, change: LedgerChange) -> None:
        """All of it, or nothing where one counter is not where it was read."""
        reserves = {(change.program, each.day): each for each in change.withdrawals}
        stock = {(change.program, taken.item): taken for taken in change.stock}
        if any(self.reserves.get(key, 0) != draw.before for key, draw in reserves.items()):
            raise Superseded("the reserve was drawn on")
        if any(self.stock.get(key, 0) != taken.before for key, taken in stock.items()):
            raise Superseded("the stock was taken from")
        self.reserves |= {key: draw.before + draw.points for key, draw in reserves.items()}
        self.stock |= {key: taken.before + taken.pieces for key, taken in stock.items()}


class MemoryTeams:
    """`teams`: by program and name, who is in it; `roster`: those whose teams are more than that."""

    def __init__(self, teams: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
        self.roster = {
            (program, member): Member(id=member, user=member, team=team)
            for (program, team), members in teams.items()
            for member in members
        }
        self.shares: dict[tuple[str, str, int], dict[str, Contribution]] = {}
        self.grants: dict[tuple[str, str, int], set[str]] = {}

    def member(self, program: str, member: str) -> Member | None:
        return self.roster.get((program, member))

    def teammates(self, program: str, team: str) -> tuple[str, ...]:
        return tuple(member for (of, member), listed in self.roster.items() if (of, listed.team_key) == (program, team))

    def contribute(self, share: Contribution) -> TeamTotals:
        key = (share.team, share.achievement, share.period)
        shares = self.shares.setdefault(key, {})
        if share.member not in shares or shares[share.member].version < share.version:
            shares[share.member] = share
        return self.totals(share.program, *key)

    def totals(self, program: str, team: str, achievement: str, period: int) -> TeamTotals:
        key = (team, achievement, period)
        points = {member: each.points for member, each in self.shares.get(key, {}).items()}
        return TeamTotals(points, frozenset(self.grants.get(key, ())))

    def granted(self, share: Contribution, members: Collection[str]) -> None:
        self.grants.setdefault((share.team, share.achievement, share.period), set()).update(members)
