"""The rotation as a state machine: the order of the steps, their loops, and the handling of failures."""

from typing import cast

from aws_cdk import ArnFormat, CfnElement, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.function import Commons, Function
from infra.monitoring import WINDOW
from infra.nag_suppressions import accept_wildcard

INPUT = "$states.context.Execution.Input"
ROTATION = {key: f"{{% {INPUT}.{key} %}}" for key in ("program", "date", "revision", "attempt")}
CURSOR = {"cursor": "{% $cursor %}"}
NO_CURSOR = {"cursor": "{% null %}"}
RESUMES = f"{{% {INPUT}.begin = 'plan' %}}"  # its metrics are collected and its dates settled
ANSWER = {"done": "{% $states.result.Payload.done %}", "cursor": "{% $states.result.Payload.cursor %}"}
CAUSE = "$exists($states.errorOutput.Cause) ? $substring($states.errorOutput.Cause, 0, 2000) : ''"
FAILURE = {"failure": f"{{% {{'error': $states.errorOutput.Error, 'cause': {CAUSE}}} %}}"}
SUPERSEDED, FINAL = "Superseded", ["ProgramRefused", "Rejected"]
LIMIT = Duration.hours(6)


class RotationMachine(Construct):
    """collect ⟲ → settle → plan → retire → assign ⟲ → wait → verify ⟲ → activate.

    Of a program without an outside platform, `activate` follows `plan`: its answer says whether there is one, from the
    version of the program that the rotation was claimed under.

    A step that loops is called again with the cursor it returned until it is done; a finished step returns the cursor
    `null`, with which the next one begins. Only ids are passed: what a step has done is in the tables.
    An execution ends as succeeded where a newer run holds the claim; where a step fails, `recover` runs and it fails.
    A re-rotation aborts the rotation that it replaces, which raises an alarm, too: it should be looked at.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        rotation: Function,
        activation: Function,
        commons: Commons,
    ) -> None:
        super().__init__(scope, construct_id)
        self._rotation, self._activation = rotation, activation
        self._superseded = sfn.Succeed.jsonata(self, "Superseded", comment="A newer run holds the claim.")
        failed = sfn.Fail.jsonata(self, "Failed", error="{% $failure.error %}", cause="{% $failure.cause %}")
        self._recover = self._invoke("Recover", activation, {**NO_CURSOR, "error": "{% $failure %}"}).next(failed)
        environment = commons.environment
        group = logs.LogGroup(
            self, "Logs", retention=environment.log_retention, removal_policy=environment.removal_policy
        )
        self.state_machine = sfn.StateMachine(
            self,
            "Resource",
            query_language=sfn.QueryLanguage.JSONATA,
            definition_body=sfn.DefinitionBody.from_chainable(self._definition()),
            timeout=LIMIT,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=group, level=sfn.LogLevel.ALL, include_execution_data=True),
        )
        for outcome, metric in (
            ("Failed", self.state_machine.metric_failed),
            ("TimedOut", self.state_machine.metric_timed_out),
            ("Aborted", self.state_machine.metric_aborted),
        ):
            commons.monitoring.alarm(f"Rotation{outcome}", metric(period=WINDOW))
        accept_wildcard(self, "*", because="X-Ray and log delivery support no resource-level permissions.")
        for function in (rotation, activation):
            because = "The service integration may invoke any version."
            accept_wildcard(self, f"<{_logical_id(function)}.Arn>:*", because=because)

    def grant_start(self, starter: iam.Role, *, policy_id: str = "Start") -> None:
        """Let `starter` start, describe and stop rotations; each starter has its own policy.

        The policy is separate from the role: the machine depends on the starter's function, so a policy on which that
        function depends could not name the machine.
        """
        policy = iam.Policy(self, policy_id, roles=[starter])
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{self.state_machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        policy.add_statements(
            iam.PolicyStatement(actions=["states:StartExecution"], resources=[self.state_machine.state_machine_arn]),
            iam.PolicyStatement(actions=["states:DescribeExecution", "states:StopExecution"], resources=[executions]),
        )
        accept_wildcard(
            policy,
            f"arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<{_logical_id(self.state_machine)}.Name>:*",
            because="Executions are named by program and date, and a newer run stops the older one.",
        )

    def _definition(self) -> sfn.IChainable:
        """A run that replaces another holds off until that has ended."""
        collect, settle, retire, assign = (
            self._step(name, self._rotation) for name in ("Collect", "Settle", "Retire", "Assign")
        )
        plan = self._step("Plan", self._rotation, platform="{% $states.result.Payload.platform %}")
        verify, activate = (self._step(name, self._activation) for name in ("Verify", "Activate"))
        hold_off, propagation = self._wait("Hold off", "wait_seconds"), self._wait("Propagation", "propagation_seconds")
        begin, held_off = (sfn.Choice.jsonata(self, name, assign=NO_CURSOR) for name in ("Begin", "Held off"))
        outside = sfn.Choice.jsonata(self, "Outside platform?")

        begin.when(sfn.Condition.jsonata(f"{{% {INPUT}.wait_seconds > 0 %}}"), hold_off.next(held_off))
        for choice in (begin, held_off):
            choice.when(sfn.Condition.jsonata(RESUMES), plan, assign=NO_CURSOR).otherwise(collect)
        self._until_done(collect, then=settle)
        settle.next(plan).next(outside.when(sfn.Condition.jsonata("{% $platform %}"), retire).otherwise(activate))
        retire.next(assign)
        self._until_done(assign, then=propagation)
        propagation.next(verify)
        self._until_done(verify, then=activate, again=propagation)
        return begin

    def _step(self, name: str, function: Function, **answer: str) -> tasks.LambdaInvoke:
        """`answer`: variables that are set from the step's answer, beside those of every step."""
        step = self._invoke(name, function, CURSOR, assign={**ANSWER, **answer})
        step.add_catch(self._recover, errors=["States.ALL"], assign=FAILURE)
        return step

    def _invoke(
        self, name: str, function: Function, more: dict[str, str], *, assign: dict[str, str] | None = None
    ) -> tasks.LambdaInvoke:
        """Retry every error except those that only a newer run or the program's owner can resolve."""
        step = tasks.LambdaInvoke.jsonata(
            self,
            name,
            lambda_function=function,
            payload=sfn.TaskInput.from_object({"step": name.lower(), **ROTATION, **more}),
            outputs="{% $states.result.Payload %}",
            assign=assign,
            retry_on_service_exceptions=False,
        )
        step.add_retry(errors=[SUPERSEDED, *FINAL], max_attempts=0)
        step.add_retry(
            errors=["States.ALL"],
            interval=Duration.seconds(5),
            max_attempts=4,
            backoff_rate=2,
            max_delay=Duration.minutes(1),
            jitter_strategy=sfn.JitterType.FULL,
        )
        step.add_catch(self._superseded, errors=[SUPERSEDED])
        return step

    def _until_done(
        self, step: tasks.LambdaInvoke, *, then: sfn.IChainable, again: sfn.IChainable | None = None
    ) -> None:
        done = sfn.Choice.jsonata(self, f"{step.state_id} done?")
        step.next(done.when(sfn.Condition.jsonata("{% $done %}"), then).otherwise(again or step))

    def _wait(self, name: str, seconds: str) -> sfn.Wait:
        return sfn.Wait.jsonata(self, name, time=sfn.WaitTime.seconds(f"{{% {INPUT}.{seconds} %}}"))


def _logical_id(construct: Construct) -> str:
    return Stack.of(construct).get_logical_id(cast("CfnElement", construct.node.default_child))
