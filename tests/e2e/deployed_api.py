"""The API's real handlers behind a gateway, on an emulated AWS that knows a program and a member."""

import base64
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

from infra.local.channels.slack import SIGNING_SECRET, sign_slack
from infra.local.emulator import Emulator, emulator
from infra.models import MODELS
from ladder.adapters.dynamodb.appointments import DynamoAppointments
from ladder.adapters.dynamodb.calendar_feeds import DynamoCalendarFeeds
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.reviews import DynamoReviews
from ladder.adapters.dynamodb.staff import DynamoDeclarations
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.domain.activities.activity import LOGIN, Activity
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.calendar.feed import digest
from ladder.domain.calendar.ports import Feed
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.challenges.rules import SelectionRule
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules, KudosRules
from ladder.domain.judging.evaluation import Decision, EvaluationRequest, Lease, Verdict
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.points.rules import Rule
from ladder.domain.reviews.permissions import ROLES, Declaration
from ladder.usage import Usage
from publishing.settings import format_models
from rewards.reward import RewardContext, reward
from tests.builders import academy, bank
from tests.builders.appointments import news, scheduled
from tests.builders.judged_badges import CHAMPION
from tests.builders.ledger_stores import members_table
from tests.builders.reviews import HOLD, REVIEWS
from tests.builders.stores import audit_table, create_table
from tests.builders.taken_along import RULES
from tests.builders.vendors import NEW as KEY_OF_SOURCE
from tests.builders.verdicts import ASKED, RULING
from tests.builders.webhook_signatures import sign_standard
from tests.fakes.gateway import Gateway, Handler, bearing

MEMBER, KEY = f"{7:032x}", "the key of identities"
EARLY = replace(academy.ITEM, price=60)
CHEAP = replace(academy.ITEM, key="CHEAP", price=1, stock=None)
OF_PROGRAM = REVIEWS["badge"]  # a review that is about the program itself
CALENDAR = f"academy.{'A' * 43}.ics"  # an address that leads to the calendar of LISTED
CLAIMS = {"token_use": "id", "sub": "zoe", "custom:program": "academy", "exp": time.time() + 7200}
CHOSEN = replace(bank.CARE, participation="opt_in")
NIGHTLY = bank.program(  # which has nights to make again, and a category to take part in
    categories=(bank.SPRINT, bank.STEADY, CHOSEN), selection=SelectionRule(per_night=1)
)
LISTED = Member(id=f"{8:032x}", user="olga", name="Olga Ost", team="early")
LEAVING = Member(id=f"{9:032x}", user="otto")
STAFF = Member(id=f"{10:032x}", user="anna")
HELPER = Member(id=f"{11:032x}", user="hugo", team="early")
HELPED = Rule(
    key="HELPED", name="a colleague helped", match=EventFilter(types=("peer.assisted",)), points=5, confirm="colleague"
)
PROGRAM = replace(
    academy.book(catalogue=(EARLY, CHEAP), rules=(academy.RULE, HELPED), judged=(CHAMPION,)),
    calendar=CalendarRules(),
    credentials=RULES,
    delivery=DeliveryRules(
        channels=(ChannelRules(key="room", kind="slack", member="{address}"),),
        kudos=KudosRules(values={"helpful": "helped me with a hard case"}),
    ),
    sources=(replace(academy.SOURCE, options={"reason_codes": "COACHED"}),),
)
JUDGED = replace(ASKED, program="academy", member=MEMBER, badge=CHAMPION.key, day=datetime.now(UTC).date())
ENDLESS = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Timestamp": "2999-01-01T00:00:00Z", "End": True}}}


@dataclass(frozen=True, slots=True)
class DeployedApi:
    gateway: Gateway
    members: MemberStores

    def get(self, path: str, claims: dict[str, Any], query: str = "") -> tuple[int, Any]:
        answer = self.gateway.call("GET", f"/members/me/{path}", query=query, headers=bearing(claims))
        return answer["statusCode"], json.loads(answer["body"])

    def post(self, path: str, body: bytes | dict[str, Any], kind: str = "application/json") -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": kind, **bearing(CLAIMS)}
        answer = self.gateway.call("POST", f"/members/me/{path}", headers=headers, body=raw)
        return answer["statusCode"], json.loads(answer["body"])


@contextmanager
def deployed_api() -> Iterator[DeployedApi]:
    with emulator() as aws, pytest.MonkeyPatch.context() as patch:
        environment = {
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "LADDER_ENVIRONMENT": "test",
            "LADDER_PROGRAMS_TABLE": "programs",
            "LADDER_MEMBERS_TABLE": "members",
            "LADDER_AUDIT_TABLE": "audit",
            "LADDER_ACTIVITIES_QUEUE_URL": f"{aws.endpoint}/000000000000/activities.fifo",
            "LADDER_CASES_QUEUE_URL": f"{aws.endpoint}/000000000000/cases.fifo",
            "LADDER_IDENTITY_SECRET": "identity",
            "LADDER_USER_POOL": _people(aws),
            "LADDER_PRODUCTION": "no",
            "LADDER_ROTATION_MACHINE": _machine(aws),
            "LADDER_JUDGE_MODELS": format_models(MODELS),
            "LADDER_SIGNING_KEYS": _signing_key(aws),
        }
        for name, value in environment.items():
            patch.setenv(name, value)
        members = _seeded(aws)
        with (
            _fresh("progress.handler") as progress,
            _fresh("ingestion.handler") as ingestion,
            _fresh("admin.handler") as admin,
            _fresh("publishing.handler") as publishing,
            _fresh("supervision.handler") as supervision,
            _fresh("credentials.handler") as credentials,
            _fresh("feed.handler") as feed,
        ):
            staff = admin.handler, supervision.handler, publishing.handler
            others = credentials.handler, feed.handler
            gateway = Gateway(_signing_answers(progress.handler), _signing(ingestion.handler), *staff, *others)
            given = json.dumps({"order": "given", "item": CHEAP.key}).encode()  # one that staff decide about
            assert gateway.call("POST", "/members/me/orders", headers=bearing(CLAIMS), body=given)["statusCode"] == 201
            yield DeployedApi(gateway, members)


def _people(aws: Emulator) -> str:
    cognito = aws.client("cognito-idp")
    pool: str = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    for role in ROLES:
        cognito.create_group(UserPoolId=pool, GroupName=role)
    return pool


def _signing_key(aws: Emulator) -> str:
    made = aws.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    arn: str = made["KeyMetadata"]["Arn"]
    return arn


def _machine(aws: Emulator) -> str:
    """Of executions that begin, and do nothing."""
    made = aws.client("stepfunctions").create_state_machine(
        name="rotation", definition=json.dumps(ENDLESS), roleArn="arn:aws:iam::000000000000:role/any"
    )
    arn: str = made["stateMachineArn"]
    return arn


def _signing(hooks: Handler) -> Handler:
    """As a source signs whatever it sends."""

    def signed(event: dict[str, Any], context: Any) -> dict[str, Any]:
        body = event.get("body", "")
        raw = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
        return hooks(
            event | {"headers": event["headers"] | sign_standard(raw, KEY_OF_SOURCE, datetime.now(UTC))}, context
        )

    return signed


def _signing_answers(members: Handler) -> Handler:
    """As Slack signs what is pressed."""

    def signed(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if not event["rawPath"].startswith("/channels/"):
            return members(event, context)
        body = event.get("body", "")
        raw = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
        return members(event | {"headers": event["headers"] | sign_slack(raw, time.time())}, context)

    return signed


@contextmanager
def _fresh(module: str) -> Iterator[Any]:
    """Read anew under this environment, and forgotten after it."""
    sys.modules.pop(module, None)
    yield importlib.import_module(module)
    sys.modules.pop(module, None)


def _seed_calendars(members: Table) -> None:
    """A session that somebody can answer, and an address that nobody makes anew."""
    told, now = news(scheduled(starts=datetime.now(UTC) + timedelta(days=2))), datetime.now(UTC)
    for member in (MEMBER, LISTED.id):
        DynamoAppointments(members).change(
            "academy", member, told.key, lambda known: known.told(told, now=now), next_look=lambda _: None
        )
    feed = Feed(member=LISTED.id, language="en", made_at=now)
    DynamoCalendarFeeds(members).make("academy", feed, digest(CALENDAR.removesuffix(".ics")))


def _seeded(aws: Emulator) -> MemberStores:
    client = aws.client("dynamodb")
    members_table(client, "members")
    create_table(client, "programs")
    audit_table(client, "audit")
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="identity", SecretString=KEY)
    secrets.create_secret(
        Name="ladder/test/academy/sources/academy", SecretString=json.dumps({"secrets": [KEY_OF_SOURCE]})
    )
    secrets.create_secret(
        Name="ladder/test/academy/answers/room", SecretString=json.dumps({"signing_secret": SIGNING_SECRET})
    )
    for queue in ("activities.fifo", "cases.fifo"):
        aws.client("sqs").create_queue(QueueName=queue, Attributes={"FifoQueue": "true"})
    table = Table(client, "members", Usage())
    members = MemberStores(
        members=table, programs=Table(client, "programs", Usage()), audit="audit", cache=StoreCache()
    )
    members.published.publish(PROGRAM)
    _seed_calendars(table)
    members.published.enrol("academy", (LISTED, LEAVING, STAFF, HELPER))
    members.published.publish(NIGHTLY)
    members.published.enrol(NIGHTLY.key, (LISTED,))
    identities = DynamoIdentities(table, key=lambda: KEY)
    identities.link("academy", LOGIN, "zoe", MEMBER)
    identities.link("academy", LOGIN, "hugo", HELPER.id)
    identities.link("academy", "academy", "olga.raw", LISTED.id)
    identities.link("academy", "academy", "hugo.raw", HELPER.id)  # whom nobody unlinks
    identities.link(NIGHTLY.key, LOGIN, "olga", LISTED.id)
    declarations = DynamoDeclarations(table, audit="audit")
    for program in ("academy", NIGHTLY.key):
        declarations.declare(program, "anna", None, role="reviewer", after=Declaration(), at=datetime.now(UTC))
    compiled, now = members.compiled("academy"), datetime.now(UTC)
    reward_context = RewardContext(
        member=MEMBER,
        compiled=compiled,
        compiled_version=lambda version: members.compiled_version("academy", version),
        ledger=members.ledger(compiled),
        allowances=members.allowances,
        now=now,
    )
    passed = [
        Activity(
            source="academy",
            id=f"e{number}",
            type="assessment.submitted",
            occurred_at=now - timedelta(minutes=9 - number),
            received_at=now,
            attributes={"passed": True, "module": f"m{number}"},
        )
        for number in range(3)
    ]
    reward(reward_context, passed, pause=lambda tries: None)
    helped = replace(passed[0], id="h0", type="peer.assisted", attributes={})
    reward(replace(reward_context, member=LISTED.id), [helped], pause=lambda tries: None)
    for review in (HOLD, OF_PROGRAM):
        DynamoReviews(table).open(review)
    _judge(DynamoVerdicts(table, audit="audit"), JUDGED, at=now)
    return members


def _judge(verdicts: DynamoVerdicts, asked: EvaluationRequest, *, at: datetime) -> None:
    """Record that no badge was proposed, which the member may contest."""
    lease = verdicts.claim(asked, now=at, lease_seconds=9)
    assert isinstance(lease, Lease)
    none = Verdict(badge=None, confidence=1.0, evidence=(), rationale="nothing to follow")
    no = Decision("nothing", Message("judging.no_badge_proposed"))
    verdicts.record(lease, replace(RULING, verdict=none, decision=no, at=at))
