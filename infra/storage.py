"""The tables."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.environments import Environment

REWRITES = ("DeleteItem", "UpdateItem", "BatchWriteItem", "PartiQLDelete", "PartiQLUpdate")


class Storage(Construct):
    """`programs` is configuration, rotations and packed columns; `audit` is the record nobody may rewrite."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        self.programs = _table(self, "Programs", environment=environment, time_to_live_attribute="expires_at")
        self.audit = _table(self, "Audit", environment=environment, resource_policy=_put_only())


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


def _put_only() -> iam.PolicyDocument:
    """Denies every rewrite to everyone, whatever an identity's own policy says: no grant added later can weaken it."""
    never = iam.PolicyStatement(
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=[f"dynamodb:{action}" for action in REWRITES],
        resources=["*"],
    )
    return iam.PolicyDocument(statements=[never])
