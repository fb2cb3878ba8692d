"""The rotation Lambda: steps of a night from collecting to assigning, and the tick that starts nights."""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.adapters.aws import aws_session
from ladder.adapters.dynamodb.program_stores import ProgramStores
from ladder.adapters.dynamodb.reviews import DynamoDifficultyReliefs, DynamoReviews
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.metric_files.s3 import MetricBucket
from ladder.adapters.platforms import Platforms
from ladder.adapters.secrets import ProgramSecrets, Secrets
from ladder.adapters.sqs import SqsCompletions
from ladder.adapters.stepfunctions import StepFunctionsExecutions
from ladder.domain.challenges.rotation import Claim
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import Program
from ladder.settings import from_env
from ladder.step import DONE, Progress, claim_from_event, response
from ladder.usage import Usage
from rotation.assign import assign
from rotation.collect import collect
from rotation.plan import plan
from rotation.retire import retire
from rotation.settings import Settings
from rotation.settle import settle
from rotation.tick import tick

logger = Logger()
settings = from_env(Settings, os.environ)
session = aws_session()
dynamodb = session.create_client("dynamodb")
completions = SqsCompletions(session.create_client("sqs"), settings.activities_queue_url)
states = session.create_client("stepfunctions")
secrets = ProgramSecrets(Secrets(session.create_client("secretsmanager")), environment=settings.environment)
files = MetricBucket(session.create_client("s3"), settings.metrics_bucket)


@dataclass(frozen=True, slots=True)
class Step:
    """One invocation: the claim it works under, and everything it may look through."""

    claim: Claim
    cursor: Any
    program: Program
    roster: Roster
    usage: Usage
    stores: ProgramStores
    platforms: Platforms
    time_left: Callable[[], float]


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if event["step"] == "tick":
        return _tick(event["state_machine_arn"])
    step = _step(event, context)
    progress = STEPS[event["step"]](step)
    logger.info("step", step=event["step"], rotation=step.claim.execution, usage=asdict(step.usage))
    return response(progress, step.usage)


def _step(event: dict[str, Any], context: LambdaContext) -> Step:
    usage, claim = Usage(), claim_from_event(event)
    stores = ProgramStores(Table(dynamodb, settings.programs_table, usage))
    program = stores.programs.version(claim.program, stores.rotations.hold(claim).program_version)

    def time_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    platforms = Platforms(secrets, usage, time_left, files.source)
    roster = stores.programs.roster(claim.program)
    return Step(claim, event["cursor"], program, roster, usage, stores, platforms, time_left)


def _tick(state_machine_arn: str) -> dict[str, Any]:
    stores = ProgramStores(Table(dynamodb, settings.programs_table, Usage()))
    started = tick(
        now=datetime.now(UTC),
        programs=stores.programs,
        rotations=stores.rotations,
        executions=StepFunctionsExecutions(states, state_machine_arn),
    )
    return {"started": [claim.execution for claim in started]}


def _collect(step: Step) -> Progress:
    progress = collect(
        step.claim,
        step.program,
        step.roster,
        cursor=step.cursor,
        source=step.platforms.metrics(step.program, agents=sum(member.active for member in step.roster)),
        histories=step.stores.histories,
        programs=step.stores.programs,
        rotations=step.stores.rotations,
        assignments=step.stores.assignments,
        time_left=step.time_left,
    )
    if progress.warnings:
        logger.warning("some figures could not be used", rotation=step.claim.execution, why=progress.warnings)
    return progress


def _settle(step: Step) -> Progress:
    doubtful = settle(
        step.claim,
        step.program,
        step.roster,
        programs=step.stores.programs,
        rotations=step.stores.rotations,
        assignments=step.stores.assignments,
        histories=step.stores.histories,
        queue=completions,
        reviews=DynamoReviews(_members(step)),
        platform=step.platforms.challenges(step.program),
    )
    if doubtful:
        logger.warning("corrected figures no longer bear completions that were sent", count=doubtful)
    return DONE


def _plan(step: Step) -> Progress:
    plan(
        step.claim,
        step.program,
        step.roster,
        programs=step.stores.programs,
        rotations=step.stores.rotations,
        assignments=step.stores.assignments,
        histories=step.stores.histories,
        reliefs=DynamoDifficultyReliefs(_members(step)),
        platform=step.platforms.challenges(step.program),
    )
    return DONE


def _retire(step: Step) -> Progress:
    retire(
        step.claim,
        step.program,
        programs=step.stores.programs,
        rotations=step.stores.rotations,
        platform=step.platforms.challenges(step.program),
    )
    return DONE


def _assign(step: Step) -> Progress:
    return assign(
        step.claim,
        step.program,
        step.roster,
        cursor=step.cursor,
        rotations=step.stores.rotations,
        assignments=step.stores.assignments,
        platform=step.platforms.challenges(step.program),
        time_left=step.time_left,
    )


def _members(step: Step) -> Table:
    return Table(dynamodb, settings.members_table, step.usage)


STEPS = {"collect": _collect, "settle": _settle, "plan": _plan, "retire": _retire, "assign": _assign}
