"""Slack in its own words: blocks within its limits, one message a second, its errors, and a lost answer found again."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from infra.local.channels.slack import FakeSlack
from infra.local.http_server import Request, Response
from ladder.adapters.channels.slack import message
from ladder.domain.delivery.ports import Button
from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected, Throttled, Unavailable
from tests.builders.channel_stages import ChannelStage, opened
from tests.builders.outgoing import outgoing

LONG = "x" * 40_000


@pytest.fixture
def stage() -> Iterator[ChannelStage]:
    with opened("slack") as stage:
        yield stage


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"paragraphs": ()},
        {"link": ""},
        {"title": ""},
        {"title": LONG, "paragraphs": (LONG,), "link": f"https://ladder.example/{LONG}"},
        {"paragraphs": tuple(f"line {number}" for number in range(200))},
        {"paragraphs": ("", "  ", "\n"), "language": "de"},
    ],
)
def test_every_message_passes_slack_s_own_models_and_is_taken(stage: ChannelStage, changed: dict[str, Any]) -> None:
    told = stage.outgoing(**changed)
    blocks = Block.parse_all(message(told)["blocks"])
    assert blocks
    for block in blocks:
        block.validate_json()
    assert [block.to_dict() for block in blocks] == message(told)["blocks"]
    stage.open().send(told)
    assert stage.visible == 1


def test_what_is_too_long_ends_with_an_ellipsis() -> None:
    header, section = message(outgoing(title="t" * 200, paragraphs=("p" * 5_000,), link=""))["blocks"]
    assert (len(header["text"]["text"]), len(section["text"]["text"])) == (150, 3_000)
    assert header["text"]["text"].endswith("…")


def test_the_button_speaks_the_reader_s_language() -> None:
    *_, actions = message(outgoing(language="de"))["blocks"]
    (button,) = actions["elements"]
    assert (button["text"]["text"], button["url"]) == ("Öffnen", "https://ladder.example/me#badges")


def test_an_action_names_the_button_that_leads_to_where_it_is_answered() -> None:
    asked = outgoing(actions=(Button("confirm", "Confirm", "m-0002#academy#e1"),))
    *_, actions = message(asked)["blocks"]
    (button,) = actions["elements"]
    assert (button["text"]["text"], button["url"]) == ("Confirm", asked.link)


def test_the_second_message_of_a_second_is_throttled_and_another_channel_s_is_not() -> None:
    with opened("slack") as stage:
        channel = stage.open()
        channel.send(stage.outgoing())
        with pytest.raises(Throttled) as throttled:
            channel.send(stage.outgoing(key="b" * 32))
        assert throttled.value.seconds == 1
        channel.send(stage.outgoing(key="c" * 32, to="U0MEMBER"))
        assert channel.pace.to_address.total_seconds() >= throttled.value.seconds


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ("ratelimited", Throttled),
        ("service_unavailable", Unavailable),
        ("internal_error", AnswerLost),
        ("fatal_error", AnswerLost),
        ("token_revoked", ChannelClosed),
        ("missing_scope", ChannelClosed),
        ("is_archived", Rejected),
        ("a_new_error", Rejected),
    ],
)
def test_an_error_in_the_body_says_what_was_done(
    stage: ChannelStage, monkeypatch: pytest.MonkeyPatch, error: str, raised: type[Exception]
) -> None:
    monkeypatch.setattr(FakeSlack, "post_message", lambda *_: {"ok": False, "error": error})
    with pytest.raises(raised, match=error) as caught:
        stage.open().send(stage.outgoing())
    assert type(caught.value) is raised


def test_an_unknown_channel_is_this_message_s_trouble_only(stage: ChannelStage) -> None:
    with pytest.raises(Rejected, match="channel_not_found") as refused:
        stage.open().send(stage.outgoing(to="C0NOWHERE"))
    assert not isinstance(refused.value, ChannelClosed)


def test_a_user_is_looked_up_by_their_mail_address_once(stage: ChannelStage) -> None:
    channel = stage.open()
    for number in range(3):
        channel.send(stage.outgoing(key=f"{number:032x}", to="agent@example.org"))
        stage.clock.sleep(1)
    assert stage.fake.visible("U0MEMBER") == 3
    assert sum("lookupByEmail" in call for call in stage.fake.calls) == 1
    with pytest.raises(Rejected, match="users_not_found"):
        channel.send(stage.outgoing(to="nobody@example.org"))


def test_without_the_scope_to_look_nothing_is_said_to_be_absent(stage: ChannelStage) -> None:
    stage.fake.scopes.discard("channels:history")
    with pytest.raises(ChannelClosed, match="missing_scope"):
        stage.open().find(stage.outgoing())


@pytest.mark.parametrize(("page_size", "pages"), [(999, 3), (15, 17)])
def test_a_message_is_found_behind_pages_of_others(stage: ChannelStage, page_size: int, pages: int) -> None:
    stage.fake.page_size = page_size
    channel, told = stage.open(), stage.outgoing()
    receipt = channel.send(told)
    for number in range(250):
        stage.fake.messages["C0TEAM"].append(
            {"ts": f"{int(stage.clock.now) + 60}.{number:06d}", "metadata": {"event_payload": {"key": "another"}}}
        )
    assert channel.find(told) == receipt
    assert sum("history" in call for call in stage.fake.calls) == pages


def test_a_message_of_another_app_at_the_same_moment_is_not_ours(stage: ChannelStage) -> None:
    channel, told = stage.open(), stage.outgoing()
    receipt = channel.send(told) or ""
    stage.fake.messages["C0TEAM"][0]["metadata"]["event_payload"]["key"] = "another"
    assert channel.still_there(told, receipt) is False


def test_ten_thousand_messages_at_the_pace_are_never_throttled() -> None:
    """By the fake's own limit, without HTTP: a request of the least time apart is always taken."""
    with opened("slack") as stage:
        pace = stage.open().pace.to_address.total_seconds()
        body = json.dumps({"channel": "C0TEAM", "text": "x"}).encode()
        for _ in range(10_000):
            assert _posted(stage, body)["ok"]
            stage.clock.now += pace


def _posted(stage: ChannelStage, body: bytes) -> Any:
    answer = stage.fake.post_message(Request("POST", "/api/chat.postMessage", "Bearer xoxb-local", body))
    return json.loads(answer.body) if isinstance(answer, Response) else answer


def test_the_key_travels_as_metadata_and_nowhere_in_the_text() -> None:
    told = outgoing()
    said = message(told)
    assert said["metadata"]["event_payload"] == {"key": told.key}
    assert told.key not in json.dumps([said["blocks"], said["text"]])
