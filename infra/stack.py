"""The stack, a section for each part of the design: rotations, points, judging, administration, API, alarms."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_events as events
from constructs import Construct

from badges.settings import MODEL_REFUSED
from infra.activation import Activation
from infra.admin import Admin
from infra.api import Api
from infra.badges import Badges
from infra.environments import Environment
from infra.function import Commons, Dependencies
from infra.ingestion import Ingestion
from infra.ledger_stream import LedgerStream
from infra.login import Login
from infra.monitoring import Monitoring
from infra.progress import Progress
from infra.queues import Queues
from infra.rewards import Rewards
from infra.rotation import Rotation
from infra.rotation_machine import RotationMachine
from infra.secrets import IdentityKey
from infra.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The folders that a stack is built from: one with a folder per function, one that becomes the layer."""

    functions: Path
    dependencies: Path


class LadderStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment, sources: Sources) -> None:
        super().__init__(scope, construct_id, termination_protection=environment.keeps_data)
        self.storage = Storage(self, "Storage", environment=environment)
        self.queues = Queues(self, "Queues")
        self.identity = IdentityKey(self, "Identity", environment=environment)
        self.commons = Commons(
            environment=environment,
            root=sources.functions,
            layer=Dependencies(self, "Dependencies", folder=sources.dependencies, environment=environment),
        )
        self.login = Login(self, "Login", environment=environment)
        self._add_rotations()
        self._add_points()
        self._add_judging()
        self._add_administration()
        self._add_api(environment)
        self._add_schedules()
        self._add_alarms(environment)
        self._add_outputs()

    def _add_rotations(self) -> None:
        """A rotation: collect, settle, plan, retire, assign, and after a wait verify and activate."""
        self.rotation = Rotation(
            self,
            "Rotation",
            commons=self.commons,
            programs=self.storage.programs,
            members=self.storage.members,
            metrics=self.storage.metrics,
            activities=self.queues.activities,
        )
        self.activation = Activation(
            self,
            "Activation",
            commons=self.commons,
            programs=self.storage.programs,
            audit=self.storage.audit,
            bus=events.EventBus.from_event_bus_name(self, "Bus", "default"),
        )
        self.machine = RotationMachine(
            self,
            "RotationMachine",
            rotation=self.rotation.function,
            activation=self.activation.function,
            environment=self.commons.environment,
        )

    def _add_points(self) -> None:
        """Activities of systems and of rotations go through one queue into the ledger."""
        self.ingestion = Ingestion(
            self,
            "Ingestion",
            commons=self.commons,
            programs=self.storage.programs,
            members=self.storage.members,
            activities=self.queues.activities,
            cases=self.queues.cases,
            identity=self.identity,
        )
        self.rewards = Rewards(
            self,
            "Rewards",
            commons=self.commons,
            programs=self.storage.programs,
            members=self.storage.members,
            audit=self.storage.audit,
            activities=self.queues.activities,
        )

    def _add_judging(self) -> None:
        """New ledger entries, and posts with their text: a model proposes, a policy and people decide."""
        self.ledger_stream = LedgerStream(
            self,
            "LedgerStream",
            members=self.storage.members,
            failed=self.queues.failed_ledger_stream,
            environment=self.commons.environment,
        )
        self.ledger_stream.subscribe(self.queues.cases, failed=self.queues.failed_cases)
        self.badges = Badges(
            self,
            "Badges",
            commons=self.commons,
            programs=self.storage.programs,
            members=self.storage.members,
            audit=self.storage.audit,
            cases=self.queues.cases,
            activities=self.queues.activities,
        )

    def _add_api(self, environment: Environment) -> None:
        """Systems report what people did; members see their progress; staff decide."""
        self.progress = Progress(
            self,
            "Progress",
            commons=self.commons,
            programs=self.storage.programs,
            members=self.storage.members,
            audit=self.storage.audit,
            identity=self.identity,
        )
        self.api = Api(
            self,
            "Api",
            hooks=self.ingestion.function,
            members=self.progress.function,
            admin=self.admin.function,
            login=self.login,
            environment=environment,
        )

    def _add_administration(self) -> None:
        """Staff decide, and their decisions are sealed."""
        self.admin = Admin(
            self,
            "Admin",
            commons=self.commons,
            programs=self.storage.programs,
            members=self.storage.members,
            audit=self.storage.audit,
            anchors=self.storage.anchors,
            activities=self.queues.activities,
            identity=self.identity,
            people=self.login.pool,
            machine=self.machine,
        )

    def _add_schedules(self) -> None:
        failed = self.queues.failed_ticks
        self.tick = self.rotation.tick(self.machine, failed=failed)
        self.poll = self.ingestion.poll(failed=failed)
        self.release = self.rewards.release(failed=failed)
        self.seal = self.admin.seal(failed=failed)

    def _add_alarms(self, environment: Environment) -> None:
        monitoring = Monitoring(self, "Monitoring", email=environment.alarm_email)
        monitoring.watch_rotations(self.machine.state_machine)
        monitoring.watch_schedule("Tick", self.tick, silent_after=Duration.hours(1))
        monitoring.watch_schedule("Poll", self.poll, silent_after=Duration.hours(1))
        monitoring.watch_schedule("Release", self.release, silent_after=Duration.hours(3))
        monitoring.watch_schedule("Seal", self.seal, silent_after=Duration.hours(1))
        monitoring.watch_dead_letters("ActivitiesFailed", self.queues.failed_activities)
        monitoring.watch_dead_letters("CasesFailed", self.queues.failed_cases)
        monitoring.watch_pipe("LedgerStream", self.ledger_stream.pipe)
        monitoring.watch_dead_letters("LedgerStreamLost", self.queues.failed_ledger_stream)
        monitoring.watch_log("ModelRefused", self.badges.function.log_group, message=MODEL_REFUSED)
        monitoring.watch_dead_letters("TicksFailed", self.queues.failed_ticks)
        monitoring.watch_age("ActivitiesLate", self.queues.activities)
        monitoring.watch_age("CasesLate", self.queues.cases, late=Duration.hours(26))  # a day's tokens may be spent
        monitoring.watch_api(self.api.api)
        monitoring.watch_errors("RotationErrors", self.rotation.function)
        monitoring.watch_errors("ActivationErrors", self.activation.function)
        monitoring.watch_errors("IngestionErrors", self.ingestion.function)
        monitoring.watch_errors("RewardsErrors", self.rewards.function)
        monitoring.watch_errors("BadgesErrors", self.badges.function)
        monitoring.watch_errors("ProgressErrors", self.progress.function)
        monitoring.watch_errors("AdminErrors", self.admin.function)

    def _add_outputs(self) -> None:
        """Output the generated names that operators and the local stage need."""
        outputs = {
            "Environment": self.commons.environment.name,
            "ApiUrl": self.api.api.api_endpoint,
            "UserPoolId": self.login.pool.user_pool_id,
            "UserPoolClientId": self.login.client.user_pool_client_id,
            "ProgramsTable": self.storage.programs.table_name,
            "MembersTable": self.storage.members.table_name,
            "AuditTable": self.storage.audit.table_name,
            "MetricsBucket": self.storage.metrics.bucket_name,
            "AnchorsBucket": self.storage.anchors.bucket_name,
            "ActivitiesQueueUrl": self.queues.activities.queue_url,
            "FailedActivitiesQueueUrl": self.queues.failed_activities.queue_url,
            "CasesQueueUrl": self.queues.cases.queue_url,
            "FailedCasesQueueUrl": self.queues.failed_cases.queue_url,
            "IdentitySecret": self.identity.secret_arn,
            "RotationMachineArn": self.machine.state_machine.state_machine_arn,
            "RotationFunction": self.rotation.function.function_name,
            "ActivationFunction": self.activation.function.function_name,
            "IngestionFunction": self.ingestion.function.function_name,
            "RewardsFunction": self.rewards.function.function_name,
            "BadgesFunction": self.badges.function.function_name,
            "ProgressFunction": self.progress.function.function_name,
            "AdminFunction": self.admin.function.function_name,
            "TickRule": self.tick.rule_name,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
