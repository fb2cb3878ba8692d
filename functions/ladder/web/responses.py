"""The responses that a route may give, as the OpenAPI document has them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from ladder.domain.message import Parameter

PROBLEM, JSON = "application/problem+json", "application/json"
DESCRIPTIONS: Mapping[int, str] = {
    401: "Invalid or expired token",
    413: "The body is too large",
    415: "Content-Type must be application/json",
    422: "Invalid request: see `detail`",
    500: "Internal error",
    503: "Temporarily unavailable: try again after the seconds in `retry-after`",
}
FROM_GATEWAY = {401, 413, 500, 503}  # may come from the gateway too, in its own form
THROTTLED = 429
ALWAYS = (401, 403, 422, 500, 503)

type Responses = dict[int, Any]  # in the form of Powertools


class FieldError(BaseModel):
    """`where`: the path of the field, such as `body.reason`; `text`: what is wrong with it, as in `detail`."""

    where: str
    code: str
    parameters: dict[str, Parameter] | None = None
    text: str


class Problem(BaseModel):
    """`detail`: in the language that the request accepts best. `code` and `parameters`: the same as a reason code.

    `errors`: the fields of a request that are wrong.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str | None = None
    parameters: dict[str, Parameter] | None = None
    errors: list[FieldError] | None = None


class GatewayMessage(BaseModel):
    """The answer of the gateway itself, before any function runs."""

    message: str


def documented_responses(
    errors: Mapping[int, str], *, good: Mapping[int, str], refused: tuple[int, ...] = ()
) -> Responses:
    """Return all responses of a route: `good` ones, which have the route's own value, and its errors.

    `errors`: descriptions beside the common ones, or instead of them. `refused`: errors beside those of every route.
    """
    descriptions = {**DESCRIPTIONS, **errors}
    gateway = {JSON: {"model": GatewayMessage}}
    responses: Responses = {int(status): {"description": text} for status, text in good.items()}
    for status in (*ALWAYS, *refused):
        content: dict[str, Any] = {PROBLEM: {"model": Problem}, **(gateway if status in FROM_GATEWAY else {})}
        responses[status] = {"description": descriptions[status], "content": content}
    responses[THROTTLED] = {"description": HTTPStatus(THROTTLED).phrase, "content": gateway}
    return dict(sorted(responses.items()))
