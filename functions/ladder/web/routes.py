"""What a file of routes is written with, so that it knows the door and not what the process runs on."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

__all__ = ["Body", "Path", "Query", "Response", "new_routes"]


def new_routes() -> APIGatewayHttpRouter:
    """An app includes them; what it keeps of a request, they find in their own `context`."""
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]
