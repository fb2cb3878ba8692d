"""The acts of progress on fakes: what a member reads of himself, disputes and orders; nobody else's is in reach."""

import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ladder.adapters.memory import MemoryAssignments, MemoryIdentities, MemoryRotations
from ladder.adapters.memory.disputes import MemoryDisputes
from ladder.adapters.memory.eases import MemoryEases
from ladder.adapters.memory.members import MemoryLedger, MemoryTeams
from ladder.adapters.memory.reviews import MemoryReviewQueue
from ladder.domain.activity import Activity, Key
from ladder.domain.asked import InConflict, NotAMember, NotLoggedIn, NotThere
from ladder.domain.calendar import night_falls_at
from ladder.domain.errors import Superseded, Unavailable
from ladder.domain.inbound import LOGIN
from ladder.domain.program import Program
from ladder.domain.reviews.opening import of_stretch
from ladder.domain.reviews.review import Decided, Terms
from ladder.domain.rewards.book import Book
from ladder.domain.rewards.change import Change
from ladder.domain.rewards.entry import Entry
from ladder.domain.rewards.evaluate import evaluate
from ladder.domain.rewards.state import State
from ladder.domain.rotation import Claim, Night, Rotation, Targets
from ladder.retrying import TRIES
from progress.dispute import Disputed, dispute
from progress.me import UNLINKED, Me, me
from progress.order import Counter, Ordered, order
from progress.show_catalogue import show_catalogue
from progress.show_ledger import LedgerPage, show_ledger
from progress.show_progress import Nights, Progress, show_progress
from tests.domain import examples
from tests.domain.members_work import MONDAY, TUESDAY, at, passed
from tests.domain.sample_rulebook import ITEM, academy, capped, item

MEMBER = f"{1:032x}"
NOW = at(MONDAY, 12)
CLAIMS = {"token_use": "id", "sub": "zoe", "custom:program": "academy", "exp": str(int(NOW.timestamp()) + 60)}


@dataclass(slots=True)
class Quarantined:
    bodies: dict[str, str] = field(default_factory=dict)

    def parked(self, program: str, member: str) -> Mapping[str, str]:
        return self.bodies if (program, member) == ("academy", MEMBER) else {}


@dataclass(slots=True)
class World:
    """One member's doors to everything that is kept."""

    program: Program = field(default_factory=academy)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    disputes: MemoryDisputes = field(default_factory=MemoryDisputes)
    quarantine: Quarantined = field(default_factory=Quarantined)
    rotations: MemoryRotations = field(default_factory=MemoryRotations)
    assignments: MemoryAssignments = field(default_factory=MemoryAssignments)
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    teams: MemoryTeams = field(default_factory=lambda: MemoryTeams({}))
    me: Me = field(default_factory=lambda: Me("academy", MEMBER))
    pauses: list[int] = field(default_factory=list)

    @property
    def book(self) -> Book:
        return Book.of(self.program)

    def did(self, *activities: Activity) -> None:
        before, _ = self.ledger.load(self.me.program, self.me.member, [])
        days: dict[int, int | None] = {each.occurred_at.date().toordinal(): None for each in activities}
        after, entries = evaluate(self.book, before, activities, allowances=days)
        self.ledger.commit(
            Change(
                program=self.me.program,
                member=self.me.member,
                before=before,
                after=after,
                entries=entries,
                due_at=NOW,
            )
        )

    def state(self) -> State:
        return self.ledger.load(self.me.program, self.me.member, [])[0]

    def shown(self, now: datetime = NOW, *, slot: int | None = 0) -> Progress:
        return show_progress(
            self.me,
            now=now,
            book=self.book,
            ledger=self.ledger,
            purse=self.ledger.purse,
            nights=Nights(
                books=lambda version: self.book,
                rotations=self.rotations,
                placements=self.assignments,
                eases=MemoryEases(self.reviews),
                slot=lambda program, member: slot,
            ),
            teams=self.teams,
        )

    def page(self, *, limit: int = 25, before: int = 2**53) -> LedgerPage:
        return show_ledger(
            self.me,
            limit=limit,
            before=before,
            book=self.book,
            ledger=self.ledger,
            quarantine=self.quarantine,
            disputes=self.disputes,
        )

    def raised(self, event: str, text: str = "no", now: datetime = NOW) -> Disputed:
        return dispute(
            self.me, source="academy", event=event, text=text, now=now, ledger=self.ledger, disputes=self.disputes
        )

    def ordered(self, wanted: str = "1", key: str = ITEM.key, now: datetime = NOW) -> Ordered:
        counter = Counter(me=self.me, book=self.book, ledger=self.ledger, purse=self.ledger.purse, now=now)
        return order(counter, order=wanted, item=key, pause=self.pauses.append)


# who asks


def asked(**changes: Any) -> Me:
    logins = MemoryIdentities()
    logins.link("academy", LOGIN, "zoe", MEMBER)
    return me({**CLAIMS, **changes}, now=NOW, logins=logins)


@pytest.mark.parametrize("changes", [{}, {"custom:program": "[academy]"}, {"exp": NOW.timestamp() + 1}])
def test_a_linked_login_is_its_member(changes: dict[str, object]) -> None:
    assert asked(**changes) == Me("academy", MEMBER)


@pytest.mark.parametrize(
    "changes",
    [
        {"token_use": "access"},
        {"token_use": ""},
        {"exp": None},
        {"exp": ""},
        {"exp": "1e400"},
        {"exp": "nan"},
        {"exp": NOW.timestamp()},
        {"exp": True},
        {"sub": ""},
        {"sub": "[]"},
        {"sub": None},
    ],
)
def test_what_is_no_id_token_of_this_moment_is_no_login(changes: dict[str, object]) -> None:
    with pytest.raises(NotLoggedIn):
        asked(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"sub": "max"}, {"custom:program": ""}, {"custom:program": "bank"}, {"custom:program": "[academy bank]"}],
)
def test_a_login_that_leads_to_nobody_is_told_whom_to_ask(changes: dict[str, object]) -> None:
    with pytest.raises(NotAMember, match=UNLINKED):
        asked(**changes)


# progress


def test_nobody_has_begun_and_everything_is_ahead() -> None:
    told = World().shown()
    assert (told.points.earned, told.points.spendable, told.points.waiting) == (0, 0, 0)
    assert told.challenges.state == "not played here"
    assert told.today.date == MONDAY


def test_earned_spendable_and_waiting_are_columns_of_their_own() -> None:
    world = World(program=item(price=60))
    world.did(passed("a"), passed("b", minute=1))
    world.ordered()
    points = world.shown().points
    assert (points.earned, points.spent, points.spendable) == (points.spendable + 60, 60, world.state().spendable)


def test_today_is_the_local_day_of_the_program() -> None:
    assert World().shown(datetime(2026, 3, 9, 23, 30, tzinfo=UTC)).today.date == TUESDAY  # in Paris


@pytest.mark.parametrize(("budget", "left"), [(70, 70), (None, 6_000), (0, 0)])
def test_where_the_program_has_a_cap_the_budget_or_the_reserve_bounds_the_day(budget: int | None, left: int) -> None:
    world = World(program=capped(academy(), program_daily_points=6_000))
    if budget is not None:
        world.ledger.purse.budgets["academy", MEMBER, MONDAY] = budget
    assert world.shown().today.left == left


def bank() -> World:
    category = replace(examples.category(), key="AHT_SPRINT")
    program = replace(academy(), categories=(category,), metrics=(examples.metric(),))
    return World(program=program)


def play(world: World, *, night: bool = True, tier: int = 2) -> None:
    claim = Claim(program="academy", date=MONDAY, revision=1, attempt=1)
    targets = Targets(shown=(300.0, 200.0, 100.0), by_peers={"all": (300.0, 200.0, 100.0)}, from_history=True)
    planned = Night(
        drawn=("AHT_SPRINT",), deferred={}, targets={"AHT_SPRINT": targets}, last_drawn={}, lowered=0, dropped=0
    )
    rotation = Rotation(
        claim=claim,
        actor="the schedule",
        reason="nightly",
        claimed_at=NOW,
        program_version=1,
        night=planned if night else None,
    )
    world.rotations.claim(rotation, instead_of=None)
    world.assignments.save(claim, {"AHT_SPRINT": examples.standing(2, played=b"\x02\x00", tier=bytes([tier, 1]))})
    world.rotations.activate(claim, at=NOW)


def test_the_challenges_are_those_of_the_tier_he_plays() -> None:
    world = bank()
    play(world)
    told = world.shown()
    assert told.challenges.state == "ready"
    assert [(each.tier, each.target, each.points) for each in told.challenges.challenges] == [(2, 200.0, 100)]


EASED = "Eased by one step until Friday 13 March"


@pytest.mark.parametrize(("hours", "tier", "told"), [(-121, 3, False), (-2, 3, True), (-2, 2, False), (3, 3, False)])
def test_who_is_eased_today_reads_until_when(*, hours: int, tier: int, told: bool) -> None:
    world = bank()
    play(world, tier=tier)
    review = of_stretch("academy", MEMBER, "AHT_SPRINT", MONDAY - timedelta(days=1), now=NOW)
    at = night_falls_at(world.program.schedule, MONDAY) + timedelta(hours=hours)
    world.reviews.open(review)
    world.reviews.decide(review, Decided(terms=Terms(action="approve"), reason="…", by="anna", at=at))
    (today,) = world.shown().challenges.challenges
    assert (EASED in today.sentence) == told


@pytest.mark.parametrize("slot", [1, 2, None])
def test_who_plays_nothing_joined_since_or_is_not_in_the_roster_has_no_challenge(slot: int | None) -> None:
    world = bank()
    play(world)
    told = world.shown(slot=slot).challenges
    assert (told.state, told.challenges) == ("ready", ())


def test_there_is_none_yet_before_the_first_night_and_after_the_day_of_the_last() -> None:
    world = bank()
    assert world.shown().challenges.state == "none yet"
    play(world)
    assert world.shown(at(TUESDAY, 12)).challenges.state == "none yet"


# ledger


def test_a_page_names_where_the_next_one_begins_and_the_last_names_none() -> None:
    world = World()
    world.did(*(passed(f"m{n}", minute=n) for n in range(5)))
    first = world.page(limit=2)
    second = world.page(limit=2, before=first.before or 0)
    third = world.page(limit=2, before=second.before or 0)
    assert [[each.sequence for each in page.entries] for page in (first, second, third)] == [[5, 4], [3, 2], [1]]
    assert (first.before, second.before, third.before) == (4, 2, None)


def test_a_last_page_that_is_full_names_no_further_one() -> None:
    world = World()
    world.did(passed("a"), passed("b", minute=1))
    assert world.page(limit=2).before is None


def test_what_was_skipped_and_what_was_set_apart_say_why() -> None:
    world = World()
    late = replace(passed("a"), received_at=at(MONDAY + timedelta(days=9)))
    world.did(late)
    world.quarantine.bodies["{broken"] = "it is not JSON"
    page = world.page()
    assert page.entries[0].sentence.startswith("No points: it arrived 9 days after it happened")
    assert [(each.reason, len(each.reference)) for each in page.set_apart] == [("it is not JSON", 16)]


def test_the_ledger_of_another_member_is_another_ledger() -> None:
    world = World()
    world.did(passed("a"))
    world.quarantine.bodies["{broken"] = "it is not JSON"
    world.me = Me("academy", f"{2:032x}")
    assert world.page() == LedgerPage(entries=(), before=None, set_apart=())


# disputes


def test_a_dispute_is_raised_once_and_repeating_it_is_no_other() -> None:
    world = World()
    world.did(passed("a"))
    event = passed("a").id
    first, again = world.raised(event), world.raised(event, now=NOW + timedelta(hours=1))
    assert (first.again, first.state, first.raised_at) == (False, "open", NOW)
    assert again == replace(first, again=True)
    assert len(world.disputes.audit) == 1
    assert world.page().entries[0].dispute is not None


def test_other_words_for_a_disputed_entry_are_refused() -> None:
    world = World()
    world.did(passed("a"))
    world.raised(passed("a").id)
    with pytest.raises(InConflict, match="that dispute stands"):
        world.raised(passed("a").id, "other words")


def test_only_an_own_entry_can_be_disputed() -> None:
    world = World()
    world.did(passed("a"))
    with pytest.raises(NotThere):
        world.raised("another")
    world.me = Me("academy", f"{2:032x}")
    with pytest.raises(NotThere):
        world.raised(passed("a").id)
    assert world.disputes.audit == []


def test_a_dispute_changes_no_points() -> None:
    world = World()
    world.did(passed("a"))
    before = world.state()
    world.raised(passed("a").id)
    assert world.state() == before


# catalogue and orders


def rich(**changes: Any) -> World:
    world = World(program=item(price=60, stock=2, **changes))
    world.did(passed("a"), passed("b", minute=1))
    return world


def test_the_catalogue_says_what_he_can_have_and_why_not() -> None:
    world = rich()
    (offer,) = show_catalogue(world.me, book=world.book, ledger=world.ledger, purse=world.ledger.purse).items
    assert (offer.left, offer.affordable, offer.why_not) == (2, True, "")
    world = World()
    (offer,) = show_catalogue(world.me, book=world.book, ledger=world.ledger, purse=world.ledger.purse).items
    assert (offer.affordable, offer.why_not) == (False, "an hour early costs 800 points, and you have 0 to spend")


def test_an_order_takes_points_and_a_piece_together() -> None:
    world = rich()
    before = world.state()
    told = world.ordered()
    after = world.state()
    assert (after.earned, after.spent, after.spendable) == (before.earned, 60, told.spendable)
    assert world.ledger.purse.taken("academy", ITEM.key) == 1
    entry = world.page().entries[0]
    assert (entry.source, entry.id, entry.spent, entry.points) == ("ladder", "order:1", 60, 0)
    assert entry.recorded_at == NOW


def test_the_same_order_again_is_one_even_where_price_and_item_have_changed_since() -> None:
    world = rich()
    first = world.ordered()
    world.program = item(price=9_999, stock=0)
    again = world.ordered(now=NOW + timedelta(days=1))
    world.program = academy(rulebook=replace(world.program.rulebook, catalogue=()))
    assert again == world.ordered() == replace(first, again=True)
    assert (world.state().spent, world.ledger.purse.taken("academy", ITEM.key)) == (60, 1)


def test_the_same_id_for_another_item_is_refused() -> None:
    world = rich()
    world.ordered()
    with pytest.raises(InConflict, match="another order's"):
        world.ordered(key="OTHER")


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (item(price=60, stock=0), "nothing left"),
        (item(price=9_000), "you have"),
        (item(price=60, key="B"), "catalogue"),
    ],
)
def test_what_cannot_be_had_changes_nothing(program: Program, reason: str) -> None:
    world = rich()
    world.program, before = program, world.state()
    with pytest.raises((InConflict, NotThere), match=reason):
        world.ordered()
    assert (world.state(), len(world.page().entries)) == (before, 2)
    assert world.ledger.purse.stock == {}


def test_the_last_piece_goes_to_one() -> None:
    world = rich()
    world.ledger.purse.stock["academy", ITEM.key] = 1
    world.ordered("1")
    with pytest.raises(InConflict, match="nothing left"):
        world.ordered("2")


class Raced(MemoryLedger):
    """Somebody else takes a piece between the reading and the writing, `times` times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def commit(self, change: Change) -> None:
        if change.stock and self.times:
            self.times -= 1
            key = (change.program, change.stock[0].item)
            self.purse.stock[key] = self.purse.stock.get(key, 0) + 1
            raise Superseded("somebody was faster")
        super().commit(change)


@pytest.mark.parametrize(("times", "taken"), [(1, 2), (2, 2)])
def test_who_was_overtaken_looks_again_and_gets_what_is_left(times: int, taken: int) -> None:
    world = World(program=item(price=60, stock=2), ledger=Raced(times))
    world.did(passed("a"), passed("b", minute=1))
    if times == 1:
        world.ordered()
    else:
        with pytest.raises(InConflict, match="nothing left"):
            world.ordered()
    assert (world.pauses, world.ledger.purse.taken("academy", ITEM.key)) == (list(range(times)), taken)


def test_who_is_overtaken_all_the_time_is_told_to_come_again() -> None:
    world = World(program=item(price=60, stock=1_000), ledger=Raced(1_000))
    world.did(passed("a"), passed("b", minute=1))
    with pytest.raises(Unavailable):
        world.ordered()
    assert len(world.pauses) == TRIES
    assert world.state().spent == 0


def test_two_orders_are_two_and_the_points_of_the_first_are_gone() -> None:
    world = rich()
    first, second = world.ordered("1"), world.ordered("2")
    assert (first.spendable - second.spendable, world.state().spent) == (60, 120)


class Mine(MemoryLedger):
    """To ask it for anybody else is a mistake."""

    def load(self, program: str, member: str, keys: Collection[Key]) -> tuple[State, Mapping[Key, bytes]]:
        assert (program, member) == ("academy", MEMBER)
        return super().load(program, member, keys)

    def entries(self, program: str, member: str, *, count: int | None = None) -> list[Entry]:
        assert (program, member) == ("academy", MEMBER)
        return super().entries(program, member, count=count)


def test_nothing_but_the_members_own_is_ever_read() -> None:
    world = World(ledger=Mine())
    world.did(passed("a"))
    world.shown()
    world.page()
    world.raised(passed("a").id)


@pytest.mark.parametrize(
    "module", ["progress.show_progress", "progress.show_ledger", "progress.order", "progress.dispute", "progress.me"]
)
def test_the_acts_load_neither_numpy_nor_pydantic_nor_boto(module: str) -> None:
    probe = f"import sys, {module}; sys.exit(bool({{'numpy', 'pydantic', 'boto3', 'botocore'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0  # noqa: S603


def test_the_function_loads_no_numpy() -> None:
    probe = (
        "import os, sys; from infra.local.openapi_command import document; document();"
        "sys.exit(bool({'numpy', 'boto3'} & set(sys.modules)) or 'progress.handler' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0  # noqa: S603
