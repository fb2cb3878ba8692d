"""The admin API on emulated tables: two programs, members with a ledger, and staff."""

import importlib
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.api import ADMIN_ROUTES, PUBLISHING_ROUTES
from infra.local.emulator import Emulator
from infra.models import MODELS
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.packing import to_json
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.staff import DynamoDeclarations
from ladder.adapters.dynamodb.table import Table
from ladder.domain.activities.activity import LOGIN, Activity
from ladder.domain.audit.records import NO_MEMBER, stored_reason
from ladder.domain.calendar.schedule import due
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.reviews.permissions import ROLES, Declaration
from ladder.domain.reviews.review import Review, review_id
from ladder.messages.render import languages, render
from ladder.settings import YES
from publishing.settings import format_models
from rewards.reward import RewardContext, reward
from tests.builders.academy import BADGE, RULE, academy
from tests.builders.bank import program as bank
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.reviews import HOLD
from tests.builders.stores import NUMBERS, Tables
from tests.fakes.gateway import Gateway, bearing

KEY = "the key of identities"
OWN = "9" * 32  # whom the staff's login is linked to
JO, AL = Member(id="a" * 32, user="jo"), Member(id="b" * 32, user="al")  # al is the one who wants to be forgotten
PROGRAMS = ("academy", "bank")
NIGHTLY = replace(bank(), key="nightly")  # which has nights to make again
ENDLESS = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Timestamp": "2999-01-01T00:00:00Z", "End": True}}}
ROUTES = tuple((method.value, path) for method, path in (*ADMIN_ROUTES, *PUBLISHING_ROUTES))
METHODS = {path: method for method, path in reversed(ROUTES)}  # of two at one path, the first


@dataclass(frozen=True, slots=True)
class EmulatedAdminApi:
    gateway: Gateway
    live: StackTables
    queue: DynamoReviewQueue
    aws: Emulator
    queue_url: str

    @property
    def members(self) -> Table:
        return self.live.stores().members

    def ask(
        self,
        path: str,
        claims: dict[str, Any] | None,
        review: Review = HOLD,
        *,
        program: str = "academy",
        member: str | None = None,
        body: dict[str, Any] | bytes | None = None,
        method: str | None = None,
    ) -> tuple[int, dict[str, Any]]:
        method = method or METHODS[path]
        whom = member or (AL.id if path.endswith("/erasure") else JO.id)
        told = body or (asked(path, member=whom) if method in {"POST", "PUT", "PATCH"} else b"")
        answer = self.gateway.call(
            method,
            path.format(review=review.address, program=program, member=whom),
            headers={"content-type": "application/json", **(bearing(claims) if claims is not None else {})},
            body=told if isinstance(told, bytes) else json.dumps(told).encode(),
        )
        return answer["statusCode"], json.loads(answer["body"])

    def opened(self, **changed: Any) -> Review:
        number = next(NUMBERS)
        fresh = {"id": review_id("hold", str(number)), "member": f"{number + 1:032x}"}
        review = replace(HOLD, **{**fresh, **changed})
        self.queue.open(review)
        return review

    def opened_for(self, path: str, **changed: Any) -> Review:
        """A review that the route decides: of the program itself, or of a member."""
        if "{program}" not in path:
            return self.opened(**changed)
        number = str(next(NUMBERS))
        badge = {"badge": BADGE.key, "owner": "anna", "date": "2026-11-20"}
        return self.opened(id=review_id("badge", number), kind="badge", member=NO_MEMBER, summary=badge)

    def sent(self) -> list[dict[str, Any]]:
        sqs, found = self.aws.client("sqs"), list[dict[str, Any]]()
        while messages := sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(each["Body"]) for each in messages]
            for each in messages:
                sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=each["ReceiptHandle"])
        return found

    def audited(self, program: str = "academy") -> list[str]:
        audit = Table(self.live.tables.client, self.live.tables.audit, self.live.tables.usage)
        records = list(audit.query(program))
        for record in records:  # everybody can read what was done, and why
            what = Message.from_dict({"code": record["what"], "parameters": record["about"]})
            for message in filter(None, (what, stored_reason(record))):
                assert all(render(message, language) for language in languages())
        return sorted(record["what"] for record in records if not record["sk"].startswith("DECLARED#"))


def asked(path: str, *, member: str = JO.id) -> dict[str, Any]:
    """A body that the route takes, under a request of its own."""
    act = path.rpartition("/")[2]
    draft = json.loads(to_json(academy()))
    by_hand = {"request": f"r{next(NUMBERS)}", "reason": "looked at it"}
    bodies: dict[str, dict[str, Any]] = {
        "reviews": {"kind": "peer", "member": member, "source": "academy", "id": "e1", "reason": "looked at it"},
        "assignment": {"to": "me"},
        "decision": {"decision": "approve", "reason": "looked at it"},
        "checks": {"file": "academy.yaml", "texts": {"academy.yaml": "program: academy\n"}},
        "drafts": {"program": draft},
        "versions": {"program": draft, "after": 1, "reason": "looked at it"},
        "rules": {
            "after": 1,
            "reason": "looked at it",
            "operations": [{"op": "replace", "path": f"/rulebook/rules/{RULE.key}/points", "value": 51}],
        },
        "pauses": {"what": "badge", "key": BADGE.key, "paused": False, "reason": "looked at it"},
        "rotations": {**by_hand, "date": due(NIGHTLY.schedule, datetime.now(UTC)).isoformat()},
        "file": {"request": by_hand["request"], "text": "user\njo\n"},
        "grants": {**by_hand, "points": 5},
        "revocations": {**by_hand, "source": "academy", "id": "e1"},
        "evaluations": by_hand,
        "orders": {"order": "o1", "step": "refuse", "reason": "sold out"},
        "erasure": {"reason": "they asked for it"},
        "me": {"member": OWN},
        "logins": {"source": LOGIN, "user": "jo@example.com"},
        "unlinks": {"source": "academy", "user": "jo.raw", "reason": "looked at it"},
    }
    return bodies[act]


def claims(role: str | None = "reviewer", program: str = "academy", **changes: Any) -> dict[str, Any]:
    told = {
        "token_use": "id",
        "sub": "anna",
        "custom:program": program,
        "cognito:groups": [role] if role else None,
        "exp": time.time() + 7200,
    }
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


@contextmanager
def emulated_admin_api(aws: Emulator, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedAdminApi]:
    live, number = stack_tables(tables), next(NUMBERS)
    url = aws.client("sqs").create_queue(QueueName=f"a-{number}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    aws.client("secretsmanager").create_secret(Name=f"identity-{number}", SecretString=KEY)
    machine = aws.client("stepfunctions").create_state_machine(
        name=f"nights-{number}", definition=json.dumps(ENDLESS), roleArn="arn:aws:iam::000000000000:role/any"
    )
    environment = {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LADDER_PROGRAMS_TABLE": tables.programs,
        "LADDER_MEMBERS_TABLE": live.members,
        "LADDER_AUDIT_TABLE": tables.audit,
        "LADDER_ACTIVITIES_QUEUE_URL": url,
        "LADDER_IDENTITY_SECRET": f"identity-{number}",
        "LADDER_USER_POOL": user_pool(aws),
        "LADDER_PRODUCTION": YES,
        "LADDER_ROTATION_MACHINE": machine["stateMachineArn"],
        "LADDER_JUDGE_MODELS": format_models(MODELS),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _seed(live)
    names = ("admin.handler", "publishing.handler")
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    admin, publishing = (importlib.import_module(name).handler for name in names)
    queue = DynamoReviewQueue(live.stores().members, audit=tables.audit)
    yield EmulatedAdminApi(Gateway(members=admin, admin=admin, publishing=publishing), live, queue, aws, url)
    for name in names:
        sys.modules.pop(name, None)


def user_pool(aws: Emulator) -> str:
    """Create a pool with the roles and nobody in it."""
    cognito = aws.client("cognito-idp")
    pool = str(cognito.create_user_pool(PoolName=f"people-{next(NUMBERS)}")["UserPool"]["Id"])
    for role in ROLES:
        cognito.create_group(UserPoolId=pool, GroupName=role)
    return pool


def declare_all(live: StackTables, program: str) -> None:
    """Everybody who decides has said who they are: Anna plays, the others do not."""
    declarations = DynamoDeclarations(live.stores().members, audit=live.tables.audit)
    for subject in ("anna", "ole", "ida", "ben"):
        member = OWN if subject == "anna" else None
        declarations.declare(program, subject, member, role="reviewer", after=Declaration(), at=datetime.now(UTC))


def _seed(live: StackTables) -> None:
    """Jo and Al play in the academy, and Jo has an entry that may be taken back."""
    stores = live.stores()
    for program in PROGRAMS:
        live.publish(replace(academy(), key=program))
        identities = DynamoIdentities(stores.members, key=lambda: KEY)
        identities.link(program, LOGIN, "anna", OWN)
        identities.link(program, "academy", "jo.raw", JO.id)
        declare_all(live, program)
    live.publish(NIGHTLY)
    for program in (NIGHTLY.key, "nowhere"):
        declare_all(live, program)
    stores.published.enrol("academy", (JO, AL, Member(id=OWN, user="anna")))
    now, book = datetime.now(UTC), stores.compiled("academy")
    context = RewardContext(
        member=JO.id,
        compiled=book,
        compiled_version=lambda version: stores.compiled_version("academy", version),
        ledger=stores.ledger(book),
        allowances=stores.allowances,
        now=now,
    )
    passed = Activity(
        source="academy",
        id="e1",
        type="assessment.submitted",
        occurred_at=now - timedelta(minutes=1),
        received_at=now,
        attributes={"passed": True, "module": "m1"},
    )
    reward(context, [passed], pause=lambda tries: None)
