"""Eases in DynamoDB: each among what is kept of its member, and found by its program through the index of reviews."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ladder.adapters.dynamodb import keys, member_keys
from ladder.adapters.dynamodb.review_items import INDEX, INDEXED, iso
from ladder.adapters.dynamodb.table import Put, Table
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.reviews.effects import relief_of
from ladder.domain.reviews.review import Review

KEPT = timedelta(days=30)  # it is over long before, and what it did stands in the assignments


class DynamoDifficultyReliefs:
    def __init__(self, members: Table) -> None:
        self._members = members

    def decided(self, program: str, *, since: datetime) -> list[DifficultyRelief]:
        partition, first = (INDEXED[0], _eased(program)), (INDEXED[1], iso(since))
        return list(map(_ease, self._members.query_index_since(INDEX, partition, first)))

    def of(self, program: str, member: str) -> list[DifficultyRelief]:
        found = self._members.query(member_keys.member(program, member), keys.within(member_keys.EASE))
        return list(map(_ease, found))


def granted(review: Review) -> Iterator[Put]:
    """To be written in the transaction that decides the review."""
    ease = relief_of(review)
    if ease is not None:
        since = iso(ease.since)
        item = {
            "pk": member_keys.member(review.program, ease.member),
            "sk": member_keys.ease(ease.category, since),
            "review_program": _eased(review.program),
            "opened_at": since,
        }
        yield Put(item=item, only_if=None).until(int((ease.since + KEPT).timestamp()))


def _eased(program: str) -> str:
    """Beside the reviews that are open: no program's key has a '#'."""
    return f"{program}#eased"


def _ease(item: Mapping[str, Any]) -> DifficultyRelief:
    return DifficultyRelief(
        member=item["pk"].partition("#")[2],
        category=item["sk"].removeprefix(member_keys.EASE).rpartition("#")[0],
        since=datetime.fromisoformat(item["opened_at"]),
    )
