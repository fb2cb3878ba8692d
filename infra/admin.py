"""The admin function: what people decide, and the clock that makes it take effect and seals it."""

from typing import cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from admin.settings import Settings, tell_models
from infra.function import Commons, Function
from infra.iam_grants import grant_index, grant_items
from infra.models import MODELS
from infra.nag_suppressions import accept_wildcard
from infra.rotation_machine import RotationMachine
from infra.schedule import Schedule
from infra.secrets import IdentityKey
from infra.storage import BY_TIME, REVIEWS

SEAL = Duration.minutes(15)  # verification calls a record late that has waited for an hour

READING = ("GetItem", "BatchGetItem", "Query", "Scan")  # a draft is tried on members in the order of nothing
WRITING = ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")  # whom it forgets, it deletes

ANCHORING = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
LISTING = ["s3:ListBucket", "s3:ListBucketVersions"]


class Admin(Construct):
    """Reads the audit and adds to it; like everybody, it may change nothing there.

    Its time is the sealer's: over HTTP it answers within seconds, or the API gives up on it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        programs: dynamodb.ITable,
        members: dynamodb.ITable,
        audit: dynamodb.ITable,
        anchors: s3.Bucket,
        activities: sqs.IQueue,
        identity: IdentityKey,
        people: cognito.IUserPool,
        machine: RotationMachine,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = Function(
            self,
            "Function",
            name="admin",
            commons=commons,
            settings=Settings(
                programs_table=programs.table_name,
                members_table=members.table_name,
                audit_table=audit.table_name,
                anchors_bucket=anchors.bucket_name,
                activities_queue_url=activities.queue_url,
                identity_secret=identity.secret_arn,
                user_pool=people.user_pool_id,
                rotation_machine=machine.state_machine.state_machine_arn,
                judge_models=tell_models(MODELS),
            ),
            memory_size=512,
            timeout=Duration.minutes(5),
        )
        grant_items(self.function, programs, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem")
        grant_items(self.function, members, *READING, *WRITING)
        grant_index(self.function, members, REVIEWS)
        grant_items(self.function, audit, "GetItem", "BatchGetItem", "Query", "PutItem")
        grant_index(self.function, audit, BY_TIME)
        _grant_anchoring(self.function, anchors)
        activities.grant(self.function, "sqs:SendMessage")
        people.grant(self.function, "cognito-idp:ListUsersInGroup")
        identity.grant_reading(self.function)
        machine.grant_start(self.function.execution_role, policy_id="StartByHand")

    def seal(self, *, failed: sqs.IQueue) -> events.Rule:
        """Chains what was decided since; the first call of a day also looks whether all of it is as it was left."""
        return Schedule(self, "Seal", every=SEAL, function=self.function, event={"seal": True}, failed=failed)


def _grant_anchoring(function: Function, bucket: s3.Bucket) -> None:
    """To write, to see whether the day's is there, and to read every version of all, which is the proof.

    Without leave to list, S3 says "denied" of what is not there.
    """
    objects = bucket.arn_for_objects("*")
    for actions, resource in ((ANCHORING, objects), (LISTING, bucket.bucket_arn)):
        function.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
    accept_wildcard(
        function.execution_role,
        f"<{Stack.of(bucket).get_logical_id(cast('s3.CfnBucket', bucket.node.default_child))}.Arn>/*",
        because="Programs are published after this is deployed, and each has an anchor a day.",
    )
