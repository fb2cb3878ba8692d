"""Answers of the HTTP functions are in the language that the request accepts best; codes and parameters are in all."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import Response

from ladder.domain.errors import Conflict
from ladder.domain.message import Message, verbatim
from ladder.usage import Usage
from ladder.web.app import created, new_app, resolve

PAID = Message("points.paid", {"points": 1_200, "bonus": 0, "name": verbatim("Quiz")})


@dataclass(frozen=True, slots=True)
class Shown:
    why: Message
    others: tuple[Message, ...]
    count: int


app = new_app()


@app.get("/shown")
def get_shown() -> Shown:
    return Shown(PAID, (Message("points.paused"),), 3)


@app.post("/made")
def post_made() -> Response[Shown]:
    return created(Shown(PAID, (), 1), again=False)


@app.get("/refused")
def get_refused() -> Shown:
    raise Conflict(Message("points.sold_out", {"item": "Tasse"}))


class Context:
    function_name = aws_request_id = function_version = invoked_function_arn = "f"
    memory_limit_in_mb = 1


class Silent:
    def info(self, *_: object, **__: object) -> None:
        """Log nothing."""

    warning = exception = info


def answered(path: str, language: str | None = None, method: str = "GET") -> tuple[dict[str, Any], dict[str, Any]]:
    event = {
        "version": "2.0",
        "rawPath": path,
        "routeKey": f"{method} {path}",
        "rawQueryString": "",
        "headers": {} if language is None else {"Accept-Language": language},
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "isBase64Encoded": False,
    }
    logger: Any = Silent()
    context: Any = Context()
    answer = resolve(app, event, context, request_context=lambda claims: None, logger=logger, usage=Usage())
    return answer["headers"], json.loads(answer["body"])


@pytest.mark.parametrize(
    ("accepted", "language", "text", "other"),
    [
        (None, "en", "1,200 points for Quiz.", "It is paused."),
        ("de-CH, en;q=0.5", "de", "1.200 Punkte f\u00fcr Quiz.", "Das ist gerade ausgesetzt."),
        ("xx", "en", "1,200 points for Quiz.", "It is paused."),
    ],
)
def test_an_answer_has_codes_parameters_and_the_readers_text(
    accepted: str | None, language: str, text: str, other: str
) -> None:
    headers, body = answered("/shown", accepted)
    assert headers["content-language"] == language
    name = {"code": "text.verbatim", "parameters": {"text": "Quiz"}, "text": "Quiz"}
    parameters = {"points": 1_200, "bonus": 0, "name": name}
    assert body["why"] == {"code": "points.paid", "parameters": parameters, "text": text}
    assert body["others"] == [{"code": "points.paused", "parameters": {}, "text": other}]
    assert body["count"] == 3


def test_what_was_created_and_what_was_refused_are_in_the_readers_language_too() -> None:
    _, made = answered("/made", "de", "POST")
    assert made["why"]["text"] == "1.200 Punkte f\u00fcr Quiz."
    headers, refused = answered("/refused", "de")
    assert (headers["content-language"], refused["detail"]) == ("de", "Tasse ist vergriffen.")
    assert (refused["code"], refused["parameters"]) == ("points.sold_out", {"item": "Tasse"})


def test_an_unknown_route_is_refused_in_the_readers_language() -> None:
    assert answered("/nowhere", "de")[1]["detail"] == "Diese Adresse gibt es nicht."
