"""Centres without a platform on the deployed stack, each made by the commands of a file that a system exports."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from infra.cli.backtest.replay import ReplayedNight, ReplayResult, between, first_night, replay
from infra.cli.main import main
from infra.cli.metrics.workbook import read_metrics
from infra.cli.program_file import load_program
from infra.local.stage import Stage, identities
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
    written.write_text(written.read_text(encoding="utf-8").replace("program: contact-centre", f"program: {key}"))
    assert main(["metrics", "split", str(file), "--program", str(written), "--to", str(folder)]) == 0
    program = load_program(written)
    users = roster.users() if roster else {}
    table = read_metrics(file, program)
    agents = tuple(users.get(agent, agent) for agent in table.agents)
    encoding = program.challenges.metric_files.encoding if program.challenges.metric_files else "utf-8"
    days = {date.fromisoformat(day.stem): day.read_text(encoding) for day in sorted((folder / key).glob("*.csv"))}
    live = ground.with_program(program, agents, days)
    if program.challenges.metric_files and (system := program.challenges.metric_files.agent_ids):
        links = identities(live.aws, live.outputs)
        for raw, member in zip(table.agents, live.roster, strict=True):
            links.link(key, system, raw, member.id)
    assert table.first
    assert table.last
    first = first_night(table.first, table.last, program)
    assert first
    start = min(table.first, first_history_day(program.challenges, first, {}))
    roster_of = tuple(Member(id=f"{slot:032x}", user=user) for slot, user in enumerate(agents))
    history = as_history(replace(table, agents=agents), program, agents, first=start)
    return Centre(live, replay(history, program, roster_of, first=first, last=table.last))
