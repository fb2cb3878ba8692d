"""The admin function: executes what people decide."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from admin.settings import Settings
from infra.function import Commons, Function
from infra.iam_grants import MEMBER_ACTIONS, grant_index, grant_items
from infra.rotation_machine import RotationMachine
from infra.schedule import Schedule
from infra.secrets import IdentityKey
from infra.storage import REVIEWS
from ladder.settings import NO, YES

DELIVER = Duration.minutes(15)  # decisions whose effect was lost


class Admin(Construct):
    """Reads the audit and adds to it; like every function, it cannot change a record.

    Its time-out is the schedule's: over HTTP it answers within seconds, or the API gives up on it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        activities: sqs.IQueue,
        identity: IdentityKey,
        people: cognito.IUserPool,
        machine: RotationMachine,
    ) -> None:
        super().__init__(scope, construct_id)
        programs, members, audit = commons.storage.programs, commons.storage.members, commons.storage.audit
        self.function = Function(
            self,
            "Function",
            name="admin",
            commons=commons,
            settings=Settings(
                programs_table=programs.table_name,
                members_table=members.table_name,
                audit_table=audit.table_name,
                activities_queue_url=activities.queue_url,
                identity_secret=identity.secret_arn,
                user_pool=people.user_pool_id,
                rotation_machine=machine.state_machine.state_machine_arn,
                production=YES if commons.environment.keeps_data else NO,
            ),
            memory_size=512,
            timeout=Duration.minutes(5),
        )
        grant_items(self.function, programs, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem")
        grant_items(self.function, members, *MEMBER_ACTIONS, "DeleteItem")  # erasure deletes
        grant_index(self.function, members, REVIEWS)
        grant_items(self.function, audit, "GetItem", "BatchGetItem", "Query", "PutItem")
        activities.grant(self.function, "sqs:SendMessage")
        people.grant(self.function, "cognito-idp:ListUsersInGroup")
        identity.grant_reading(self.function)
        machine.grant_start(self.function.execution_role, policy_id="StartByHand")
        Schedule(
            self,
            "Deliver",
            every=DELIVER,
            silent_after=Duration.hours(1),
            function=self.function,
            event={"deliver": True},
            commons=commons,
        )
