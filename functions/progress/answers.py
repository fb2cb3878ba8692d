"""Every answer that the members' routes may give, as the API's document has it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from progress.api_models import GatewayMessage, Problem

PROBLEM, JSON = "application/problem+json", "application/json"
OURS: Mapping[int, str] = {
    401: "The token is none of a login, or has ended",
    403: "The login is not linked to a member",
    404: "There is no such thing of the member's",
    409: "Something is in the way: it says what",
    413: "The body is larger than any that is read",
    415: "The body is not called JSON",
    422: "The request is not as described: it says where",
    500: "Our fault",
    503: "Busy: try again after the seconds that `retry-after` says",
}
GATEWAYS = {401, 413, 500, 503}  # may come from the gateway too, in its own form
THROTTLED = 429
ALWAYS = (401, 403, 422, 500, 503)
POSTING = (404, 409, 413, 415)

type Answers = dict[int, Any]  # as Powertools has them


def answers(*, good: Mapping[int, str], refused: tuple[int, ...] = ()) -> Answers:
    """Without a content, an answer is the route's own value."""
    told: Answers = {int(status): {"description": words} for status, words in good.items()}
    for status in (*ALWAYS, *refused):
        told[status] = {"description": OURS[status], "content": _content(status)}
    told[THROTTLED] = {"description": HTTPStatus(THROTTLED).phrase, "content": {JSON: {"model": GatewayMessage}}}
    return dict(sorted(told.items()))


def _content(status: int) -> dict[str, Any]:
    ours = {PROBLEM: {"model": Problem}}
    return ours | ({JSON: {"model": GatewayMessage}} if status in GATEWAYS else {})
