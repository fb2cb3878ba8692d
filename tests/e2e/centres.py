"""Centres without a platform on the deployed stack, each made by the commands of a file that a system exports."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from infra.cli.backtest.replay import ReplayedNight, ReplayResult, between, first_night, replay
from infra.cli.main import main
from infra.cli.metrics.workbook import read_metrics
from infra.cli.program_file import load_program
from infra.local.stage import Stage
from ladder.adapters.metric_files import as_history
from ladder.domain.challenges.history import Bytes
from ladder.domain.challenges.plan import first_history_day
from ladder.domain.challenges.settlement import settle
from ladder.domain.members.roster import Member


@dataclass(frozen=True)
class Roster:
    """A list of who is who. `known_as`: the column of the ids that stand in the export."""

    file: Path
    known_as: str

    def users(self) -> Mapping[str, str]:
        with self.file.open(encoding="utf-8") as lines:
            return {row[self.known_as]: row["user"] for row in csv.DictReader(lines)}


@dataclass(frozen=True)
class Centre:
    """A program made of an export, on the stage, and the backtest of the same file."""

    live: Stage
    replayed: ReplayResult

    @property
    def key(self) -> str:
        return self.live.program.key

    def final_by(self, category: str, night: date, day: date) -> bool:
        """Whether the night knows the day's last value of the metric, and of the one that guards it."""
        metric = self.replayed.metric_of(category)
        gate = [self.live.program.challenges.metric(metric.quality_gate.metric)] if metric.quality_gate else []
        return all(one.known_until(night) >= day for one in (metric, *gate))

    def outcomes(self, night: ReplayedNight, category: str) -> Bytes:
        """What the backtest says of each member, with all figures final."""
        history = between(self.replayed.history, night.date - timedelta(days=60), night.date)
        metric = self.replayed.metric_of(category)
        asked = night.categories[category].challenges_asked(metric, night.date, as_played=True)
        return settle(asked, self.live.program.challenges, history, date.max)


def opened(ground: Stage, file: Path, folder: Path, *, key: str, zone: str, roster: Roster | None = None) -> Centre:
    """Start from the file by the commands, publish the program, deliver its days, and replay the file."""
    words = ["start", str(file), "--time-zone", zone, "--out", str(folder)]
    assert main([*words, *(["--roster", str(roster.file)] if roster else [])]) == 0
    written = folder / "program.yaml"
    # Of its own users: somebody who plays in two programs is asked once for a day and metric.
    text = written.read_text(encoding="utf-8").replace("program: contact-centre", f"program: {key}")
    if "agent_ids:" not in text:
        text = text.replace("metric_files:\n", "metric_files:\n  agent_ids: export\n")
    written.write_text(text, encoding="utf-8")
    assert main(["metrics", "split", str(file), "--program", str(written), "--to", str(folder)]) == 0
    program = load_program(written)
    users = roster.users() if roster else {}
    table = read_metrics(file, program)
    agents = tuple(f"{key} {users.get(agent, agent)}" for agent in table.agents)
    people = _csv(folder / "people.csv", ["user"], ([user] for user in agents))
    assert main(["program", "publish", str(written), "--reason", "first", "--write"]) == 0
    assert main(["program", "enrol", str(people), "--program", key, "--write"]) == 0
    programs, storage = ground.stores.programs, ground.aws.client("s3")
    for day in sorted((folder / key).glob("*.csv")):
        storage.put_object(Bucket=ground.outputs["MetricsBucket"], Key=f"{key}/{day.name}", Body=day.read_bytes())
    live = replace(ground, program=programs.current(key), roster=programs.roster(key))
    assert [member.user for member in live.roster] == list(agents)
    assert program.challenges.metric_files
    system = program.challenges.metric_files.agent_ids or ""
    links = ([system, raw, user] for raw, user in zip(table.agents, agents, strict=True))
    linked = _csv(folder / "links.csv", ["source", "id", "user"], links)
    assert main(["program", "link", str(linked), "--program", key, "--write"]) == 0
    assert table.first
    assert table.last
    first = first_night(table.first, table.last, program)
    assert first
    start = min(table.first, first_history_day(program.challenges, first, {}))
    roster_of = tuple(Member(id=f"{slot:032x}", user=user) for slot, user in enumerate(agents))
    history = as_history(replace(table, agents=agents), program, agents, first=start)
    return Centre(live, replay(history, program, roster_of, first=first, last=table.last))


def _csv(file: Path, header: list[str], rows: Iterable[list[str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([header, *rows])
    return file
