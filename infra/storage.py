"""The tables, the bucket that metric files are put into, and the one that seals of the audit are anchored in."""

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
BY_TIME = "ByTime"
METRICS_KEPT = Duration.days(400)  # a year of them, to replay a change of the rules on
REPLACED_KEPT = Duration.days(30)


class Storage(Construct):
    """`programs` is configuration, rotations and packed columns; `audit` is the record nobody may rewrite.

    `members` is what each has earned. Nothing of that expires: an entry of the ledger is also what makes its event
    count once, however late that comes again. What expires says so itself: what members wrote, kept for badges that
    ask for several pieces, and what a source sent of nobody we know.
    Its stream tells of what is new. Its index `Due` holds the keys of what is held and waits, and nothing else;
    `Reviews` what waits for a person, what was decided and is on its way, and who is eased, by their program.
    `metrics` takes one CSV file a program and day, from whatever a centre measures with.
    The audit's index `ByTime` holds the keys of its records, by which the sealer finds the new ones. `anchors` takes a
    digest a program and day, and lets nobody take it back: not us, and not the owner of the account.
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
        self.audit = _table(self, "Audit", environment=environment, resource_policy=_put_only())
        self.audit.add_global_secondary_index(
            index_name=BY_TIME,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="at", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        self.metrics = _bucket(self, "Metrics", environment=environment)
        self.anchors = _locked_bucket(self, "Anchors", environment=environment)


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


def _bucket(scope: Construct, construct_id: str, *, environment: Environment) -> s3.Bucket:
    bucket = s3.Bucket(
        scope,
        construct_id,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        versioned=True,
        lifecycle_rules=[
            s3.LifecycleRule(
                expiration=METRICS_KEPT,
                noncurrent_version_expiration=REPLACED_KEPT,
                abort_incomplete_multipart_upload_after=Duration.days(1),
            )
        ],
        removal_policy=environment.removal_policy,
    )
    accept(bucket, "S1", because="Its files are copies of another system's figures; who may read them is one function.")
    return bucket


def _locked_bucket(scope: Construct, construct_id: str, *, environment: Environment) -> s3.Bucket:
    """Every version is locked as it is written, by the bucket's default: no writer has to ask for it, or may forget."""
    bucket = s3.Bucket(
        scope,
        construct_id,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        versioned=True,
        object_lock_default_retention=s3.ObjectLockRetention.compliance(environment.anchors_locked),
        removal_policy=environment.removal_policy,
    )
    accept(bucket, "S1", because="Nothing in it can be changed, and what it holds is digests; there is nothing to log.")
    return bucket


def _put_only() -> iam.PolicyDocument:
    """Denies every rewrite to everyone, whatever an identity's own policy says: no grant added later can weaken it."""
    never = iam.PolicyStatement(
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=[f"dynamodb:{action}" for action in REWRITES],
        resources=["*"],
    )
    return iam.PolicyDocument(statements=[never])
