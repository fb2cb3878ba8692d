"""What was on its way to a member when they were erased: the handlers drop it, and the API says they are gone."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from infra.cli.openapi import document
from infra.local.emulator import Emulator, emulator
from infra.local.fake_model import FakeLLM
from ladder.adapters.case_messages import read_case_message
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.sqs import message_body
from ladder.domain.activities.activity import Activity, Delivery, without_text
from ladder.domain.points.judged_badge import JudgeModel
from ladder.domain.reviews.permissions import Role
from tests.builders.admin_api import JO as OFFICE_JO
from tests.builders.admin_api import EmulatedAdminApi, claims, emulated_admin_api
from tests.builders.capped_academy import event
from tests.builders.case_messages import POST
from tests.builders.erasure import AL, EVENTS, JO, MARKERS, NINE, ErasureSetup, erasure_setup
from tests.builders.judged_badges import ANSWER, CHAMPION, program
from tests.builders.reviews import NOW
from tests.builders.stores import EMULATED, Tables

pytestmark = EMULATED

CONTEXT = SimpleNamespace(
    function_name="f",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda",
    aws_request_id="r-1",
    get_remaining_time_in_millis=lambda: 120_000,
)
ADMIN: Role = "admin"
ERASURE = "/admin/programs/{program}/members/{member}/erasure"
DECISION = "/admin/reviews/{review}/decision"

type Handled = Callable[[list[dict[str, Any]]], list[str]]  # records; ids of what must come again


@pytest.fixture(scope="module")
def model() -> Iterator[FakeLLM]:
    with FakeLLM() as answering:
        yield answering


@pytest.fixture(scope="module")
def aws(model: FakeLLM) -> Iterator[Emulator]:
    with emulator(model_url=model.url) as running:
        yield running


@pytest.fixture
def erasure(aws: Emulator, request: pytest.FixtureRequest) -> ErasureSetup:
    return erasure_setup(aws, f"{request.node.originalname}"[:60])


@pytest.fixture
def deployed(
    aws: Emulator, erasure: ErasureSetup, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Handled]]:
    """A function of the bundle by its name, over the tables of the erasure."""
    queue = aws.client("sqs").create_queue(QueueName=f"{erasure.stack.members}.fifo", Attributes={"FifoQueue": "true"})
    environment = {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LADDER_ENVIRONMENT": "dev",
        "LADDER_PROGRAMS_TABLE": erasure.stack.tables.programs,
        "LADDER_MEMBERS_TABLE": erasure.stack.members,
        "LADDER_AUDIT_TABLE": erasure.stack.tables.audit,
        "LADDER_ACTIVITIES_QUEUE_URL": queue["QueueUrl"],
        "LADDER_JUDGE_MODEL": "eu.amazon.nova-2-lite-v1:0",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    made = list[str]()

    def handler(function: str) -> Handled:
        made.append(f"{function}.handler")
        sys.modules.pop(made[-1], None)
        handle = importlib.import_module(made[-1]).handler
        return lambda records: [
            each["itemIdentifier"] for each in handle({"Records": records}, CONTEXT)["batchItemFailures"]
        ]

    yield handler
    for name in made:
        sys.modules.pop(name, None)


def queued(number: str, member: str, body: str) -> dict[str, Any]:
    return {"messageId": number, "attributes": {"MessageGroupId": f"academy#{member}"}, "body": body}


def message(member: str, *activities: Activity) -> str:
    return message_body(Delivery("academy", member, activities))


# what was queued


def test_what_is_still_queued_of_them_is_dropped_and_their_neighbours_in_the_batch_are_paid(
    erasure: ErasureSetup, deployed: Callable[[str], Handled]
) -> None:
    rewards = deployed("rewards")
    late = event("forum.posted", NINE, "jo.raw-7", text="jo wrote this")
    erasure.erase()
    batch = [
        queued("1", JO, message(JO, late)),
        queued("2", JO, '{"unreadable": "jo wrote this"}'),
        queued("3", JO, message(JO, *EVENTS)),  # what they had been paid for, told again
        queued("4", AL, message(AL, event("forum.posted", NINE, "al.raw-2"))),
    ]
    assert [rewards(batch), rewards(batch)] == [[], []]
    ledger = erasure.erasure_stores()["ledger"]
    assert [len(ledger.entries("academy", member)) for member in (JO, AL)] == [len(EVENTS), 2]
    assert (erasure.left(), erasure.holds(), kinds(erasure) <= {"STATE", "ARCHIVE", "ENTRY"}) == ("", True, True)


def test_a_case_that_comes_again_after_their_erasure_asks_no_model_and_opens_no_review(
    erasure: ErasureSetup, deployed: Callable[[str], Handled], model: FakeLLM
) -> None:
    bedrock = JudgeModel(model="us.amazon.nova-2-lite-v1:0")
    erasure.stack.publish(replace(program(CHAMPION, model=bedrock), version=0))
    badges, asked = deployed("badges"), len(model.asked)
    case = {**POST, "member": JO, "text": f"{ANSWER} jo wrote this", "attributes": {}}
    records = [{"messageId": "1", "body": json.dumps(case)}]
    ((_, _, written),) = read_case_message(json.dumps(case))
    assert deployed("rewards")([queued("0", JO, message(JO, without_text(written)))]) == []  # its entry
    assert badges(records) == []
    assert (len(model.asked), kinds(erasure) >= {"REVIEW", "VERDICT"}) == (asked + 1, True)
    erasure.erase()
    another = {"messageId": "2", "body": json.dumps({**case, "id": "post-2"})}
    assert [badges(records), badges([another])] == [[], []]
    assert len(model.asked) == asked + 1
    assert (kinds(erasure) <= {"STATE", "ARCHIVE", "ENTRY"}, erasure.left()) == (True, "")


def kinds(erasure: ErasureSetup) -> set[str]:
    return {item["sk"].partition("#")[0] for item in erasure.members().members.query(f"academy#{JO}")}


# what people decide


@pytest.fixture
def api(aws: Emulator, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedAdminApi]:
    with emulated_admin_api(aws, tables, monkeypatch) as opened:
        yield opened


@pytest.fixture(scope="module")
def dynamodb(aws: Emulator) -> Any:
    return aws.client("dynamodb")


def test_a_review_of_somebody_who_was_erased_is_not_there_to_be_decided_read_or_given_to_anybody(
    api: EmulatedAdminApi,
) -> None:
    review = api.opened(member=OFFICE_JO.id)
    assert api.ask(ERASURE, claims(ADMIN), member=OFFICE_JO.id)[0] == 201
    for path in ("/admin/reviews/{review}", "/admin/reviews/{review}/assignment", DECISION):
        status, problem = api.ask(path, claims(), review)
        assert (status, problem["status"]) == (404, 404), path
        assert "404" in document()["paths"][path]["get" if path.endswith("}") else "post"]["responses"]
    assert api.ask("/admin/reviews", claims())[1]["reviews"] == []
    assert (api.sent(), api.audited()) == ([], ["audit.member_erased"])


def test_an_erasure_that_has_only_begun_closes_their_reviews_already(api: EmulatedAdminApi) -> None:
    review = api.opened(member=OFFICE_JO.id)
    DynamoErasures(api.members, api.live.tables.table()).close("academy", OFFICE_JO.id, at=NOW)
    status, problem = api.ask(DECISION, claims(), review)
    assert (status, problem["detail"]) == (404, "The member of this review was erased.")
    assert (api.sent(), api.audited()) == ([], [])
    assert api.ask(ERASURE, claims(ADMIN), member=OFFICE_JO.id)[0] == 200
    assert api.ask(DECISION, claims(), review)[0] == 404


def test_what_was_approved_before_their_erasure_is_not_there_to_be_approved_again(api: EmulatedAdminApi) -> None:
    review = api.opened(member=OFFICE_JO.id)
    assert api.ask(DECISION, claims(), review)[0] == 201
    assert len(api.sent()) == 1  # and dropped by the rewards, as above
    api.ask(ERASURE, claims(ADMIN), member=OFFICE_JO.id)
    assert (api.ask(DECISION, claims(), review)[0], api.sent()) == (404, [])
    assert api.audited() == ["audit.member_erased", "audit.review_approved"]


def test_the_markers_are_there_before_anybody_is_erased(erasure: ErasureSetup) -> None:
    assert erasure.left() == " ".join(MARKERS)
