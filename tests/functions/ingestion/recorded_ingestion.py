"""Everything that the acts of ingestion look through, which writes down what was asked of it and fails where told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ingestion.poll import PollResult, poll
from ingestion.receive import receive
from ladder.domain.activities.activity import Delivery, Event, WrittenText
from ladder.domain.activities.source import Contents, HookRequest, HookResponse, IngestResult, Keys, Source, SourceKind
from tests.fakes import MemoryActivities, MemoryIdentities

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
CALL = HookRequest(method="POST", url="https://api.example.com/hooks/bank/academy", headers={}, body=b"{}")
SOURCE = Source(key="academy", kind="standard")


def event(number: int, *, member: str = "jo", **changes: object) -> Event:
    fields: dict[str, object] = {"type": "forum.posted", "occurred_at": NOW, "place": f"events[{number}]"}
    return Event(id=f"e{number}", member=member, **(fields | changes))  # type: ignore[arg-type]


@dataclass(slots=True)
class RecordedIngestion:
    """Everything the acts look through, which writes down in `steps` what was asked of it, and fails where told."""

    contents: Contents = field(default_factory=lambda: Contents(events=(event(0), event(1)), ignored=1))
    failing: Mapping[str, Exception] = field(default_factory=dict)
    known: Sequence[tuple[str, Source]] = (("bank", SOURCE),)
    judged: frozenset[str] = frozenset({"forum.posted", "article.contributed", "activity.corrected"})
    marked: frozenset[str] = frozenset()
    steps: list[str] = field(default_factory=list)
    people: MemoryIdentities = field(default_factory=MemoryIdentities)
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    posts: list[WrittenText] = field(default_factory=list)
    cases: "Posting" = field(init=False)
    quarantined: list[tuple[str, str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # that are left, asked again and again; then 26
    given: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = Posting(self)

    def step(self, name: str) -> None:
        self.steps.append(name)
        if name in self.failing:
            raise self.failing[name]

    def find(self, program: str, key: str) -> Source | None:
        self.step("find")
        return next((source for name, source in self.known if (name, source.key) == (program, key)), None)

    def judged_types(self, program: str) -> frozenset[str]:
        return self.judged

    def markers(self, program: str) -> frozenset[str]:
        return self.marked

    def of_kind(self, kind: SourceKind) -> list[tuple[str, Source]]:
        return [(program, source) for program, source in self.known if source.kind == kind]

    def of(self, program: str, source: Source) -> Keys:
        self.step(f"keys of {source.key}")
        return Keys(("secret",))

    def verify(self, call: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:
        self.step("verify")

    def read(self, call: HookRequest, source: Source) -> Contents:
        self.step("read")
        return self.contents

    def answer(self, taken: IngestResult) -> HookResponse:
        self.step("answer")
        return HookResponse(status=202, body=taken.accepted)

    def pages(self, source: Source, keys: Keys, *, now: datetime, seconds: float) -> Iterable[Contents]:
        self.given.append(seconds)
        self.step(f"page of {source.key}")
        yield self.contents
        self.step(f"second page of {source.key}")
        yield Contents()

    def resolve(self, program: str, source: str, raw: Iterable[str]) -> Mapping[str, str | None]:
        self.step("resolve")
        return self.people.resolve(program, source, list(raw))

    def link(self, program: str, source: str, raw: str, member: str) -> None:
        self.people.link(program, source, raw, member)

    def erase(self, program: str, member: str) -> None:
        self.people.erase(program, member)

    def fingerprint(self, source: str, raw: str) -> str:
        return self.people.fingerprint(source, raw)

    def add(self, program: str, owner: str, body: str, why: str) -> None:
        self.step("quarantine")
        self.quarantined.append((program, owner, body))

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.step("send")
        self.queue.send(deliveries)

    def receive(
        self, *, call: HookRequest = CALL, program: str = "bank", source: str = "academy"
    ) -> tuple[HookResponse, IngestResult]:
        return receive(
            call,
            program=program,
            source=source,
            now=NOW,
            sources=self,
            vendors={"standard": self},
            keyring=self,
            identities=self,
            quarantine=self,
            activities=self,
            cases=self.cases,
        )

    def poll(self, *, now: datetime = NOW) -> PollResult:
        return poll(
            now=now,
            time_left=lambda: self.seconds.pop(0) if self.seconds else 29.0,
            sources=self,
            timelines={"talentlms": self},
            keyring=self,
            identities=self,
            quarantine=self,
            activities=self,
            cases=self.cases,
        )


@dataclass(frozen=True, slots=True)
class Posting:
    """The other queue of a world."""

    ingestion: RecordedIngestion

    def send(self, posts: Sequence[WrittenText]) -> None:
        self.ingestion.step("post")
        self.ingestion.posts.extend(posts)
