"""The publishing function: checks, tries and publishes versions of a program."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.function import Commons, Function
from infra.iam_grants import MEMBER_ACTIONS, grant_items
from infra.models import MODELS
from infra.secrets import IdentityKey
from ladder.settings import NO, YES
from publishing.settings import Settings, format_models


class Publishing(Construct):
    """The only function that reads every member's ledger, on which a draft is tried. It moves no points.

    A trial computes until its time is up: more memory, which brings more of a processor, tries more members.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        identity: IdentityKey,
        people: cognito.IUserPool,
    ) -> None:
        super().__init__(scope, construct_id)
        programs, members, audit = commons.storage.programs, commons.storage.members, commons.storage.audit
        self.function = Function(
            self,
            "Function",
            name="publishing",
            commons=commons,
            settings=Settings(
                programs_table=programs.table_name,
                members_table=members.table_name,
                audit_table=audit.table_name,
                identity_secret=identity.secret_arn,
                user_pool=people.user_pool_id,
                production=YES if commons.environment.keeps_data else NO,
                judge_models=format_models(MODELS),
            ),
            memory_size=1024,
            timeout=Duration.seconds(30),
        )
        grant_items(self.function, programs, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem")
        grant_items(self.function, members, *MEMBER_ACTIONS, "Scan")
        grant_items(self.function, audit, "GetItem", "PutItem")
        people.grant(self.function, "cognito-idp:ListUsersInGroup")
        identity.grant_reading(self.function)
