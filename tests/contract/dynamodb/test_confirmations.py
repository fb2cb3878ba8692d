"""Who confirmed which post: in memory and in DynamoDB the same promises, and nothing is left of who was erased."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.confirmations import DynamoConfirmations
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.table import decode
from ladder.domain.errors import MemberErased
from ladder.domain.judging.confirmations import (
    MOST_CONFIRMATIONS,
    Confirmation,
    GivenConfirmation,
    PostConfirmations,
)
from ladder.domain.judging.ports import Confirmations
from tests.builders.stores import Tables
from tests.fakes.confirmations import MemoryConfirmations

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(days=30)
POST, OTHER = ("forum", "a#b#1"), ("forum", "p2")
JO, AL, BO = "jo", "al", "bo"


@dataclass(frozen=True, slots=True)
class ConfirmedPosts:
    confirmations: Confirmations
    erase: Callable[[str], object]

    def confirm(self, member: str, post: Any = POST, *, event: str = "", holds: bool = True, sequence: int = 1) -> Any:
        key = ("forum", event or f"like-{member}-{post[1]}")
        given = Confirmation(member, NOW)
        return self.confirmations.confirm(
            "bank", given, key, post, holds=holds, sequence=sequence, until=UNTIL
        ).confirmations

    def wrote(self, member: str, post: Any = POST) -> PostConfirmations:
        return self.confirmations.wrote("bank", member, ("forum", f"of-{member}"), post, until=UNTIL)

    def confirmed(self, post: Any = POST) -> list[str]:
        stored = self.confirmations.of_posts("bank", [post])[post]
        return sorted(given.member for given in stored.confirmations)


@pytest.fixture(params=["memory", "dynamodb"])
def posts(request: pytest.FixtureRequest) -> ConfirmedPosts:
    if request.param == "memory":
        memory = MemoryConfirmations()
        return ConfirmedPosts(memory, lambda member: memory.forget("bank", member))
    tables: Tables = request.getfixturevalue("tables")
    erasures = DynamoErasures(tables.table(), tables.table())

    def erase(member: str) -> None:
        erasures.close("bank", member, at=NOW)
        for _ in range(2):  # it may be killed and run again
            erasures.forget("bank", member, user=None)

    return ConfirmedPosts(DynamoConfirmations(tables.table()), erase)


def test_a_post_has_its_author_and_confirmations_whichever_came_first(posts: ConfirmedPosts) -> None:
    assert posts.confirm(AL) == (Confirmation(AL, NOW),)
    assert posts.wrote(JO) == PostConfirmations(JO, ("forum", "of-jo"), (Confirmation(AL, NOW),))
    assert set(posts.confirm(BO)) == {Confirmation(AL, NOW), Confirmation(BO, NOW)}
    assert posts.confirmed(OTHER) == []


def test_the_first_author_stays_the_author(posts: ConfirmedPosts) -> None:
    posts.wrote(JO)
    assert posts.wrote(AL).author == JO
    assert posts.wrote(JO).event == ("forum", "of-jo")


def test_a_confirmation_is_as_it_was_last_known_however_its_events_arrive(posts: ConfirmedPosts) -> None:
    posts.confirm(AL, sequence=3)
    posts.confirm(AL, holds=False, sequence=5)
    posts.confirm(AL, sequence=4)
    assert posts.confirmed() == []
    posts.confirm(AL, sequence=6)
    posts.confirm(AL, sequence=6)
    assert posts.confirmed() == [AL]
    posts.confirm(AL, event="another", sequence=7)
    posts.confirm(AL, holds=False, sequence=8)
    assert posts.confirmed() == [AL]  # by the other event


def test_a_post_keeps_so_many_confirmations_and_those_may_still_be_taken_back(
    posts: ConfirmedPosts,
) -> None:
    for number in range(MOST_CONFIRMATIONS + 3):
        posts.confirm(f"m{number:02}")
    assert len(posts.confirmed()) == MOST_CONFIRMATIONS
    posts.confirm("m00", holds=False, sequence=2)
    assert len(posts.confirmed()) == MOST_CONFIRMATIONS - 1


def test_whom_somebody_confirmed_is_known_by_the_posts_authors(posts: ConfirmedPosts) -> None:
    posts.wrote(JO)
    posts.confirm(AL)
    posts.confirm(AL, OTHER)
    posts.confirm(BO, holds=False)
    given = posts.confirmations.by_members("bank", [AL, BO, JO])
    assert sorted(given[AL], key=str) == [GivenConfirmation("jo", NOW), GivenConfirmation(None, NOW)]
    assert (given[BO], given[JO]) == ([], [])


def test_nothing_is_left_of_an_erased_member_s_confirmations_nor_of_their_posts(posts: ConfirmedPosts) -> None:
    posts.wrote(JO)
    posts.wrote(AL, OTHER)
    posts.confirm(AL)
    posts.confirm(BO)
    posts.confirm(BO, OTHER)
    posts.erase(AL)
    assert posts.confirmed() == [BO]
    assert posts.confirmations.of_posts("bank", [OTHER])[OTHER].author is None
    with pytest.raises(MemberErased):
        posts.confirm(AL)
    with pytest.raises(MemberErased):
        posts.wrote(AL, ("forum", "p3"))


def test_members_who_were_ever_known_by_one_id_are_one_person(tables: Tables) -> None:
    links = [("jo", "h1", {}), ("jo", "h2", {"unlinked_at": "then"}), ("al", "h2", {}), ("bo", "h3", {})]
    for member, hashed, more in links:
        item = {"pk": {"S": f"bank#{member}"}, "sk": {"S": f"IDENTITY#{hashed}"}}
        tables.client.put_item(
            TableName=tables.programs, Item=item | {key: {"S": value} for key, value in more.items()}
        )
    confirmations = DynamoConfirmations(tables.table())
    assert confirmations.same_person("bank", "jo", ["al", "bo", "cy"]) == {"al"}
    assert confirmations.same_person("bank", "cy", ["al", "bo", "jo"]) == frozenset()


def test_the_table_deletes_all_of_it_in_time(tables: Tables) -> None:
    confirmations = DynamoConfirmations(tables.table())
    confirmations.wrote("bank", JO, ("forum", "p1"), POST, until=UNTIL)
    confirmations.confirm("bank", Confirmation(AL, NOW), ("forum", "l1"), POST, holds=True, sequence=1, until=NOW)
    items = [decode(item) for item in tables.client.scan(TableName=tables.programs)["Items"]]
    assert {item["sk"]: item["expires_at"] for item in items} == {
        "POST": UNTIL.timestamp(),
        "POSTED#forum#p1": UNTIL.timestamp(),
        "CONFIRMED#forum#l1": NOW.timestamp(),
    }


def test_what_is_kept_with_a_member_who_confirmed_is_not_taken_for_an_entry_by_the_index_of_their_ledger(
    tables: Tables,
) -> None:
    confirmed = ConfirmedPosts(DynamoConfirmations(tables.table()), lambda _: None)
    confirmed.confirm(AL)
    [link] = tables.table().query(keys.member("bank", AL), keys.within(keys.CONFIRMED))
    assert "sequence" not in link
