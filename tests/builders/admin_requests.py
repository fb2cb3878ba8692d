"""Requests of staff on fakes: a route is called with who asks, and with the services that it uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from admin.services import Services
from ladder.domain.reviews.permissions import Staff
from ladder.web.app import REQUEST_CONTEXT
from ladder.web.staff import StaffRequest, StaffServices


@contextmanager
def admin_request(
    routes: APIGatewayHttpRouter,
    staff: Staff,
    *,
    now: datetime,
    kind: type[StaffServices] = Services,
    **services: Any,
) -> Iterator[None]:
    """Within it the routes answer this person. A service that is not given is used by no route that is called.

    `kind`: the services of the function whose routes they are.
    """
    unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(kind))
    context = StaffRequest(staff, now, kind(**(unused | services)), lambda: 0.0)
    routes.context[REQUEST_CONTEXT] = context
    try:
        yield
    finally:
        routes.context.clear()
