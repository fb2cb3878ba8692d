"""Answers of the HTTP API, and the one place where errors become answers (RFC 9457)."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ladder.domain.activities.inbound import InvalidSignature, Malformed, TooLarge, Unsupported
from ladder.domain.errors import (
    Conflict,
    InvalidRequest,
    LadderError,
    MemberErased,
    NotAMember,
    NotAuthenticated,
    NotAuthorized,
    NotFound,
    Rejected,
    Unavailable,
)

type Response = dict[str, Any]  # as API Gateway's payload 2.0 has it

RETRY_AFTER_SECONDS = "30"
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


def response(status: int, body: object, *, kind: str = "application/json", **headers: str) -> Response:
    return {
        "statusCode": int(status),
        "headers": {"content-type": kind, "cache-control": "no-store", **headers},
        "body": json.dumps(body, ensure_ascii=False),
        "isBase64Encoded": False,
    }


def problem(status: int, detail: str, **headers: str) -> Response:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status), "detail": detail}
    return response(status, body, kind="application/problem+json", **headers)


def problem_of(error: Exception) -> Response:
    """Return the answer to an error: an unexpected one says nothing, a temporary one says when to try again."""
    for kind, status in STATUS.items():
        if isinstance(error, kind):
            return problem(status, str(error))
    if isinstance(error, Unavailable | Rejected):
        detail = "temporarily unavailable: send it again"
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, **{"retry-after": RETRY_AFTER_SECONDS})
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal error")
