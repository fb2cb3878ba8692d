"""The part of an HTTP function that is the same in each: request validation, and one form of answer."""

import base64
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.domain.activities.inbound import TooLarge, Unsupported
from ladder.domain.errors import InvalidRequest, LadderError
from ladder.usage import Usage
from ladder.web.claims import Claims
from ladder.web.problem import problem, problem_of

REQUEST_CONTEXT = "request"  # the key of Powertools' context
METHODS_WITH_BODY = frozenset({"POST", "PUT"})
MOST_BYTES = 16_384  # of a body: text of 1,000 characters, however they are escaped
JSON = "application/json"

type Event = dict[str, Any]


def new_app() -> APIGatewayHttpResolver:
    app = APIGatewayHttpResolver(enable_validation=True)
    app.exception_handler(RequestValidationError)(_unprocessable)
    app.exception_handler(NotFoundError)(lambda _: _response(problem(HTTPStatus.NOT_FOUND, "no such route")))
    return app


def new_routes() -> APIGatewayHttpRouter:
    """Return routes for a file of their own; they find the request's context in their own `context`."""
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


def resolve(
    app: APIGatewayHttpResolver,
    event: Event,
    context: LambdaContext,
    *,
    request_context: Callable[[Claims], object],
    logger: Logger,
    usage: Usage,
    most_bytes: int = MOST_BYTES,
) -> dict[str, Any]:
    """Answer a request. The caller is authenticated first: nobody else learns what is wrong with a request.

    `request_context`: by the token's claims, who asks; routes find it in `app.context`. `most_bytes`: of the body.
    """
    try:
        authorizer = event["requestContext"].get("authorizer") or {}
        app.context[REQUEST_CONTEXT] = request_context(authorizer.get("jwt", {}).get("claims", {}))
        if event["requestContext"]["http"]["method"] in METHODS_WITH_BODY:
            headers = event.get("headers") or {}
            content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
            validate_body(
                event.get("body") or "",
                encoded=bool(event.get("isBase64Encoded")),
                content_type=content_type,
                most_bytes=most_bytes,
            )
        answer = app.resolve(event, context)
    except Exception as error:
        if isinstance(error, LadderError):
            logger.warning("refused", why=type(error).__name__)
        else:
            logger.exception("failed")
        answer = problem_of(error)
        if answer["statusCode"] == HTTPStatus.UNAUTHORIZED:
            answer["headers"]["www-authenticate"] = 'Bearer error="invalid_token"'
    finally:
        app.context.clear()
    logger.info("answered", route=event.get("routeKey"), status=answer["statusCode"], usage=usage.as_dict())
    return {**answer, "headers": {**answer["headers"], "cache-control": "no-store"}}


def validate_body(body: str, *, encoded: bool, content_type: str, most_bytes: int = MOST_BYTES) -> None:
    """Refuse a body that cannot be JSON, before anything reads it.

    `encoded`: the gateway made base64 of it. A body without a content type is taken for JSON.
    Raises InvalidRequest, TooLarge or Unsupported.
    """
    try:
        raw = base64.b64decode(body, validate=True) if encoded else body.encode("utf-8", "surrogatepass")
    except ValueError as error:
        raise InvalidRequest("body: it is not valid base64") from error
    if len(raw) > most_bytes:
        raise TooLarge(f"send at most {most_bytes} bytes")
    if content_type.partition(";")[0].strip().lower() not in {"", JSON}:
        raise Unsupported(f"Content-Type must be {JSON}")
    try:
        json.loads(raw or b"null")
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("body: it is not JSON") from error


def created[Body](body: Body, *, again: bool) -> Response[Body]:
    """Answer 201, or 200 where it existed before."""
    status = HTTPStatus.OK if again else HTTPStatus.CREATED
    return Response(status_code=status, content_type=JSON, body=body)


def _unprocessable(error: RequestValidationError) -> Response[str]:
    """Say where a request is wrong, and never what was sent; without characters that no answer can hold."""
    found = [f"{'.'.join(map(str, item['loc']))[:100]}: {item['msg']}" for item in error.errors()]
    detail = "; ".join(found).encode("utf-8", "replace").decode()
    return _response(problem(HTTPStatus.UNPROCESSABLE_CONTENT, detail))


def _response(answer: Mapping[str, Any]) -> Response[str]:
    headers = {name: value for name, value in answer["headers"].items() if name != "content-type"}
    return Response(answer["statusCode"], answer["headers"]["content-type"], answer["body"], headers)
