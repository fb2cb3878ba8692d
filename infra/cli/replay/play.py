"""Publish the program on the stage, send everything, wait until it is processed, and compare every balance."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from rich.console import Console

from infra.cli.driver.compare import compare
from infra.cli.driver.lines import EventLine, Line
from infra.cli.driver.progress import progress
from infra.cli.driver.sending import Queue, Sender
from infra.cli.replay.plan import Plan
from infra.cli.replay.report import ReplayResult, reward_totals
from infra.cli.stack import Stack
from infra.local.running import Running
from infra.local.stage import identities
from ladder.domain.activities.source import Source, SourceKind
from ladder.domain.programs.program import Program


@dataclass(frozen=True, slots=True)
class PreparedProgram:
    """A draft with the source that sends the events; `changes`: what differs from the program's file."""

    program: Program
    source: Source
    changes: tuple[str, ...] = ()


def prepare(program: Program, kind: SourceKind) -> PreparedProgram:
    """Return the program with a source of that kind: its first one, else one that is added."""
    source = next((source for source in program.sources if source.kind == kind), None)
    changes = list[str]()
    if source is None:
        source = Source(key=f"replay-{kind}", kind=kind)
        program = replace(program, sources=(*program.sources, source))
        changes.append(f"a source of the kind {kind} was added")
    if program.caps.program_daily_points is not None:
        program = replace(program, caps=replace(program.caps, program_daily_points=None))
        changes.append(
            "the program's own daily cap is left out: it pays whoever comes first, which no reference model can know"
        )
    return PreparedProgram(program, source, tuple(changes))


def with_late_days(prepared: PreparedProgram, lines: Sequence[Line], *, now: datetime) -> PreparedProgram:
    """Extend late_days, so that nothing in the file is too old to count."""
    times = [line.activity.occurred_at for line in lines if isinstance(line, EventLine)]
    oldest, rulebook = min(times, default=now), prepared.program.rulebook
    days = (now - oldest) // timedelta(days=1) + 2
    if days <= rulebook.late_days:
        return prepared
    program = replace(prepared.program, rulebook=replace(rulebook, late_days=days))
    change = f"late_days is {days} instead of {rulebook.late_days}, as the file goes back to {oldest.date()}"
    return replace(prepared, program=program, changes=(*prepared.changes, change))


def play(
    stage: Running, prepared: PreparedProgram, plan: Plan, *, lines: int, rate: float | None, status: Console
) -> ReplayResult:
    """Play under a program key that was never used there. `lines`: of the file.

    Raises LocalError if the stage does not accept or process what is sent.
    """
    for change in prepared.changes:
        status.print(f"In this replay {change}.", highlight=False)
    stack = Stack(stage.aws.client, stage.outputs)
    programs, function = stack.members.published, stage.outputs["RewardsFunction"]
    key = next(key for number in count(1) if not programs.current_version(key := f"replay-{number}"))
    sender = Sender.connect(stage.aws, stage.outputs, key, prepared.source)
    program = programs.publish(replace(prepared.program, key=key))
    queue = Queue(stage.aws.client("sqs"), stage.outputs)
    failed, logged = queue.failed(), reward_totals(stage.aws.logged(function))
    began, sent = time.monotonic(), 0
    with progress(status, "Events sent") as show:
        total = sum(len(post.lines) for post in plan.posts)
        for post in plan.posts:
            time.sleep(max(began + sent / rate - time.monotonic(), 0) if rate else 0)
            numbers = sorted({line.number for line in post.lines})
            sender.send([line.raw for line in post.lines], f"lines {numbers[:20]}")
            sent += len(post.lines)
            show(sent, total)
    with progress(status, "Messages processed") as show:
        queue.drain(show)
    seconds = time.monotonic() - began
    with progress(status, "Balances compared") as show:
        ids = identities(stage.aws, stage.outputs).resolve(key, sender.source.key, sorted(plan.accepted))
        expected = {ids[raw] or raw: events for raw, events in plan.accepted.items()}
        comparison = compare(stack, program, expected, show)
    after = reward_totals(stage.aws.logged(function))
    return ReplayResult(
        program=key,
        source=sender.source.key,
        changes=prepared.changes,
        lines=lines,
        plan=plan,
        seconds=seconds,
        failed_messages=queue.failed() - failed,
        rewards={name: after[name] - logged[name] for name in ("again", "quarantined", "write_units")},
        comparison=comparison,
    )
