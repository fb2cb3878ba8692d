"""Accepted cdk-nag findings: suppressed where they are caused, with the reason, and no wider than the finding."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def accept(scope: IConstruct, rule: str, *, because: str) -> None:
    """`rule` as the AwsSolutions pack names it, without its prefix: `L1`, `SQS3`."""
    Validations.of(scope).acknowledge(Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=because))


def accept_wildcard(scope: IConstruct, resource: str, *, because: str) -> None:
    """`resource` as the finding spells it, with tokens in angle brackets."""
    accept(scope, f"IAM5[Resource::{resource}]", because=because)
