"""A replay on its ground: the program is published, everything sent and worked, and every balance compared."""

import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.cli.replay.compare import Comparison, compare
from infra.cli.replay.drive import Hook, Queues, drain, send
from infra.cli.replay.lines import Line, event_lines
from infra.cli.replay.log import reward_totals
from infra.cli.replay.plan import Plan
from infra.cli.replay.report import ReplayResult
from infra.cli.replay.stage import PreparedProgram, PublishedProgram, ReplayStage, publish_program
from infra.local.api import Api


def play(
    on: ReplayStage, wanted: PreparedProgram, lines: Sequence[Line], planned: Plan, *, rate: float | None, said: Console
) -> ReplayResult:
    """Raises ReplayFailed where the stage does not take or work what is sent."""
    there = publish_program(on, wanted)
    for change in wanted.changed:
        said.print(f"In this replay {change}.", highlight=False)
    function, queues = on.outputs["RewardsFunction"], Queues(on.aws.client("sqs"), on.outputs)
    before, dead = reward_totals(on.aws, function), queues.failed()
    with _progress(said) as progress:
        seconds = _driven(on, there, planned, rate, progress)
        compared = _compared(on, there, planned, progress)
    accepted, ignored = sum(map(len, planned.standing.values())), len(lines) - len(event_lines(lines))
    return ReplayResult(
        program=there.program.key,
        source=there.source.key,
        changed=wanted.changed,
        events=len(lines),
        ignored=ignored,
        sent=ignored + len(planned.sent),
        late=planned.late,
        accepted=accepted,
        duplicates=len(planned.sent) - accepted - planned.refused,
        refused=planned.refused,
        seconds=seconds,
        dead=queues.failed() - dead,
        worked=reward_totals(on.aws, function) - before,
        compared=compared,
    )


def _driven(on: ReplayStage, there: PublishedProgram, planned: Plan, rate: float | None, progress: Progress) -> float:
    """Seconds from the first post until nothing waits any more."""
    hook = Hook(Api(on.aws, on.outputs), there.program.key, there.source, there.secret)
    queues, began = Queues(on.aws.client("sqs"), on.outputs), time.monotonic()
    send(hook, planned, rate=rate, tell=_rising(progress, "Events sent", sum(len(post.raws) for post in planned.posts)))
    drain(queues, tell=_falling(progress, "Messages worked"))
    return time.monotonic() - began


def _compared(on: ReplayStage, there: PublishedProgram, planned: Plan, progress: Progress) -> Comparison:
    task = progress.add_task("Balances compared", total=len(planned.standing))
    ids = on.members(there.program.key, there.source.key, sorted(planned.standing))
    return compare(on.place, there.program, planned.standing, ids, tell=lambda: progress.advance(task))


def _progress(said: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=said)


def _rising(progress: Progress, name: str, total: int) -> Callable[[int], None]:
    task = progress.add_task(name, total=total)
    return lambda done: progress.update(task, completed=done)


def _falling(progress: Progress, name: str) -> Callable[[int], None]:
    """Of as many as have waited at most: what is worked may send something itself."""
    task, most = progress.add_task(name, total=1), [1]

    def tell(left: int) -> None:
        most[0] = max(most[0], left)
        progress.update(task, total=most[0], completed=most[0] - left)

    return tell
