"""The activation Lambda: the steps that make a night live, and the one that clears up after a failure."""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from activation.activate import activate
from activation.recover import recover
from activation.settings import Settings
from activation.verify import verify
from ladder.adapters.aws import aws_session
from ladder.adapters.dynamodb.program_stores import ProgramStores
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.eventbridge import EventBridgeAnnouncements
from ladder.adapters.platforms import Platforms
from ladder.adapters.secrets import ProgramSecrets, Secrets
from ladder.domain.challenges.ports import ChallengePlatform
from ladder.domain.challenges.rotation import Claim
from ladder.domain.programs.program import Program
from ladder.settings import from_env
from ladder.step import DONE, Progress, claim_from_event, response
from ladder.usage import Usage

logger = Logger()
settings = from_env(Settings, os.environ)
session = aws_session()
dynamodb = session.create_client("dynamodb")
announcements = EventBridgeAnnouncements(session.create_client("events"), settings.event_bus_name)
secrets = ProgramSecrets(Secrets(session.create_client("secretsmanager")), environment=settings.environment)


@dataclass(frozen=True, slots=True)
class Step:
    """One invocation: the claim it works under, and everything it may look through."""

    claim: Claim
    event: dict[str, Any]
    program: Program
    stores: ProgramStores
    platforms: Platforms

    @property
    def platform(self) -> ChallengePlatform:
        return self.platforms.challenges(self.program)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    usage = Usage()
    step = _step(event, usage, lambda: context.get_remaining_time_in_millis() / 1000)
    progress = STEPS[event["step"]](step)
    logger.info("step", step=event["step"], rotation=step.claim.execution, usage=asdict(usage))
    return response(progress, usage)


def _step(event: dict[str, Any], usage: Usage, time_left: Callable[[], float]) -> Step:
    claim = claim_from_event(event)
    stores = ProgramStores(Table(dynamodb, settings.programs_table, usage), audit=settings.audit_table)
    program = stores.programs.version(claim.program, stores.rotations.hold(claim).program_version)
    return Step(claim, event, program, stores, Platforms(secrets, usage, time_left))


def _verify(step: Step) -> Progress:
    return verify(
        step.claim,
        step.program,
        step.stores.programs.roster(step.claim.program),
        cursor=step.event["cursor"],
        rotations=step.stores.rotations,
        assignments=step.stores.assignments,
        platform=step.platform,
    )


def _activate(step: Step) -> Progress:
    activate(
        step.claim,
        step.program,
        now=datetime.now(UTC),
        programs=step.stores.programs,
        rotations=step.stores.rotations,
        assignments=step.stores.assignments,
        platform=step.platform,
        announcements=announcements,
    )
    return DONE


def _recover(step: Step) -> Progress:
    failure = step.event["error"]
    recover(
        step.claim,
        step.program,
        programs=step.stores.programs,
        why=f"{failure['error']}: {failure['cause']}",
        rotations=step.stores.rotations,
        platform=lambda: step.platform,
    )
    return DONE


STEPS = {"verify": _verify, "activate": _activate, "recover": _recover}
