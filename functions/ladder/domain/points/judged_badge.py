"""Badges that a model may propose, the model that is asked, and the event that grants one; `judging` works them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Literal

from ladder.domain.activities.activity import BADGE_GRANTED, LADDER, Activity
from ladder.domain.activities.event_filter import EventFilter, Perseverance, Tests
from ladder.domain.validation.constraints import Key, Says, Share, Text, Within

JudgeKind = Literal["bedrock", "openai"]
Policy = Literal["suggest", "approve", "auto"]  # what becomes of a model's proposal
Phase = Literal["pilot", "expansion", "scale"]
MOST_SECONDS = 30  # of a model's call


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The members who are judged in a phase: of these teams, of these channels, and a share by their random ids."""

    share: Annotated[Share, Says("Write a share of the members: 0.1 is one of ten.")] = 0.0
    teams: Annotated[tuple[Text, ...], Says("Write a list of teams.")] = ()
    channels: Annotated[tuple[Text, ...], Says("Write a list of channels, such as [voice].")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Several pieces of evidence: so many matches within so many local days are one case."""

    at_least: Annotated[int, Within(2, 8), Says("Write how many pieces of evidence it takes, such as 3.")]
    within_days: Annotated[int, Within(1, 92), Says("Write within how many days, such as 60.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmations:
    """A text is a case once so many other members confirmed it, each by an event of their own, within so many days."""

    at_least: Annotated[int, Within(1, 20), Says("Write how many other members confirm a text, such as 2.")]
    within_days: Annotated[int, Within(1, 92), Says("Write within how many days after the text, such as 14.")] = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBadge:
    """A badge that a model may propose, and people or a policy that people set decide.

    A match is a case; with `perseverance` only after failed tries, with `pieces` only together with others, with
    `confirmations` only once other members confirmed the text: the second signal, without which "auto" needs recorded
    tries. `confirmed_by`: numbers that a reviewer and the model are shown beside a text. They came in the event that
    brought the text, so they never grant anything.
    Until `probation_days` after `since` every proposal goes to a person, whatever `policy` says.
    """

    key: Key
    name: Annotated[Text, Says("Write what a member reads, such as community champion.")]
    description: Annotated[Text, Says("Write what it is given for, in words that a member reads.")]
    criteria: Annotated[  # published, and what the model is told
        Text, Says("Write what must be seen to earn it; members read this too.")
    ]
    owner: Annotated[Text, Says("Name who answers for it, and reads what is proposed.")]
    review_on: Annotated[date, Says("Write the day on which somebody looks whether it still fits: 2027-05-01.")]
    match: Annotated[EventFilter, Says("Write when: forum.posted.", inline=True)]
    since: Annotated[date, Says("Write the first day on which it is judged: 2026-10-01.")]
    perseverance: Annotated[
        Perseverance | None, Says("Write {subject: module, failed: {when: …, where: …}, after_failures: 3}.")
    ] = None
    pieces: Annotated[Pieces | None, Says("Write {at_least: 3, within_days: 60}, or leave it out.")] = None
    confirmations: Annotated[
        Confirmations | None, Says("Write {at_least: 2, within_days: 14}: a text waits for so many colleagues.")
    ] = None
    confirmed_by: Annotated[
        Tests,
        Says(
            "Write which numbers a reviewer is shown, such as {helpful: {at_least: 3}}.", by="attribute", short="equals"
        ),
    ] = ()
    policy: Annotated[Policy, Says("Write suggest or approve; auto is for perseverance or confirmations.")] = "suggest"
    confidence: Annotated[  # below it nothing is proposed
        float, Within(most=1, above=0), Says("Write how sure the model must be, such as 0.8.")
    ] = 0.8
    probation_days: Annotated[
        int, Within(30, 60), Says("Write for how long a person decides on every proposal, whatever the policy: 30.")
    ] = 30
    phase: Annotated[Phase, Says("Write pilot, expansion or scale.")] = "pilot"
    pilot: Annotated[Cohort, Says("Write {share: 0.1}, or {teams: [north]}.")] = field(default_factory=Cohort)
    expansion: Annotated[  # beside the pilot's; at scale everybody is judged
        Cohort, Says("Write {share: 0.5}, or {teams: [north, south]}.")
    ] = field(default_factory=Cohort)
    per_member_daily: Annotated[
        int, Within(1, 20), Says("Write how many cases of a member are judged in a day, such as 3.")
    ] = 3
    paused: bool = False  # nobody is judged for it; people may still grant it

    @property
    def days_stored(self) -> int:
        """Return for how many local days a text is stored: until no case can show it; 0 where its message has it."""
        pieces, confirmed = self.pieces, self.confirmations
        return (pieces.within_days if pieces else 0) + (confirmed.within_days + 1 if confirmed else 0)

    @property
    def types(self) -> tuple[str, ...]:
        """Return the types of events that may make a case, or complete one that came before them."""
        return (*self.match.types, *(self.perseverance.failed.types if self.perseverance else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeModel:
    """The model that is asked about judged badges, and what may be spent on it."""

    kind: Annotated[JudgeKind, Says("Write bedrock, or openai for anything that speaks its API.")] = "bedrock"
    model: Annotated[Text, Says("Write the model's id, as the service names it.")]
    daily_tokens: Annotated[  # of the program, in and out together
        int, Within(10_000, 1_000_000_000), Says("Write how many tokens a day may cost; a case takes about 2000.")
    ] = 200_000
    member_share: Annotated[  # of the daily tokens, for the cases of one member; their first case is always judged
        float, Within(most=1, above=0), Says("Write the share of them that one member's cases may cost: 0.1.")
    ] = 0.1
    timeout_seconds: Annotated[  # of a call: a case may take two
        int, Within(1, MOST_SECONDS), Says("Write whole seconds, such as 20.")
    ] = 20


def badge_grant(*, badge: str, case: str, verdict: str, by: str, at: datetime) -> Activity:
    """Return the event that grants the badge: the same one for a badge and case, whoever grants it and how often."""
    return Activity(
        source=LADDER,
        id=f"badge:{badge}:{case}",
        type=BADGE_GRANTED,
        occurred_at=at,
        attributes={"badge": badge, "verdict": verdict, "by": by},
    )
