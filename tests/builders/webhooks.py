"""A source's webhook on fakes: calls come in, activities and posts go out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ingestion.receive import receive
from ladder.adapters.sources import SOURCES
from ladder.domain.activities.activity import TEXT, TEXT_ATTRIBUTES, Activity
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.activities.source import HookRequest, HookResponse, IngestResult, Keys, Source
from ladder.domain.errors import Unavailable
from tests.builders.full_program import program
from tests.builders.judged_badges import WRITER
from tests.builders.programs import with_values
from tests.builders.vendors import NEW, NOW, OLD, VENDORS, Vendor, keys
from tests.fakes import MemoryActivities, MemoryCases, MemoryIdentities, MemoryPrograms, MemorySources


@dataclass(slots=True)
class MemoryKeyring:
    keys: Keys | None = field(default_factory=lambda: keys(NEW, OLD))

    def of(self, program: str, source: Source) -> Keys:
        if self.keys is None:
            raise Unavailable("told to")
        return self.keys


@dataclass(slots=True)
class Hook:
    """Of the program "bank", source "academy"."""

    sources: MemorySources
    keyring: MemoryKeyring = field(default_factory=MemoryKeyring)
    identities: MemoryIdentities = field(default_factory=MemoryIdentities)
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    posts: MemoryCases = field(default_factory=MemoryCases)
    quarantined: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def receive(
        self, call: HookRequest, *, now: datetime = NOW, source: str = "academy"
    ) -> tuple[HookResponse, IngestResult]:
        return receive(
            call,
            program="bank",
            source=source,
            now=now,
            sources=self.sources,
            vendors=SOURCES,
            keyring=self.keyring,
            identities=self.identities,
            quarantine=self,
            activities=self.queue,
            cases=self.posts,
        )

    def add(self, program: str, owner: str, body: str, why: str) -> None:
        self.quarantined[program, owner, body] = why

    @property
    def sent(self) -> list[Activity]:
        """As it was told: what has a text is a post beside its activity."""
        texts = {post.recorded.key: post.text for post in self.posts.sent}
        return [_as_told(activity, texts.get(activity.key)) for activity in self.queue.activities]


def hook_of(*sources: Source) -> Hook:
    """Of a program with a badge that is judged by texts."""
    programs, bank = MemoryPrograms(), program("bank", sources=tuple(sources))
    judged = (replace(WRITER, match=EventFilter(types=("forum.posted", "learner.completed_module"))),)
    programs.publish(with_values(bank, judged=judged))
    return Hook(MemorySources(programs))


def one(kind: str, **changes: object) -> Vendor:
    return replace(next(vendor for vendor in VENDORS if vendor.kind == kind), **changes)  # type: ignore[arg-type]


def read_by(vendor: Vendor, body: object) -> Sequence[Activity]:
    """What reaches the queue of one call."""
    hook = hook_of(vendor.source)
    hook.receive(vendor.call(body))
    return hook.sent


def _as_told(recorded: Activity, text: str | None) -> Activity:
    if text is None:
        return recorded
    told = {name: value for name, value in recorded.attributes.items() if name not in TEXT_ATTRIBUTES}
    return replace(recorded, attributes={**told, TEXT: text})
