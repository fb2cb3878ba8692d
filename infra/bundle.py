"""The stack. It reads as the picture of the design: what starts a night, what runs it, and who hears of a failure."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_events as events
from constructs import Construct

from infra.activation import Activation
from infra.environments import Environment
from infra.function import Commons, Dependencies
from infra.monitoring import Monitoring
from infra.queues import Queues
from infra.rotation import Rotation
from infra.rotation_machine import RotationMachine
from infra.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The folders a bundle is made from: one with a folder per function, one that becomes the layer."""

    functions: Path
    dependencies: Path


class Bundle(Stack):
    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment, sources: Sources) -> None:
        super().__init__(scope, construct_id, termination_protection=environment.keeps_data)
        self.storage = Storage(self, "Storage", environment=environment)
        self.queues = Queues(self, "Queues")
        commons = Commons(
            environment=environment,
            root=sources.functions,
            layer=Dependencies(self, "Dependencies", folder=sources.dependencies, environment=environment),
        )
        self.rotation = Rotation(
            self,
            "Rotation",
            commons=commons,
            programs=self.storage.programs,
            metrics=self.storage.metrics,
            completions=self.queues.completions,
            failed_ticks=self.queues.failed_ticks,
        )
        self.activation = Activation(
            self,
            "Activation",
            commons=commons,
            programs=self.storage.programs,
            audit=self.storage.audit,
            bus=events.EventBus.from_event_bus_name(self, "Bus", "default"),
        )
        self.machine = RotationMachine(
            self,
            "RotationMachine",
            rotation=self.rotation.function,
            activation=self.activation.function,
            environment=environment,
        )
        self.tick = self.rotation.tick(self.machine)
        self._watch(environment)
        self._tell()

    def _watch(self, environment: Environment) -> None:
        monitoring = Monitoring(self, "Monitoring", email=environment.alarm_email)
        monitoring.watch_rotations(self.machine.state_machine)
        monitoring.watch_ticks(self.tick)
        monitoring.watch_dead_letters("CompletionsFailed", self.queues.failed_completions)
        monitoring.watch_dead_letters("TicksFailed", self.queues.failed_ticks)
        monitoring.watch_errors("RotationErrors", self.rotation.function)
        monitoring.watch_errors("ActivationErrors", self.activation.function)

    def _tell(self) -> None:
        """The generated names that operators and the local stage need."""
        told = {
            "ProgramsTable": self.storage.programs.table_name,
            "AuditTable": self.storage.audit.table_name,
            "MetricsBucket": self.storage.metrics.bucket_name,
            "CompletionsQueueUrl": self.queues.completions.queue_url,
            "RotationMachineArn": self.machine.state_machine.state_machine_arn,
            "RotationFunction": self.rotation.function.function_name,
            "ActivationFunction": self.activation.function.function_name,
            "TickRule": self.tick.rule_name,
        }
        for name, value in told.items():
            CfnOutput(self, name, value=value)
