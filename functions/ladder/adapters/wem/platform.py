"""Challenges, groups and native completions of the WEM dialect.

Removing and reading members is not part of the dialect; the public group calls are used for it. *Unconfirmed* are the
list of completions, the body that names members a removal left behind, and that 409 to a new challenge means that the
platform allows one active challenge per metric and day.
"""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from itertools import batched
from urllib.parse import quote

from ladder.adapters.http import parse
from ladder.adapters.wem.payloads import (
    ChallengeRecord,
    CompletionRecord,
    Created,
    Entity,
    MemberRecord,
    Page,
    Removal,
    challenge_body,
)
from ladder.adapters.wem.transport import Request, Transport
from ladder.domain.challenges.ports import LiveChallenge, NativeCompletion, NewChallenge
from ladder.domain.challenges.rules import Membership
from ladder.domain.errors import AnswerLost, MetricTaken, Rejected, Unavailable

CHALLENGES = "/api/v2/wem/gamification/challenges"
COMPLETIONS = "/api/v2/wem/gamification/completions"
BATCH = 50  # users in one removal; an addition takes one, and is repeated
PAGE_SIZE = 100
READINGS = 3  # of a list that changes while it is read


class WemPlatform:
    """A ChallengePlatform. `membership` comes from the program: no call says whether joining leaves other groups."""

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
        records = list_all(self._transport, CHALLENGES, Page[ChallengeRecord], status="ACTIVE")
        return [record.live() for record in records]

    def retire(self, challenge: str) -> None:
        """Set the challenge inactive. A refusal, or a lost answer, counts only while it is still listed as active."""
        path = f"{CHALLENGES}/{quote(challenge, safe='')}"
        try:
            self._transport.call(Request(method="PATCH", path=path, body={"status": "INACTIVE"}))
        except (Rejected, Unavailable):
            if any(live.id == challenge for live in self.active()):
                raise

    def launch(self, challenge: NewChallenge) -> str:
        """Create the challenge, active. After Unavailable it may exist all the same: look before launching again."""
        request = Request(method="POST", path=CHALLENGES, body=challenge_body(challenge), repeatable=False)
        response = self._transport.send(request)
        if response.status == HTTPStatus.CONFLICT:
            raise MetricTaken(f"{request}: {self._transport.message(response)}")
        return parse(Created, self._transport.accepted(request, response)).id

    def add(self, group: str, users: Sequence[str]) -> dict[str, str]:
        """Add users, one call each; repeated where a response is lost, because adding twice changes nothing.

        Returns the users who were not added, with the reason. Whether one was whose every response is lost shows when
        the groups are read back: the others do not wait for them.
        """
        failed: dict[str, str] = {}
        for user in users:
            path = f"/api/v2/users/{quote(user, safe='')}/groups"
            try:
                response = self._transport.send(Request(method="POST", path=path, body={"id": group}))
            except AnswerLost:
                continue
            if response.refused:
                failed[user] = self._transport.message(response)
        return failed

    def remove(self, group: str, users: Sequence[str]) -> dict[str, str]:
        failed: dict[str, str] = {}
        for batch in batched(users, BATCH, strict=False):
            failed |= self._remove_batch(group, batch)
        return failed

    def members(self, group: str) -> set[str]:
        return {member.id for member in list_all(self._transport, _members_path(group), Page[MemberRecord])}

    def completions(self, day: date) -> list[NativeCompletion]:
        records = list_all(self._transport, COMPLETIONS, Page[CompletionRecord], date=day.isoformat())
        return [record.native() for record in records]

    def _remove_batch(self, group: str, users: Sequence[str]) -> dict[str, str]:
        """Remove users. A batch refused as a whole is repeated user by user: one unknown user must not block others."""
        query = {"ids": ",".join(users)}
        try:
            response = self._transport.send(Request(method="DELETE", path=_members_path(group), query=query))
        except AnswerLost:
            return {}
        if not response.refused:
            if not response.body:
                return {}
            return {failure.id: failure.message for failure in parse(Removal, response).errors}
        if len(users) == 1:
            return {users[0]: self._transport.message(response)}
        return {failed: why for user in users for failed, why in self._remove_batch(group, (user,)).items()}


def _members_path(group: str) -> str:
    return f"/api/v2/groups/{quote(group, safe='')}/members"


def list_all[E: Entity](transport: Transport, path: str, page: type[Page[E]], **query: str) -> list[E]:
    """Read a list and return every entity once, in the platform's order.

    A list that changes between two pages moves entities from a page that is still to come to one that was read, so it
    is read again; one that never rests is taken as it was read last. Raises Unavailable for a page that only repeats
    earlier ones: a part of a list must not be taken for all of it, nor be read for ever.
    """
    for _ in range(READINGS):
        entities: dict[str, E] = {}
        totals = set[int | None]()
        number = pages = 1
        while number <= pages:
            query |= {"pageNumber": str(number), "pageSize": str(PAGE_SIZE)}
            request = Request(method="GET", path=path, query=query)
            response = parse(page, transport.call(request))
            totals.add(response.total)
            fresh = {entity.key: entity for entity in response.entities if entity.key not in entities}
            if not response.entities:
                break  # the list has shrunk since the page before
            if not fresh:
                raise Unavailable(f"{request}: page {number} repeats earlier pages")
            entities |= fresh
            number, pages = number + 1, response.page_count
        if len(totals) == 1:
            break
    return list(entities.values())
