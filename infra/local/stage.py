"""The local stage: the deployed bundle on an embedded AWS, a platform to play on, and a program that is published."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from infra.cli.demo.history import CallHistory
from infra.local.deployer import deploy
from infra.local.emulator import Emulator, emulator
from infra.local.fake_model import FakeLLM
from infra.local.running import Running, announced
from infra.local.simulator import Faults, Simulator
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.program_stores import ProgramStores
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.stepfunctions import StepFunctionsExecutions
from ladder.domain.members.roster import Member, Roster
from ladder.domain.programs.program import Program
from ladder.domain.programs.secret_names import platform_secret
from ladder.usage import Usage

WAIT_SCALE = 0.0001  # five minutes of propagation take 30 ms
MEMBERSHIP_DELAY_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a tool needs to look at what happened, from whichever process."""

    aws: Emulator
    outputs: Mapping[str, str]
    program: Program
    roster: Roster
    stores: ProgramStores = field(repr=False)

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


@dataclass(frozen=True, slots=True)
class Stage(Deployed):
    """And what plays along, in the process that opened the stage: the platform, and a stand-in for the model."""

    simulator: Simulator
    model: FakeLLM

    @property
    def whereabouts(self) -> Running:
        return Running(
            endpoint=self.aws.endpoint,
            log=str(self.aws.log),
            outputs=self.outputs,
            program=self.program.key,
            platform=self.simulator.base_url,
            pid=os.getpid(),
        )


def attach(running: Running) -> Deployed:
    """To a stage that another process keeps open; Rejected where its program is not published."""
    stores = _stores(running.aws, running.outputs)
    program, roster = stores.programs.current(running.program), stores.programs.roster(running.program)
    return Deployed(running.aws, running.outputs, program, roster, stores)


def random_id() -> str:
    return secrets.token_hex(16)


@contextmanager
def stage(
    program: Program,
    history: CallHistory,
    *,
    faults: Faults | None = None,
    new_id: Callable[[], str] = random_id,
) -> Iterator[Stage]:
    """Everything is gone when the block ends. The platform knows the agents of `history` and their days.

    The figures are where the program looks for them: as metric files in the bucket, else on the platform.
    `new_id`: of the members, which also decides by chance, as into which cohorts they come.
    """
    with FakeLLM() as model, emulator(wait_scale=WAIT_SCALE, model_url=model.url) as aws:
        outputs = deploy(aws)
        zone = ZoneInfo(program.schedule.time_zone)
        faults = faults or _usual(program)
        known = history if program.metric_files else history.with_contacts()
        membership = program.platform.membership if program.platform else "adds"
        with Simulator(known, faults=faults, zone=zone, membership=membership) as simulator:
            _connect(aws, outputs["Environment"], program, simulator)
            if program.metric_files:
                _deliver(aws, outputs["MetricsBucket"], program, history)
            roster = tuple(Member(id=new_id(), user=user) for user in history.users)
            opened = _published(aws, outputs, (simulator, model), program, roster)
            with announced(opened.whereabouts):
                yield opened


def _usual(program: Program) -> Faults:
    """The platform is as the program says, and takes a moment to move people between groups."""
    one_active = program.platform is not None and program.platform.one_active_per_metric
    return Faults(membership_delay=MEMBERSHIP_DELAY_SECONDS, one_active_per_metric=one_active)


def _connect(aws: Emulator, environment: str, program: Program, simulator: Simulator) -> None:
    """A program without a platform has no challenges: it plays by what comes in at the API."""
    if program.platform:
        name = platform_secret(environment, program.key)
        aws.client("secretsmanager").create_secret(Name=name, SecretString=simulator.secret())


def _deliver(aws: Emulator, bucket: str, program: Program, history: CallHistory) -> None:
    """All of history at once: a night reads no file of a day that it does not know yet."""
    storage = aws.client("s3")
    for day, text in history.metric_files().items():
        storage.put_object(Bucket=bucket, Key=f"{program.key}/{day}.csv", Body=text.encode())


def _published(
    aws: Emulator,
    outputs: dict[str, str],
    playing: tuple[Simulator, FakeLLM],
    program: Program,
    roster: Roster,
) -> Stage:
    stores = _stores(aws, outputs)
    published = stores.programs.publish(program)
    stores.programs.enrol(program.key, roster)
    return Stage(aws, outputs, published, roster, stores, *playing)


def _stores(aws: Emulator, outputs: Mapping[str, str]) -> ProgramStores:
    return ProgramStores(Table(aws.client("dynamodb"), outputs["ProgramsTable"], Usage()))
