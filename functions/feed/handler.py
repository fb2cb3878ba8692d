"""The calendar feed Lambda: answers whoever has a member's calendar address with their times and titles, without login.

A calendar cannot log in, so the address is the secret: a random token, of which the table has the digest. It may read,
and nothing else. Every address that leads nowhere gets the same answer: unknown, revoked, erased or no address at all.
"""

import base64
import gzip
import hashlib
import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from feed.settings import Settings
from ladder.adapters.aws import aws_session
from ladder.adapters.dynamodb.appointments import DynamoAppointments
from ladder.adapters.dynamodb.calendar_feeds import DynamoCalendarFeeds
from ladder.adapters.dynamodb.preferences import DynamoPreferences
from ladder.adapters.dynamodb.table import Table
from ladder.domain.calendar.feed import SUFFIX, digest, member_calendar, program_of_token
from ladder.domain.errors import LadderError, NotFound
from ladder.domain.message import Message
from ladder.messages.render import choose_language, render
from ladder.settings import from_env
from ladder.usage import Usage
from ladder.web.problem import problem_of

type Response = dict[str, Any]

logger = Logger()
settings = from_env(Settings, os.environ)
HEADERS = {
    "cache-control": "private, no-cache",  # kept, and asked for again with its entity tag
    "vary": "accept-encoding",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
CALENDAR = {"content-type": "text/calendar; charset=utf-8", "content-disposition": 'inline; filename="ladder.ics"'}
NO_SUCH_CALENDAR = NotFound(Message("appointments.no_such_calendar"))


@cache
def table() -> Table:
    return Table(aws_session().create_client("dynamodb"), settings.members_table, Usage())


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> Response:  # noqa: ARG001
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    try:
        text = calendar_of(str(event["pathParameters"]["file"]))
    except LadderError as error:
        logger.warning("refused", why=type(error).__name__)
        return problem_of(error)
    except Exception as error:
        logger.exception("failed")
        return problem_of(error)
    answer = answered(text, known=headers.get("if-none-match", ""), accepted=headers.get("accept-encoding", ""))
    logger.info("answered", status=answer["statusCode"])  # never the path: it is the secret
    return answer


def calendar_of(file: str) -> str | None:
    """Return the calendar that an address leads to; None where it leads nowhere."""
    token = file.removesuffix(SUFFIX)
    program = program_of_token(token) if file.endswith(SUFFIX) else None
    if program is None:
        return None
    members = table()
    feed = DynamoCalendarFeeds(members).find(program, digest(token))
    if feed is None:
        return None
    language = choose_language(DynamoPreferences(members).of(program, feed.member).language or feed.language)
    return member_calendar(
        program,
        feed.member,
        DynamoAppointments(members).of(program, feed.member),
        deadline_title=lambda title: render(Message("appointments.due_item", {"title": title}), language),
        now=datetime.now(UTC),
    )


def answered(text: str | None, *, known: str, accepted: str) -> Response:
    """Return the response; 304 where the reader has the same calendar. `known`: the entity tags that it has."""
    if text is None:
        return problem_of(NO_SUCH_CALENDAR)
    body = text.encode("utf-8", "replace")
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if etag in {tag.strip().removeprefix("W/") for tag in known.split(",")} or known.strip() == "*":
        return {"statusCode": 304, "headers": {**HEADERS, "etag": etag}, "body": ""}
    headers = {**HEADERS, **CALENDAR, "etag": etag}
    if "gzip" in accepted:
        body, headers["content-encoding"] = gzip.compress(body, mtime=0), "gzip"
    encoded = base64.b64encode(body).decode()
    return {"statusCode": 200, "headers": headers, "body": encoded, "isBase64Encoded": True}
