"""The queues: what is waiting to be done, and what could not be."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.nag_suppressions import accept

RECEIVES = 20  # two hours: an outage of that length sends nobody's points among the dead letters
TIMEOUT_OF_THE_CONSUMER = Duration.seconds(60)
# Six times as long, as AWS advises: a batch that was throttled is tried again before it shows up for somebody else.
HIDDEN = Duration.seconds(6 * 60)
TIMEOUT_OF_THE_JUDGE = Duration.seconds(120)
CASE_HIDDEN = Duration.seconds(6 * 120)
CASE_RECEIVES = 150  # thirty hours: a case that waits for the tokens of the next day is no dead letter


class Queues(Construct):
    """`activities` is FIFO by member to lower conflicts; correctness never rests on its order.

    Its deduplication ids are the sender's, and hold the body's digest: SQS drops "same id, other body" silently.
    `cases` holds what may be judged, in no order: entries of the ledger, and posts with their text.
    `failed_deeds` is where in the ledger's stream the entries stand that the pipe could not hand over.
    `failed_ticks` is what a schedule and its function leave behind when a call came to nothing.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.failed_activities = _queue(self, "FailedActivities", fifo=True)
        self.activities = _queue(self, "Activities", fifo=True, hidden=HIDDEN, dead_letters=self.failed_activities)
        self.failed_cases = _queue(self, "FailedCases")
        self.cases = _queue(self, "Cases", hidden=CASE_HIDDEN, dead_letters=self.failed_cases, receives=CASE_RECEIVES)
        self.failed_deeds = _queue(self, "FailedDeeds")
        accept(self.failed_deeds, "SQS3", because="It is a dead-letter queue, of the pipe that tells what members did.")
        self.failed_ticks = _queue(self, "FailedTicks")
        accept(self.failed_ticks, "SQS3", because="It is a dead-letter queue, of the schedules and of their functions.")


def _queue(
    scope: Construct,
    construct_id: str,
    *,
    fifo: bool | None = None,
    hidden: Duration | None = None,
    dead_letters: sqs.IQueue | None = None,
    receives: int = RECEIVES,
) -> sqs.Queue:
    """Kept for as long as SQS keeps anything: what nobody has looked at yet is not old."""
    return sqs.Queue(
        scope,
        construct_id,
        fifo=fifo,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        visibility_timeout=hidden,
        retention_period=Duration.days(14),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=receives) if dead_letters else None,
    )
