"""The stack: rotations, points, judging, what people see and decide, and the names that operators need."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.activation import Activation
from infra.admin import Admin
from infra.api import Api
from infra.appointments import Appointments
from infra.badges import Badges
from infra.console import Console
from infra.credentials import Credentials
from infra.delivery import Delivery
from infra.environments import Environment
from infra.feed import Feed
from infra.function import Commons, Dependencies
from infra.ingestion import Ingestion
from infra.ledger_stream import NEWS, WRITTEN, LedgerStream
from infra.login import Login
from infra.monitoring import Monitoring
from infra.progress import Progress
from infra.publishing import Publishing
from infra.queues import Queues
from infra.rewards import Rewards
from infra.rotation import Rotation
from infra.rotation_machine import RotationMachine
from infra.sealing import Sealing
from infra.secrets import IdentityKey
from infra.storage import Storage
from infra.supervision import Supervision
from ladder.settings import NO, YES


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The folders that a stack is built from: one with a folder per function, one that becomes the layer, and the
    console's function with its built files.
    """

    functions: Path
    dependencies: Path
    console: Path


class LadderStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment, sources: Sources) -> None:
        super().__init__(scope, construct_id, termination_protection=environment.keeps_data)
        monitoring = Monitoring(self, "Monitoring", email=environment.alarm_email)
        self.storage = Storage(self, "Storage", environment=environment)
        self.queues = Queues(self, "Queues", monitoring=monitoring)
        self.identity = IdentityKey(self, "Identity", environment=environment)
        self.login = Login(self, "Login", environment=environment)
        commons = Commons(
            environment=environment,
            root=sources.functions,
            layer=Dependencies(self, "Dependencies", folder=sources.dependencies, environment=environment),
            storage=self.storage,
            failed_calls=self.queues.failed_ticks,
            monitoring=monitoring,
        )
        activities, cases = self.queues.activities, self.queues.cases

        # a rotation: collect, settle, plan, retire, assign, and after a wait verify and activate
        rotation = Rotation(self, "Rotation", commons=commons, activities=activities, identity=self.identity)
        activation = Activation(self, "Activation", commons=commons)
        self.machine = RotationMachine(
            self, "RotationMachine", commons=commons, rotation=rotation.function, activation=activation.function
        )
        self.tick = rotation.tick(self.machine)

        # activities of systems and of rotations go through one queue into the ledger
        ingestion = Ingestion(
            self, "Ingestion", commons=commons, activities=activities, cases=cases, identity=self.identity
        )
        rewards = Rewards(self, "Rewards", commons=commons, activities=activities)

        # new ledger entries, and posts with their text: a model proposes, a policy and people decide
        ledger_stream = LedgerStream(self, "LedgerStream", commons=commons, failed=self.queues.failed_ledger_stream)
        ledger_stream.subscribe(cases, failed=self.queues.failed_cases)
        badges = Badges(self, "Badges", commons=commons, cases=cases, activities=activities)

        # badges are taken along as credentials, which are revoked where the ledger takes a badge back
        lost = self.queues.lost_badges
        credentials = Credentials(self, "Credentials", commons=commons, lost_badges=lost, identity=self.identity)
        ledger_stream.subscribe(lost, failed=self.queues.failed_lost_badges, lost_badges=True)
        # sessions and deadlines among the entries become appointments, which calendars read by a secret address
        ledger_stream.subscribe(self.queues.appointments, failed=self.queues.failed_appointments)
        appointments = Appointments(
            self, "Appointments", commons=commons, entries=self.queues.appointments, activities=activities
        )
        feed = Feed(self, "Feed", commons=commons)

        # what happened is said where people work
        ledger_stream.subscribe(self.queues.news, failed=self.queues.failed_news, items=NEWS, events=WRITTEN)
        delivery = Delivery(self, "Delivery", commons=commons, news=self.queues.news)

        # members see their progress; staff decide and change the program, and what they decide is sealed
        progress = Progress(self, "Progress", commons=commons, activities=activities, identity=self.identity)
        staff = self.login.staff.pool
        supervision = Supervision(self, "Supervision", commons=commons, people=staff)
        admin = Admin(
            self,
            "Admin",
            commons=commons,
            activities=activities,
            identity=self.identity,
            people=staff,
            machine=self.machine,
        )
        publishing = Publishing(self, "Publishing", commons=commons, identity=self.identity, people=staff)
        sealing = Sealing(self, "Sealing", commons=commons)
        self.api = Api(
            self,
            "Api",
            commons=commons,
            hooks=ingestion.function,
            feeds=feed.function,
            members=progress.function,
            credentials=credentials.function,
            supervision=supervision.function,
            admin=admin.function,
            publishing=publishing.function,
            login=self.login,
        )
        console = Console(self, "Console", commons=commons, folder=sources.console, api=self.api.api, login=self.login)
        people = progress, supervision, admin, publishing, sealing, console
        entries = rewards, badges, credentials, appointments, feed, delivery
        self.functions = (rotation, activation, ingestion, *entries, *people)
        self._add_outputs(environment)

    def _add_outputs(self, environment: Environment) -> None:
        """Output the generated names that operators and the local stage need."""
        outputs = {
            "Environment": environment.name,
            "Production": YES if environment.keeps_data else NO,
            "ApiUrl": self.api.api.api_endpoint,
            "MemberPoolId": self.login.members.pool.user_pool_id,
            "MemberPoolClientId": self.login.members.client.user_pool_client_id,
            "StaffPoolId": self.login.staff.pool.user_pool_id,
            "StaffPoolClientId": self.login.staff.client.user_pool_client_id,
            "ConsoleUrl": f"{self.api.api.api_endpoint}/console",
            "ProgramsTable": self.storage.programs.table_name,
            "MembersTable": self.storage.members.table_name,
            "AuditTable": self.storage.audit.table_name,
            "MetricsBucket": self.storage.metrics.bucket_name,
            "AnchorsBucket": self.storage.anchors.bucket_name,
            "ActivitiesQueueUrl": self.queues.activities.queue_url,
            "FailedActivitiesQueueUrl": self.queues.failed_activities.queue_url,
            "CasesQueueUrl": self.queues.cases.queue_url,
            "FailedCasesQueueUrl": self.queues.failed_cases.queue_url,
            "FailedLostBadgesQueueUrl": self.queues.failed_lost_badges.queue_url,
            "AppointmentsQueueUrl": self.queues.appointments.queue_url,
            "FailedAppointmentsQueueUrl": self.queues.failed_appointments.queue_url,
            "NewsQueueUrl": self.queues.news.queue_url,
            "FailedNewsQueueUrl": self.queues.failed_news.queue_url,
            "IdentitySecret": self.identity.secret_arn,
            "RotationMachineArn": self.machine.state_machine.state_machine_arn,
            "TickRule": self.tick.rule_name,
        }
        for construct in self.functions:
            outputs[f"{construct.node.id}Function"] = construct.function.function_name
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
