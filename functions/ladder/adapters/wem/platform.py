"""Challenges, groups and native completions of the WEM dialect.

Removing and reading members is not part of the dialect; the public group calls stand in for it. *Unconfirmed* are the
list of completions, the body that names members a removal left behind, and that 409 to a new challenge means that the
platform allows one active challenge per metric and day.
"""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from itertools import batched
from urllib.parse import quote

from ladder.adapters.wem.answers import parse
from ladder.adapters.wem.paging import listed
from ladder.adapters.wem.payloads import (
    ChallengeRecord,
    CompletionRecord,
    Created,
    MemberRecord,
    Page,
    Removal,
    posted,
)
from ladder.adapters.wem.transport import Request, Transport
from ladder.domain.challenges.ports import LiveChallenge, NativeCompletion, NewChallenge
from ladder.domain.errors import MetricTaken, Rejected
from ladder.domain.programs.program import Membership

CHALLENGES = "/api/v2/wem/gamification/challenges"
COMPLETIONS = "/api/v2/wem/gamification/completions"
BATCH = 50  # users that one removal takes; an addition takes one, and is repeated


class WemPlatform:
    """A ChallengePlatform. `membership` is what the program says of it: no call tells whether joining leaves."""

    def __init__(self, transport: Transport, *, membership: Membership = "adds") -> None:
        self._transport = transport
        self._membership = membership

    @property
    def membership(self) -> Membership:
        return self._membership

    @property
    def batch(self) -> int:
        return BATCH

    def active(self) -> list[LiveChallenge]:
        found = listed(self._transport, CHALLENGES, Page[ChallengeRecord], status="ACTIVE")
        return [record.live() for record in found]

    def retire(self, challenge: str) -> None:
        """Afterwards it is not active. A refusal counts only while the platform still lists it so."""
        path = f"{CHALLENGES}/{quote(challenge, safe='')}"
        try:
            self._transport.call(Request(method="PATCH", path=path, body={"status": "INACTIVE"}))
        except Rejected:
            if any(live.id == challenge for live in self.active()):
                raise

    def launch(self, challenge: NewChallenge) -> str:
        """Creates it active. After Unavailable it may exist all the same: look for it before launching again."""
        request = Request(method="POST", path=CHALLENGES, body=posted(challenge), repeatable=False)
        answer = self._transport.ask(request)
        if answer.status == HTTPStatus.CONFLICT:
            raise MetricTaken(f"{request}: {self._transport.words(answer)}")
        return parse(Created, self._transport.accepted(request, answer)).id

    def add(self, group: str, users: Sequence[str]) -> dict[str, str]:
        """One call a user. Adding a member again changes nothing, so a lost answer is asked for again."""
        answers = {user: self._join(group, user) for user in users}
        return {user: why for user, why in answers.items() if why is not None}

    def remove(self, group: str, users: Sequence[str]) -> dict[str, str]:
        failed: dict[str, str] = {}
        for part in batched(users, BATCH, strict=False):
            failed |= self._leave(group, part)
        return failed

    def members(self, group: str) -> set[str]:
        return {member.id for member in listed(self._transport, _members(group), Page[MemberRecord])}

    def completions(self, day: date) -> list[NativeCompletion]:
        found = listed(self._transport, COMPLETIONS, Page[CompletionRecord], date=day.isoformat())
        return [record.native() for record in found]

    def _join(self, group: str, user: str) -> str | None:
        path = f"/api/v2/users/{quote(user, safe='')}/groups"
        answer = self._transport.ask(Request(method="POST", path=path, body={"id": group}))
        return self._transport.words(answer) if answer.refused else None

    def _leave(self, group: str, users: Sequence[str]) -> dict[str, str]:
        """A batch refused whole is asked again user by user: one whom nobody knows must not hold back the others."""
        query = {"ids": ",".join(users)}
        answer = self._transport.ask(Request(method="DELETE", path=_members(group), query=query))
        if not answer.refused:
            return {failure.id: failure.message for failure in parse(Removal, answer).errors} if answer.body else {}
        if len(users) == 1:
            return {users[0]: self._transport.words(answer)}
        return {user: why for each in users for user, why in self._leave(group, (each,)).items()}


def _members(group: str) -> str:
    return f"/api/v2/groups/{quote(group, safe='')}/members"
