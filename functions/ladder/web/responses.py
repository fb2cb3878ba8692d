"""Every answer that a route may give, as the API's document has it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

PROBLEM, JSON = "application/problem+json", "application/json"
COMMON: Mapping[int, str] = {
    401: "The token is none of a login, or has ended",
    413: "The body is larger than any that is read",
    415: "The body is not called JSON",
    422: "The request is not as described: it says where",
    500: "Our fault",
    503: "Busy: try again after the seconds that `retry-after` says",
}
GATEWAYS = {401, 413, 500, 503}  # may come from the gateway too, in its own form
THROTTLED = 429
ALWAYS = (401, 403, 422, 500, 503)

type Answers = dict[int, Any]  # as Powertools has them


def answers(words: Mapping[int, str], *, good: Mapping[int, str], refused: tuple[int, ...] = ()) -> Answers:
    """`words`: beside the common ones, or instead of them. Without a content, an answer is the route's own value."""
    said = {**COMMON, **words}
    told: Answers = {int(status): {"description": each} for status, each in good.items()}
    for status in (*ALWAYS, *refused):
        told[status] = {"description": said[status], "content": _content(status)}
    told[THROTTLED] = {"description": HTTPStatus(THROTTLED).phrase, "content": {JSON: {"model": GatewayMessage}}}
    return dict(sorted(told.items()))


def _content(status: int) -> dict[str, Any]:
    ours = {PROBLEM: {"model": Problem}}
    return ours | ({JSON: {"model": GatewayMessage}} if status in GATEWAYS else {})


class Problem(BaseModel):
    type: str
    title: str
    status: int
    detail: str


class GatewayMessage(BaseModel):
    """What the gateway itself says, before anything of ours has run."""

    message: str
