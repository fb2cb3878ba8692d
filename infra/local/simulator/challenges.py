"""Challenges as the platform keeps them, and what it makes of them at the end of a day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, tzinfo

from infra.local.simulator.refusal import Refusal

REQUIRED = ("name", "metric_key", "target_value", "points", "start_time", "end_time", "group_ids")


@dataclass(slots=True, kw_only=True)
class Challenge:
    """In the dialect's own names, so that it travels as it is."""

    id: str
    name: str
    description: str
    metric_key: str
    target_value: float
    points: int
    start_time: str
    end_time: str
    status: str
    group_ids: list[str]

    @property
    def active(self) -> bool:
        return self.status == "ACTIVE"

    def covers(self, day: date, zone: tzinfo) -> bool:
        """A challenge is a day's when it runs at that day's noon: its edges depend on the program's time zone."""
        noon = datetime.combine(day, time(12), zone)
        return _moment(self.start_time) <= noon <= _moment(self.end_time)

    def shares_a_day(self, other: "Challenge") -> bool:
        return _moment(self.start_time) <= _moment(other.end_time) and _moment(other.start_time) <= _moment(
            self.end_time
        )

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Completion:
    day: date
    challenge_id: str
    user_id: str
    points: int

    def as_dict(self) -> dict[str, object]:
        return {"user_id": self.user_id, "challenge_id": self.challenge_id, "points": self.points}


class Challenges:
    def __init__(self) -> None:
        self._known: dict[str, Challenge] = {}

    def __iter__(self) -> Iterator[Challenge]:
        return iter(self._known.values())

    def create(self, asked: Mapping[str, object], *, one_active_per_metric: bool = False) -> Challenge:
        missing = [name for name in REQUIRED if name not in asked]
        if missing:
            raise Refusal(400, "bad.request", f"missing {', '.join(missing)}")
        created = _challenge(f"challenge-{len(self._known) + 1:05d}", asked)
        if one_active_per_metric:
            _check_alone(created, self._known.values())
        self._known[created.id] = created
        return created

    def retire(self, challenge: str) -> Challenge:
        """What happens to one that is inactive already is *unconfirmed*: here it is refused."""
        found = self._known.get(challenge)
        if found is None:
            raise Refusal(404, "not.found", "no such challenge")
        if not found.active:
            raise Refusal(409, "challenge.not.active", "the challenge is not active")
        found.status = "INACTIVE"
        return found


def _challenge(name: str, asked: Mapping[str, object]) -> Challenge:
    groups = asked["group_ids"]
    try:
        challenge = Challenge(
            id=name,
            name=str(asked["name"]),
            description=str(asked.get("description", "")),
            metric_key=str(asked["metric_key"]),
            target_value=float(str(asked["target_value"])),
            points=int(str(asked["points"])),
            start_time=str(asked["start_time"]),
            end_time=str(asked["end_time"]),
            status=str(asked.get("status", "ACTIVE")),
            group_ids=[str(group) for group in groups] if isinstance(groups, list) else [],
        )
        ends_first = _moment(challenge.end_time) < _moment(challenge.start_time)
    except (ValueError, TypeError) as error:
        raise Refusal(400, "bad.request", f"a field cannot be read: {error}") from error
    if ends_first or not challenge.group_ids:
        raise Refusal(400, "bad.request", "a challenge needs a group, and ends after it starts")
    return challenge


def _check_alone(created: Challenge, others: Iterable[Challenge]) -> None:
    for other in others:
        if other.active and other.metric_key == created.metric_key and other.shares_a_day(created):
            raise Refusal(409, "challenge.metric.taken", "only one active challenge per metric per day")


def _moment(text: str) -> datetime:
    """Naive times are refused with a TypeError by the first comparison, like everything else unreadable."""
    return datetime.fromisoformat(text)
