"""A program: one population that plays by one set of rules in one time zone, composed of sections.

Each section stands with its subject, and the subjects know their sections only. The annotations are the one
description of the program file: see `validation.constraints`.
"""

from dataclasses import dataclass, field
from typing import Annotated, Self

from ladder.domain.activities.activity import LOGIN
from ladder.domain.activities.source import Source
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.credentials.rules import CredentialRules
from ladder.domain.delivery.rules import DeliveryRules
from ladder.domain.members.leavers import Leavers
from ladder.domain.points.judged_badge import JudgeModel
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.validation.constraints import Length, Points, Says, Text, matching


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondPerson:
    """Acts of one admin that another one has to confirm. In production a program may ask for more, never for less."""

    publishing: Annotated[bool, Says("Write false to let one admin publish; production asks for two all the same.")] = (
        True
    )
    erasing: Annotated[bool, Says("Write false to let one admin erase; production asks for two all the same.")] = True
    grants_above: Annotated[
        Points | None, Says("Write the points that one admin gives on a day alone, or leave it out for most_granted.")
    ] = None

    def granted_alone(self, most_granted: int) -> int:
        """Return the points that one person gives on a day without another."""
        return most_granted if self.grants_above is None else self.grants_above

    def at_least(self, other: Self, *, most_granted: int) -> Self:
        """Return what both ask for: the stricter of each."""
        alone = min(part.granted_alone(most_granted) for part in (self, other))
        return type(self)(
            publishing=self.publishing or other.publishing, erasing=self.erasing or other.erasing, grants_above=alone
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One population that plays by one set of rules in one time zone."""

    key: Annotated[
        str,
        # An execution is named program--date--rN--aM: at most 80 characters, a double hyphen only between its parts.
        matching(
            r"(?!.*--)[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?",
            "a program's key",
            "1 to 30 lower-case letters, digits and single hyphens",
        ),
        Says("Write the program's key, such as bank-north.", name="program"),
    ]
    name: Annotated[Text, Says("Write the program's name as people say it.")]
    schedule: Annotated[Schedule, Says("Write time_zone: Europe/Paris and so on.", inline=True)]
    sources: Annotated[
        tuple[Source, ...],
        Length(0, 20),
        Says("Write each source's key and {kind: standard}.", by="key"),
    ] = ()
    challenges: Annotated[ChallengeRules, Says("Write platform, metrics and challenge_library.", inline=True)] = field(
        default_factory=ChallengeRules
    )
    rulebook: Annotated[Rulebook, Says("Write rules, streaks, levels and so on.", inline=True)] = field(
        default_factory=Rulebook
    )
    judge: Annotated[  # None: the one that the bundle names
        JudgeModel | None, Says("Write {kind: bedrock, model: …}, or leave it out.")
    ] = None
    caps: Annotated[Caps, Says("Write {member_daily_points: …}.")] = field(default_factory=Caps)
    second_person: Annotated[
        SecondPerson, Says("Write {publishing: true, erasing: true, grants_above: 500}, or leave it out.")
    ] = field(default_factory=SecondPerson)
    leavers: Annotated[Leavers, Says("Write {erased_after_days: 400}, or leave it out.")] = field(
        default_factory=Leavers
    )
    delivery: Annotated[
        DeliveryRules, Says("Write {channels: {…}, quiet_from: …}, or leave it out: then nothing is sent.")
    ] = field(default_factory=DeliveryRules)
    credentials: Annotated[  # None: badges cannot be taken along
        CredentialRules | None, Says("Write {name: …, url: …, address: …}, or leave it out.")
    ] = None
    calendar: Annotated[  # None: nothing is kept of sessions and deadlines
        CalendarRules | None,
        Says("Write {reminder_hours: [24, 1]}, or {} for what is usual; without it, no calendar is kept."),
    ] = None
    version: int = 0  # 0: a draft; published versions count from 1
    paused: bool = False  # no nights, nobody judged, no rule pays; what was completed or decided before still does

    @property
    def linked_systems(self) -> frozenset[str]:
        """Return the systems whose ids can be linked to members: logins, sources, and the one of metric files."""
        files = self.challenges.metric_files
        named = {files.agent_ids} if files and files.agent_ids else set[str]()
        return frozenset({LOGIN, *named, *(source.key for source in self.sources)})

    def source(self, key: str) -> Source | None:
        return next((source for source in self.sources if source.key == key), None)
