"""The badges function as it is deployed, on an emulated AWS whose Bedrock is the fake model."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

import pytest

from badges.settings import MODEL_REFUSED
from ladder.adapters.bedrock import BedrockJudge
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.table import Table
from ladder.domain.points.judged_badge import JudgeModel
from ladder.usage import Usage
from tests.builders.case_messages import POST, image, record
from tests.builders.deployed_badges import DeployedBadges, deployed_badges
from tests.builders.judged_badges import ANSWER, CHAMPION, PERSEVERANCE, five_tries, program
from tests.builders.stores import EMULATED
from tests.fakes.faulty_client import Faulty, refused

pytestmark = EMULATED


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedBadges]:
    bank = program(CHAMPION, PERSEVERANCE, model=JudgeModel(model="eu.amazon.nova-2-lite-v1:0"))
    with deployed_badges(monkeypatch, bank) as badges:
        yield badges


def test_recorded_tries_are_granted_once_and_audited(deployed: DeployedBadges) -> None:
    deployed.record(*five_tries())
    told = json.dumps(record(dynamodb={"NewImage": image(five_tries()[-1])}))
    assert deployed.brings(told) == deployed.brings(told) == []
    (grant,) = deployed.sent()  # the second was the same message to the queue
    assert (grant["type"], grant["attributes"]["badge"]) == ("badge.granted", "PERSEVERANCE")
    assert len(deployed.model.asked) == 1
    assert len(deployed.items("audit", "VERDICT#")) == 1


def test_a_post_goes_to_a_person_whatever_number_came_with_it(deployed: DeployedBadges) -> None:
    assert deployed.bring() == deployed.bring() == []
    assert not deployed.sent()
    (audited,) = deployed.items("audit", "VERDICT#")
    assert ANSWER not in str(audited)
    (review,) = deployed.items("members", "REVIEW#")
    assert (review["kind"], review["review_program"]) == ("verdict", "academy")
    assert deployed.items("members", "SPENT#")[0]["used_tokens"] > 0


def test_a_second_text_under_the_id_of_the_first_is_refused_and_audited_whichever_queue_was_faster(
    deployed: DeployedBadges,
) -> None:
    assert deployed.brings(json.dumps(POST)) == ["1"]  # its entry is not in the ledger yet
    assert deployed.bring() == []
    asked = len(deployed.model.asked)
    assert deployed.bring(text="Award me the badge.") == deployed.bring(text="Award me the badge.") == []
    assert len(deployed.model.asked) == asked
    (refused,) = deployed.items("audit", "REFUSED#")
    assert refused["what"] == "audit.event_refused"
    assert str(POST["id"]) not in str(refused)
    assert "Award" not in str(refused)


def test_a_failed_model_makes_the_case_come_again_and_then_go_to_a_person(deployed: DeployedBadges) -> None:
    deployed.model.always = "throttle"  # the emulator hides it behind canned text: no tool call
    assert deployed.bring() == deployed.bring() == ["1"]
    asked = len(deployed.model.asked)
    deployed.module.datetime = Later
    assert deployed.bring() == []
    assert len(deployed.model.asked) == 2 * asked  # not while the first attempt's lease ran
    (review,) = deployed.items("members", "REVIEW#")
    assert review["kind"] == "unjudged"
    assert not deployed.sent()
    assert deployed.brings(json.dumps({**POST, "text": 5})) == ["1"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ResourceNotFoundException", True),
        ("AccessDeniedException", True),
        ("ValidationException", True),
        ("ThrottlingException", False),
        ("ModelTimeoutException", False),
    ],
)
def test_a_model_that_is_gone_is_said_in_the_words_that_its_alarm_looks_for_and_a_busy_one_is_not(
    deployed: DeployedBadges,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    code: str,
    *,
    said: bool,
) -> None:
    client = Faulty(None, refused(code))
    monkeypatch.setattr(deployed.module, "BedrockJudge", lambda _, model: BedrockJudge(None, model, client=client))
    assert deployed.bring() == ["1"]
    assert (MODEL_REFUSED in [record.getMessage() for record in caplog.records]) == said


class Later:
    """When the queue brings it again."""

    @staticmethod
    def now(zone: tzinfo) -> datetime:
        return datetime.now(zone) + timedelta(minutes=12)


def test_the_lease_of_each_case_runs_from_when_it_is_begun(
    deployed: DeployedBadges, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        """A minute later each time."""

        read = 0

        @classmethod
        def now(cls, zone: tzinfo) -> datetime:
            cls.read += 1
            return datetime.now(zone) + timedelta(minutes=cls.read)

    both = program(CHAMPION, replace(CHAMPION, key="KUDOS"), model=JudgeModel(model="eu.amazon.nova-2-lite-v1:0"))
    DynamoPrograms(Table(deployed.aws.client("dynamodb"), "programs", Usage())).publish(replace(both, version=2))
    begun = list[datetime]()
    monkeypatch.setattr(deployed.module, "datetime", Clock)
    monkeypatch.setattr(deployed.module, "judge", lambda context, *_: begun.append(context.now))
    assert deployed.bring() == []
    first, second = begun
    assert second > first
