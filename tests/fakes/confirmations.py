"""Who confirmed which post, in memory."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from ladder.domain.activities.activity import Key
from ladder.domain.errors import MemberErased
from ladder.domain.judging.confirmations import MOST_CONFIRMATIONS, Confirmation, GivenConfirmation, PostConfirmations


@dataclass(slots=True)
class _Given:
    confirmation: Confirmation
    post: Key
    holds: bool
    sequence: int


@dataclass(slots=True)
class MemoryConfirmations:
    """`ids`: by which a member is or was known; `erased`: programs and members."""

    authors: dict[tuple[str, Key], PostConfirmations] = field(default_factory=dict)
    given: dict[tuple[str, str, Key], _Given] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    erased: set[tuple[str, str]] = field(default_factory=set)

    def wrote(self, program: str, member: str, event: Key, post: Key, *, until: datetime) -> PostConfirmations:
        self._open(program, member)
        self.authors.setdefault((program, post), PostConfirmations(member, event))
        return self._post(program, post)

    def confirm(
        self,
        program: str,
        confirmation: Confirmation,
        event: Key,
        post: Key,
        *,
        holds: bool,
        sequence: int,
        until: datetime,
    ) -> PostConfirmations:
        self._open(program, confirmation.member)
        at = program, confirmation.member, event
        known = self.given.get(at)
        of_post = sum(other.post == post for other in self.given.values())
        if (known and known.sequence >= sequence) or (not known and of_post >= MOST_CONFIRMATIONS):
            return self._post(program, post)
        self.given[at] = _Given(confirmation, post, holds, sequence)
        return self._post(program, post)

    def of_posts(self, program: str, posts: Collection[Key]) -> dict[Key, PostConfirmations]:
        return {post: self._post(program, post) for post in posts}

    def by_members(self, program: str, members: Collection[str]) -> dict[str, list[GivenConfirmation]]:
        return {
            member: [
                GivenConfirmation(self._post(program, given.post).author, given.confirmation.at)
                for (of, by, _), given in self.given.items()
                if (of, by) == (program, member) and given.holds
            ]
            for member in members
        }

    def same_person(self, program: str, member: str, others: Collection[str]) -> frozenset[str]:
        own = self.ids.get(member, set())
        return frozenset(other for other in others if own & self.ids.get(other, set()))

    def forget(self, program: str, member: str) -> None:
        """As the store has it once everything of a member is forgotten."""
        self.erased.add((program, member))
        self.authors = {at: post for at, post in self.authors.items() if (at[0], post.author) != (program, member)}
        self.given = {at: given for at, given in self.given.items() if at[:2] != (program, member)}

    def _open(self, program: str, member: str) -> None:
        if (program, member) in self.erased:
            raise MemberErased("the member was erased")

    def _post(self, program: str, post: Key) -> PostConfirmations:
        given = tuple(
            given.confirmation
            for (of, _, _), given in self.given.items()
            if (of, given.post) == (program, post) and given.holds
        )
        return replace(self.authors.get((program, post), PostConfirmations()), confirmations=given)
