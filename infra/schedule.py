"""A function that is called by the clock, and what becomes of a call that came to nothing."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Function


class Schedule(events.Rule):
    """Calls `function` with `event` every so often; a lost call is made good by the next, so it is hardly retried.

    What is older than the next call is dropped: it would only do that one's work. Both the rule, which may not reach
    the function, and the function, which may fail, leave the event in `failed`.
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
