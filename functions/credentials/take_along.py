"""Take a badge along: sign the credential of its highest tier, once, and return that one whenever it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from ladder.domain.credentials.achievement import Achievement, achievement_body, highest_achievement
from ladder.domain.credentials.credential import Issuance, compact, credential_body, signing_input
from ladder.domain.credentials.issuer import Issuer
from ladder.domain.credentials.ports import Credentials, IssuedCredential, Signer
from ladder.domain.errors import NotFound
from ladder.domain.message import Message
from ladder.domain.points.ledger import Pause, until_written
from ladder.domain.points.ports import Ledger
from ladder.domain.points.rulebook import Rulebook
from ladder.web.me import Me


@dataclass(frozen=True, slots=True)
class Chance:
    """Where random values come from: so many bytes, and a number below another."""

    octets: Callable[[int], bytes]
    below: Callable[[int], int]

    def uri(self) -> str:
        return UUID(bytes=self.octets(16), version=4).urn


@dataclass(frozen=True, slots=True)
class TakenAlong:
    """A credential, and the achievement that its images show."""

    issued: IssuedCredential
    achievement: Achievement


def take_along(
    me: Me,
    *,
    badge: str,
    now: datetime,
    issuer: Issuer,
    rulebook: Rulebook,
    ledger: Ledger,
    credentials: Credentials,
    signer: Signer,
    chance: Chance,
    text: Callable[[Message], str],
    pause: Pause,
) -> TakenAlong:
    """Return the member's credential. One is issued where there is none, it was revoked, or its issuer has moved.

    It is saved only while the member's state is the one that had the badge: a reversal at the same moment comes first,
    and then there is nothing to issue, or second, and then it finds what it has to revoke.

    `text`: of a message, in the language that the member reads.
    Raises NotFound where the member has no tier of the badge, Unavailable where others kept the member busy.
    """

    def attempt() -> TakenAlong:
        state, _ = ledger.load(me.program, me.member, [])
        achievement = highest_achievement(rulebook, issuer.rules, badge, state)
        if achievement is None:
            raise NotFound(Message("credentials.not_earned"))
        existing = next(
            (
                issued
                for issued in credentials.of(me.program, me.member)
                if (issued.badge, issued.mark, issued.revoked_at) == (badge, achievement.mark, None)
            ),
            None,
        )
        if existing and existing.issuer == issuer.did:
            return TakenAlong(existing, achievement)
        if existing:
            credentials.revoke(me.program, me.member, existing, at=now)
        issuance = Issuance(
            id=chance.uri(),
            subject=chance.uri(),
            awarded_on=min(date.fromordinal(state.badges[badge][1]), now.astimezone(UTC).date()),
            issued_on=now.astimezone(UTC).date(),
            place=credentials.vacant_place(me.program, chance.below),
        )
        body = credential_body(
            issuer, achievement_body(issuer, achievement, criteria=text(achievement.criteria)), issuance
        )
        signed = signing_input(issuer, signer.keys()[0], body)
        issued = IssuedCredential(
            badge=badge,
            mark=achievement.mark,
            id=issuance.id,
            issuer=issuer.did,
            token=compact(signed, signer.sign(signed.encode())),
            place=issuance.place,
            issued_at=now,
        )
        credentials.save(me.program, me.member, issued, state_version=state.version)
        return TakenAlong(issued, achievement)

    return until_written(attempt, pause, busy="the member")
