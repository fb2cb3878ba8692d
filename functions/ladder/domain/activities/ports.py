"""The ports of ingestion: sources and their secrets, members' identities, and the queues."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ladder.domain.activities.activity import Delivery, Key, WrittenText
from ladder.domain.activities.source import Contents, HookRequest, HookResponse, IngestResult, Keys, Source, SourceKind


class Activities(Protocol):
    def send(self, deliveries: Sequence[Delivery]) -> None: ...  # each at least once; NotCarried: all but some


class Cases(Protocol):
    """The queue of texts that members wrote, to be judged."""

    def send(self, posts: Sequence[WrittenText]) -> None: ...  # each at least once; NotCarried: all but some


class Identities(Protocol):
    """The member behind a source's own user id, in whichever of its spellings (`normalized_id`).

    A member's id is random; a keyed hash of the raw id is only the lookup.
    """

    def resolve(self, program: str, source: str, raw: Collection[str]) -> Mapping[str, str | None]:
        """Raw id -> member's id, given at first sight; None where the member was erased."""

    def link(self, program: str, source: str, raw: str, member: str) -> None: ...  # Rejected where it is another's
    def erase(self, program: str, member: str) -> None: ...  # every raw id of theirs leads to nobody, for good
    def fingerprint(self, source: str, raw: str) -> str: ...  # a keyed hash in place of an id that is not stored


class Logins(Protocol):
    """The member behind a user id; a lookup creates no member, as `Identities.resolve` would."""

    def find(self, program: str, source: str, raw: str) -> str | None: ...  # None: nobody's, or erased


class Sources(Protocol):
    """The sources of the programs as they are now, and which event types are judged."""

    def find(self, program: str, key: str) -> Source | None: ...
    def of_kind(self, kind: SourceKind) -> list[tuple[str, Source]]: ...  # with the program's key
    def judged_types(self, program: str) -> Collection[str]: ...  # whose texts a badge of the program is judged by
    def markers(self, program: str) -> Collection[str]: ...  # courses that stand for badges: Ladder completes them


class Keyring(Protocol):
    def of(
        self, program: str, source: Source
    ) -> Keys: ...  # Unavailable where they cannot be read, whatever the reason


class Vendor(Protocol):
    """One kind of source: how a request of it is verified and read, and which response it expects."""

    def verify(
        self, request: HookRequest, source: Source, keys: Keys, *, now: datetime
    ) -> None: ...  # InvalidSignature
    def read(self, request: HookRequest, source: Source) -> Contents: ...  # Malformed, TooLarge; the body is decoded
    def answer(self, result: IngestResult) -> HookResponse: ...


class Timeline(Protocol):
    """A source that is polled, because it does not send."""

    def pages(self, source: Source, keys: Keys, *, now: datetime, seconds: float) -> Iterable[Contents]:
        """Yield its pages. Raises Unavailable after more than `seconds`; the pages before count."""


class QuarantineStore(Protocol):
    """Bodies that can be neither paid nor repaired here: `owner` is a member, or `source:` and the source's key."""

    def add(self, program: str, owner: str, body: str, why: str) -> None: ...  # whole, to be looked at; once


class PointRequests(Protocol):
    """The requests by which other systems gave points."""

    def digest(self, program: str, member: str, event: Key) -> str | None: ...  # of the request; None: not received yet
    def save(self, program: str, member: str, event: Key, digest: str, *, now: datetime) -> bool: ...  # False: it was
