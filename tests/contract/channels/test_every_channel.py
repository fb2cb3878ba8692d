"""What every channel promises, whatever it speaks: once, found again, taken back, and honest about what was done."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from infra.local.channels.service import FAULTS
from ladder.adapters.channels import KINDS as OPENED
from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.http import Response, Service
from ladder.domain.activities.source import MARKER
from ladder.domain.delivery.options import OPTIONS
from ladder.domain.delivery.ports import Channel, Outgoing
from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected, Throttled, Unavailable
from tests.builders.channel_stages import KINDS, ChannelStage, opened
from tests.fakes.fault_injection import Fate, Interposed, Killed, When

OTHER_KEY = "0b9e7c55d2f14f7f8a3c1d2e4f5a6b7c"
CANNOT_WITHDRAW = {"mail", "teams", "genesys", "points_api", "cornerstone"}
CANNOT_LOOK = {"mail", "teams", "points_api", "ispring", "webhook", "eventbridge"}
BY_BOTOCORE = {"mail", "connect", "eventbridge"}
READS_ITS_ANSWER = {"slack", "slack direct", "slack mail", "mail", "connect", "genesys", "moodle", "eventbridge"}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stage(kind: str) -> Iterator[ChannelStage]:
    with opened(kind) as stage:
        yield stage


def test_every_kind_that_can_be_opened_is_tried_here() -> None:
    assert {kind.split()[0] for kind in KINDS} == set(OPENED)


def test_a_message_arrives_and_is_there(stage: ChannelStage, kind: str) -> None:
    channel, message = stage.open(), stage.outgoing()
    receipt = channel.send(message)
    assert stage.visible == 1
    assert channel.still_there(message, receipt or "") is (None if kind in CANNOT_LOOK else True)


def test_it_is_found_only_where_it_arrived(stage: ChannelStage, kind: str) -> None:
    channel, message = stage.open(), stage.outgoing()
    assert channel.find(message) is None
    receipt = channel.send(message)
    assert channel.find(message) == (None if kind in CANNOT_LOOK else receipt)


def test_one_key_is_one_message_where_the_channel_is_idempotent(stage: ChannelStage, kind: str) -> None:
    channel, message = stage.open(), stage.outgoing()
    if channel.guarantee != "idempotent":
        pytest.skip(f"{channel.guarantee}: the outbox looks before it sends again")
    receipts = {channel.send(message)}
    stage.clock.sleep(3_600)
    receipts.add(stage.open().send(replace(message, sent_at=message.sent_at.replace(hour=13))))
    assert stage.visible == 1
    assert len(receipts) == (2 if kind == "eventbridge" else 1)  # the bus numbers what it is given


def test_what_can_be_taken_back_is_gone_and_stays_gone(stage: ChannelStage, kind: str) -> None:
    channel, message = stage.open(), stage.outgoing()
    receipt = channel.send(message) or ""
    withdrawn = channel.withdraw(message, receipt)
    assert withdrawn == (kind not in CANNOT_WITHDRAW)
    assert stage.visible == (0 if withdrawn else 1)
    if withdrawn and kind not in CANNOT_LOOK:
        assert channel.still_there(message, receipt) is False
        assert channel.withdraw(message, receipt)
        assert stage.visible == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_an_error_says_whether_anything_was_done(stage: ChannelStage, kind: str, fault: str) -> None:
    if fault == "cut_short" and kind in {"xapi", "lti", "webhook"}:
        pytest.skip("an answer of 204 has no body to cut")
    if fault == "garble" and kind not in READS_ITS_ANSWER:
        pytest.skip("the status says it all")
    channel, message = stage.open(), stage.outgoing()
    calls = _calls_of_a_send(stage, channel)
    seen = stage.visible
    stage.fake.faults.extend([""] * (calls - 1) + [fault])
    with pytest.raises(Unavailable) as raised:
        channel.send(message)
    assert isinstance(raised.value, Throttled) == (fault == "throttle")
    assert isinstance(raised.value, AnswerLost) == (fault not in {"throttle", "down"})
    if isinstance(raised.value, Throttled):
        assert raised.value.seconds == (None if kind in BY_BOTOCORE else 7)
    if fault in {"throttle", "down"}:
        assert stage.visible == seen


def _calls_of_a_send(stage: ChannelStage, channel: Channel) -> int:
    """Return how many calls a send makes once the channel has its token, by another message."""
    other = stage.outgoing(key=OTHER_KEY, **({} if stage.facts else {"facts": {"badge": "KUDOS", "points": 40}}))
    channel.send(other)
    before = len(stage.fake.calls)
    stage.clock.sleep(2)
    channel.send(replace(other, key="c" * 32))
    stage.clock.sleep(2)
    return len(stage.fake.calls) - before


def test_nobody_listening_means_that_nothing_was_done(kind: str) -> None:
    with opened(kind) as stage:
        channel = stage.open()
        message = stage.outgoing()
    with pytest.raises(Unavailable) as raised:
        channel.send(message)
    assert not isinstance(raised.value, AnswerLost)


def test_credentials_that_are_not_accepted_close_the_channel_and_are_not_repeated(stage: ChannelStage) -> None:
    if stage.secret is None:
        pytest.skip("reached by the function's own role")
    wrong = {key: _spoiled(key, value) for key, value in stage.secret.items()}
    with pytest.raises(ChannelClosed) as raised:
        stage.open(secret=wrong).send(stage.outgoing())
    assert "spoiled" not in str(raised.value)


def _spoiled(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [f"whsec_{'spoiled+' * 4}"]
    if isinstance(value, dict):
        return {name: re.sub("sig=.*", "sig=spoiled", address) for name, address in value.items()}
    return value if key.endswith(("url", "key_id", "user")) else "spoiled"


@pytest.mark.parametrize("missing", [True, False], ids=["missing", "unknown"])
def test_a_secret_that_cannot_be_read_names_the_key_and_shows_no_value(stage: ChannelStage, *, missing: bool) -> None:
    if stage.secret is None:
        pytest.skip("reached by the function's own role")
    first = next(iter(stage.secret))
    wrong = {**stage.secret, "tokens": "s3cret"}
    if missing:
        del wrong["tokens"], wrong[first]
    with pytest.raises(Rejected, match=first if missing else "tokens") as raised:
        stage.open(secret=wrong or {first: 7})
    assert "s3cret" not in str(raised.value)


def test_an_option_that_the_kind_does_not_know_is_named(stage: ChannelStage) -> None:
    with pytest.raises(Rejected, match="colour"):
        stage.open(options={**stage.options, "colour": "green"})


def test_the_options_that_a_program_is_checked_for_are_those_that_the_channel_reads(
    stage: ChannelStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, read = list[msgspec.structs.FieldInfo](), ChannelSettings.read_options

    def recorded(settings: ChannelSettings, kind: type[Any]) -> Any:
        asked.extend(msgspec.structs.fields(kind))
        return read(settings, kind)

    monkeypatch.setattr(ChannelSettings, "read_options", recorded)
    stage.open()
    (known,) = (options for kind, options in OPTIONS.items() if kind == stage.kind)
    assert {field.encode_name for field in asked if field.required} == {*known.required}
    assert {field.encode_name for field in asked if not field.required} == {*known.optional}
    assert known.marks == any(name.startswith(MARKER) for name in stage.options)


def deliver(stage: ChannelStage, message: Outgoing) -> str:
    """Send as the outbox does: a new process after each death, and after a lost answer only what the channel allows."""
    uncertain = 0
    for _ in range(20):
        stage.clock.sleep(2)
        try:
            channel = stage.open()
            outcome = _after_uncertainty(channel, message, uncertain) if uncertain else ""
            if outcome:
                return outcome
            channel.send(message)
        except (AnswerLost, Killed):
            uncertain += 1
        except Unavailable:
            continue
        else:
            return "sent"
    return "never"


def _after_uncertainty(channel: Channel, message: Outgoing, uncertain: int) -> str:
    """Return what becomes of a message that may have been sent already; "" where it is sent again."""
    match channel.guarantee:
        case "findable":
            return "" if channel.find(message) is None else "sent"
        case "one_extra":
            return "" if uncertain == 1 else "sent, perhaps twice"
        case "never_again":
            return "a person looks"
    return ""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("strike", [Killed, AnswerLost])
def test_killed_at_any_call_it_is_seen_as_often_as_the_channel_promises(
    kind: str, when: When, strike: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Service._send
    at, calls = 0, 1
    while at < calls:
        fate = Fate(at=at, when=when, strike=strike)

        def struck(*asked: Any, fate: Fate = fate) -> Response:
            answer: Response = fate.call(f"{asked[1]} {asked[2]}", send, *asked)
            return answer

        with opened(kind) as stage, monkeypatch.context() as patched:
            patched.setattr(Service, "_send", struck)
            stage.around = lambda client, fate=fate: Interposed(client, fate)  # type: ignore[misc]
            outcome, guarantee = deliver(stage, stage.outgoing()), stage.open().guarantee
            seen = stage.visible
        calls = max(calls, len(fate.calls))
        at += 1
        match guarantee:
            case "one_extra":
                assert outcome.startswith("sent")
                assert seen in {1, 2}, fate.calls
            case "never_again":
                assert outcome in {"sent", "a person looks"}
                assert seen <= 1, fate.calls
            case _:
                assert (outcome, seen) == ("sent", 1), fate.calls


@pytest.mark.parametrize("fault", ["bad_gateway", "lose_answer", "garble"])
def test_a_token_whose_answer_is_lost_loses_no_message(kind: str, fault: str) -> None:
    with opened(kind) as stage:
        if stage.secret is None or not stage.secret.keys() & {"token_url", "private_key", "client_id"}:
            pytest.skip("asks for no token")
        stage.fake.faults.append(fault)
        channel = stage.open()
        with pytest.raises(Unavailable) as raised:
            channel.send(stage.outgoing())
        assert not isinstance(raised.value, AnswerLost)
        assert stage.visible == 0
        channel.send(stage.outgoing())
        assert stage.visible == 1


def test_a_storm_of_throttling_loses_and_repeats_nothing(stage: ChannelStage) -> None:
    stage.fake.faults.extend(["throttle", "down"] * 4)
    assert deliver(stage, stage.outgoing()) == "sent"
    assert stage.visible == 1
