"""The ingestion function behind its API, on an emulated AWS: what a sender hears, and what then waits in the queue."""

import base64
import importlib
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.case_messages import read_case_message
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.sqs import POST_DELAY
from ladder.domain.activities.source import Source
from ladder.usage import Usage
from tests.builders.files_on_the_way import files_on_the_way
from tests.builders.full_program import program
from tests.builders.judged_badges import WRITER
from tests.builders.programs import with_values
from tests.builders.stores import EMULATED, Tables
from tests.builders.vendors import NEW, WRONG, hubspot, xapi
from tests.builders.vendors import standard as event
from tests.builders.webhook_signatures import mac, sign_basic, sign_standard, text64
from tests.paths import FUNCTIONS

pytestmark = EMULATED
CONTEXT = SimpleNamespace(
    function_name="ingestion",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda",
    aws_request_id="r-1",
    get_remaining_time_in_millis=lambda: 29_000,
)
SOURCES = (
    Source(key="academy", kind="standard"),
    Source(key="store", kind="xapi"),
    Source(key="crm", kind="hubspot"),
    Source(key="lost", kind="standard"),
    Source(key="empty", kind="standard"),
)


@dataclass(slots=True)
class DeployedIngestion:
    module: Any
    aws: Emulator
    queue: str
    cases: str
    ledger: DynamoLedger

    def post(self, told: object, *, source: str = "academy", program: str = "bank", **changes: Any) -> dict[str, Any]:
        raw = json.dumps(told).encode()
        signed: Mapping[str, str] = changes.pop("headers", sign_standard(raw, NEW, datetime.now(UTC)))
        call = {
            "version": "2.0",
            "rawPath": f"/hooks/{program}/{source}",
            "rawQueryString": "",
            "headers": {"content-type": "application/json", **signed},
            "requestContext": {"domainName": "api.example.com", "http": {"method": "POST"}},
            "pathParameters": {"program": program, "source": source},
            "body": raw.decode(),
            "isBase64Encoded": False,
        }
        answer: dict[str, Any] = self.module.handler(call | changes, CONTEXT)
        return {**answer, "body": json.loads(answer["body"])}

    def waiting(self, queue: str = "", *, wait: int = 0) -> list[dict[str, Any]]:
        client = self.aws.client("sqs")
        found = client.receive_message(QueueUrl=queue or self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]


@pytest.fixture
def deployed(aws: Emulator, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedIngestion]:
    queue = aws.client("sqs").create_queue(QueueName=f"{tables.programs}.fifo", Attributes={"FifoQueue": "true"})
    cases = aws.client("sqs").create_queue(QueueName=f"{tables.programs}-cases")["QueueUrl"]
    environment = {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LADDER_ENVIRONMENT": "dev",
        "LADDER_PROGRAMS_TABLE": tables.programs,
        "LADDER_MEMBERS_TABLE": tables.audit,  # any table with the same keys
        "LADDER_ACTIVITIES_QUEUE_URL": queue["QueueUrl"],
        "LADDER_CASES_QUEUE_URL": cases,
        "LADDER_IDENTITY_SECRET": "identity",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _secrets(aws.client("secretsmanager"))
    bank = program("bank", sources=SOURCES)
    DynamoPrograms(tables.table()).publish(with_values(bank, judged=(WRITER,)))
    monkeypatch.delitem(sys.modules, "ingestion.handler", raising=False)
    members = Table(aws.client("dynamodb"), tables.audit, Usage())
    ledger = DynamoLedger(members, audit=tables.audit, names=())
    yield DeployedIngestion(importlib.import_module("ingestion.handler"), aws, queue["QueueUrl"], cases, ledger)
    sys.modules.pop("ingestion.handler", None)


def _secrets(client: Any) -> None:
    texts = {f"ladder/dev/bank/sources/{key}": json.dumps({"secrets": [NEW]}) for key in ("academy", "store", "crm")}
    texts |= {"ladder/dev/bank/sources/empty": '{"secrets": []}', "identity": "k"}
    known = {secret["Name"] for secret in client.list_secrets()["SecretList"]}
    for name, text in texts.items():
        if name not in known:
            client.create_secret(Name=name, SecretString=text)


def test_a_good_delivery_is_202_and_waits_in_the_queue_under_a_random_member(deployed: DeployedIngestion) -> None:
    answer = deployed.post({"events": [event(0), event(3), event(1, "tea.brewed")]})
    assert (answer["statusCode"], answer["body"]) == (202, {"accepted": 2, "ignored": 1, "unreadable": 0})
    assert answer["headers"] == {"content-type": "application/json", "cache-control": "no-store"}
    assert answer["isBase64Encoded"] is False
    (message,) = deployed.waiting()
    assert (message["program"], [each["id"] for each in message["activities"]]) == ("bank", ["e0", "e3"])
    assert len(bytes.fromhex(message["member"])) == 16
    assert "user-0" not in json.dumps(message)


def test_whoever_follows_one_signed_event_reads_at_most_twelve_files(deployed: DeployedIngestion) -> None:
    deployed.post({"events": [event(0)]})
    passed = files_on_the_way(lambda: deployed.post({"events": [event(3)]}))
    assert len(passed) <= 12, "\n".join(passed)


def test_a_text_waits_where_it_is_judged_and_nowhere_else(deployed: DeployedIngestion) -> None:
    told = {**event(0, "forum.posted"), "attributes": {"text": "Clear the cache first.", "helpful": 3}}
    unjudged = {**event(9, "article.contributed"), "member": told["member"], "attributes": {"text": "Nobody asks."}}
    assert deployed.post({"events": [told, unjudged]})["statusCode"] == 202
    (message,) = deployed.waiting()
    entry, other = message["activities"]
    assert "Nobody asks." not in str(other)
    assert set(entry["attributes"]) == {"helpful", "text_digest", "text_length"}
    (post,) = deployed.waiting(deployed.cases, wait=POST_DELAY + 5)
    ((program, member, activity),) = read_case_message(json.dumps(post))
    assert (program, member, activity.id) == ("bank", message["member"], entry["id"])
    assert activity.attributes == {"text": "Clear the cache first.", **entry["attributes"]}
    assert "text_key" not in str(entry)


def test_a_body_that_the_gateway_encoded_is_verified_as_it_was_sent(deployed: DeployedIngestion) -> None:
    raw = json.dumps(event(1)).encode()
    answer = deployed.post(event(1), body=base64.b64encode(raw).decode(), isBase64Encoded=True)
    assert answer["statusCode"] == 202


def test_xapi_hears_200_its_version_and_the_ids(deployed: DeployedIngestion) -> None:
    headers = sign_basic(b"", NEW, datetime.now(UTC))
    answer = deployed.post([xapi(1)], source="store", headers=headers)
    assert (answer["statusCode"], answer["body"]) == (200, [xapi(1)["id"]])
    assert answer["headers"]["X-Experience-API-Version"] == "1.0.3"


def test_a_wrong_signature_is_401_and_no_word_more(deployed: DeployedIngestion) -> None:
    headers = sign_standard(json.dumps(event(1)).encode(), WRONG, datetime.now(UTC))
    answers = [deployed.post(event(1), headers=headers), deployed.post(event(1), headers={})]
    assert [answer["statusCode"] for answer in answers] == [401, 401]
    assert answers[0]["body"] == answers[1]["body"]
    assert answers[0]["headers"]["content-type"] == "application/problem+json"
    assert deployed.waiting() == []


def test_an_unknown_program_and_an_unknown_source_hear_what_a_forger_hears(deployed: DeployedIngestion) -> None:
    answers = [
        deployed.post(event(1), headers={}),
        deployed.post({}, source="none"),
        deployed.post({}, program="none"),
        deployed.post({}, program="x" * 999),
    ]
    assert [answer["statusCode"] for answer in answers] == [401] * 4
    assert all(answer == answers[0] for answer in answers)


def test_a_forger_hears_of_a_source_that_exists_after_as_long_as_of_one_that_does_not(
    deployed: DeployedIngestion,
) -> None:
    took = list[float]()
    for of, source in (("bank", "academy"), ("bank", "none"), ("none", "academy"), ("bank", "academy")):
        began = time.monotonic()  # the first reads a secret, the last has it
        assert deployed.post(event(1), headers={}, program=of, source=source)["statusCode"] == 401
        took.append(time.monotonic() - began)
    assert min(took) >= deployed.module.SECONDS_TO_REFUSE


def test_what_a_vendor_cannot_mend_is_set_apart_and_the_others_wait_in_the_queue(deployed: DeployedIngestion) -> None:
    records = [hubspot(1), {**hubspot(2), "objectId": "seven"}, {**hubspot(4), "sourceId": f"userId:{'x' * 201}"}]
    raw, now = json.dumps(records).encode(), datetime.now(UTC)
    headers = {"x-hubspot-request-timestamp": str(int(now.timestamp() * 1000))}
    signed = b"POSThttps://api.example.com/hooks/bank/crm" + raw + headers["x-hubspot-request-timestamp"].encode()
    headers["x-hubspot-signature-v3"] = text64(mac(NEW.encode(), signed))
    for _ in range(2):
        answer = deployed.post(records, source="crm", headers=headers)
        assert (answer["statusCode"], answer["body"]) == (202, {"accepted": 1, "ignored": 0, "unreadable": 2})
    assert len(deployed.waiting()) == 1
    apart = deployed.ledger.quarantined("bank", "source:crm")
    assert sorted(json.loads(body)["eventId"] for body in apart) == [102, 104]
    assert all(apart.values())


def test_a_malformed_event_is_400_with_its_place(deployed: DeployedIngestion) -> None:
    answer = deployed.post({"events": [{**event(1), "occurred_at": "2026-03-29T01:30:00"}]})
    assert answer["statusCode"] == 400
    assert answer["body"] == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "events[0].occurred_at: a time without a zone: write it as 2026-03-29T01:30:00Z",
    }
    assert deployed.waiting() == []


def test_a_malformed_event_costs_the_others_nothing_and_is_refused_with_its_place(deployed: DeployedIngestion) -> None:
    answer = deployed.post({"events": [event(0), {**event(1), "occurred_at": "9999-12-31T00:00:00Z"}]})
    assert (answer["statusCode"], answer["body"]) == (
        202,
        {
            "accepted": 1,
            "ignored": 0,
            "unreadable": 1,
            "refused": [
                (
                    "events[1].occurred_at: is in the year 9999, and not between 1980 and 2099: "
                    "send the time at which it happened, such as 2026-03-29T01:30:00Z"
                )
            ],
        },
    )
    assert len(deployed.waiting()) == 1


@pytest.mark.parametrize(("told", "encoding", "status"), [("x" * 1_048_577, "", 413), ("x", "br", 415)])
def test_too_much_is_413_and_an_unread_encoding_415(
    deployed: DeployedIngestion, told: str, encoding: str, status: int
) -> None:
    signed = sign_standard(json.dumps(told).encode(), NEW, datetime.now(UTC))
    answer = deployed.post(told, headers={**signed, "content-encoding": encoding})
    assert answer["statusCode"] == status


@pytest.mark.parametrize("source", ["lost", "empty"])
def test_a_secret_that_cannot_be_read_is_503_and_nothing_is_done(deployed: DeployedIngestion, source: str) -> None:
    answer = deployed.post(event(1), source=source)
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "30")
    assert "ladder/" not in json.dumps(answer)
    assert deployed.waiting() == []


def test_a_failure_of_our_own_is_a_500_that_tells_nothing(
    deployed: DeployedIngestion, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(deployed.module.ports(), sources=None)
    monkeypatch.setattr(deployed.module, "ports", lambda: broken)
    answer = deployed.post(event(1))
    assert (answer["statusCode"], answer["body"]["detail"]) == (500, "Internal error.")


def test_neither_bodies_nor_raw_ids_are_logged(deployed: DeployedIngestion, caplog: pytest.LogCaptureFixture) -> None:
    raw_id = "jo.doe@example.com"
    deployed.post({**event(1), "member": raw_id})
    deployed.post({**event(1), "member": raw_id, "occurred_at": "never"})
    logged = [record.__dict__ for record in caplog.records if record.name.startswith("service")]
    assert [(entry["msg"], entry.get("accepted")) for entry in logged] == [("received", 1), ("refused", None)]
    assert raw_id not in str(logged)


def test_the_clock_has_every_source_asked_that_tells_nothing_by_itself(deployed: DeployedIngestion) -> None:
    assert deployed.module.handler({"poll": True}, CONTEXT) == {"accepted": 0, "ignored": 0, "unreadable": 0}


def test_an_event_of_a_known_member_passes_ten_files_on_its_way_to_the_queue(deployed: DeployedIngestion) -> None:
    deployed.post(event(0))
    files, functions = set[str](), str(FUNCTIONS)

    def note(frame: FrameType, happened: str, argument: object) -> None:
        if frame.f_code.co_filename.startswith(functions):
            files.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        answer = deployed.post(event(0))
    finally:
        sys.setprofile(None)
    assert answer["statusCode"] == 202
    assert len(files) <= 10, sorted(files)
