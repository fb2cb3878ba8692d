"""What is pressed in Slack: signed by Slack within five minutes, read, and answered where it was pressed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.signature import SignatureVerifier

from infra.local.channels.slack import SIGNING_SECRET, FakeSlack
from ladder.adapters import slack_answers
from ladder.adapters.channels.slack import message
from ladder.adapters.secrets import Secret
from ladder.adapters.slack_answers import AnswersSecret, read_answers_secret, read_press, say
from ladder.domain.activities.source import HookRequest
from ladder.domain.delivery.ports import Button, Press
from ladder.domain.errors import InvalidSignature, Malformed, Rejected
from tests.builders.channel_stages import ChannelStage, opened
from tests.builders.outgoing import outgoing

ASKED = Button("confirm", "Confirm", f"{'5e' * 16}#academy#task#42")


@dataclass(frozen=True, slots=True)
class Asked:
    """A colleague was asked, in a message with a button that acts by itself."""

    stage: ChannelStage
    slack: FakeSlack
    secret: AnswersSecret

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.stage.clock(), UTC)

    def pressed(self, **options: Any) -> HookRequest:
        headers, body = self.slack.press("U0MEMBER", **{"user": "U0MEMBER", **options})
        return HookRequest(method="POST", url="https://ladder.example/", headers=headers, body=body)

    def verify(self, request: HookRequest, *, later: float = 0) -> None:
        slack_answers.verify(request, self.secret, now=self.now + timedelta(seconds=later))


@pytest.fixture
def asked() -> Iterator[Asked]:
    with opened("slack direct") as stage:
        stage.options = {"answers": "true"}
        stage.open().send(stage.outgoing(actions=(ASKED,)))
        fake = stage.fake
        assert isinstance(fake, FakeSlack)
        yield Asked(stage, fake, AnswersSecret(signing_secret=SIGNING_SECRET, base_url=fake.url))


def test_a_button_that_acts_by_itself_passes_slack_s_models_and_leads_nowhere() -> None:
    blocks = message(outgoing(actions=(ASKED,)), answers=True)["blocks"]
    assert [block.to_dict() for block in Block.parse_all(blocks)] == blocks
    (button,) = blocks[-1]["elements"]
    assert (button["action_id"], button["value"], "url" in button) == ("confirm", ASKED.value, False)
    long = replace(ASKED, value="x" * 2_001)
    assert "url" in message(outgoing(actions=(long,)), answers=True)["blocks"][-1]["elements"][0]


def test_the_signature_is_the_one_that_slack_s_own_library_verifies(asked: Asked) -> None:
    request = asked.pressed()
    theirs = SignatureVerifier(SIGNING_SECRET)
    theirs.clock.now = asked.stage.clock  # type: ignore[method-assign]
    assert theirs.is_valid_request(request.body, dict(request.headers))
    asked.verify(request)


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_what_was_signed_more_than_five_minutes_ago_or_ahead_is_refused(asked: Asked, seconds: float) -> None:
    request = asked.pressed()
    asked.verify(request, later=299)
    with pytest.raises(InvalidSignature):
        asked.verify(request, later=seconds)


def test_another_secret_another_body_another_time_and_no_signature_are_refused(asked: Asked) -> None:
    request = asked.pressed()
    sent = request.headers["x-slack-request-timestamp"]
    forged = [
        asked.pressed(secret="another"),
        replace(request, body=request.body + b"&x=1"),
        replace(request, headers={**request.headers, "x-slack-request-timestamp": str(int(sent) + 1)}),
        replace(request, headers={**request.headers, "x-slack-request-timestamp": "soon"}),
        replace(request, headers={**request.headers, "x-slack-signature": "v0="}),
        replace(request, headers={}),
    ]
    for each in forged:
        with pytest.raises(InvalidSignature):
            asked.verify(each)


def test_a_press_says_who_pressed_what_and_its_answer_takes_the_place_of_the_buttons(asked: Asked) -> None:
    press = read_press(asked.pressed(), asked.secret)
    assert press is not None
    assert press.press == Press("U0MEMBER", "confirm", ASKED.value)
    say(asked.secret, press, "Only <!channel> text", settled=False)
    assert asked.slack.told == ["Only &lt;!channel&gt; text"]
    before = asked.slack.messages["D0MEMBER"][-1]["blocks"]
    say(asked.secret, press, "Thank you: you confirmed it.", settled=True)
    (shown,) = asked.slack.messages["D0MEMBER"]
    assert shown["blocks"][:-1] == [block for block in before if block["type"] != "actions"]
    assert shown["blocks"][-1]["text"]["text"] == "Thank you: you confirmed it."
    assert asked.slack.visible("U0MEMBER") == 1


def test_what_is_no_button_of_ours_asks_for_nothing(asked: Asked) -> None:
    def told(payload: str) -> HookRequest:
        return replace(asked.pressed(), body=urlencode({"payload": payload}).encode())

    opened_link = '{"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": "a"}]}'
    assert read_press(told(opened_link), asked.secret) is None
    assert read_press(told('{"type": "view_closed", "user": {"id": "U1"}}'), asked.secret) is None
    for nonsense in ("", "[]", "{", '{"type": "block_actions"}'):
        with pytest.raises(Malformed):
            read_press(told(nonsense), asked.secret)


@pytest.mark.parametrize("base", ["https://hooks.slack.com", "https://hooks.slack.com.evil.example"])
def test_an_answer_goes_to_slack_alone(asked: Asked, base: str) -> None:
    with pytest.raises(InvalidSignature):
        read_press(asked.pressed(), AnswersSecret(signing_secret=SIGNING_SECRET, base_url=base))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"signing_secret": ""}', '{"signing_secret": "s", "token": "t"}'])
def test_a_secret_that_cannot_sign_is_named_and_not_shown(text: str) -> None:
    with pytest.raises(Rejected, match="ladder/dev/bank/answers/chat"):
        read_answers_secret(Secret("ladder/dev/bank/answers/chat", text))
