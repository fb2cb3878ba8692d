"""Microsoft Teams: cards that fit and that Adaptive Cards read without a complaint, and flows that are gone."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.frontend.packages import NODE, PackageFailed
from ladder.adapters.channels.teams import MAX_BYTES, message
from ladder.domain.errors import ChannelClosed, Rejected, Throttled
from tests.builders.channel_stages import ChannelStage, opened
from tests.builders.outgoing import outgoing
from tests.contract.channels.cards import adaptive_cards

PARSE = Path(__file__).with_name("parse_cards.mjs")
SHAPES: list[dict[str, Any]] = [
    {},
    {"paragraphs": ()},
    {"link": ""},
    {"title": ""},
    {"title": "t" * 30_000},
    {"paragraphs": ("p" * 100_000,)},
    {"paragraphs": ("ß" * 9_000,) * 30, "language": "de"},
    {"paragraphs": ("\U0001f600" * 20_000,)},
    {"paragraphs": tuple(f"line {number}" for number in range(2_000))},
]


@pytest.fixture
def stage() -> Iterator[ChannelStage]:
    with opened("teams") as stage:
        yield stage


@pytest.mark.parametrize("changed", SHAPES)
def test_a_card_fits_into_what_teams_takes(stage: ChannelStage, changed: dict[str, Any]) -> None:
    told = stage.outgoing(**changed)
    assert len(json.dumps(message(told)).encode()) <= MAX_BYTES
    stage.open().send(told)
    assert stage.visible == 1


def test_a_card_that_is_shortened_keeps_its_title_its_beginning_and_its_link() -> None:
    paragraphs = tuple(f"paragraph {number} {'x' * 900}" for number in range(40))
    (attachment,) = message(outgoing(paragraphs=paragraphs))["attachments"]
    texts = [block["inlines"][0]["text"] for block in attachment["content"]["body"]]
    assert texts[0] == "Well done: Perseverance"
    assert texts[1:-1] == list(paragraphs[: len(texts) - 2])
    assert len(texts) > 15
    assert texts[-1] == "…"
    assert attachment["content"]["actions"][0]["url"] == "https://ladder.example/me#badges"


def test_every_card_is_read_by_adaptive_cards_without_a_validation_event(tmp_path: Path) -> None:
    try:
        modules = adaptive_cards()
    except PackageFailed as error:
        pytest.skip(str(error))
    cards = [message(outgoing(**changed))["attachments"][0]["content"] for changed in SHAPES]
    file = tmp_path / "cards.json"
    file.write_text(json.dumps([*cards, {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "Nothing"}]}]))
    ran = subprocess.run([str(NODE), str(PARSE), str(modules), str(file)], check=True, capture_output=True, text=True)  # noqa: S603
    *events, broken = json.loads(ran.stdout)
    assert events == [[] for _ in cards]
    assert broken  # the check sees what is wrong


@pytest.mark.parametrize("status", [404, 410])
def test_a_flow_whose_owner_has_left_closes_the_channel_and_is_named(stage: ChannelStage, status: int) -> None:
    stage.fake.orphaned["team"] = status
    with pytest.raises(ChannelClosed, match="'team' is gone"):
        stage.open().send(stage.outgoing())


def test_no_error_repeats_a_flow_s_address(stage: ChannelStage) -> None:
    stage.fake.faults.append("throttle")
    with pytest.raises(Throttled) as throttled:
        stage.open().send(stage.outgoing())
    assert "sig=" not in str(throttled.value)
    with pytest.raises(Rejected, match="no flow 'nowhere'"):
        stage.open().send(stage.outgoing(to="nowhere"))


def test_four_a_second_are_taken_and_the_fifth_is_throttled(stage: ChannelStage) -> None:
    channel = stage.open()
    for number in range(4):
        channel.send(stage.outgoing(key=f"{number:032x}"))
    with pytest.raises(Throttled):
        channel.send(stage.outgoing(key="f" * 32))
    assert 4 * channel.pace.on_channel.total_seconds() >= 1


def test_a_flow_s_address_must_be_encrypted(stage: ChannelStage) -> None:
    with pytest.raises(Rejected, match=r"https address under 'flows.team'"):
        stage.open(secret={"flows": {"team": "http://flows.example/x?sig=y"}})
