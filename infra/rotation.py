"""The rotation function: the steps of a rotation up to the assignment, and the tick that starts one."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Commons, Function
from infra.iam_grants import grant_index, grant_items, grant_objects
from infra.rotation_machine import RotationMachine
from infra.schedule import Schedule
from infra.secrets import PLATFORM, IdentityKey, grant_secrets
from infra.storage import REVIEWS
from rotation.settings import Settings

TICK = Duration.minutes(15)


class Rotation(Construct):
    """Reads the platform's metrics, settles yesterday, plans and assigns today; in the members table it opens reviews.

    The members table also says whose ids stand in metric files of another system, and who takes part in what.
    Members with a granted difficulty relief are read from the index of reviews.
    2,048 MB is a little over the 1,769 MB that give one whole processor: planning is numpy on one core.
    The time-out is Lambda's longest, because a plan is one invocation however large the program.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        activities: sqs.IQueue,
        identity: IdentityKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self._commons = commons
        programs, members, metrics = commons.storage.programs, commons.storage.members, commons.storage.metrics
        self.function = Function(
            self,
            "Function",
            name="rotation",
            commons=commons,
            settings=Settings(
                environment=commons.environment.name,
                programs_table=programs.table_name,
                members_table=members.table_name,
                activities_queue_url=activities.queue_url,
                metrics_bucket=metrics.bucket_name,
                identity_secret=identity.secret_arn,
            ),
            memory_size=2048,
            timeout=Duration.minutes(15),
        )
        grant_items(self.function, programs, "GetItem", "Query", "PutItem", "UpdateItem")
        grant_items(self.function, members, "BatchGetItem", "Query", "PutItem", "ConditionCheckItem")
        grant_index(self.function, members, REVIEWS)
        activities.grant(self.function, "sqs:SendMessage")
        grant_objects(
            self.function,
            metrics,
            ["s3:GetObject"],
            listing=["s3:ListBucket"],
            because="Programs are published after this is deployed, and each has files of its own.",
        )
        identity.grant_reading(self.function)
        grant_secrets(self.function, PLATFORM, environment=commons.environment)

    def tick(self, machine: RotationMachine) -> events.Rule:
        """Check every 15 minutes which programs are due.

        The event carries the machine's ARN: in the function's environment it would be a cycle, machine → function.
        """
        machine.grant_start(self.function.execution_role)
        event = {"step": "tick", "state_machine_arn": machine.state_machine.state_machine_arn}
        return Schedule(
            self,
            "Tick",
            every=TICK,
            silent_after=Duration.hours(1),
            function=self.function,
            event=event,
            commons=self._commons,
        )
