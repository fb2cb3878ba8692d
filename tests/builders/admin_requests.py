"""Requests of the admin API on fakes: a route is called with who asks, and with the services that it uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from admin.services import RequestContext, Services
from ladder.domain.reviews.permissions import Staff
from ladder.web.app import REQUEST_CONTEXT


@contextmanager
def admin_request(routes: APIGatewayHttpRouter, staff: Staff, *, now: datetime, **services: Any) -> Iterator[None]:
    """Within it the routes answer this person. A service that is not given is used by no route that is called."""
    unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
    context = RequestContext(staff, now, Services(**(unused | services)), lambda: 0.0)
    routes.context[REQUEST_CONTEXT] = context
    try:
        yield
    finally:
        routes.context.clear()
