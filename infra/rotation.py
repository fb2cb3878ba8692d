"""The rotation function: the steps of a night up to the assignment, and the tick that starts a night."""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.files import grant_files
from infra.function import Commons, Function
from infra.rotation_machine import RotationMachine
from infra.secrets import grant_secrets
from rotation.settings import Settings

PROGRAMS = ("GetItem", "Query", "PutItem", "UpdateItem")
TICK = Duration.minutes(15)


class Rotation(Construct):
    """Reads the platform's metrics, settles yesterday, plans and assigns today.

    2,048 MB is a little over the 1,769 MB that buy one whole processor: planning is numpy on one core.
    The time-out is Lambda's longest, because a plan is one invocation however large the program.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        programs: dynamodb.ITable,
        metrics: s3.Bucket,
        completions: sqs.IQueue,
        failed_ticks: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        self._failed_ticks = failed_ticks
        self.function = Function(
            self,
            "Function",
            name="rotation",
            commons=commons,
            settings=Settings(
                programs_table=programs.table_name,
                completions_queue_url=completions.queue_url,
                metrics_bucket=metrics.bucket_name,
            ),
            memory_size=2048,
            timeout=Duration.minutes(15),
        )
        self.function.configure_async_invoke(
            retry_attempts=1, max_event_age=TICK, on_failure=destinations.SqsDestination(failed_ticks)
        )
        programs.grant(self.function, *(f"dynamodb:{action}" for action in PROGRAMS))
        completions.grant(self.function, "sqs:SendMessage")
        grant_files(self.function, metrics)
        grant_secrets(self.function)

    def tick(self, machine: RotationMachine) -> events.Rule:
        """Asks every 15 minutes whose night is due; a lost tick is made good by the next, so it is hardly retried.

        The event carries the machine's ARN: in the function's environment it would close a circle, machine → function.
        """
        starter = targets.LambdaFunction(
            self.function,
            event=events.RuleTargetInput.from_object(
                {"step": "tick", "state_machine_arn": machine.state_machine.state_machine_arn}
            ),
            dead_letter_queue=self._failed_ticks,
            retry_attempts=2,
            max_event_age=TICK,
        )
        machine.grant_start(self.function.execution_role)
        return events.Rule(self, "Tick", schedule=events.Schedule.rate(TICK), targets=[starter])
