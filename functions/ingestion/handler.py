"""The Lambda entry point: a source's webhook request is received, a schedule's event polls sources."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingestion.poll import poll
from ingestion.receive import receive
from ingestion.receive_points import receive_points
from ingestion.settings import Settings
from ladder.adapters.aws import aws_session
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.point_requests import DynamoPointRequests
from ladder.adapters.dynamodb.quarantine import DynamoQuarantine
from ladder.adapters.dynamodb.sources import DynamoSources
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.secrets import IdentityKey, Keyring, ProgramSecrets, Secrets
from ladder.adapters.sources import SOURCES
from ladder.adapters.sources.webhook import signed_request
from ladder.adapters.sqs import SqsActivities, SqsCases
from ladder.domain.errors import InvalidSignature, LadderError, Unavailable
from ladder.messages.render import choose_language
from ladder.settings import from_env
from ladder.usage import Usage
from ladder.web.problem import problem_of

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: it grows from log line to log line


@dataclass(frozen=True, slots=True)
class Ports:
    """The stores and queues that receiving and polling use."""

    sources: DynamoSources
    keyring: Keyring
    identities: DynamoIdentities
    quarantine: DynamoQuarantine
    point_requests: DynamoPointRequests
    activities: SqsActivities
    cases: SqsCases


@cache
def ports() -> Ports:
    """Create the ports at the first call: loading AWS's models costs more than everything else a start does."""
    session = aws_session()
    dynamodb, secrets = session.create_client("dynamodb"), Secrets(session.create_client("secretsmanager"))
    members, sqs = Table(dynamodb, settings.members_table, usage), session.create_client("sqs")
    return Ports(
        sources=DynamoSources(Table(dynamodb, settings.programs_table, usage)),
        keyring=Keyring(ProgramSecrets(secrets, environment=settings.environment)),
        identities=DynamoIdentities(members, key=IdentityKey(secrets, settings.identity_secret)),
        quarantine=DynamoQuarantine(members),
        point_requests=DynamoPointRequests(members),
        activities=SqsActivities(sqs, settings.activities_queue_url),
        cases=SqsCases(sqs, settings.cases_queue_url),
    )


POINTS, SOURCE_HEADER = "/api/v1/users/", "ladder-source"  # whose value is program/source
SECONDS_TO_REFUSE = 0.2  # however long it took: only a source that exists has a secret to be read


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Poll the sources, or receive a request. Logs numbers and a path's program and source, never an id or a body."""
    if event.get("poll"):
        return _poll(context)
    if event.get("rawPath", "").startswith(POINTS):
        return _receive_points(event)
    path, began = event["pathParameters"], time.monotonic()
    try:
        answer, result = receive(
            signed_request(event),
            program=path["program"],
            source=path["source"],
            now=datetime.now(UTC),
            sources=ports().sources,
            vendors=SOURCES,
            keyring=ports().keyring,
            identities=ports().identities,
            quarantine=ports().quarantine,
            activities=ports().activities,
            cases=ports().cases,
        )
    except LadderError as error:
        logger.warning("refused", program=path["program"], source=path["source"], why=type(error).__name__)
        if isinstance(error, InvalidSignature):
            time.sleep(max(0.0, began + SECONDS_TO_REFUSE - time.monotonic()))
        return problem_of(error)
    except Exception as error:
        logger.exception("failed", program=path["program"], source=path["source"])
        return problem_of(error)
    numbers = {"accepted": result.accepted, "ignored": result.ignored, "unreadable": result.unreadable}
    _log(result.unreadable)("received", usage=asdict(usage), **numbers, **path)
    return {
        "statusCode": answer.status,
        "headers": {"content-type": "application/json", "cache-control": "no-store", **answer.headers},
        "body": json.dumps(answer.body, ensure_ascii=False),
        "isBase64Encoded": False,
    }


def _receive_points(event: dict[str, Any]) -> dict[str, Any]:
    """Answer 201, or 200 where the same was received before."""
    request, began = signed_request(event), time.monotonic()
    program, _, source = request.headers.get(SOURCE_HEADER, "").partition("/")
    try:
        reported = receive_points(
            request,
            user=event["pathParameters"]["userId"],
            program=program,
            source=source,
            now=datetime.now(UTC),
            sources=ports().sources,
            vendor=SOURCES["standard"],
            keyring=ports().keyring,
            identities=ports().identities,
            activities=ports().activities,
            requests=ports().point_requests,
        )
    except Exception as error:
        if isinstance(error, LadderError):
            logger.warning("points refused", why=type(error).__name__)
        else:
            logger.exception("points failed")
        if isinstance(error, InvalidSignature):
            time.sleep(max(0.0, began + SECONDS_TO_REFUSE - time.monotonic()))
        return problem_of(error, language=choose_language(request.headers.get("accept-language")))
    logger.info("points received", program=program, source=source, again=reported.again, usage=asdict(usage))
    return {
        "statusCode": 200 if reported.again else 201,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(asdict(reported), ensure_ascii=False),
        "isBase64Encoded": False,
    }


def _log(unreadable: int) -> Callable[..., None]:
    """Return the method to log with: what was quarantined waits for somebody to look at it."""
    return logger.warning if unreadable else logger.info


def _poll(context: LambdaContext) -> dict[str, Any]:
    """Poll all sources. Raises Unavailable after the last one where any failed: so the schedule shows it."""
    from ladder.adapters.sources.timeline import TalentTimeline  # noqa: PLC0415  # a webhook request needs no HTTP client

    result = poll(
        now=datetime.now(UTC),
        time_left=lambda: context.get_remaining_time_in_millis() / 1000,
        sources=ports().sources,
        timelines={"talentlms": TalentTimeline()},
        keyring=ports().keyring,
        identities=ports().identities,
        quarantine=ports().quarantine,
        activities=ports().activities,
        cases=ports().cases,
    )
    numbers = {"accepted": result.accepted, "ignored": result.ignored, "unreadable": result.unreadable}
    _log(result.unreadable)("polled", failed=len(result.failed), **numbers)
    for (program, source), why in result.failed.items():
        logger.error("a source was not read to its end", program=program, source=source, why=why)
    if result.failed:
        raise Unavailable(f"{len(result.failed)} sources were not read to their end")
    return numbers
