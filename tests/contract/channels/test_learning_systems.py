"""What is written into learning systems, in the words of each; and that it pays nothing when it comes back."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local.emulator import KEYS, REGION
from ladder.adapters.channels.lti import Lti
from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.secrets import Secret
from ladder.adapters.sources import docebo
from ladder.domain.activities.source import Contents, HookRequest, Source
from ladder.domain.errors import ChannelClosed, Rejected, Unavailable
from tests.builders.channel_stages import LEARNERS, SECRET, ChannelStage, opened
from tests.fakes.faulty_client import Faulty, refused

MARKED = (*LEARNERS, "lti")


@pytest.fixture(params=MARKED)
def marked(request: pytest.FixtureRequest) -> Iterator[ChannelStage]:
    with opened(request.param) as stage:
        yield stage


def test_a_badge_without_a_marker_is_refused_and_the_option_named(marked: ChannelStage) -> None:
    with pytest.raises(Rejected, match=r"marker\.UNKNOWN"):
        marked.open().send(marked.outgoing(facts={"badge": "UNKNOWN"}))
    with pytest.raises(Rejected, match=r"marker\.<badge>"):
        marked.open().send(marked.outgoing(facts={"level": 2}))
    with pytest.raises(Rejected, match="needs an option such as marker"):
        marked.open(options={})


def test_one_badge_taken_back_leaves_the_others(marked: ChannelStage) -> None:
    channel = marked.open()
    first, second = marked.outgoing(), marked.outgoing(facts={"badge": "KUDOS"})
    receipts = [channel.send(told) or "" for told in (first, second)]
    assert marked.visible == 2
    if channel.withdraw(first, receipts[0]):
        assert marked.visible == 1
        assert channel.still_there(first, receipts[0]) is False
    assert channel.still_there(second, receipts[1]) is True


def test_a_badge_taken_back_and_given_again_is_there(marked: ChannelStage) -> None:
    channel, told = marked.open(), marked.outgoing()
    receipt = channel.send(told) or ""
    channel.withdraw(told, receipt)
    marked.clock.sleep(1)
    channel.send(told)
    assert marked.visible == 1
    assert channel.still_there(told, receipt) is True


def test_a_token_that_was_revoked_is_renewed_once(marked: ChannelStage) -> None:
    if marked.kind in {"talentlms", "moodle"}:
        pytest.skip("has a key that a person stores")
    channel, told = marked.open(), marked.outgoing()
    channel.send(told)
    marked.fake.revoke_tokens()
    assert channel.find(told)
    marked.clock.sleep(700)  # they expire by themselves, too
    if marked.kind == "absorb":
        marked.clock.sleep(4 * 3_600)
    assert channel.find(told)


@pytest.mark.parametrize("kind", ["docebo", "talentlms", "moodle"])
def test_an_address_that_is_no_number_of_the_system_is_refused(kind: str) -> None:
    with opened(kind) as stage:
        channel, told = stage.open(), stage.outgoing(to="anna/../1")
        for call in (channel.send, channel.find):
            with pytest.raises(Rejected):
                call(told)
        assert stage.visible == 0


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ("sitemaintenance", Unavailable),
        ("invalidtoken", ChannelClosed),
        ("accessexception", ChannelClosed),
        ("invalidparameter", Rejected),
    ],
)
def test_moodle_says_what_went_wrong_in_an_answer_of_200(error: str, raised: type[Exception]) -> None:
    with opened("moodle") as stage:
        stage.fake.error = error
        with pytest.raises(raised, match=error) as caught:
            stage.open().send(stage.outgoing())
        assert type(caught.value) is raised


def test_ispring_awards_and_withdraws_the_same_points() -> None:
    with opened("ispring") as stage:
        channel, told = stage.open(), stage.outgoing()
        channel.send(told)
        assert stage.fake.sums == {stage.to: 40}
        assert channel.withdraw(told, "")
        assert stage.fake.sums == {stage.to: 0}


@pytest.mark.parametrize("points", [None, 0, -5, 2.5, "40"])
@pytest.mark.parametrize("kind", ["ispring", "points_api"])
def test_what_are_no_points_is_never_written_as_some(kind: str, points: Any) -> None:
    with opened(kind) as stage:
        with pytest.raises(Rejected, match="points"):
            stage.open().send(stage.outgoing(facts={"points": points}))
        assert stage.visible == 0


def test_points_and_badges_go_to_the_two_paths_of_the_article() -> None:
    with opened("points_api keys") as stage:
        channel = stage.open()
        channel.send(stage.outgoing())
        channel.send(stage.outgoing(key="b" * 32, facts={"badge": "KUDOS", "points": 40}))
        assert stage.fake.calls == ["POST /api/v1/users/U12345/points", "POST /users/U12345/badges"]
        points, badge = stage.fake.awards["U12345"].values()
        assert points == {"points": 40, "reason_code": "quality_contribution", "event_id": stage.outgoing().key}
        assert badge["badge"] == "KUDOS"


def test_a_user_s_id_is_one_segment_of_a_path() -> None:
    with opened("points_api") as stage:
        stage.open().send(replace(stage.outgoing(), to="a/b?c"))
        assert stage.fake.calls == ["POST /api/v1/users/a%2Fb%3Fc/points"]
        assert list(stage.fake.awards) == ["a/b?c"]


def test_a_completion_that_ladder_wrote_pays_nothing_when_it_comes_back() -> None:
    """A marker course would otherwise pay for the badge that it stands for."""
    body = {
        "message_id": "m1",
        "event": "course.enrollment.completed",
        "payloads": [
            {"user_id": 1001, "course_id": course, "completion_date": "2026-11-27 12:00:00"} for course in (42, 43)
        ],
    }
    request = HookRequest(method="POST", url="u", headers={}, body=json.dumps(body).encode())
    contents = docebo.read(request, Source(key="lms", kind="docebo"))
    ours = contents.without({"42", "77"})
    assert [event.attributes["course"] for event in ours.events] == ["43"]
    assert (len(contents.events), ours.ignored) == (2, 1)
    assert Contents(ignored=2).without({"42"}) == Contents(ignored=2)


def test_the_assertion_is_signed_by_a_key_that_kms_keeps() -> None:
    with opened("lti") as stage, mock_aws():
        kms = boto3.client("kms", REGION, **{name.lower(): key for name, key in KEYS.items()})
        key = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        seen = list[str]()
        stage.fake._verify = seen.append
        assert stage.secret is not None
        secret = Secret(SECRET, json.dumps({**stage.secret, "key_id": key}))
        settings = ChannelSettings(
            kind="lti", options=stage.options, secret=secret, client=lambda _: kms, clock=stage.clock
        )
        Lti(settings).mark("lti-user-1", stage.options["marker.KUDOS"])
        signed, _, signature = seen[0].rpartition(".")
        verified = kms.verify(
            KeyId=key,
            Message=signed.encode(),
            MessageType="RAW",
            Signature=base64.urlsafe_b64decode(signature + "=="),
            SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
        )
        assert verified["SignatureValid"]


def test_a_line_item_is_an_encrypted_address_and_a_key_that_does_not_sign_closes_the_channel() -> None:
    with opened("lti") as stage:
        with pytest.raises(Rejected, match=r"option marker\.KUDOS must be a line item's https address"):
            stage.open(options={"marker.KUDOS": "http://lms.example/items/1"})
        stage.around = lambda client: Faulty(client, refused("DisabledException"))
        with pytest.raises(ChannelClosed, match="KMS does not sign: DisabledException"):
            stage.open().send(stage.outgoing())
