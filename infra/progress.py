"""The progress function: what members see of themselves and can request."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Commons, Function
from infra.iam_grants import MEMBER_ACTIONS, grant_index, grant_items
from infra.secrets import ANSWERS, IdentityKey, grant_secrets
from infra.storage import BY_SEQUENCE, DUE
from progress.settings import Settings


class Progress(Construct):
    """A person waits for its response, so its time-out is far below the API's."""

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
        programs, members, audit = commons.storage.programs, commons.storage.members, commons.storage.audit
        self.function = Function(
            self,
            "Function",
            name="progress",
            commons=commons,
            settings=Settings(
                environment=commons.environment.name,
                programs_table=programs.table_name,
                members_table=members.table_name,
                audit_table=audit.table_name,
                activities_queue_url=activities.queue_url,
                identity_secret=identity.secret_arn,
            ),
            memory_size=512,
            timeout=Duration.seconds(15),
        )
        grant_items(self.function, programs, "GetItem", "BatchGetItem", "Query")
        grant_items(self.function, members, *MEMBER_ACTIONS)
        grant_index(self.function, members, DUE)  # what waits for a colleague
        grant_index(self.function, members, BY_SEQUENCE)
        grant_items(self.function, audit, "PutItem", "Query")  # a member's export has the records about them
        activities.grant(self.function, "sqs:SendMessage")
        identity.grant_reading(self.function)
        grant_secrets(self.function, ANSWERS, environment=commons.environment)
