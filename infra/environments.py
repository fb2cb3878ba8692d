"""The environments: everything in which they differ."""

from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk.aws_lambda import Architecture
from aws_cdk.aws_logs import RetentionDays


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """`alarm_email` is subscribed to the alarms where it is given; it does not belong in a repository.

    `reply_domain`: whose mail SES receives here, for answers to invitations; without it they are given in the console.
    `anchors_locked`: how long nobody, not even the account's owner, can delete an anchor of the audit.
    """

    name: str
    log_retention: RetentionDays
    access_log_retention: RetentionDays  # of the API, which has the addresses that people call from
    removal_policy: RemovalPolicy
    anchors_locked: Duration
    alarm_email: str | None = None
    reply_domain: str | None = None
    architecture: Architecture = Architecture.ARM_64

    @property
    def platform(self) -> str:
        """The architecture as wheels are named for it, on the glibc of Lambda's Amazon Linux 2023 or older."""
        return {"arm64": "aarch64", "x86_64": "x86_64"}[self.architecture.name] + "-manylinux_2_28"

    @property
    def keeps_data(self) -> bool:
        return self.removal_policy == RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE


ENVIRONMENTS = {
    "dev": Environment(
        name="dev",
        log_retention=RetentionDays.ONE_WEEK,
        access_log_retention=RetentionDays.ONE_WEEK,
        removal_policy=RemovalPolicy.DESTROY,
        anchors_locked=Duration.days(1),
    ),
    "prod": Environment(
        name="prod",
        log_retention=RetentionDays.ONE_YEAR,
        access_log_retention=RetentionDays.ONE_MONTH,
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,  # but not after a failed first deployment
        anchors_locked=Duration.days(7 * 365),
    ),
}
