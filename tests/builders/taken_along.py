"""An academy whose members take badges along, on emulated tables, and the site where verifiers look."""

import json
import secrets
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from credentials.publish import signed_status_list
from credentials.revoke import revoke_lost
from credentials.take_along import Chance, TakenAlong, take_along
from ladder.adapters.dynamodb.credentials import DynamoCredentials
from ladder.domain.activities.activity import LADDER, REVERSED, Activity
from ladder.domain.credentials.issuer import Issuer
from ladder.domain.credentials.ports import Credentials, Signer
from ladder.domain.credentials.rules import Alignment, CredentialRules, Skill
from ladder.domain.points.rulebook import BadgeTier, Requirement
from ladder.domain.programs.program import Program
from ladder.messages.render import render
from ladder.web.me import Me
from rewards.reward import RewardContext, reward
from tests.builders import academy
from tests.builders.academy_events import passed
from tests.builders.ledger_stores import StackTables
from tests.builders.open_badges import Site, did_address
from tests.builders.reviews import MEMBER
from tests.fakes.signer import KeySigner

SKILL = Skill(name="share knowledge", url="http://data.europa.eu/esco/skill/knowledge", code="S1.2", framework="ESCO")
RULES = CredentialRules(
    name="Northern Academy",
    url="https://academy.example.org",
    address="https://ladder.example.org",
    alignments=(Alignment(badge=academy.BADGE.key, skills=(SKILL,)),),
)
SILVER = BadgeTier(name="silver", requires=(Requirement(points=350),))
NOW = datetime(2026, 3, 20, 15, 4, 5, 678, tzinfo=UTC)


def issuing(rules: CredentialRules | None = RULES) -> Program:
    badges = (replace(academy.BADGE, tiers=(*academy.BADGE.tiers, SILVER)),)
    return replace(academy.book(badges=badges), credentials=rules)


@dataclass(slots=True)
class BadgeTaker:
    """A member who earns badges and takes them along. `stack`: where the program is published."""

    stack: StackTables
    issuer: Issuer = field(default_factory=lambda: Issuer("academy", RULES))
    signer: Signer = field(default_factory=KeySigner)
    member: str = MEMBER

    @property
    def credentials(self) -> Credentials:
        return DynamoCredentials(self.stack.stores().members)

    def did(self, *activities: Activity) -> None:
        stores = self.stack.stores()
        compiled = stores.compiled("academy")
        context = RewardContext(
            member=self.member,
            compiled=compiled,
            compiled_version=lambda version: stores.compiled_version("academy", version),
            ledger=stores.ledger(compiled),
            allowances=stores.allowances,
            now=NOW,
        )
        reward(context, activities, pause=lambda tries: None)

    def passed(self, count: int) -> None:
        self.did(*(passed(f"m{number}", minute=number) for number in range(count)))

    def reversed(self, number: int) -> None:
        done = passed(f"m{number}", minute=number)
        self.did(
            Activity(
                source=LADDER,
                id=f"undo-{number}",
                type=REVERSED,
                occurred_at=NOW,
                received_at=NOW,
                attributes={"source": done.source, "id": done.id, "reason": "twice"},
            )
        )

    def takes(self, badge: str = academy.BADGE.key, *, chance: Chance | None = None, now: datetime = NOW) -> TakenAlong:
        stores = self.stack.stores()
        compiled = stores.compiled("academy")
        return take_along(
            Me("academy", self.member),
            badge=badge,
            now=now,
            issuer=self.issuer,
            rulebook=compiled.rulebook,
            ledger=stores.ledger(compiled),
            credentials=self.credentials,
            signer=self.signer,
            chance=chance or Chance(secrets.token_bytes, secrets.randbelow),
            text=render,
            pause=lambda tries: None,
        )

    def loses(self) -> int:
        """Look after the member's credentials, as the queue's messages make the function do."""
        stores = self.stack.stores()
        ledger = stores.ledger(stores.compiled("academy"))
        return revoke_lost("academy", self.member, now=NOW, ledger=ledger, credentials=self.credentials)

    def site(self, *lists: int) -> Site:
        """Return what the API serves to verifiers; at this moment, as they look at their own clock."""
        documents = {did_address(self.issuer.did): json.dumps(self.issuer.document(self.signer.keys())).encode()}
        return documents | {
            self.issuer.status_list(number): signed_status_list(
                self.issuer,
                number,
                now=datetime.now(UTC),
                credentials=self.credentials,
                signer=self.signer,
                cache={},
            ).encode()
            for number in lists or (1,)
        }


def payload(token: str) -> dict[str, Any]:
    """Return what a JWT says, without looking at its signature."""
    part = token.split(".")[1]
    said: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return said
