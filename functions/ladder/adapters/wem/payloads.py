"""The platform's JSON. Unknown fields are ignored; fields Ladder can do without may be missing from foreign records."""

import math
from datetime import UTC, date, datetime
from typing import Annotated, Protocol

import msgspec

from ladder.domain.challenges.ports import LiveChallenge, NativeCompletion, NewChallenge


class Entity(Protocol):
    """One item of a list; `key` identifies it."""

    @property
    def key(self) -> str: ...


class Page[E](msgspec.Struct, rename="camel"):
    entities: list[E]
    page_count: int = 1
    total: int | None = None


class ChallengeRecord(msgspec.Struct, kw_only=True):
    """A challenge of another team may lack what ours always have; the list must be readable all the same."""

    id: str
    name: str | None = None
    metric_key: str
    group_ids: tuple[str, ...] | None = None
    target_value: float | None = None
    points: float | None = None
    start_time: Annotated[datetime, msgspec.Meta(tz=True)]
    end_time: object = None

    @property
    def key(self) -> str:
        return self.id

    def live(self) -> LiveChallenge:
        return LiveChallenge(
            id=self.id,
            name=self.name or "",
            metric=self.metric_key,
            groups=self.group_ids or (),
            target=math.nan if self.target_value is None else self.target_value,
            points=int(self.points or 0) if math.isfinite(self.points or 0) else 0,
            starts_at=self.start_time.astimezone(UTC),
            ends_at=_moment(self.end_time),
        )


def _moment(value: object) -> datetime | None:
    """Return a time of another team's challenge; None where it is missing or is not clear."""
    try:
        moment = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


class Created(msgspec.Struct):
    id: str


class MemberRecord(msgspec.Struct):
    id: str

    @property
    def key(self) -> str:
        return self.id


class CompletionRecord(msgspec.Struct):
    """*Unconfirmed*: an extension of the bundled simulator."""

    user_id: str
    challenge_id: str
    points: int

    @property
    def key(self) -> str:
        return f"{self.challenge_id} {self.user_id}"

    def native(self) -> NativeCompletion:
        return NativeCompletion(self.user_id, self.challenge_id, self.points)


class Failure(msgspec.Struct):
    id: str
    message: str = "refused without a reason"


class Removal(msgspec.Struct):
    """*Unconfirmed*: how a removal reports members who stayed."""

    errors: list[Failure] = []


class DayValue(msgspec.Struct):
    date: date
    value: float | None = None
    count: float | None = None


class MetricResponse(msgspec.Struct):
    """*Unconfirmed*: `{"userId", "metric", "values": [{"date", "value", "count"}]}`."""

    values: list[DayValue]


def challenge_body(challenge: NewChallenge) -> dict[str, object]:
    """Return the body that creates a challenge, active at once. Times travel in whole seconds of UTC."""
    target = challenge.target
    return {
        "name": challenge.name,
        "description": challenge.description,
        "start_time": utc_text(challenge.starts_at),
        "end_time": utc_text(challenge.ends_at),
        "metric_key": challenge.metric,
        "target_value": int(target) if target.is_integer() else target,  # 180, as people write it, not 180.0
        "points": challenge.points,
        "status": "ACTIVE",
        "group_ids": list(challenge.groups),
    }


def utc_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
