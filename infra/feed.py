"""The calendar feed function: a member's times and titles, for the calendar software that has their address."""

from aws_cdk import Duration
from constructs import Construct

from feed.settings import Settings
from infra.function import Commons, Function
from infra.iam_grants import grant_items


class Feed(Construct):
    """Nobody logs in to it, so it may read members' items and do nothing else: no write, no queue, no other table."""

    def __init__(self, scope: Construct, construct_id: str, *, commons: Commons) -> None:
        super().__init__(scope, construct_id)
        members = commons.storage.members
        self.function = Function(
            self,
            "Function",
            name="feed",
            commons=commons,
            settings=Settings(members_table=members.table_name),
            memory_size=512,
            timeout=Duration.seconds(15),
        )
        grant_items(self.function, members, "GetItem", "Query")
