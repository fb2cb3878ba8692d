"""Challenges and completions as the platform stores them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, tzinfo

from infra.local.simulator.http_server import HttpError

REQUIRED = ("name", "metric_key", "target_value", "points", "start_time", "end_time", "group_ids")


@dataclass(slots=True, kw_only=True)
class Challenge:
    """Field names are the dialect's, so that it is serialised as it is."""

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
        """Whether it runs at that day's noon: its edges depend on the program's time zone."""
        noon = datetime.combine(day, time(12), zone)
        return _time(self.start_time) <= noon <= _time(self.end_time)

    def shares_a_day(self, other: "Challenge") -> bool:
        return _time(self.start_time) <= _time(other.end_time) and _time(other.start_time) <= _time(self.end_time)

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
        self._by_id: dict[str, Challenge] = {}

    def __iter__(self) -> Iterator[Challenge]:
        return iter(self._by_id.values())

    def create(self, body: Mapping[str, object], *, one_active_per_metric: bool = False) -> Challenge:
        """Raises HttpError: 400 for an invalid body, 409 for a second challenge where only one may be active."""
        missing = [name for name in REQUIRED if name not in body]
        if missing:
            raise HttpError(400, "bad.request", f"missing {', '.join(missing)}")
        created = _parse_challenge(f"challenge-{len(self._by_id) + 1:05d}", body)
        for other in self if one_active_per_metric else ():
            if other.active and other.metric_key == created.metric_key and other.shares_a_day(created):
                raise HttpError(409, "challenge.metric.taken", "only one active challenge per metric per day")
        self._by_id[created.id] = created
        return created

    def retire(self, challenge: str) -> Challenge:
        """Set it inactive. What the platform does with one that is inactive is *unconfirmed*: here it is refused."""
        retired = self._by_id.get(challenge)
        if retired is None:
            raise HttpError(404, "not.found", "no such challenge")
        if not retired.active:
            raise HttpError(409, "challenge.not.active", "the challenge is not active")
        retired.status = "INACTIVE"
        return retired


def _parse_challenge(id_: str, body: Mapping[str, object]) -> Challenge:
    groups = body["group_ids"]
    try:
        challenge = Challenge(
            id=id_,
            name=str(body["name"]),
            description=str(body.get("description", "")),
            metric_key=str(body["metric_key"]),
            target_value=float(str(body["target_value"])),
            points=int(str(body["points"])),
            start_time=str(body["start_time"]),
            end_time=str(body["end_time"]),
            status=str(body.get("status", "ACTIVE")),
            group_ids=[str(group) for group in groups] if isinstance(groups, list) else [],
        )
        ends_first = _time(challenge.end_time) < _time(challenge.start_time)
    except (ValueError, TypeError) as error:
        raise HttpError(400, "bad.request", f"a field cannot be read: {error}") from error
    if ends_first or not challenge.group_ids:
        raise HttpError(400, "bad.request", "a challenge needs a group, and ends after it starts")
    return challenge


def _time(text: str) -> datetime:
    """A time without offset raises TypeError at the first comparison; the API answers 400 to it."""
    return datetime.fromisoformat(text)
