"""Errors as answers: each says what its reader can correct, and nothing that they should not know."""

import json

import pytest

from ladder.domain.errors import InvalidSignature, Malformed, Rejected, TooLarge, Unavailable, Unknown, Unsupported
from ladder.domain.message import Message
from ladder.web.problem import problem, problem_of


def test_a_problem_is_told_as_rfc_9457_has_it() -> None:
    answer = problem(409, "somebody was faster: read it again")
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert (answer["statusCode"], json.loads(answer["body"])) == (
        409,
        {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "somebody was faster: read it again"},
    )


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Malformed("events[3].id", "missing"), 400),
        (InvalidSignature("f"), 401),
        (Unknown(), 401),
        (TooLarge("t"), 413),
        (Unsupported("u"), 415),
        (Unavailable("the table secret-name is busy"), 503),
        (Rejected("there is no secret secret-name"), 503),
        (KeyError("secret-name"), 500),
    ],
)
def test_every_error_has_its_status_and_ours_keep_their_reasons_to_themselves(error: Exception, status: int) -> None:
    answer = problem_of(error)
    assert answer["statusCode"] == json.loads(answer["body"])["status"] == status
    assert "secret-name" not in json.dumps(answer)
    assert ("retry-after" in answer["headers"]) == (status == 503)


def test_an_error_with_a_reason_code_gives_code_parameters_and_the_readers_text() -> None:
    answer = json.loads(problem_of(TooLarge(Message("web.body_too_large", {"bytes": 16_384})), language="de")["body"])
    assert answer["detail"] == "Sende höchstens 16.384 Bytes."
    assert (answer["code"], answer["parameters"]) == ("web.body_too_large", {"bytes": 16_384})


def test_a_wrong_request_says_of_each_field_how_it_is_wrong_in_the_readers_language() -> None:
    fields = [("body.reason", Message("web.too_short", {"limit": 3})), ("body.extra", Message("web.unknown_field"))]
    answer = json.loads(problem(422, Message("web.invalid_request"), language="de", fields=fields)["body"])
    assert answer["errors"] == [
        {
            "where": "body.reason",
            "code": "web.too_short",
            "parameters": {"limit": 3},
            "text": "Schreib mindestens 3 Zeichen.",
        },
        {
            "where": "body.extra",
            "code": "web.unknown_field",
            "text": "Dieses Feld gibt es hier nicht: Lass es weg.",
        },
    ]
    assert answer["detail"].startswith("Die Anfrage ist nicht gültig. body.reason: Schreib mindestens 3 Zeichen. body")


def test_an_unknown_hook_is_answered_as_a_forged_call_is() -> None:
    assert problem_of(Unknown()) == problem_of(InvalidSignature())
