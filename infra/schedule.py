"""A schedule that calls a function, with a dead-letter queue for failed calls."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Function


class Schedule(events.Rule):
    """Calls `function` with `event` at a fixed rate; the next call makes up for a lost one, so retries are few.

    Events older than the next call are dropped: they would only do the same work. Both the rule, which may not reach
    the function, and the function, which may fail, send the event to `failed`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        every: Duration,
        function: Function,
        event: Mapping[str, object],
        failed: sqs.IQueue,
    ) -> None:
        function.configure_async_invoke(
            retry_attempts=1, max_event_age=every, on_failure=destinations.SqsDestination(failed)
        )
        target = targets.LambdaFunction(
            function,
            event=events.RuleTargetInput.from_object(event),
            dead_letter_queue=failed,
            retry_attempts=2,
            max_event_age=every,
        )
        super().__init__(scope, construct_id, schedule=events.Schedule.rate(every), targets=[target])
