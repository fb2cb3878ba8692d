"""The supervision function: what those who look after a program see of it. It only reads."""

from aws_cdk import Duration
from constructs import Construct

from infra.function import Commons, Function
from infra.iam_grants import grant_items
from supervision.settings import Settings


class Supervision(Construct):
    """A person waits for its response. It changes nothing: its role may write to no table."""

    def __init__(self, scope: Construct, construct_id: str, *, commons: Commons) -> None:
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
            ),
            memory_size=512,
            timeout=Duration.seconds(15),
        )
        for table in (programs, members):
            grant_items(self.function, table, "GetItem", "BatchGetItem", "Query")
