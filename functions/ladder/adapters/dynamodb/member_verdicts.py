"""Read the verdicts of a member with the reviews that followed, and store their contests, each with its review."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.member_records import recorded
from ladder.adapters.dynamodb.review_items import from_item, opened
from ladder.adapters.dynamodb.table import (
    ABSENT,
    EXPIRES_AT,
    ConditionFailed,
    Item,
    Put,
    Table,
    erased,
    iso,
    not_erased,
    unchanged_since,
)
from ladder.adapters.dynamodb.verdicts import stored_result
from ladder.domain.audit.records import Record, salted_digest
from ladder.domain.errors import Conflict, MemberErased, Unavailable
from ladder.domain.judging.evaluation import case_shown
from ladder.domain.message import Message
from ladder.domain.reviews.contest import MOST_A_DAY, Contest, StoredVerdict, contest_raised, contest_review

SALT_BYTES = 16


class DynamoMemberVerdicts:
    """`audit`: the name of the audit table."""

    def __init__(self, members: Table, *, audit: str) -> None:
        self._members = members
        self._audit = audit

    def of(self, program: str, member: str) -> list[StoredVerdict]:
        items = self._members.query(keys.member(program, member), keys.within(keys.VERDICT))
        return self._stored(program, member, items)

    def latest(self, program: str, member: str) -> list[StoredVerdict]:
        pk = keys.member(program, member)
        judged = self._members.get(pk, keys.JUDGED) or {}
        items = self._members.get_many([(pk, keys.verdict(key)) for key in judged.get("tokens", {})])
        return self._stored(program, member, items.values())

    def find(self, program: str, member: str, verdict: str) -> StoredVerdict | None:
        item = self._members.get(keys.member(program, member), keys.verdict(verdict))
        return next(iter(self._stored(program, member, [item])), None) if item else None

    def contest(self, stored: StoredVerdict, contest: Contest) -> Contest | None:
        pk, day = keys.member(contest.program, contest.member), contest.raised_at.astimezone(UTC).date().isoformat()
        shown = self._members.get(pk, keys.writing(case_shown(stored.key)))
        unexpired = shown is not None and contest.raised_at.timestamp() < shown[EXPIRES_AT]
        item: Item = {
            "pk": pk,
            "sk": keys.contest(contest.verdict),
            "text": contest.text,
            "salt": secrets.token_bytes(SALT_BYTES),
            "raised_at": iso(contest.raised_at),
        }
        for _ in range(ATTEMPTS):
            if existing := self._members.get(pk, item["sk"]):
                return _contest(existing)
            counted = self._members.get(pk, keys.CONTESTED) or {}
            number = counted["number"] if counted.get("day") == day else 0
            if number >= MOST_A_DAY:
                raise Conflict(Message("judging.contests_used", {"most": MOST_A_DAY}))
            version = counted.get("version", 0)
            count = {"pk": pk, "sk": keys.CONTESTED, "day": day, "number": number + 1, "version": version + 1}
            try:
                self._members.write(
                    Put(item=item, only_if=ABSENT),
                    opened(contest_review(stored, contest, case=shown["text"] if shown and unexpired else "")),
                    *recorded(self._members, contest_record(item), self._audit),
                    Put(item=count, only_if=unchanged_since(version)),
                    not_erased(contest.program, contest.member),
                )
            except ConditionFailed as refused:
                if any(map(erased, refused.stored)):
                    raise MemberErased("the member was erased") from refused
                continue
            return None
        raise Unavailable("other contests of the same member keep them busy")

    def _stored(self, program: str, member: str, items: Iterable[Item]) -> list[StoredVerdict]:
        judged = {item["sk"].partition("#")[2]: item for item in items if "ruled_at" in item}
        pk = keys.member(program, member)
        reviews = self._members.get_many([(pk, keys.review(key)) for key in judged])
        return [
            StoredVerdict(
                key=key,
                badge=item["badge"],
                case=item["case"],
                event=keys.event(f"{keys.VERDICT}{item['event']}") if "event" in item else None,
                result=stored_result(item),
                review=from_item(reviews[pk, keys.review(key)]) if (pk, keys.review(key)) in reviews else None,
            )
            for key, item in judged.items()
        ]


def contest_record(item: Mapping[str, Any]) -> Record:
    """Return the audit record of a stored contest."""
    return contest_raised(_contest(item), salted=salted_digest(item["text"], item["salt"]))


def _contest(item: Mapping[str, Any]) -> Contest:
    program, _, member = item["pk"].partition("#")
    return Contest(
        program=program,
        member=member,
        verdict=item["sk"].partition("#")[2],
        text=item["text"],
        raised_at=datetime.fromisoformat(item["raised_at"]),
    )
