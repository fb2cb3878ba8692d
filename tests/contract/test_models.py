"""Both ways to a model keep one promise: an answer by the tool, none, or Unavailable."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from socket import SHUT_WR, create_server
from threading import Thread
from time import sleep
from typing import Any

import pytest

from infra.local.emulator import emulator
from infra.local.fake_model import FakeLLM
from infra.local.http_server import Response, Server
from ladder.adapters.bedrock import BedrockJudge
from ladder.adapters.openai import OpenAIJudge, read_endpoint
from ladder.adapters.secrets import Secret
from ladder.domain.errors import Rejected, Throttled, Unavailable
from ladder.domain.judging.ports import Judge
from ladder.domain.judging.question import Question
from tests.builders.judged_badges import CHAMPION, MODEL, QUOTE, case, post
from tests.builders.stores import EMULATED
from tests.fakes.faulty_client import Faulty, answered, refused

pytestmark = pytest.mark.slow  # the fake model listens on a port

QUICK = replace(MODEL, timeout_seconds=1)


def secret_of(**told: str) -> Secret:
    return Secret("ladder/test/academy/judge", json.dumps(told))


CANNED = {"output": {"message": {"content": [{"text": "As a mock …"}]}}, "stopReason": "end_turn", "usage": {}}


def asked() -> Question:
    from badges.prompts import question  # noqa: PLC0415 - of a function

    found = case(CHAMPION, post())
    assert found
    return question(CHAMPION, found, new_delimiter=lambda: "d3l1m")


@pytest.fixture
def fake_llm() -> Iterator[FakeLLM]:
    with FakeLLM() as model:
        yield model


def openai(model: FakeLLM) -> Judge:
    return OpenAIJudge(QUICK, lambda: secret_of(base_url=f"{model.url}/v1", api_key="k"))


def bedrock(*faults: Any) -> Judge:
    return BedrockJudge(None, QUICK, client=Faulty(None, *faults))


def test_the_tool_is_called_and_what_it_cost_is_told(fake_llm: FakeLLM) -> None:
    reply = openai(fake_llm).ask(asked())
    assert reply.answer
    assert (reply.answer["badge"], reply.answer["evidence"][0]) == ("CHAMPION", QUOTE)
    assert "fake model" in reply.answer["rationale"]
    assert reply.tokens > 100
    (put,) = fake_llm.asked
    assert put.text.startswith(QUOTE)


@pytest.mark.parametrize("fault", ["no_tool", "broken_json", "garbage"])
def test_an_answer_without_the_tool_is_none(fake_llm: FakeLLM, fault: str) -> None:
    fake_llm.faults.append(fault)
    assert openai(fake_llm).ask(asked()).answer is None


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"choices": [{"message": {"tool_calls": null}}]}', b"\xff"])
def test_whatever_a_service_answers_with_is_an_answer_or_none(body: bytes) -> None:
    service = Server(lambda _: Response(200, body))
    service.start()
    try:
        secret = secret_of(base_url=service.url)
        assert OpenAIJudge(QUICK, lambda: secret).ask(asked()).answer is None
    finally:
        service.stop()


@pytest.mark.parametrize("fault", ["throttle", "down", "cut", "time_out"])
def test_busy_late_and_broken_off_are_unavailable_and_not_asked_again(fake_llm: FakeLLM, fault: str) -> None:
    fake_llm.faults.append(fault)
    with pytest.raises(Unavailable):
        openai(fake_llm).ask(asked())
    assert len(fake_llm.asked) == 1


@contextmanager
def trickling() -> Iterator[str]:
    """A service that sends an empty line now and then until its answer is ready, as some do, and it never is."""
    with create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
                for _ in range(30):
                    connection.sendall(b"\n")
                    sleep(0.1)
                connection.shutdown(SHUT_WR)
                while connection.recv(1 << 16):
                    pass

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_an_answer_that_only_trickles_is_late() -> None:
    with trickling() as url, pytest.raises(Unavailable):
        OpenAIJudge(QUICK, lambda: secret_of(base_url=url)).ask(asked())


def test_nobody_there_is_unavailable_and_a_refusal_is_for_good(fake_llm: FakeLLM) -> None:
    with pytest.raises(Unavailable):
        OpenAIJudge(QUICK, lambda: secret_of(base_url="http://127.0.0.1:9")).ask(asked())
    with pytest.raises(Rejected, match="404"):
        OpenAIJudge(QUICK, lambda: secret_of(base_url=f"{fake_llm.url}/elsewhere")).ask(asked())


@pytest.mark.parametrize("text", ["no json", "[]", "{}", '{"base_url": 5}', '{"base_url": "http://example.com"}'])
def test_a_secret_that_cannot_be_used_is_named_and_never_shown(text: str) -> None:
    with pytest.raises(Rejected, match="ladder/judge") as refused_:
        read_endpoint(Secret("ladder/judge", text))
    assert "example.com" not in str(refused_.value)


def test_bedrock_is_asked_for_the_tool_alone_at_temperature_0() -> None:
    asked_for = list[dict[str, Any]]()

    class Client:
        def converse(self, **request: Any) -> dict[str, Any]:
            asked_for.append(request)
            use = {"toolUse": {"name": "verdict", "input": {"badge": "none"}}}
            told: dict[str, Any] = {"output": {"message": {"content": [use]}}}
            return told | {"usage": {"inputTokens": 7, "outputTokens": 5}}

    reply = BedrockJudge(None, QUICK, client=Client()).ask(asked())
    assert (reply.answer, reply.tokens) == ({"badge": "none"}, 12)
    (request,) = asked_for
    assert request["toolConfig"]["toolChoice"] == {"tool": {"name": "verdict"}}
    assert request["inferenceConfig"] == {"temperature": 0, "maxTokens": asked().max_answer_tokens}


def test_throttling_is_told_from_every_other_trouble(fake_llm: FakeLLM) -> None:
    with pytest.raises(Throttled):
        bedrock(refused("ThrottlingException", status=429)).ask(asked())
    fake_llm.faults.extend(["throttle", "down"])
    with pytest.raises(Throttled):
        openai(fake_llm).ask(asked())
    with pytest.raises(Unavailable) as down:
        openai(fake_llm).ask(asked())
    assert not isinstance(down.value, Throttled)


@pytest.mark.parametrize("code", ["ThrottlingException", "ModelTimeoutException", "ModelNotReadyException"])
def test_a_busy_bedrock_is_unavailable(code: str) -> None:
    with pytest.raises(Unavailable):
        bedrock(refused(code, status=429)).ask(asked())
    with pytest.raises(Unavailable):
        bedrock(refused("InternalServerException", status=500)).ask(asked())


def test_a_refusal_of_bedrock_is_for_good_and_canned_text_is_no_answer() -> None:
    with pytest.raises(Rejected, match="told to"):
        bedrock(refused("ValidationException")).ask(asked())
    assert bedrock(answered(CANNED)).ask(asked()).answer is None


@EMULATED
def test_the_emulator_s_bedrock_passes_the_tool_on_and_hides_every_failure() -> None:
    with FakeLLM() as model, emulator(model_url=model.url) as aws:
        judge = BedrockJudge(None, QUICK, client=aws.client("bedrock-runtime"))
        honest = judge.ask(asked()).answer
        assert honest
        assert honest["badge"] == "CHAMPION"
        for fault in ("throttle", "down", "garbage", "broken_json", "no_tool"):
            model.faults.append(fault)
            assert judge.ask(asked()).answer is None, fault
        assert len(model.asked) == 6
