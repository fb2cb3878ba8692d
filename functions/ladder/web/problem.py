"""Answers of the HTTP API, and the one place where errors become answers (RFC 9457)."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from ladder.domain.errors import (
    Conflict,
    InvalidRequest,
    InvalidSignature,
    LadderError,
    Malformed,
    MemberErased,
    NotAMember,
    NotAuthenticated,
    NotAuthorized,
    NotFound,
    Rejected,
    TooLarge,
    Unavailable,
    Unsupported,
)
from ladder.domain.message import Message
from ladder.messages.render import DEFAULT, render

type Response = dict[str, Any]  # as API Gateway's payload 2.0 has it

RETRY_AFTER_SECONDS = "30"
MEMBER_ERASED = Message("web.member_erased")
STATUS: Mapping[type[LadderError], HTTPStatus] = {  # of errors whose message is the answer's detail
    Conflict: HTTPStatus.CONFLICT,
    NotAMember: HTTPStatus.FORBIDDEN,
    NotAuthorized: HTTPStatus.FORBIDDEN,
    MemberErased: HTTPStatus.FORBIDDEN,
    NotAuthenticated: HTTPStatus.UNAUTHORIZED,
    NotFound: HTTPStatus.NOT_FOUND,
    InvalidRequest: HTTPStatus.UNPROCESSABLE_CONTENT,
    Malformed: HTTPStatus.BAD_REQUEST,
    InvalidSignature: HTTPStatus.UNAUTHORIZED,  # an unknown hook is one: nobody learns which programs there are
    TooLarge: HTTPStatus.CONTENT_TOO_LARGE,
    Unsupported: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}


def problem(
    status: int,
    detail: str | Message,
    *,
    language: str = DEFAULT,
    fields: Sequence[tuple[str, Message]] = (),
) -> Response:
    """Return a problem. One that has a reason code has it beside the text, with its parameters.

    `fields`: where a request is wrong, and how; they are in the text, too.
    """
    code = detail.to_dict() if isinstance(detail, Message) else {}
    text = render(detail, language) if isinstance(detail, Message) else detail
    errors = [{"where": where, **wrong.to_dict(), "text": render(wrong, language)} for where, wrong in fields]
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": " ".join([text, *(f"{error['where']}: {error['text']}" for error in errors)]),
        **code,
        **({"errors": errors} if errors else {}),
    }
    retry = {"retry-after": RETRY_AFTER_SECONDS} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return {
        "statusCode": int(status),
        "headers": {"content-type": "application/problem+json", "cache-control": "no-store", **retry},
        "body": json.dumps(body, ensure_ascii=False),
        "isBase64Encoded": False,
    }


def problem_of(error: Exception, *, language: str = DEFAULT) -> Response:
    """Return the answer to an error: an unexpected one says nothing, a temporary one says when to try again."""
    for kind, status in STATUS.items():
        if isinstance(error, kind):
            reason = error.args[0] if error.args and isinstance(error.args[0], Message) else str(error)
            return problem(status, MEMBER_ERASED if kind is MemberErased else reason, language=language)
    if isinstance(error, Unavailable | Rejected):
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, Message("web.unavailable"), language=language)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, Message("web.internal_error"), language=language)
