"""Amazon Connect: what is sent again under a used token, and what the shapes of botocore allow."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected
from tests.builders.channel_stages import AGENT, ChannelStage, opened
from tests.fakes.faulty_client import Faulty, answered, refused


@pytest.fixture
def stage() -> Iterator[ChannelStage]:
    with opened("connect") as stage:
        yield stage


def test_a_message_that_was_sent_in_another_language_stays_as_it_was(stage: ChannelStage) -> None:
    channel, told = stage.open(), stage.outgoing()
    receipt = channel.send(told)
    assert channel.send(replace(told, language="de", title="Gut gemacht: Ausdauer")) == receipt
    (sent,) = stage.fake.notifications.values()
    assert sent["Content"] == {"en_US": "\n".join((told.title, *told.paragraphs, told.link))}
    assert (sent["Priority"], sent["Recipients"], sent["Tags"]) == ("LOW", [AGENT], {"ladder:key": told.key})


def test_a_used_token_whose_message_cannot_be_found_yet_is_looked_for_again(stage: ChannelStage) -> None:
    nothing: dict[str, Any] = {"Notifications": []}
    stage.around = lambda client: Faulty(client, refused("DuplicateResourceException"), answered(nothing))
    with pytest.raises(AnswerLost, match="cannot be found yet"):
        stage.open().send(stage.outgoing())


@pytest.mark.parametrize("language", ["de", "de-AT", "xx"])
def test_a_text_stands_under_a_locale_that_connect_knows(stage: ChannelStage, language: str) -> None:
    stage.open().send(stage.outgoing(language=language))
    (sent,) = stage.fake.notifications.values()
    assert list(sent["Content"]) == ["en_US" if language == "xx" else "de_DE"]


def test_a_long_text_is_shortened_and_keeps_its_link(stage: ChannelStage) -> None:
    told = stage.outgoing(paragraphs=("p" * 9_000,))
    stage.open().send(told)
    (sent,) = stage.fake.notifications.values()
    (text,) = sent["Content"].values()
    assert len(text) == 3_000
    assert text.endswith(f"…\n{told.link}")


def test_an_address_is_an_arn_and_an_instance_one_of_ours(stage: ChannelStage) -> None:
    with pytest.raises(Rejected, match="a user's ARN"):
        stage.open().send(stage.outgoing(to="anna"))
    with pytest.raises(Rejected, match="ResourceNotFoundException"):
        stage.open(options={"instance": "another"}).send(stage.outgoing())


def test_what_may_not_be_called_closes_the_channel(stage: ChannelStage) -> None:
    stage.around = lambda client: Faulty(client, *[refused("AccessDeniedException", status=403)] * 5)
    channel, told = stage.open(), stage.outgoing()
    for call in (lambda: channel.send(told), lambda: channel.find(told), lambda: channel.withdraw(told, "1")):
        with pytest.raises(ChannelClosed):
            call()


def test_a_function_with_an_older_botocore_says_so(stage: ChannelStage) -> None:
    stage.around = lambda _: object()
    with pytest.raises(ChannelClosed, match="older than Amazon Connect's notifications"):
        stage.open()
