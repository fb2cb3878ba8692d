"""Anonymize the ledger of an erased member: facts about points remain, and say nothing about a person.

A fact keeps when it was, its numbers, and the words that rules ask for; everything else that a source has written, ids
too, becomes a pseudonym under a salt that is deleted afterwards. Equal words become equal pseudonyms and ids keep
their order, so replaying the facts gives the very same points. Free text of Ladder's own activities is removed.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from ladder.domain.activities.activity import AMENDMENTS, CORRECTED, DAY_OFF, LADDER, ROTATION, Activity, Key
from ladder.domain.points.entry_text import ERASED
from ladder.domain.points.ledger import Entry
from ladder.domain.points.rulebook import Rulebook, tests
from ladder.domain.validation.constraints import Plain

SALT_BYTES = 16
FREE = frozenset({"reason", "by", "actor", "sentence", "verdict"})  # of our own activities
SPAN = frozenset({"first", "last"})  # of days off; a correction may be of some

type Words = Collection[tuple[str, Plain]]  # attribute and value


def program_words(rulebooks: Iterable[Rulebook]) -> Words:
    """Return what rules of any of these versions compare with: a program's own words, which name nobody."""
    return {
        (test.attribute, value)
        for rulebook in rulebooks
        for _, test in tests(rulebook)
        for value in (test.equals, *test.one_of)
        if isinstance(value, str)
    }


def anonymize(recorded: Sequence[Entry], *, salt: bytes, program_words: Words) -> list[tuple[Key, Entry]]:
    """Return each entry that is not yet anonymous, by its present key, in the order in which they are to be replaced.

    `recorded`: the whole ledger, some of which an earlier run may have replaced.
    """
    mask = _Mask.over(recorded, salt=salt, program_words=program_words)
    waiting = sorted((entry for entry in recorded if ERASED not in entry.notes), key=lambda entry: entry.key)
    return [(entry.key, mask.entry(entry)) for entry in waiting]


@dataclass(frozen=True, slots=True)
class _Mask:
    salt: bytes
    program_words: Words
    ranks: Mapping[str, int]  # by the pseudonym of an id

    @classmethod
    def over(cls, recorded: Sequence[Entry], *, salt: bytes, program_words: Words) -> "_Mask":
        """In the order of ids, which is the order of replacing: what was replaced before comes first."""
        ranks = {}
        for entry in recorded:
            if ERASED in entry.notes:
                rank, _, pseudonym = entry.activity.id.partition(".")
                ranks[pseudonym] = int(rank)
        first = max(ranks.values(), default=0) + 1
        waiting = sorted(entry.key for entry in recorded if ERASED not in entry.notes)
        ranks |= {_pseudonym(salt, *key): first + place for place, key in enumerate(waiting)}
        return cls(salt, program_words, ranks)

    def entry(self, entry: Entry) -> Entry:
        activity = entry.activity
        masked = replace(activity, id=self.id(activity.key), attributes=self.attributes(activity))
        return replace(entry, activity=masked, notes=(ERASED,))

    def id(self, key: Key) -> str:
        pseudonym = _pseudonym(self.salt, *key)
        return f"{self.ranks.get(pseudonym, 0):07d}.{pseudonym}"

    def attributes(self, activity: Activity) -> dict[str, Plain]:
        ours = activity.source in {LADDER, ROTATION} and activity.type != CORRECTED
        kept = {name: value for name, value in activity.attributes.items() if not (ours and name in FREE)}
        masked = kept if ours else {name: self.value(activity, name, value) for name, value in kept.items()}
        if activity.type in AMENDMENTS and activity.target:
            masked["id"] = self.id(activity.target)
            if activity.source == LADDER:
                masked["source"] = activity.target[0]
        return masked

    def value(self, activity: Activity, name: str, value: Plain) -> Plain:
        if not isinstance(value, str) or (name, value) in self.program_words:
            return value
        if activity.type in {DAY_OFF, CORRECTED} and name in SPAN:
            with suppress(ValueError):  # what is no date is masked
                date.fromisoformat(value)
                return value
        return _pseudonym(self.salt, name, value)


def _pseudonym(salt: bytes, *parts: str) -> str:
    digest = hashlib.sha256(salt)
    for part in parts:
        digest.update(len(part.encode()).to_bytes(4) + part.encode())
    return digest.hexdigest()[:24]
