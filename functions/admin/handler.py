"""The admin Lambda. So far the clock alone calls it: to seal what was decided."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import botocore.session
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from admin.seal import seal
from admin.settings import Settings
from ladder.adapters.anchors import S3Anchors
from ladder.adapters.aws import backoff
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.table import Table
from ladder.domain.errors import Rejected, Unavailable
from ladder.settings import from_env
from ladder.usage import Usage

logger = Logger()
settings = from_env(Settings, os.environ)
session = botocore.session.get_session()
dynamodb = session.create_client("dynamodb")
anchors = S3Anchors(session.create_client("s3"), settings.anchors_bucket)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Raises Rejected where nobody here knows what is asked."""
    for asked, act in BY_THE_CLOCK.items():
        if event.get(asked):
            return act()
    raise Rejected(f"ask for one of {', '.join(BY_THE_CLOCK)}")


def _seal() -> dict[str, Any]:
    """A program that could not be sealed fails the call: it is asked again, and an alarm hears of it."""
    usage = Usage()
    sealed = seal(
        programs=DynamoPrograms(Table(dynamodb, settings.programs_table, usage)),
        audit=DynamoAudit(Table(dynamodb, settings.audit_table, usage)),
        anchors=anchors,
        now=datetime.now(UTC),
        pause=backoff,
    )
    told = {"seals": sealed.seals, "records": sealed.records, "anchored": sealed.anchored}
    logger.info("sealed", told=told, failed=sealed.failed, usage=usage.as_dict())
    if sealed.failed:
        raise Unavailable(f"not sealed: {', '.join(sealed.failed)}")
    return told


BY_THE_CLOCK: Mapping[str, Callable[[], dict[str, Any]]] = {"seal": _seal}
