"""The tables, and the bucket that metric files are put into."""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.environments import Environment
from infra.findings import accept

REWRITES = ("DeleteItem", "UpdateItem", "BatchWriteItem", "PartiQLDelete", "PartiQLUpdate")
DUE = "Due"
METRICS_KEPT = Duration.days(400)  # a year of them, to replay a change of the rules on
REPLACED_KEPT = Duration.days(30)


class Storage(Construct):
    """`programs` is configuration, rotations and packed columns; `audit` is the record nobody may rewrite.

    `members` is what each has earned. Nothing of it expires: an entry of the ledger is also what makes its event count
    once, however late that comes again. Its index `Due` holds the keys of what is held and waits, and nothing else.
    `metrics` takes one CSV file a program and day, from whatever a centre measures with.
    """

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        self.programs = _table(self, "Programs", environment=environment, time_to_live_attribute="expires_at")
        self.members = _table(self, "Members", environment=environment)
        self.members.add_global_secondary_index(
            index_name=DUE,
            partition_key=dynamodb.Attribute(name="due_program", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="due_at", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        self.audit = _table(self, "Audit", environment=environment, resource_policy=_put_only())
        self.metrics = _bucket(self, "Metrics", environment=environment)


def _table(
    scope: Construct,
    construct_id: str,
    *,
    environment: Environment,
    time_to_live_attribute: str | None = None,
    resource_policy: iam.PolicyDocument | None = None,
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


def _put_only() -> iam.PolicyDocument:
    """Denies every rewrite to everyone, whatever an identity's own policy says: no grant added later can weaken it."""
    never = iam.PolicyStatement(
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=[f"dynamodb:{action}" for action in REWRITES],
        resources=["*"],
    )
    return iam.PolicyDocument(statements=[never])
