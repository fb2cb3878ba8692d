"""The part of an HTTP function that is the same in each: one form of answer, whatever goes wrong."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.domain.errors import LadderError
from ladder.usage import Usage
from ladder.web.claims import Claims
from ladder.web.problem import problem, problem_of
from ladder.web.request_validation import MOST_BYTES, content_type, refuse_unreadable, told

VISIT = "visit"
WRITING = frozenset({"POST", "PUT"})  # methods that carry a body

type Event = dict[str, Any]
type Visiting = Callable[[Claims], object]  # who asks, by the token's claims, and what he may look through


def new_app() -> APIGatewayHttpResolver:
    app = APIGatewayHttpResolver(enable_validation=True)
    app.exception_handler(RequestValidationError)(_unprocessable)
    app.exception_handler(NotFoundError)(_not_found)
    return app


def new_routes() -> APIGatewayHttpRouter:
    """A part of an app, in a file of its own; what the app keeps of a request, it finds in its own `context`."""
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


def answered(
    app: APIGatewayHttpResolver,
    event: Event,
    context: LambdaContext,
    *,
    visiting: Visiting,
    logger: Logger,
    usage: Usage,
    most_bytes: int = MOST_BYTES,
) -> dict[str, Any]:
    """Who asks comes first: nobody else hears what is wrong with a request. Routes find him in `app.context`.

    `most_bytes`: of the body of this request.
    """
    try:
        app.context[VISIT] = visiting(_claims(event))
        _refuse_unread(event, most_bytes)
        answer = app.resolve(event, context)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is answered, and the same way everywhere
        answer = _problem_of(error, logger)
    finally:
        app.context.clear()
    logger.info("answered", route=event.get("routeKey"), status=answer["statusCode"], usage=usage.as_dict())
    return {**answer, "headers": {**answer["headers"], "cache-control": "no-store"}}


def placed[Told](told: Told, *, again: bool) -> Response[Told]:
    """201 where it is new."""
    status = HTTPStatus.OK if again else HTTPStatus.CREATED
    return Response(status_code=status, content_type="application/json", body=told)


def _claims(event: Event) -> Claims:
    authorizer = event["requestContext"].get("authorizer") or {}
    claims: Claims = authorizer.get("jwt", {}).get("claims", {})
    return claims


def _refuse_unread(event: Event, most_bytes: int) -> None:
    if event["requestContext"]["http"]["method"] in WRITING:
        kind = content_type(event.get("headers") or {})
        encoded = bool(event.get("isBase64Encoded"))
        refuse_unreadable(event.get("body") or "", encoded=encoded, content_type=kind, most_bytes=most_bytes)


def _unprocessable(error: RequestValidationError) -> Response[str]:
    """Says where, and never what was sent."""
    found = [told(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()]
    return _response(problem(HTTPStatus.UNPROCESSABLE_CONTENT, "; ".join(found)))


def _not_found(_: NotFoundError) -> Response[str]:
    return _response(problem(HTTPStatus.NOT_FOUND, "there is nothing here"))


def _problem_of(error: Exception, logger: Logger) -> dict[str, Any]:
    if isinstance(error, LadderError):
        logger.warning("refused", why=type(error).__name__)
    else:
        logger.error("failed", exc_info=error)
    answer = problem_of(error)
    if answer["statusCode"] == HTTPStatus.UNAUTHORIZED:
        answer["headers"]["www-authenticate"] = 'Bearer error="invalid_token"'
    return answer


def _response(answer: Mapping[str, Any]) -> Response[str]:
    headers = {name: value for name, value in answer["headers"].items() if name != "content-type"}
    return Response(answer["statusCode"], answer["headers"]["content-type"], answer["body"], headers)
