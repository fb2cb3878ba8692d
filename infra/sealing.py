"""The sealing function: chains what was decided on a schedule, so that no record changes unnoticed."""

from aws_cdk import Duration
from constructs import Construct

from infra.function import Commons, Function
from infra.iam_grants import grant_index, grant_items, grant_objects
from infra.schedule import Schedule
from infra.storage import BY_TIME
from sealing.settings import Settings

SEAL = Duration.minutes(15)  # verification reports a record as late that has waited for an hour


class Sealing(Construct):
    """Reads the audit and adds to it; like every function, it cannot change a record. It knows no member.

    The first call of a day also verifies all of it, which its time-out leaves room for.
    """

    def __init__(self, scope: Construct, construct_id: str, *, commons: Commons) -> None:
        super().__init__(scope, construct_id)
        programs, audit, anchors = commons.storage.programs, commons.storage.audit, commons.storage.anchors
        self.function = Function(
            self,
            "Function",
            name="sealing",
            commons=commons,
            settings=Settings(
                programs_table=programs.table_name,
                audit_table=audit.table_name,
                anchors_bucket=anchors.bucket_name,
            ),
            memory_size=512,
            timeout=Duration.minutes(5),
        )
        grant_items(self.function, programs, "Query")
        grant_items(self.function, audit, "GetItem", "BatchGetItem", "Query", "PutItem")
        grant_index(self.function, audit, BY_TIME)
        grant_objects(
            self.function,
            anchors,
            ["s3:PutObject"],
            listing=["s3:ListBucketVersions"],  # every version is listed, and its name is the proof
            because="Programs are published after this is deployed, and each seal has an anchor.",
        )
        Schedule(
            self,
            "Seal",
            every=SEAL,
            silent_after=Duration.hours(1),
            function=self.function,
            event={"seal": True},
            commons=commons,
        )
