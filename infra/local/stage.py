"""The local stage: the deployed stack on an embedded AWS, a simulated platform, and a published program."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from infra.local.call_history import CallHistory
from infra.local.deployer import deploy
from infra.local.emulator import Emulator, emulator
from infra.local.fake_model import FakeLLM
from infra.local.login import Login
from infra.local.running import Running, announced, find_running
from infra.local.simulator import Faults, Simulator
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.program_stores import ProgramStores
from ladder.adapters.dynamodb.programs import DynamoWrittenPrograms
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.secrets import secret_name
from ladder.adapters.stepfunctions import StepFunctionsExecutions
from ladder.domain.activities.activity import LOGIN
from ladder.domain.members.roster import Roster, RosterRow, enrolled
from ladder.domain.points.ledger import Entry, State
from ladder.domain.programs.files import ProgramFiles, as_written
from ladder.domain.programs.program import Program
from ladder.program_file.read import read_texts
from ladder.usage import Usage

WAIT_SCALE = 0.0001  # five minutes of propagation take 30 ms
MEMBERSHIP_DELAY_SECONDS = 0.02
RETRY_SECONDS = "130"  # until a failed message comes back: as soon as its function must have ended


@dataclass(frozen=True, slots=True)
class Account:
    member: str
    state: State
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a tool needs to play on the stage and to read results, in the process that opened it."""

    aws: Emulator
    outputs: Mapping[str, str]
    program: Program
    roster: Roster
    stores: ProgramStores = field(repr=False)
    simulator: Simulator
    model: FakeLLM

    @property
    def members(self) -> MemberStores:
        """The members' side of the tables, read anew at every call."""
        client = self.aws.client("dynamodb")
        return MemberStores(
            members=Table(client, self.outputs["MembersTable"], Usage()),
            programs=Table(client, self.outputs["ProgramsTable"], Usage()),
            audit=self.outputs["AuditTable"],
            cache=StoreCache(),
        )

    @property
    def executions(self) -> StepFunctionsExecutions:
        return StepFunctionsExecutions(self.aws.client("stepfunctions"), self.outputs["RotationMachineArn"])

    def with_program(
        self,
        program: Program,
        rows: Sequence[RosterRow],
        files: Mapping[date, str],
        *,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> "Stage":
        """Publish a program on the stack, enrol its members and deliver its metric files; return the stage to play it.

        `files`: all of its history at once, since a rotation reads no file of a later day.
        """
        encoding = program.challenges.metric_files.encoding if program.challenges.metric_files else "utf-8"
        for day, text in files.items():
            key, body = f"{program.key}/{day}.csv", text.encode(encoding)
            self.aws.client("s3").put_object(Bucket=self.outputs["MetricsBucket"], Key=key, Body=body)
        roster = enrolled((), rows, new_id=new_id, at=datetime.now(UTC)).roster
        published = self.stores.programs.publish(program)
        self.stores.programs.enrol(program.key, roster)
        return replace(self, program=published, roster=roster)

    def keep_files(self, files: ProgramFiles) -> None:
        """Keep the texts that the published program was written in, unless they say another one than is played."""
        if read_texts(files.texts, files.file).program == as_written(self.program):
            DynamoWrittenPrograms(self.stores.table).keep(self.program, files)

    def link_login(self, user: str, member: str) -> None:
        """Let a user of the login sign in as a member, as an administrator would."""
        subject = Login(self.aws, self.outputs).add(user, program=self.program.key)
        identities(self.aws, self.outputs).link(self.program.key, LOGIN, subject, member)

    def accounts(self) -> Iterator[Account]:
        """Yield the account of each member of the roster, in its order."""
        ledger = self.members.ledger(self.program)
        for member in self.roster:
            state, _ = ledger.load(self.program.key, member.id, [])
            yield Account(member.id, state, ledger.entries(self.program.key, member.id))


def identities(aws: Emulator, outputs: Mapping[str, str]) -> DynamoIdentities:
    """Return the links between members and their ids elsewhere, under the key that the stack keeps as a secret."""
    key = str(aws.client("secretsmanager").get_secret_value(SecretId=outputs["IdentitySecret"])["SecretString"])
    return DynamoIdentities(Table(aws.client("dynamodb"), outputs["MembersTable"], Usage()), key=lambda: key)


@contextmanager
def stage(
    program: Program,
    history: CallHistory,
    *,
    faults: Faults | None = None,
    new_id: Callable[[], str] = lambda: secrets.token_hex(16),
    rows: Sequence[RosterRow] | None = None,
    console: bool = False,
) -> Iterator[Stage]:
    """Open a stage; everything is deleted when the block ends. The platform knows the agents of `history`.

    Metric values are where the program reads them: as metric files in the bucket, else on the platform, whose secret
    only a program has that is on one. `faults`: else the platform is as the program says, and changes of groups become
    visible with a delay. `new_id` creates member ids, which also determine cohorts. `rows`: of the roster; else
    the agents of `history`, without names and teams. `console`: with the pages that people see.
    """
    with FakeLLM() as model, emulator(wait_scale=WAIT_SCALE, model_url=model.url) as aws:
        outputs = deploy(aws, console=console)
        for queue in ("ActivitiesQueueUrl", "CasesQueueUrl"):
            again = {"VisibilityTimeout": RETRY_SECONDS}
            aws.client("sqs").set_queue_attributes(QueueUrl=outputs[queue], Attributes=again)
        outside = program.challenges.outside_platform
        one_active = outside is not None and outside.one_active_per_metric
        with Simulator(
            history if program.challenges.metric_files else history.with_contacts(),
            faults=faults or Faults(membership_delay=MEMBERSHIP_DELAY_SECONDS, one_active_per_metric=one_active),
            zone=ZoneInfo(program.schedule.time_zone),
            membership=outside.membership if outside else "adds",
        ) as simulator:
            if outside:
                name = secret_name(outputs["Environment"], program.key, "platform")
                aws.client("secretsmanager").create_secret(Name=name, SecretString=simulator.secret())
            stores = ProgramStores(Table(aws.client("dynamodb"), outputs["ProgramsTable"], Usage()))
            empty = Stage(aws, outputs, program, (), stores, simulator, model)
            files = history.metric_files() if program.challenges.metric_files else {}
            listed = rows or [RosterRow(user=user) for user in history.users]
            opened = empty.with_program(program, listed, files, new_id=new_id)
            with announced(_running(aws, outputs, program.key, platform=simulator.base_url)):
                yield opened


@contextmanager
def open_stage() -> Iterator[Running]:
    """Use the stage that is running, else deploy the stack alone to an emulator, where other commands find it."""
    if running := find_running():
        yield running
        return
    with emulator(wait_scale=WAIT_SCALE) as aws:
        running = _running(aws, deploy(aws), "replay-1")
        with announced(running):
            yield running


def _running(aws: Emulator, outputs: Mapping[str, str], program: str, platform: str = "") -> Running:
    return Running(
        endpoint=aws.endpoint, log=str(aws.log), outputs=outputs, program=program, platform=platform, pid=os.getpid()
    )
