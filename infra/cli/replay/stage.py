"""The stage of a replay: the running one, or one of its own; with a program that nobody else uses."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from infra.cli.replay.lines import Kind
from infra.cli.replay.senders import new_secret
from infra.cli.stack import Stack
from infra.local.deployer import deploy
from infra.local.emulator import Emulator, emulator
from infra.local.running import Running, announced, find_running
from infra.local.stage import WAIT_SCALE
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.domain.activities.activity import Activity
from ladder.domain.activities.source import Source
from ladder.domain.programs.program import Program
from ladder.domain.programs.secret_names import source_secret


@dataclass(frozen=True, slots=True)
class ReplayStage:
    """`own`: started for this replay, and gone after it."""

    aws: Emulator
    outputs: Mapping[str, str]
    own: bool

    @property
    def place(self) -> Stack:
        return Stack(self.aws.client, self.outputs)

    def members(self, program: str, source: str, raw: Sequence[str]) -> Mapping[str, str | None]:
        """Return the member's id of every raw id, as the hook assigned them."""
        key = self.aws.client("secretsmanager").get_secret_value(SecretId=self.outputs["IdentitySecret"])
        identities = DynamoIdentities(self.place.members.members, key=lambda: str(key["SecretString"]))
        return identities.resolve(program, source, raw)


@dataclass(frozen=True, slots=True)
class PreparedProgram:
    """`program` is a draft until it is published on the stage; `changed`: what differs from its file."""

    program: Program
    source: Source
    changed: tuple[str, ...]


def prepare(program: Program, kind: Kind) -> PreparedProgram:
    """Return the program with a source of that kind: its first one, else one that is added."""
    source = next((each for each in program.sources if each.kind == kind), None)
    changed = list[str]()
    if source is None:
        source = Source(key=f"replay-{kind}", kind=kind)
        program = replace(program, sources=(*program.sources, source))
        changed.append(f"a source of the kind {kind} was added")
    if program.caps.program_daily_points is not None:
        program = replace(program, caps=replace(program.caps, program_daily_points=None))
        changed.append(
            "the program's own daily cap is left out: it pays whoever comes first, which no reference model can know"
        )
    return PreparedProgram(program, source, tuple(changed))


def with_late_days(prepared: PreparedProgram, activities: Sequence[Activity], *, now: datetime) -> PreparedProgram:
    """Extend late_days, so that nothing in the file is too old to count."""
    oldest = min((each.occurred_at for each in activities), default=now)
    days = (now - oldest) // timedelta(days=1) + 2
    compiled = prepared.program.rulebook
    if days <= compiled.late_days:
        return prepared
    program = replace(prepared.program, rulebook=replace(compiled, late_days=days))
    told = f"late_days is {days} instead of {compiled.late_days}, as the file goes back to {oldest.date()}"
    return replace(prepared, program=program, changed=(*prepared.changed, told))


@dataclass(frozen=True, slots=True)
class PublishedProgram:
    """The published program, its source, and the secret of the source."""

    program: Program
    source: Source
    secret: str = field(repr=False)


@contextmanager
def open_stage() -> Iterator[ReplayStage]:
    """Use the running stage, else deploy to an emulator of its own, where `ladder ledger` finds it."""
    if running := find_running():
        yield ReplayStage(running.aws, running.outputs, own=False)
        return
    with emulator(wait_scale=WAIT_SCALE) as aws:
        outputs = deploy(aws)
        with announced(_alone(aws, outputs)):
            yield ReplayStage(aws, outputs, own=True)


def _alone(aws: Emulator, outputs: Mapping[str, str]) -> Running:
    return Running(
        endpoint=aws.endpoint, log=str(aws.log), outputs=outputs, program="replay-1", platform="", pid=os.getpid()
    )


def publish_program(on: ReplayStage, wanted: PreparedProgram) -> PublishedProgram:
    """Publish under a key that was never used there, with a new secret for the source."""
    programs = on.place.members.published
    key = next(key for number in count(1) if not programs.current_version(key := f"replay-{number}"))
    secret, name = new_secret(wanted.source.kind), source_secret(on.outputs["Environment"], key, wanted.source.key)
    on.aws.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps({"secrets": [secret]}))
    return PublishedProgram(programs.publish(replace(wanted.program, key=key)), wanted.source, secret)
