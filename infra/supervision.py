"""The supervision function: what those who look after a program see of it. It only reads."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.function import Commons, Function
from infra.iam_grants import grant_index, grant_items
from infra.storage import BY_TIME, DUE, REVIEWS
from supervision.settings import Settings


class Supervision(Construct):
    """A person waits for its response. It changes nothing: its role may write to no table."""

    def __init__(self, scope: Construct, construct_id: str, *, commons: Commons, people: cognito.IUserPool) -> None:
        super().__init__(scope, construct_id)
        programs, members, audit = commons.storage.programs, commons.storage.members, commons.storage.audit
        self.function = Function(
            self,
            "Function",
            name="supervision",
            commons=commons,
            settings=Settings(
                programs_table=programs.table_name,
                members_table=members.table_name,
                audit_table=audit.table_name,
                user_pool=people.user_pool_id,
            ),
            memory_size=512,
            timeout=Duration.seconds(15),
        )
        for table in (programs, members, audit):
            grant_items(self.function, table, "GetItem", "BatchGetItem", "Query")
        for table, index in ((members, REVIEWS), (members, DUE), (audit, BY_TIME)):
            grant_index(self.function, table, index)
        people.grant(self.function, "cognito-idp:ListUsersInGroup")
