"""The alarms, and the topic that notifies people."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

NAMESPACE = "Ladder"  # of metrics from logs
WINDOW = Duration.minutes(15)


class Monitoring(Construct):
    """Every alarm goes to one topic, and to a mailbox where the environment has one."""

    def __init__(self, scope: Construct, construct_id: str, *, email: str | None) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Alarms", enforce_ssl=True)
        self.topic.add_to_resource_policy(self._alarms_may_publish())
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))

    def watch_rotations(self, machine: sfn.StateMachine) -> None:
        """A re-rotation aborts the rotation it replaces, which raises an alarm, too: it should be looked at."""
        self._alarm_on_any("RotationFailed", machine.metric_failed(period=WINDOW))
        self._alarm_on_any("RotationTimedOut", machine.metric_timed_out(period=WINDOW))
        self._alarm_on_any("RotationAborted", machine.metric_aborted(period=WINDOW))

    def watch_schedule(self, name: str, rule: events.Rule, *, silent_after: Duration) -> None:
        """Missing calls raise an alarm, too: nothing is done then, and nothing fails."""
        self._alarm_on_any(f"{name}Failed", _rule_metric(rule, "FailedInvocations", period=WINDOW))
        self._alarm(
            f"{name}Silent",
            _rule_metric(rule, "Invocations", period=silent_after),
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )

    def watch_pipe(self, name: str, pipe: pipes.CfnPipe) -> None:
        """A pipe retries for hours, and later records wait: it reads in order.

        A topic that accepted only a part of a batch is a partial failure, and not a failure.
        """
        for outcome in ("Failed", "PartiallyFailed", "Timeout"):
            failed = cloudwatch.Metric(
                namespace="AWS/EventBridge/Pipes",
                metric_name=f"Execution{outcome}",
                dimensions_map={"PipeName": pipe.ref},
                statistic="Sum",
                period=WINDOW,
            )
            self._alarm_on_any(f"{name}{outcome}", failed)

    def watch_log(self, name: str, group: logs.ILogGroup, *, message: str) -> None:
        """Raise the alarm at the first log line with this message."""
        matches = logs.MetricFilter(
            self,
            f"{name}Said",
            log_group=group,
            filter_pattern=logs.FilterPattern.string_value("$.message", "=", message),
            metric_namespace=NAMESPACE,
            metric_name=name,
        )
        self._alarm_on_any(name, matches.metric(statistic="Sum", period=WINDOW))

    def watch_dead_letters(self, name: str, queue: sqs.IQueue) -> None:
        waiting = queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(5), statistic="Maximum")
        self._alarm_on_any(name, waiting)

    def watch_age(self, name: str, queue: sqs.IQueue, *, late: Duration = WINDOW) -> None:
        """By default messages are late after a quarter of an hour: members usually see points within seconds, after
        a rotation within minutes. This alarm precedes the one of the dead-letter queue, and is the only one for a
        consumer that is never called.
        """
        age = queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(5), statistic="Maximum")
        self._alarm(name, age, threshold=late.to_seconds())

    def watch_api(self, api: apigateway.HttpApi) -> None:
        """Senders retry after a 5xx: one may happen, five in a quarter of an hour may not."""
        self._alarm("ApiErrors", api.metric_server_error(period=WINDOW, statistic="Sum"), threshold=5)

    def watch_errors(self, name: str, function: lambda_.IFunction) -> None:
        """A superseded run ends with one error, which is expected; a step whose retries all failed leaves five."""
        self._alarm(name, function.metric_errors(period=WINDOW), threshold=3)

    def _alarm_on_any(self, name: str, metric: cloudwatch.IMetric) -> None:
        self._alarm(name, metric, threshold=1)

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        comparison_operator: cloudwatch.ComparisonOperator = (
            cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        ),
        treat_missing_data: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=comparison_operator,
            treat_missing_data=treat_missing_data,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))

    def _alarms_may_publish(self) -> iam.PolicyStatement:
        """Enforcing SSL writes a topic policy, which replaces the default one that allows alarms."""
        return iam.PolicyStatement(
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[self.topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
        )


def _rule_metric(rule: events.Rule, name: str, *, period: Duration) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/Events",
        metric_name=name,
        dimensions_map={"RuleName": rule.rule_name},
        statistic="Sum",
        period=period,
    )
