"""The tables, the bucket for metric files, and the bucket that anchors the audit's seals."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.environments import Environment
from infra.nag_suppressions import accept

REWRITES = ("DeleteItem", "UpdateItem", "BatchWriteItem", "PartiQLDelete", "PartiQLUpdate")
DUE = "Due"
REVIEWS = "Reviews"
BY_SEQUENCE = "BySequence"
BY_TIME = "ByTime"
METRICS_RETENTION = Duration.days(400)  # a year, so that a change of the rules can be replayed on it
REPLACED_RETENTION = Duration.days(30)


class Storage(Construct):
    """`programs` holds configuration, rotations and packed columns; `audit` the records that nobody may rewrite.

    `members` holds what members have earned. None of that expires: a ledger entry also makes its event count once,
    however late it comes again. Items with an expiry time: texts of members, stored for badges that need several, and
    events about unknown users.
    Its stream publishes new items. Its index `Due` holds the keys of held awards, and nothing else; `Reviews` open
    reviews, decisions in delivery, and members with a difficulty relief, by program; `BySequence` the entries of a
    member in the order they were recorded.
    `metrics` takes one CSV file a program and day, from any measuring system.
    The audit's index `ByTime` holds the keys of its records, by which the sealer finds new ones. `anchors` takes a
    digest a program and day, which nobody can delete, not even the owner of the account.
    """

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        self.programs = _table(self, "Programs", environment=environment, time_to_live_attribute="expires_at")
        self.members = _table(
            self,
            "Members",
            environment=environment,
            time_to_live_attribute="expires_at",
            stream=dynamodb.StreamViewType.NEW_IMAGE,
        )
        self.members.add_global_secondary_index(
            index_name=DUE,
            partition_key=dynamodb.Attribute(name="due_program", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="due_at", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        self.members.add_global_secondary_index(
            index_name=REVIEWS,
            partition_key=dynamodb.Attribute(name="review_program", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="opened_at", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["kind", "assigned_to"],
        )
        self.members.add_global_secondary_index(
            index_name=BY_SEQUENCE,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sequence", type=dynamodb.AttributeType.NUMBER),
            projection_type=dynamodb.ProjectionType.ALL,  # a page is one query, and not a read an entry
        )
        # deny every rewrite to everyone, whatever an identity's own policy says: no later grant can weaken it
        put_only = iam.PolicyStatement(
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=[f"dynamodb:{action}" for action in REWRITES],
            resources=["*"],
        )
        policy = iam.PolicyDocument(statements=[put_only])
        self.audit = _table(self, "Audit", environment=environment, resource_policy=policy)
        self.audit.add_global_secondary_index(
            index_name=BY_TIME,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="at", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        expiry = s3.LifecycleRule(
            expiration=METRICS_RETENTION,
            noncurrent_version_expiration=REPLACED_RETENTION,
            abort_incomplete_multipart_upload_after=Duration.days(1),
        )
        self.metrics = _bucket(
            self,
            "Metrics",
            environment=environment,
            unlogged="Its files are copies of another system's values; only one function reads them.",
            lifecycle_rules=[expiry],
        )
        self.anchors = _bucket(
            self,
            "Anchors",
            environment=environment,
            unlogged="Its objects are digests and cannot be changed; there is nothing to log.",
            # the bucket's default locks every version when it is written: no writer can forget to
            locked=s3.ObjectLockRetention.compliance(environment.anchors_locked),
        )


def _table(
    scope: Construct,
    construct_id: str,
    *,
    environment: Environment,
    time_to_live_attribute: str | None = None,
    resource_policy: iam.PolicyDocument | None = None,
    stream: dynamodb.StreamViewType | None = None,
) -> dynamodb.Table:
    return dynamodb.Table(
        scope,
        construct_id,
        partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
        sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption=dynamodb.TableEncryption.AWS_MANAGED,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        deletion_protection=environment.keeps_data,
        removal_policy=environment.removal_policy,
        time_to_live_attribute=time_to_live_attribute,
        resource_policy=resource_policy,
        stream=stream,
    )


def _bucket(
    scope: Construct,
    construct_id: str,
    *,
    environment: Environment,
    unlogged: str,
    lifecycle_rules: Sequence[s3.LifecycleRule] | None = None,
    locked: s3.ObjectLockRetention | None = None,
) -> s3.Bucket:
    """`unlogged`: why nobody logs who reads it."""
    bucket = s3.Bucket(
        scope,
        construct_id,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        versioned=True,
        lifecycle_rules=lifecycle_rules,
        object_lock_default_retention=locked,
        removal_policy=environment.removal_policy,
    )
    accept(bucket, "S1", because=unlogged)
    return bucket
