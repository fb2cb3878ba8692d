"""The ingestion function: receives or fetches what learning systems, CRMs and task lists report, as activities."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Commons, Function
from infra.iam_grants import grant_items
from infra.schedule import Schedule
from infra.secrets import SOURCES, IdentityKey, grant_secrets
from ingestion.settings import POLL_MINUTES, Settings

POLL = Duration.minutes(POLL_MINUTES)
# The API waits 30 seconds for a response: a second less, and the sender receives our error, not the API's.
TIMEOUT = Duration.seconds(29)


class Ingestion(Construct):
    """Receives events in each source's own format at the API, or fetches them every five minutes, and queues them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        activities: sqs.IQueue,
        cases: sqs.IQueue,
        identity: IdentityKey,
    ) -> None:
        super().__init__(scope, construct_id)
        programs, members = commons.storage.programs, commons.storage.members
        self.function = Function(
            self,
            "Function",
            name="ingestion",
            commons=commons,
            settings=Settings(
                environment=commons.environment.name,
                programs_table=programs.table_name,
                members_table=members.table_name,
                activities_queue_url=activities.queue_url,
                cases_queue_url=cases.queue_url,
                identity_secret=identity.secret_arn,
            ),
            memory_size=512,
            timeout=TIMEOUT,
        )
        grant_items(self.function, programs, "GetItem", "Query")
        grant_items(self.function, members, "GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem")
        activities.grant(self.function, "sqs:SendMessage")
        cases.grant(self.function, "sqs:SendMessage")
        identity.grant_reading(self.function)
        grant_secrets(self.function, SOURCES, environment=commons.environment)
        Schedule(
            self,
            "Poll",
            every=POLL,
            silent_after=Duration.hours(1),
            function=self.function,
            event={"poll": True},
            commons=commons,
        )
