"""Everything a member ever did, folded anew: what a late, corrected, reversed or decided event asks for.

Points are a function of the set of events: each is evaluated in the order in which things happened, under the version
of the rules and the allowance of its day that it was first evaluated under. What that changes for events that were paid
before stands in one adjusting line, in the entry of the event that brought it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ladder.domain.activity import AMENDMENTS, Activity, Key
from ladder.domain.rewards import progress
from ladder.domain.rewards.amendments import Amendments
from ladder.domain.rewards.book import Book
from ladder.domain.rewards.entry import ADJUSTED, Entry, Folded, Line
from ladder.domain.rewards.evaluate import Allowances
from ladder.domain.rewards.fold import UNBOUNDED, day_of, fold, unfit
from ladder.domain.rewards.matching import mark
from ladder.domain.rewards.sentences import amended, recounted
from ladder.domain.rewards.state import PENDING, State

EVERYTHING_ANEW = b""  # no book's digest: more amendments wait than the state remembers

type Books = Mapping[int, Book]  # program version -> its book


@dataclass(frozen=True, slots=True)
class Past:
    """An activity with what it was, or is now, evaluated under."""

    activity: Activity
    book: Book
    allowance: int | None

    @property
    def amends(self) -> bool:
        return self.activity.type in AMENDMENTS

    @property
    def unfit(self) -> str:
        return unfit(self.book, self.activity)


def refold(
    books: Books,
    now: Book,
    state: State,
    recorded: Sequence[Entry],
    arrived: Sequence[Activity],
    *,
    allowances: Allowances,
) -> tuple[State, list[Entry]]:
    """The state of all events, and an entry for each that arrived.

    `recorded` is the member's whole ledger and `state` what it left him with; `books` has every version that it was
    written under, `allowances` the local days of what arrived.
    """
    known = {**recorded_allowances(recorded), **allowances}
    fresh = [Past(each, now, _bound(now, each, known)) for each in arrived]
    pasts = [*(_past(each, books[each.program_version], known) for each in recorded), *fresh]
    after, folded = _fold_all(pasts, now)
    after.version, after.sequence = state.version, state.sequence
    present = {past.activity.key for past in pasts}
    days = {each.key: each.day for each in recorded} | {key: each.day for key, each in folded.items()}
    entries = [_entry(past, folded.get(past.activity.key, Folded()), present, days) for past in fresh]
    if entries:
        last = _with_the_rest(entries, recorded, state, after, now)
        entries[-1] = _told(last, books, now, recorded, folded)
    return after, [_numbered(entry, after) for entry in entries]


def counted_anew(books: Books, now: Book, recorded: Sequence[Entry]) -> tuple[State, dict[Key, Folded]]:
    """What everything that is recorded comes to, and what each event of it brought."""
    known = recorded_allowances(recorded)
    return _fold_all([_past(each, books[each.program_version], known) for each in recorded], now)


def balance(entries: Iterable[Entry]) -> tuple[int, int, int]:
    """Earned, spent and held, as the ledger has them."""
    told = [(entry.points, entry.spent, entry.held) for entry in entries]
    return sum(each[0] for each in told), sum(each[1] for each in told), sum(each[2] for each in told)


def recorded_allowances(recorded: Iterable[Entry]) -> dict[int, int]:
    """What the member could earn on a day; it only grows."""
    found = dict[int, int]()
    for each in recorded:
        if each.day is not None and each.allowance is not None:
            found[each.day] = max(found.get(each.day, 0), each.allowance)
    return found


def _bound(book: Book, activity: Activity, allowances: Allowances) -> int | None:
    return None if activity.type in UNBOUNDED else allowances.get(day_of(book, activity))


def _past(entry: Entry, book: Book, allowances: Allowances) -> Past:
    """Under the program's cap nothing is paid on a day that nothing was allowed for: the cap must stand."""
    if entry.day is None or book.program.caps.program_daily_points is None:
        return Past(entry.activity, book, None)
    return Past(entry.activity, book, allowances.get(entry.day) or 0)


def _fold_all(pasts: Sequence[Past], now: Book) -> tuple[State, dict[Key, Folded]]:
    amendments, after, folded = Amendments.among(past.activity for past in pasts), State(), dict[Key, Folded]()
    standing = [past for past in pasts if not (past.amends or past.unfit or amendments.reverses(past.activity.key))]
    corrected = [(amendments.applied(past.activity), past) for past in standing]
    for activity, past in sorted(corrected, key=lambda each: each[0].order):  # a correction may move days off
        decision = amendments.decision(activity.key)
        folded[activity.key] = fold(
            past.book, after, activity, allowance=past.allowance, decision=decision, counting=now
        )
    progress.recognise(now, after)
    after.allowance = after.allowance or None
    after.waiting = {key: each.lines for key, each in folded.items() if any(line.held for line in each.lines)}
    present = {past.activity.key for past in pasts}
    pending = tuple(mark(*key) for key in amendments.targets if key not in present)
    after.pending = pending[-PENDING:]
    after.counted = now.digest if len(pending) <= PENDING else EVERYTHING_ANEW
    after.tidy()
    return after, folded


def _entry(past: Past, folded: Folded, present: Collection[Key], days: Mapping[Key, int | None]) -> Entry:
    """An amendment falls under the day of what it amends."""
    amended_day = days.get(past.activity.target) if past.activity.target else None
    return Entry(
        activity=past.activity,
        program_version=past.book.version,
        lines=folded.lines,
        points=sum(line.paid for line in folded.lines),
        spent=folded.spent,
        held=sum(line.held for line in folded.lines),
        sentence=_sentence(past, folded, present),
        reached=folded.reached,
        day=amended_day if past.amends else folded.day,
        allowance=None if past.amends else folded.allowance,
    )


def _sentence(past: Past, folded: Folded, present: Collection[Key]) -> str:
    if past.unfit:
        return f"No points: {past.unfit}."
    if past.amends:
        return amended(past.activity, known=past.activity.target in present)
    return past.book.wording.of(past.activity, folded)


def _with_the_rest(
    entries: Sequence[Entry], recorded: Sequence[Entry], before: State, after: State, now: Book
) -> Entry:
    """The last of them also bears what all of them changed for others."""
    last, (earned, spent, held) = entries[-1], balance([*recorded, *entries])
    rest, waiting = after.earned - earned, after.held - held
    line = (Line(ADJUSTED, paid=rest, held=waiting, because="counted anew"),) if rest or waiting else ()
    return replace(
        last,
        lines=(*last.lines, *line),
        points=last.points + rest,
        spent=last.spent + after.spent - spent,
        held=last.held + waiting,
        reached=progress.changes(now, before, after),
    )


def _told(entry: Entry, books: Books, now: Book, recorded: Sequence[Entry], folded: Mapping[Key, Folded]) -> Entry:
    """With what became of what had been paid before, in words."""
    rest = sum(line.paid for line in entry.lines if line.rule == ADJUSTED)
    if not rest:
        return entry
    _, before = counted_anew(books, now, recorded)
    changes = _paid_by_name(books, recorded, folded)
    changes.subtract(_paid_by_name(books, recorded, before))
    by_name = changes if changes.total() == rest else {}  # a ledger that was off before cannot be told piece by piece
    return replace(entry, sentence=f"{entry.sentence} {recounted(entry.activity, rest, by_name)}")


def _paid_by_name(books: Books, recorded: Sequence[Entry], folded: Mapping[Key, Folded]) -> Counter[str]:
    """The points of what is recorded, by what a member reads that they are for."""
    paid = Counter[str]()
    for entry in recorded:
        wording = books[entry.program_version].wording
        for line in folded.get(entry.key, Folded()).lines:
            paid[wording.name(line.rule, entry.activity)] += line.paid
    return paid


def _numbered(entry: Entry, after: State) -> Entry:
    after.sequence += 1
    return replace(entry, sequence=after.sequence)
