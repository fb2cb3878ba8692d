"""The activation Lambda: the steps that make a night live, and the one that clears up after a failure."""

import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from activation.activate import activate
from activation.recover import recover
from activation.settings import Settings
from activation.verify import verify
from ladder.adapters.aws import aws_session
from ladder.adapters.dynamodb.night_usage import count_usage
from ladder.adapters.dynamodb.program_stores import ProgramStores
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.eventbridge import EventBridgeAnnouncements
from ladder.adapters.platforms import Platforms
from ladder.adapters.secrets import ProgramSecrets, Secrets
from ladder.settings import from_env
from ladder.step import DONE, claim_from_event, response
from ladder.usage import Usage

logger = Logger()
settings = from_env(Settings, os.environ)
session = aws_session()
dynamodb = session.create_client("dynamodb")
announcements = EventBridgeAnnouncements(session.create_client("events"), settings.event_bus_name)
secrets = ProgramSecrets(Secrets(session.create_client("secretsmanager")), environment=settings.environment)


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    usage, claim = Usage(), claim_from_event(event)
    stores = ProgramStores(Table(dynamodb, settings.programs_table, usage), audit=settings.audit_table)
    programs, rotations, assignments = stores.programs, stores.rotations, stores.assignments
    program = programs.version(claim.program, rotations.hold(claim).program_version)
    platforms = Platforms(secrets, usage, lambda: context.get_remaining_time_in_millis() / 1000)
    progress = DONE
    match event["step"]:
        case "verify":
            progress = verify(
                claim,
                program,
                programs.roster(claim.program),
                cursor=event["cursor"],
                rotations=rotations,
                assignments=assignments,
                platform=platforms.challenges(program),
            )
        case "activate":
            activate(
                claim,
                program,
                now=datetime.now(UTC),
                programs=programs,
                rotations=rotations,
                assignments=assignments,
                platform_of=platforms.challenges,
                announcements=announcements,
            )
        case "recover":
            recover(
                claim,
                program,
                programs=programs,
                why=f"{event['error']['error']}: {event['error']['cause']}",
                rotations=rotations,
                platform=lambda: platforms.challenges(program),
            )
        case unknown:
            raise ValueError(f"{unknown} is no step of this function")
    logger.info("step", step=event["step"], rotation=claim.execution, usage=asdict(usage))
    count_usage(Table(dynamodb, settings.programs_table, Usage()), claim, usage)
    return response(progress, usage)
