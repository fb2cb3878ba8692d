"""A schedule that calls a function, with a dead-letter queue for failed calls."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from infra.function import Commons, Function
from infra.monitoring import WINDOW


class Schedule(events.Rule):
    """Calls `function` with `event` at a fixed rate; the next call makes up for a lost one, so retries are few.

    Events older than the next call are dropped: they would only do the same work. Both the rule, which may not reach
    the function, and the function, which may fail, send the event to `failed_calls`. Missing calls raise an alarm, too:
    nothing is done then, and nothing fails.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        every: Duration,
        silent_after: Duration,
        function: Function,
        event: Mapping[str, object],
        commons: Commons,
    ) -> None:
        failed = commons.failed_calls
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
        failures, calls = (
            cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name=name,
                dimensions_map={"RuleName": self.rule_name},
                statistic="Sum",
                period=period,
            )
            for name, period in (("FailedInvocations", WINDOW), ("Invocations", silent_after))
        )
        commons.monitoring.alarm(f"{construct_id}Failed", failures)
        commons.monitoring.alarm(f"{construct_id}Silent", calls, when_silent=True)
