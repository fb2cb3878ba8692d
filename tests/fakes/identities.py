"""Identities and sources in memory."""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ladder.domain.activities.activity import LOGIN, normalized_id
from ladder.domain.activities.source import MARKER, Source, SourceKind
from ladder.domain.audit.records import Record
from ladder.domain.errors import Conflict, Rejected
from ladder.domain.message import Message
from ladder.domain.reviews.audit_records import id_linked, id_unlinked
from ladder.domain.reviews.ports import ConfirmationRequired, KnownBy
from ladder.domain.reviews.review import Review, ReviewDecision
from tests.fakes.programs import MemoryPrograms
from tests.fakes.staff import MemoryDeclarations

type Id = tuple[str, str, str]  # program, source and raw id


class MemoryIdentities:
    def __init__(self) -> None:
        self._members: dict[Id, str | None] = {}  # None: erased
        self._unlinked: set[Id] = set()

    def resolve(self, program: str, source: str, raw: Collection[str]) -> Mapping[str, str | None]:
        for each in raw:
            self._members.setdefault(_id(program, source, each), secrets.token_hex(16))
        return {each: self.find(program, source, each) for each in raw}

    def link(self, program: str, source: str, raw: str, member: str) -> None:
        if self._members.setdefault(_id(program, source, raw), member) != member:
            raise Rejected("this user id of the source is another member's, or was erased")

    def find(self, program: str, source: str, raw: str) -> str | None:
        found = _id(program, source, raw)
        return None if found in self._unlinked else self._members.get(found)

    def standing(self, program: str, source: str, raw: str) -> str | None:
        """Whose it is, or was before it was unlinked."""
        return self._members.get(_id(program, source, raw))

    def knows(self, program: str, source: str, raw: str) -> bool:
        return _id(program, source, raw) in self._members

    def ids(self, program: str, member: str) -> list[Id]:
        return [each for each, known in self._members.items() if each[0] == program and known == member]

    def move(self, program: str, source: str, raw: str, member: str) -> None:
        self._members[_id(program, source, raw)] = member
        self._unlinked.discard(_id(program, source, raw))

    def unlink(self, program: str, source: str, raw: str) -> None:
        self._unlinked.add(_id(program, source, raw))

    def fingerprint(self, source: str, raw: str) -> str:
        return hashlib.sha256(f"{source}\0{normalized_id(raw)}".encode()).hexdigest()[:24]

    def erase(self, program: str, member: str) -> None:
        for key, known in self._members.items():
            if key[0] == program and known == member:
                self._members[key] = None


class MemoryLinks:
    """`audit`: a record for each link that was new, and for each that ended."""

    def __init__(self, identities: MemoryIdentities, declarations: MemoryDeclarations | None = None) -> None:
        self.audit: list[Record] = []
        self._identities = identities
        self._declarations = declarations or MemoryDeclarations()
        self._since: dict[Id, KnownBy] = {}
        self._linked: set[tuple[str, str, str]] = set()  # program, member and source: once is for good

    def link(self, program: str, source: str, raw: str, member: str, record: Record) -> None:
        found = self._identities.standing(program, source, raw)
        if found is None and self._identities.knows(program, source, raw):
            raise Rejected("this id was erased with its member")
        if found and found != member:
            raise ConfirmationRequired(found)
        if found is None and ((program, member, source) in self._linked or self._is_known(program, source, member)):
            raise ConfirmationRequired(None)
        if self._identities.find(program, source, raw) != member:
            self._put(program, source, raw, member, record)

    def unlink(self, program: str, source: str, raw: str, member: str, record: Record) -> bool:
        if self._identities.standing(program, source, raw) != member:
            raise Rejected("this id is none of the member's")
        if self._identities.find(program, source, raw) is None:
            return False
        self._end(program, source, raw, member, record)
        return True

    def approve(self, review: Review, decided: ReviewDecision) -> None:
        """As the store has it in the transaction that decides the review."""
        program, member, source, raw = review.program, review.member, review.summary["source"], review.summary["user"]
        was = self._identities.standing(program, source, raw)
        if (was is None and self._identities.knows(program, source, raw)) or (was and was not in review.members):
            raise Conflict(Message("reviews.id_moved_meanwhile"))
        if self._identities.find(program, source, raw) == member:
            return
        by, at = decided.by, decided.at
        if was and was != member:
            self._end(
                program,
                source,
                raw,
                was,
                id_unlinked(program, was, source, by=by, why=Message("audit.id_moved"), at=at),
            )
        record = id_linked(program, member, source, number=0, by=by, at=at, decision=review.id)
        self._put(program, source, raw, member, record)

    def fingerprint(self, source: str, raw: str) -> str:
        return self._identities.fingerprint(source, raw)

    def of(self, program: str, member: str) -> Sequence[KnownBy]:
        unknown = KnownBy(source="", since=None, by_hand=False)
        known = self._identities.ids(program, member)
        return [replace(self._since.get(each, unknown), source=each[1]) for each in known]

    def _is_known(self, program: str, source: str, member: str) -> bool:
        return any(each[1] == source for each in self._identities.ids(program, member))

    def _put(self, program: str, source: str, raw: str, member: str, record: Record) -> None:
        self._identities.move(program, source, raw, member)
        self._since[_id(program, source, raw)] = KnownBy(source=source, since=record.at, by_hand=True)
        self._linked.add((program, member, source))
        self.audit.append(record)

    def _end(self, program: str, source: str, raw: str, member: str, record: Record) -> None:
        self._identities.unlink(program, source, raw)
        known = self._since.get(_id(program, source, raw), KnownBy(source=source, since=None, by_hand=False))
        self._since[_id(program, source, raw)] = replace(known, until=record.at)
        if source == LOGIN:
            own = self._declarations.linked.get((program, normalized_id(raw)), frozenset())
            self._declarations.linked[program, normalized_id(raw)] = own | {member}
        self.audit.append(record)


class MemorySources:
    def __init__(self, programs: MemoryPrograms) -> None:
        self._programs = programs

    def find(self, program: str, key: str) -> Source | None:
        return next((source for name, source in self._all() if (name, source.key) == (program, key)), None)

    def of_kind(self, kind: SourceKind) -> list[tuple[str, Source]]:
        return [(program, source) for program, source in self._all() if source.kind == kind]

    def judged_types(self, program: str) -> frozenset[str]:
        programs = map(self._programs.current, self._programs.keys())
        judged = (badge for each in programs if each.key == program for badge in each.rulebook.judged)
        return frozenset(kind for badge in judged if not badge.perseverance for kind in badge.match.types)

    def markers(self, program: str) -> frozenset[str]:
        programs = map(self._programs.current, self._programs.keys())
        channels = (channel for each in programs if each.key == program for channel in each.delivery.channels)
        return frozenset(
            marker for channel in channels for name, marker in channel.options.items() if name.startswith(MARKER)
        )

    def _all(self) -> list[tuple[str, Source]]:
        programs = map(self._programs.current, self._programs.keys())
        return [(program.key, source) for program in programs for source in program.sources]


def _id(program: str, source: str, raw: str) -> Id:
    return program, source, normalized_id(raw)
