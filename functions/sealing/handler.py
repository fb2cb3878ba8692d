"""The sealing Lambda: on a schedule, it chains the new audit records into seals, and anchors and verifies the chain."""

import os
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.adapters.anchors import S3Anchors
from ladder.adapters.aws import aws_session, backoff
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.table import Table
from ladder.domain.errors import Rejected, Unavailable
from ladder.settings import from_env
from ladder.usage import Usage
from sealing.seal import seal
from sealing.settings import Settings

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: the log shows it growing


@cache
def ports() -> tuple[DynamoPrograms, DynamoAudit, S3Anchors]:
    session = aws_session()
    dynamodb, s3 = session.create_client("dynamodb"), session.create_client("s3")
    programs, audit = (Table(dynamodb, name, usage) for name in (settings.programs_table, settings.audit_table))
    return DynamoPrograms(programs), DynamoAudit(audit), S3Anchors(s3, settings.anchors_bucket)


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Seal and verify. A program that is not sealed, or whose chain is broken, fails the call and raises an alarm.

    Raises Rejected for any other event than the schedule's.
    """
    if not event.get("seal"):
        raise Rejected("unknown event: not the schedule's")
    programs, audit, anchors = ports()
    sealed = seal(programs=programs, audit=audit, anchors=anchors, now=datetime.now(UTC), pause=backoff)
    result = {"seals": sealed.seals, "records": sealed.records, "anchored": len(sealed.anchored)}
    logger.info("sealed", result=result, failed=sealed.failed, usage=asdict(usage))
    if sealed.failed:
        raise Unavailable(f"not sealed: {', '.join(sealed.failed)}")
    if sealed.broken:
        raise Rejected("; ".join(f"{program}: {link}" for program, link in sealed.broken.items()))
    return result
