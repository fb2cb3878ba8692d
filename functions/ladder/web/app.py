"""The part of an HTTP function that is the same in each: request validation, one form of answer, and its OpenAPI."""

import base64
import gzip
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Protocol

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from ladder.domain.errors import InvalidRequest, LadderError, TooLarge, Unsupported
from ladder.domain.message import Message, Parameter
from ladder.domain.validation.constraints import ILLEGIBLE
from ladder.messages.render import choose_language, with_text
from ladder.usage import Usage
from ladder.web.claims import Claims
from ladder.web.problem import problem, problem_of

REQUEST_CONTEXT, LANGUAGE = "request", "language"  # keys of Powertools' context
METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
LEAST_COMPRESSED = 1_024  # bytes
MOST_PLAIN = 4_000_000  # bytes; of an answer with its quotes escaped, Lambda takes six million
MOST_BYTES = 16_384  # of a body: text of 1,000 characters, however they are escaped
LONGEST_PLACE = 100  # characters of where something is wrong
PROBLEM, JSON = "application/problem+json", "application/json"
OTHERWISE = "value_error"
LIMITS = ("ge", "le", "min_length", "max_length")  # that a message may name
QUOTED = re.compile(r"'([^']*)'")
INVALID: Mapping[str, str] = {  # by pydantic's type of an error
    "missing": "web.missing",
    "extra_forbidden": "web.unknown_field",
    "literal_error": "web.none_of_these",
    "string_type": "web.not_a_text",
    "string_too_short": "web.too_short",
    "string_too_long": "web.too_long",
    "string_pattern_mismatch": "web.not_of_this_form",
    "int_type": "web.not_a_whole_number",
    "int_from_float": "web.not_a_whole_number",
    "int_parsing": "web.not_a_whole_number",
    "float_type": "web.not_a_number",
    "float_parsing": "web.not_a_number",
    "finite_number": "web.not_a_number",
    "bool_type": "web.not_true_or_false",
    "bool_parsing": "web.not_true_or_false",
    "greater_than_equal": "web.too_small",
    "less_than_equal": "web.too_great",
    "too_long": "web.too_many",
    "dict_type": "web.not_an_object",
    "model_attributes_type": "web.not_an_object",
    "date_type": "web.not_a_date",
    "date_from_datetime_parsing": "web.not_a_date",
    "date_from_datetime_inexact": "web.not_a_date",
    OTHERWISE: "web.invalid_value",
}

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
type Event = dict[str, Any]


class Routes(Protocol):
    """Routes, where the context of the request that they answer is found."""

    @property
    def context(self) -> Mapping[str, Any]: ...


def new_app() -> APIGatewayHttpResolver:
    app = APIGatewayHttpResolver(enable_validation=True)
    app.use([_with_text])
    no_route = Message("web.no_such_route")
    app.exception_handler(NotFoundError)(
        lambda _: _response(problem(HTTPStatus.NOT_FOUND, no_route, language=app.context[LANGUAGE]))
    )
    app.exception_handler(RequestValidationError)(
        lambda error: _response(_unprocessable(error, language=app.context[LANGUAGE]))
    )
    return app


def new_routes() -> APIGatewayHttpRouter:
    """Return routes for a file of their own; they find the request's context in their own `context`."""
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


def resolve[Context](
    app: APIGatewayHttpResolver,
    event: Event,
    context: LambdaContext,
    *,
    request_context: Callable[[Claims], Context],
    logger: Logger,
    usage: Usage,
    most_bytes: int = MOST_BYTES,
    chosen_language: Callable[[Context], str | None] = lambda _: None,
) -> dict[str, Any]:
    """Answer a request, in the language that the caller chose, or that the request accepts best.

    The caller is authenticated first: nobody else learns what is wrong with a request.
    `request_context`: by the token's claims, who asks; routes find it in `app.context`. `most_bytes`: of the body.
    `chosen_language`: the one that the caller wants, whatever the request accepts.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    accepted = headers.get("accept-language")
    language = choose_language(accepted)
    try:
        authorizer = event["requestContext"].get("authorizer") or {}
        asked = request_context(authorizer.get("jwt", {}).get("claims", {}))
        language = choose_language(chosen_language(asked) or accepted)
        app.context.update({REQUEST_CONTEXT: asked, LANGUAGE: language})
        if event["requestContext"]["http"]["method"] in METHODS_WITH_BODY:
            validate_body(
                event.get("body") or "",
                encoded=bool(event.get("isBase64Encoded")),
                content_type=headers.get("content-type", ""),
                most_bytes=most_bytes,
            )
        answer = app.resolve(event, context)
    except Exception as error:
        if isinstance(error, LadderError):
            logger.warning("refused", why=type(error).__name__)
        else:
            logger.exception("failed")
        answer = problem_of(error, language=language)
        if answer["statusCode"] == HTTPStatus.UNAUTHORIZED:
            answer["headers"]["www-authenticate"] = 'Bearer error="invalid_token"'
    finally:
        app.context.clear()
    logger.info("answered", route=event.get("routeKey"), status=answer["statusCode"], usage=asdict(usage))
    common = {"cache-control": "no-store", "content-language": language, "vary": "accept-encoding"}
    answer["headers"] = common | answer["headers"]  # a public route says itself for how long its answer may be kept
    return compressed(answer, headers.get("accept-encoding", ""))


def compressed(answer: dict[str, Any], accepted: str) -> dict[str, Any]:
    """Return the answer as gzip where that is accepted and worth it: a page of a ledger becomes an eighth.

    What a function could not return as it is, such as the export of a long ledger, is sent so whatever is accepted.
    Bytes, such as those of an image, stay as they are.
    """
    body = (answer["body"] or "").encode()
    wanted = "gzip" in accepted and len(body) >= LEAST_COMPRESSED
    if answer.get("isBase64Encoded") or not (wanted or len(body) > MOST_PLAIN):
        return answer
    headers = {**answer["headers"], "content-encoding": "gzip"}
    packed = base64.b64encode(gzip.compress(body, mtime=0)).decode()
    return {**answer, "headers": headers, "body": packed, "isBase64Encoded": True}


def validate_body(body: str, *, encoded: bool, content_type: str, most_bytes: int = MOST_BYTES) -> None:
    """Refuse a body that cannot be JSON, before anything reads it.

    `encoded`: the gateway made base64 of it. A body without a content type is taken for JSON.
    Raises InvalidRequest, TooLarge or Unsupported.
    """
    try:
        raw = base64.b64decode(body, validate=True) if encoded else body.encode("utf-8", "surrogatepass")
    except ValueError as error:
        raise InvalidRequest(Message("web.body_not_base64")) from error
    if len(raw) > most_bytes:
        raise TooLarge(Message("web.body_too_large", {"bytes": most_bytes}))
    if content_type.partition(";")[0].strip().lower() not in {"", JSON}:
        raise Unsupported(Message("web.not_json_type", {"type": JSON}))
    try:
        _require_legible(json.loads(raw or b"null", object_pairs_hook=_with_distinct_keys), "body")
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(Message("web.body_not_json")) from error


def _require_legible(value: object, place: str) -> None:
    """Raise InvalidRequest for a character that no text may have, such as NUL: no ledger, audit or queue carries it.

    Texts of sources follow the same rule; there it is replaced, as nobody waits for an answer.
    """
    if isinstance(value, str) and (found := ILLEGIBLE.search(value)):
        raise InvalidRequest(Message("web.illegible", {"where": place, "character": f"U+{ord(found[0]):04X}"}))
    if isinstance(value, dict):
        for name, part in value.items():
            _require_legible(name, place)
            _require_legible(part, f"{place}.{name}"[:LONGEST_PLACE])
    elif isinstance(value, list):
        for number, part in enumerate(value):
            _require_legible(part, f"{place}.{number}")


def _with_distinct_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return the object. Raises InvalidRequest for a key that it has twice: two readers could see two values."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        repeated = next(name for name in names if names.count(name) > 1)
        raise InvalidRequest(Message("web.key_repeated", {"key": repeated}))
    return dict(pairs)


def created[Body](body: Body, *, again: bool, waits: bool = False) -> Response[Body]:
    """Answer 201, or 200 where it existed before, or 202 where it waits for somebody."""
    status = HTTPStatus.ACCEPTED if waits else HTTPStatus.OK if again else HTTPStatus.CREATED
    return Response(status_code=status, content_type=JSON, body=body)


def _with_text(app: APIGatewayHttpResolver, next_middleware: Callable[..., Response[Any]]) -> Response[Any]:
    """Render the messages of an answer; the middleware of Powertools has made plain values of it before."""
    answer = next_middleware(app)
    answer.body = with_text(answer.body, app.context[LANGUAGE])
    return answer


def _unprocessable(error: RequestValidationError, *, language: str) -> dict[str, Any]:
    """Say where a request is wrong, and never what was sent; without characters that no answer can hold."""
    fields = list[tuple[str, Message]]()
    for item in error.errors():
        where = ".".join(map(str, item["loc"]))[:LONGEST_PLACE].encode("utf-8", "replace").decode()
        limits = item.get("ctx", {})
        expected = ", ".join(QUOTED.findall(str(limits.get("expected", ""))))
        limit = next((limits[name] for name in LIMITS if name in limits), 0)
        kind = item["type"] if item["type"] in INVALID else OTHERWISE
        wrong = Message(INVALID[kind], {"limit": limit, "expected": expected, "form": str(limits.get("pattern", ""))})
        fields.append((where, wrong))
    status, invalid = HTTPStatus.UNPROCESSABLE_CONTENT, Message("web.invalid_request")
    return problem(status, invalid, language=language, fields=fields)


def _response(answer: Mapping[str, Any]) -> Response[str]:
    headers = {name: value for name, value in answer["headers"].items() if name != "content-type"}
    return Response(answer["statusCode"], answer["headers"]["content-type"], answer["body"], headers)


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
