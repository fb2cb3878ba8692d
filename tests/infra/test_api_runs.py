"""The deployed API, queue and table, run in the emulator over functions that only tell what they were called with."""

import base64
import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.local.api import Answer, Api
from infra.local.deployer import deploy
from infra.local.emulator import Emulator, emulator
from infra.local.login import Login
from infra.queues import MAX_RECEIVES

pytestmark = pytest.mark.xdist_group("emulator")

FUNCTIONS = ("rotation", "activation", "ingestion", "rewards", "progress", "badges")
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class ApiStage:
    aws: Emulator
    outputs: dict[str, str]

    @property
    def api(self) -> Api:
        return Api(self.aws, self.outputs)

    def hook(self, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        return called_with(self.api.post("/hooks/bank/lms", body, headers))

    def token(self) -> str:
        return Login(self.aws, self.outputs).token("anna", program="bank")

    def send(self, *bodies: str) -> str:
        """To one group; under its name is what became of them."""
        group = uuid4().hex
        entries = [
            {"Id": str(n), "MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": uuid4().hex}
            for n, body in enumerate(bodies)
        ]
        for first in range(0, len(entries), 10):
            self.aws.client("sqs").send_message_batch(
                QueueUrl=self.outputs["ActivitiesQueueUrl"], Entries=entries[first : first + 10]
            )
        return group

    def received(self, group: str) -> list[dict[str, str]]:
        answer = self.aws.client("dynamodb").query(
            TableName=self.outputs["MembersTable"],
            KeyConditionExpression="pk = :group",
            ExpressionAttributeValues={":group": {"S": group}},
        )
        return [{name: value["S"] for name, value in item.items()} for item in answer["Items"]]

    def times_received(self, group: str) -> dict[str, int]:
        bodies = [item["body"] for item in self.received(group)]
        return {body: bodies.count(body) for body in sorted(set(bodies))}

    def log(self, function: str) -> list[str]:
        return self.aws.logged(self.outputs[function])


def called_with(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.body
    event: dict[str, Any] = json.loads(answer.body)["event"]
    return event


def body_of(event: dict[str, Any]) -> bytes:
    body: str = event["body"]
    return base64.b64decode(body) if event["isBase64Encoded"] else body.encode()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiStage]:
    functions = tmp_path_factory.mktemp("reporters") / "functions"
    for name in FUNCTIONS:
        (functions / name).mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("stub_reporter.py"), functions / name / "handler.py")
    with emulator() as aws:
        yield ApiStage(aws=aws, outputs=deploy(aws, functions=functions))


def test_a_hook_reaches_the_function_with_its_path_and_its_headers(stage: ApiStage) -> None:
    event = stage.hook(b'{"a": 1}  ', {"Content-Type": "application/json", "X-Signature": "AbC"})
    assert event["pathParameters"] == {"program": "bank", "source": "lms"}
    assert event["headers"]["x-signature"] == "AbC"
    assert event["routeKey"] == "POST /hooks/{program}/{source}"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{ "name": "Zo\xc3\xab" }\n'),
        ("application/json; charset=utf-8", b"{}\r\n\r\n"),
        ("application/x-www-form-urlencoded", b"a=%20b&c=d"),
        ("application/octet-stream", bytes(range(256))),
        ("application/gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"),
    ],
)
def test_a_hook_s_body_arrives_byte_for_byte_so_that_its_signature_can_be_checked(
    stage: ApiStage, kind: str, body: bytes
) -> None:
    assert body_of(stage.hook(body, {"Content-Type": kind})) == body


def test_a_member_is_let_in_with_an_id_token_whose_claims_name_them_and_their_program(stage: ApiStage) -> None:
    event = called_with(stage.api.get("/members/me/ledger?limit=3", token=stage.token()))
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert (claims["cognito:username"], claims["custom:program"], claims["token_use"]) == ("anna", "bank", "id")
    assert event["queryStringParameters"] == {"limit": "3"}


def test_a_member_may_post_too(stage: ApiStage) -> None:
    event = called_with(stage.api.post("/members/me/disputes", b"{}", token=stage.token()))
    assert event["routeKey"] == "POST /members/me/disputes"


def test_nobody_is_let_in_without_a_token(stage: ApiStage) -> None:
    assert stage.api.get("/members/me/progress").status == 401


def test_a_token_that_somebody_changed_is_refused(stage: ApiStage) -> None:
    head, claims, signature = stage.token().split(".")
    other = json.loads(base64.urlsafe_b64decode(f"{claims}==")) | {"custom:program": "another"}
    forged = base64.urlsafe_b64encode(json.dumps(other).encode()).decode().rstrip("=")
    assert stage.api.get("/members/me/progress", token=f"{head}.{forged}.{signature}").status == 401


def test_a_token_for_another_client_of_the_pool_is_refused(stage: ApiStage) -> None:
    made = stage.aws.client("cognito-idp").create_user_pool_client(
        UserPoolId=stage.outputs["MemberPoolId"],
        ClientName="other",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    )
    other = {**stage.outputs, "MemberPoolClientId": made["UserPoolClient"]["ClientId"]}
    token = Login(stage.aws, other).token("anna", program="bank")
    assert stage.api.get("/members/me/progress", token=token).status == 401


def test_a_token_is_refused_when_its_hour_is_over(stage: ApiStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator lets a client's tokens be shorter than AWS does (five minutes)."""
    shorten(stage, seconds=1)
    try:
        token = stage.token()
        time.sleep(2)
        assert stage.api.get("/members/me/progress", token=token).status == 401
    finally:
        shorten(stage, seconds=3600)


def shorten(stage: ApiStage, *, seconds: int) -> None:
    stage.aws.client("cognito-idp").update_user_pool_client(
        UserPoolId=stage.outputs["MemberPoolId"],
        ClientId=stage.outputs["MemberPoolClientId"],
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        ReadAttributes=["custom:program"],
        WriteAttributes=["locale"],
        IdTokenValidity=seconds,
        TokenValidityUnits={"IdToken": "seconds"},
    )


def test_an_access_token_gets_past_the_authorizer_so_the_function_has_to_look_at_its_use(stage: ApiStage) -> None:
    """As on AWS, where it is checked by its client id: an authorizer cannot ask for the other kind."""
    token = Login(stage.aws, stage.outputs).access_token("anna", program="bank")
    event = called_with(stage.api.get("/members/me/progress", token=token))
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert claims["token_use"] == "access"
    assert "custom:program" not in claims


def test_what_a_hook_queues_is_in_the_table_a_moment_later(stage: ApiStage) -> None:
    source = uuid4().hex
    stage.api.post(f"/hooks/queue/{source}", b'{"id": 1}', {"Content-Type": "application/json"})
    until(lambda: bool(stage.received(f"queue#{source}")))
    [item] = stage.received(f"queue#{source}")
    assert item["body"] == '{"id": 1}'


def test_messages_come_in_batches_of_ten_at_most(stage: ApiStage) -> None:
    group = stage.send(*(f"m{n:02}" for n in range(25)))
    until(lambda: len(stage.received(group)) == 25)
    batches = [item["batch"] for item in stage.received(group)]
    assert 1 < max(batches.count(batch) for batch in set(batches)) <= 10


def test_only_what_the_function_names_comes_back_and_in_the_end_it_is_a_dead_letter(stage: ApiStage) -> None:
    hide_for(stage, seconds=0)
    group = stage.send("good 1", "fail 2", "good 3")
    until(lambda: stage.times_received(group).get("fail 2") == MAX_RECEIVES)
    until(lambda: group in dead_groups(stage))
    assert stage.times_received(group) == {"fail 2": MAX_RECEIVES, "good 1": 1, "good 3": 1}


def hide_for(stage: ApiStage, *, seconds: int) -> None:
    stage.aws.client("sqs").set_queue_attributes(
        QueueUrl=stage.outputs["ActivitiesQueueUrl"], Attributes={"VisibilityTimeout": str(seconds)}
    )


def dead_groups(stage: ApiStage) -> set[str]:
    messages = stage.aws.client("sqs").receive_message(
        QueueUrl=stage.outputs["FailedActivitiesQueueUrl"], MessageSystemAttributeNames=["MessageGroupId"]
    )
    return {each["Attributes"]["MessageGroupId"] for each in messages.get("Messages", [])}


def test_what_a_function_logs_can_be_read_back(stage: ApiStage) -> None:
    group = stage.send("logged")
    until(lambda: bool(stage.received(group)))
    batch = stage.received(group)[0]["batch"]
    until(lambda: any(batch in line for line in stage.log("RewardsFunction")))
    [line] = [line for line in stage.log("RewardsFunction") if batch in line]
    assert json.loads(line)["wcu"] == 2.5


def test_the_identity_key_is_made_with_the_stack(stage: ApiStage) -> None:
    secret = stage.aws.client("secretsmanager").get_secret_value(SecretId=stage.outputs["IdentitySecret"])
    assert len(secret["SecretString"]) == 64
    assert not secret["Name"].startswith("ladder/")


def test_what_is_due_is_found_by_its_program_and_its_time(stage: ApiStage) -> None:
    dynamodb, held = stage.aws.client("dynamodb"), {"pk": "bank#m", "sk": "ENTRY#1", "body": "held"}
    due = {**held, "due_program": "bank", "due_at": "2026-03-02"}
    for item in ({**held, "sk": "ENTRY#2"}, due):
        dynamodb.put_item(
            TableName=stage.outputs["MembersTable"], Item={key: {"S": value} for key, value in item.items()}
        )
    found = dynamodb.query(
        TableName=stage.outputs["MembersTable"],
        IndexName="Due",
        KeyConditionExpression="due_program = :bank AND due_at <= :now",
        ExpressionAttributeValues={":bank": {"S": "bank"}, ":now": {"S": "2026-03-03"}},
    )["Items"]
    assert [set(item) for item in found] == [{"pk", "sk", "due_program", "due_at"}]
