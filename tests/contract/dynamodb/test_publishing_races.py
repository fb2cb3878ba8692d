"""Several admins publish and pause at once, on DynamoDB's own conditions: nobody's version is written over."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier

import pytest

from ladder.adapters.dynamodb.member_stores import MemberStores
from ladder.adapters.dynamodb.programs import DynamoPublications
from ladder.domain.audit.records import Record
from ladder.domain.errors import Conflict
from ladder.domain.programs.pausing import Pausable, pauses
from ladder.domain.programs.ports import Publication
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff
from publishing.versions import Published, pause
from tests.builders.academy import BADGE, RULE, academy
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.reviews import NOW
from tests.builders.second_admin import publish_alone
from tests.builders.stores import EMULATED, Tables

pytestmark = EMULATED

ADMINS = 8


@dataclass(frozen=True, slots=True)
class Board:
    """Where a first version stands, and who asks has stores of their own, as a function of their own would."""

    live: StackTables

    @property
    def stores(self) -> MemberStores:
        return self.live.stores()

    @property
    def publications(self) -> DynamoPublications:
        return DynamoPublications(self.stores.programs, audit=self.live.tables.audit)

    def publish(self, who: str) -> Published:
        return publish_alone(
            _admin(who),
            academy(name=f"of {who}"),
            after=1,
            reason="spring",
            now=NOW,
            models={},
            programs=self.stores.published,
            publications=self.publications,
        )

    def pause(self, who: str, what: Pausable, key: str) -> Published:
        return pause(
            _admin(who),
            what,
            key,
            paused=True,
            reason="too generous",
            now=NOW,
            programs=self.stores.published,
            publications=self.publications,
        )

    def audited(self) -> dict[str, str]:
        """By the version that a record is of: who made it."""
        found = self.live.tables.client.scan(TableName=self.live.tables.audit)["Items"]
        return {each["sk"]["S"]: each["who"]["S"] for each in found}

    @property
    def current(self) -> tuple[int, str, set[tuple[str, str]]]:
        program = self.stores.published.current("academy")
        return program.version, program.name, set(pauses(program))


@pytest.fixture
def board(tables: Tables) -> Board:
    made = Board(stack_tables(tables))
    made.live.publish(academy())
    return made


def _admin(who: str) -> Staff:
    return Staff(subject=who, program="academy", role="admin", declared=True)


def at_once(*acts: Callable[[], Published]) -> Sequence[Published | Conflict]:
    start = Barrier(len(acts))

    def one(act: Callable[[], Published]) -> Published | Conflict:
        start.wait()
        try:
            return act()
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_of_eight_who_publish_upon_one_version_one_wins_and_seven_hear_who_and_when(board: Board) -> None:
    names = [f"admin{number}" for number in range(ADMINS)]
    answers = at_once(*[lambda who=who: board.publish(who) for who in names])
    won = [name for name, answer in zip(names, answers, strict=True) if isinstance(answer, Published)]
    assert len(won) == 1
    told = f"admin.published_meanwhile_by version=2 by={won[0]} day={NOW.date()} time={NOW:%H:%M}"
    assert sum(told in str(answer) for answer in answers if isinstance(answer, Conflict)) == ADMINS - 1
    assert board.current == (2, f"of {won[0]}", set())
    assert board.audited() == {"PUBLISHED#000002": won[0]}


def test_two_who_pause_two_things_at_once_have_both_of_them_paused(board: Board) -> None:
    answers = at_once(
        lambda: board.pause("anna", "rule", RULE.key),
        lambda: board.pause("ben", "badge", BADGE.key),
    )
    assert sorted(each.version for each in answers if isinstance(each, Published)) == [2, 3]
    assert board.current == (3, academy().name, {("rule", RULE.key), ("badge", BADGE.key)})
    assert set(board.audited().values()) == {"anna", "ben"}


def test_four_who_pause_the_same_thing_at_once_pause_it_once(board: Board) -> None:
    answers = at_once(*[lambda who=f"admin{n}": board.pause(who, "rule", RULE.key) for n in range(4)])
    done = [each for each in answers if isinstance(each, Published)]
    assert (len(done), {each.version for each in done}) == (4, {2})
    assert [each.again for each in done].count(False) == 1
    assert (board.current, len(board.audited())) == ((2, academy().name, {("rule", RULE.key)}), 1)


def test_a_draft_never_resumes_what_somebody_pauses_in_the_same_moment(board: Board) -> None:
    """The pause always comes to stand: before the draft, which then is refused and says why, or upon it."""
    published, paused = at_once(lambda: board.publish("anna"), lambda: board.pause("ben", "rule", RULE.key))
    assert isinstance(paused, Published)
    version, name, standing = board.current
    assert standing == {("rule", RULE.key)}
    if isinstance(published, Published):
        assert (version, name, paused.version) == (3, "of anna", 3)
    else:
        assert "admin.published_meanwhile_by version=2 by=ben" in str(published)
        assert (version, name, paused.version) == (2, academy().name, 2)


def test_a_pause_that_finds_a_new_version_each_time_gives_up_and_says_so(board: Board) -> None:
    busy = board.publications
    publishing = busy.publish

    class Busy(DynamoPublications):
        """Somebody else is faster, every time."""

        def publish(self, program: Program, record: Record) -> Publication | None:
            other = replace(board.stores.published.current("academy"), name=f"version {program.version}")
            publishing(replace(other, version=program.version), replace(record, who="ben"))
            return super().publish(program, record)

    with pytest.raises(Conflict, match=r"admin\.others_keep_publishing"):
        pause(
            _admin("anna"),
            "rule",
            RULE.key,
            paused=True,
            reason="too generous",
            now=NOW,
            programs=board.stores.published,
            publications=Busy(board.stores.programs, audit=board.live.tables.audit),
        )
    assert set(board.audited().values()) == {"ben"}
    assert board.current[2] == set()
