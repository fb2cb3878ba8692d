"""The local stage: the deployed stack on an embedded AWS, a simulated platform, and a published program."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from infra.local.call_history import CallHistory
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
    """What a tool needs to read results, from any process."""

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
    """Also the simulated platform and the fake model, in the process that opened the stage."""

    simulator: Simulator
    model: FakeLLM

    @property
    def running(self) -> Running:
        return Running(
            endpoint=self.aws.endpoint,
            log=str(self.aws.log),
            outputs=self.outputs,
            program=self.program.key,
            platform=self.simulator.base_url,
            pid=os.getpid(),
        )


def attach(running: Running) -> Deployed:
    """Attach to a stage of another process. Raises Rejected where its program is not published."""
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
    """Open a stage; everything is deleted when the block ends. The platform knows the agents of `history`.

    Metric values are where the program reads them: as metric files in the bucket, else on the platform. `new_id`
    creates member ids, which also determine cohorts.
    """
    with FakeLLM() as model, emulator(wait_scale=WAIT_SCALE, model_url=model.url) as aws:
        outputs = deploy(aws)
        zone = ZoneInfo(program.schedule.time_zone)
        faults = faults or _default_faults(program)
        known = history if program.challenges.metric_files else history.with_contacts()
        membership = program.challenges.platform.membership if program.challenges.platform else "adds"
        with Simulator(known, faults=faults, zone=zone, membership=membership) as simulator:
            if program.challenges.platform:
                name = platform_secret(outputs["Environment"], program.key)
                aws.client("secretsmanager").create_secret(Name=name, SecretString=simulator.secret())
            if program.challenges.metric_files:
                # all of history at once: a rotation reads no file of a later day
                storage = aws.client("s3")
                for day, text in history.metric_files().items():
                    storage.put_object(
                        Bucket=outputs["MetricsBucket"], Key=f"{program.key}/{day}.csv", Body=text.encode()
                    )
            roster = tuple(Member(id=new_id(), user=user) for user in history.users)
            stores = _stores(aws, outputs)
            published = stores.programs.publish(program)
            stores.programs.enrol(program.key, roster)
            opened = Stage(aws, outputs, published, roster, stores, simulator, model)
            with announced(opened.running):
                yield opened


def _default_faults(program: Program) -> Faults:
    """The platform is as the program says, and changes of groups become visible with a delay."""
    one_active = program.challenges.platform is not None and program.challenges.platform.one_active_per_metric
    return Faults(membership_delay=MEMBERSHIP_DELAY_SECONDS, one_active_per_metric=one_active)


def _stores(aws: Emulator, outputs: Mapping[str, str]) -> ProgramStores:
    return ProgramStores(Table(aws.client("dynamodb"), outputs["ProgramsTable"], Usage()))
