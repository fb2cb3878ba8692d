"""The rotation Lambda: steps of a night from collecting to assigning, and the tick that starts nights."""

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.adapters.aws import aws_session
from ladder.adapters.dynamodb.night_usage import count_usage
from ladder.adapters.dynamodb.objections import DynamoObjections
from ladder.adapters.dynamodb.participation import DynamoParticipation
from ladder.adapters.dynamodb.program_stores import ProgramStores
from ladder.adapters.dynamodb.reviews import DynamoDifficultyReliefs, DynamoReviews
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.metric_files.s3 import MetricBucket
from ladder.adapters.platforms import Platforms
from ladder.adapters.secrets import IdentityKey, ProgramSecrets, Secrets
from ladder.adapters.sqs import SqsCompletions
from ladder.adapters.stepfunctions import StepFunctionsExecutions
from ladder.domain.challenges.ports import ChallengePlatform, MetricSource
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import Program
from ladder.settings import from_env
from ladder.step import DONE, Progress, claim_from_event, response
from ladder.usage import Usage
from rotation.assign import assign
from rotation.collect import collect
from rotation.measure_today import measure_today
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
stored_secrets = Secrets(session.create_client("secretsmanager"))
secrets = ProgramSecrets(stored_secrets, environment=settings.environment)
identity_key = IdentityKey(stored_secrets, settings.identity_secret)
s3 = session.create_client("s3")


@dataclass(frozen=True, slots=True)
class Step:
    """One invocation: the claim it works under, and what a step may use."""

    claim: Claim
    cursor: Any
    program: Program
    roster: Roster
    usage: Usage
    stores: ProgramStores
    platforms: Platforms
    time_left: Callable[[], float]

    @property
    def challenges(self) -> ChallengePlatform:
        return self.platforms.challenges(self.program)


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    usage = Usage()
    stores = ProgramStores(Table(dynamodb, settings.programs_table, usage))
    if event["step"] == "tick":
        executions = StepFunctionsExecutions(states, event["state_machine_arn"])
        now, rotations = datetime.now(UTC), stores.rotations
        try:
            started = tick(now=now, programs=stores.programs, rotations=rotations, executions=executions)
        finally:  # a program that cannot start does not stop what others show of today
            _measure_today(stores, now, context)
        return {"started": [claim.execution for claim in started]}
    claim = claim_from_event(event)
    program = stores.programs.version(claim.program, stores.rotations.hold(claim).program_version)

    roster, time_left = stores.programs.roster(claim.program), _time_left(context)
    platforms = _platforms(claim.program, roster, usage, time_left)
    step = Step(claim, event["cursor"], program, roster, usage, stores, platforms, time_left)
    progress = _take(event["step"], step)
    logger.info("step", step=event["step"], rotation=claim.execution, usage=asdict(usage))
    count_usage(Table(dynamodb, settings.programs_table, Usage()), claim, usage)
    return {**response(progress, usage), "platform": program.challenges.outside_platform is not None}


def _time_left(context: LambdaContext) -> Callable[[], float]:
    """Return what says how many seconds the invocation has left."""
    return lambda: context.get_remaining_time_in_millis() / 1000


def _platforms(program: str, roster: Roster, usage: Usage, time_left: Callable[[], float]) -> Platforms:
    """Return the program's platform and metric files, in which members may stand under ids of another system."""

    def users(system: str, ids: Collection[str]) -> Mapping[str, str]:
        from ladder.adapters.dynamodb.identities import DynamoIdentities  # noqa: PLC0415 - few programs need it

        members = Table(dynamodb, settings.members_table, usage)
        linked = DynamoIdentities(members, identity_key).linked(program, system, ids)
        names = {member.id: member.user for member in roster}
        return {raw: names[member] for raw, member in linked.items() if member in names}

    return Platforms(secrets, usage, time_left, MetricBucket(s3, settings.metrics_bucket, users).source)


def _measure_today(stores: ProgramStores, now: datetime, context: LambdaContext) -> None:
    """Read members' values so far where a program asks for it; what that uses counts with the night before."""
    usages = list[tuple[Claim, Usage]]()
    time_left = _time_left(context)

    def source(live: Rotation, program: Program, roster: Roster) -> MetricSource:
        usages.append((live.claim, usage := Usage()))
        return _platforms(program.key, roster, usage, time_left).metrics(
            program, agents=sum(member.active for member in roster)
        )

    failed = measure_today(
        now=now,
        programs=stores.programs,
        rotations=stores.rotations,
        assignments=stores.assignments,
        figures=stores.figures_of_today,
        source_of=source,
        time_left=time_left,
    )
    if failed:
        logger.warning("values of today could not be read", why=failed)
    for claim, usage in usages:
        count_usage(Table(dynamodb, settings.programs_table, Usage()), claim, usage)


def _take(name: str, step: Step) -> Progress:
    """Take a step of the night; return how far it came."""
    programs, rotations, assignments = step.stores.programs, step.stores.rotations, step.stores.assignments
    members = Table(dynamodb, settings.members_table, step.usage)
    night = (step.claim, step.program, step.roster)
    match name:
        case "collect":
            progress = collect(
                *night,
                cursor=step.cursor,
                source=step.platforms.metrics(step.program, agents=sum(member.active for member in step.roster)),
                histories=step.stores.histories,
                programs=programs,
                rotations=rotations,
                assignments=assignments,
                time_left=step.time_left,
            )
            if progress.warnings:
                why = list(map(str, progress.warnings))
                logger.warning("some values could not be used", rotation=step.claim.execution, why=why)
            return progress
        case "settle":
            doubtful = settle(
                *night,
                programs=programs,
                rotations=rotations,
                assignments=assignments,
                histories=step.stores.histories,
                queue=completions,
                reviews=DynamoReviews(members),
                platform_of=step.platforms.challenges,
            )
            if doubtful:
                logger.warning("corrected values no longer support completions that were sent", count=doubtful)
        case "plan":
            plan(
                *night,
                programs=programs,
                rotations=rotations,
                assignments=assignments,
                histories=step.stores.histories,
                reliefs=DynamoDifficultyReliefs(members),
                participation=DynamoParticipation(members),
                objections=DynamoObjections(members),
                platform_of=step.platforms.challenges,
            )
        case "retire":
            retire(step.claim, step.program, programs=programs, rotations=rotations, platform=step.challenges)
        case "assign":
            return assign(
                *night,
                cursor=step.cursor,
                rotations=rotations,
                assignments=assignments,
                platform=step.challenges,
                time_left=step.time_left,
            )
        case _:
            raise ValueError(f"{name} is no step of this function")
    return DONE
