"""The credentials function: signs badges that members take along, and serves what verifies them."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from credentials.settings import Settings
from infra.function import Commons, Function
from infra.iam_grants import MEMBER_ACTIONS, grant_items
from infra.secrets import IdentityKey

# The signing keys. A new one goes first; those after it have signed what is still verified, so they stay.
SIGNING_KEYS = ("SigningKey",)


class Credentials(Construct):
    """A function of its own: it alone may sign, some of its routes are open to everybody, and it has a queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        lost_badges: sqs.IQueue,
        identity: IdentityKey,
    ) -> None:
        super().__init__(scope, construct_id)
        programs, members, audit = commons.storage.programs, commons.storage.members, commons.storage.audit
        keys = [
            kms.Key(
                self,
                name,
                description="Ladder: signs badges that members take along",
                key_spec=kms.KeySpec.ECC_NIST_P256,
                key_usage=kms.KeyUsage.SIGN_VERIFY,
                removal_policy=commons.environment.removal_policy,
            )
            for name in SIGNING_KEYS
        ]
        self.function = Function(
            self,
            "Function",
            name="credentials",
            commons=commons,
            settings=Settings(
                programs_table=programs.table_name,
                members_table=members.table_name,
                audit_table=audit.table_name,
                identity_secret=identity.secret_arn,
                signing_keys=" ".join(key.key_arn for key in keys),
            ),
            memory_size=512,
            timeout=Duration.seconds(15),
        )
        self.function.add_event_source(
            sources.SqsEventSource(lost_badges, batch_size=10, report_batch_item_failures=True)
        )
        grant_items(self.function, programs, "GetItem", "BatchGetItem", "Query")
        grant_items(self.function, members, *MEMBER_ACTIONS)
        identity.grant_reading(self.function)
        keys[0].grant(self.function, "kms:Sign")
        for key in keys:
            key.grant(self.function, "kms:GetPublicKey")
