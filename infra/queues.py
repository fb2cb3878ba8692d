"""The queues and their dead-letter queues."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.monitoring import WINDOW, Monitoring
from infra.nag_suppressions import accept

MAX_RECEIVES = 20  # two hours: an outage of that length sends nobody's points to the dead-letter queue
CONSUMER_TIMEOUT = Duration.seconds(60)
# Six times as long, as AWS advises: a throttled batch is retried before another consumer can receive it.
VISIBILITY_TIMEOUT = Duration.seconds(6 * 60)
JUDGE_TIMEOUT = Duration.seconds(120)
CASE_VISIBILITY_TIMEOUT = Duration.seconds(6 * 120)
CASE_MAX_RECEIVES = 150  # thirty hours: a case that waits for the tokens of the next day is not a dead letter
CASE_LATE = Duration.hours(26)  # a day's tokens may be spent
DELIVERY_TIMEOUT = Duration.minutes(5)
NEWS_VISIBILITY_TIMEOUT = Duration.minutes(30)
NEWS_MAX_RECEIVES = 20  # ten hours
NEWS_LATE = Duration.hours(1)
SAMPLE = Duration.minutes(5)


class Queues(Construct):
    """`activities` is FIFO by member to lower conflicts; correctness never depends on its order.

    Its deduplication ids are the sender's, and hold the body's digest: SQS drops "same id, other body" silently.
    `cases` holds what may be judged, in no order: entries of the ledger, and posts with their text.
    `lost_badges` holds entries that took a badge back, whose credentials are to be revoked.
    `appointments` holds entries of the ledger, of which those about sessions and deadlines change members' calendars.
    `news` holds what members may hear of, in no order: entries of the ledger, answers, kudos, changed preferences.
    `failed_ledger_stream` holds the positions in the stream of entries that the pipe could not deliver.
    `failed_ticks` holds the events of scheduled calls that failed.

    Each dead letter raises an alarm, and messages that wait too long raise one before: it is the only one for a
    consumer that is never called. Members usually see points within seconds, after a rotation within minutes.
    """

    def __init__(self, scope: Construct, construct_id: str, *, monitoring: Monitoring) -> None:
        super().__init__(scope, construct_id)
        self.failed_activities = _queue(self, "FailedActivities", fifo=True)
        self.activities = _queue(
            self,
            "Activities",
            fifo=True,
            visibility_timeout=VISIBILITY_TIMEOUT,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.failed_activities, max_receive_count=MAX_RECEIVES),
        )
        self.failed_cases = _queue(self, "FailedCases")
        self.cases = _queue(
            self,
            "Cases",
            visibility_timeout=CASE_VISIBILITY_TIMEOUT,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.failed_cases, max_receive_count=CASE_MAX_RECEIVES),
        )
        self.failed_lost_badges = _queue(self, "FailedLostBadges")
        self.lost_badges = _queue(
            self,
            "LostBadges",
            visibility_timeout=VISIBILITY_TIMEOUT,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.failed_lost_badges, max_receive_count=MAX_RECEIVES),
        )
        self.failed_news = _queue(self, "FailedNews")
        self.news = _queue(
            self,
            "News",
            visibility_timeout=NEWS_VISIBILITY_TIMEOUT,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.failed_news, max_receive_count=NEWS_MAX_RECEIVES),
        )
        self.failed_appointments = _queue(self, "FailedAppointments")
        self.appointments = _queue(
            self,
            "Appointments",
            visibility_timeout=VISIBILITY_TIMEOUT,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.failed_appointments, max_receive_count=MAX_RECEIVES),
        )
        self.failed_ledger_stream = _queue(self, "FailedLedgerStream")
        accept(self.failed_ledger_stream, "SQS3", because="It is the dead-letter queue of the ledger stream's pipe.")
        self.failed_ticks = _queue(self, "FailedTicks")
        accept(self.failed_ticks, "SQS3", because="It is the dead-letter queue of the schedules and their functions.")
        for name, queue in (
            ("ActivitiesFailed", self.failed_activities),
            ("CasesFailed", self.failed_cases),
            ("LostBadgesFailed", self.failed_lost_badges),
            ("AppointmentsFailed", self.failed_appointments),
            ("NewsFailed", self.failed_news),
            ("LedgerStreamLost", self.failed_ledger_stream),
            ("TicksFailed", self.failed_ticks),
        ):
            waiting = queue.metric_approximate_number_of_messages_visible(period=SAMPLE, statistic="Maximum")
            monitoring.alarm(name, waiting)
        for name, queue, late in (
            ("ActivitiesLate", self.activities, WINDOW),
            ("CasesLate", self.cases, CASE_LATE),
            ("LostBadgesLate", self.lost_badges, WINDOW),
            ("AppointmentsLate", self.appointments, WINDOW),
            ("NewsLate", self.news, NEWS_LATE),
        ):
            age = queue.metric_approximate_age_of_oldest_message(period=SAMPLE, statistic="Maximum")
            monitoring.alarm(name, age, threshold=late.to_seconds())


def _queue(
    scope: Construct,
    construct_id: str,
    *,
    fifo: bool | None = None,
    visibility_timeout: Duration | None = None,
    dead_letter_queue: sqs.DeadLetterQueue | None = None,
) -> sqs.Queue:
    """Messages are kept for 14 days, the longest that SQS allows: a person may look at them late."""
    return sqs.Queue(
        scope,
        construct_id,
        fifo=fifo,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        visibility_timeout=visibility_timeout,
        retention_period=Duration.days(14),
        dead_letter_queue=dead_letter_queue,
    )
