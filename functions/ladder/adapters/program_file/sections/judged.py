"""judge, judged: badges that a model may propose, and the model that is asked.

judge: {kind: openai, model: …, daily_tokens: 200000, timeout_seconds: 20}
judged:
  KUDOS:
    name: …, description: …, criteria: …, owner: …, review_on: 2027-05-01
    when: forum.posted                          # with where, as in rules
    perseverance: {subject: module, failed: …}  # or pieces: {at_least: 3, within_days: 60}
    confirmed_by: {helpful: {at_least: 3}}      # numbers that a reviewer is shown beside a text
    policy: suggest                             # or approve; auto with perseverance only
    since: 2026-10-01
    probation_days: 45
    phase: pilot                                # or expansion, scale
    pilot: {share: 0.1, teams: [north], channels: [voice]}
"""

from typing import Annotated

from ladder.adapters.program_file.sections.kinds import Day, Number, Shape, Text, Whole, says, written
from ladder.adapters.program_file.sections.matches import MatchShape, Tests, match, tests
from ladder.adapters.program_file.sections.rules import PerseveranceShape, perseverance
from ladder.domain.judged_badge import Cohort, JudgedBadge, JudgeKind, JudgeModel, Phase, Pieces, Policy


class JudgeShape(Shape):
    kind: Annotated[JudgeKind, says("Write bedrock, or openai for anything that speaks its API.", stand_in="bedrock")]
    model: Annotated[Text, says("Write the model's id, as the service names it.", stand_in="?")]
    daily_tokens: Annotated[Whole | None, says("Write how many tokens a day may cost, such as 200000.")] = None
    timeout_seconds: Annotated[Whole | None, says("Write whole seconds, such as 20.")] = None


class CohortShape(Shape):
    share: Annotated[Number | None, says("Write a share of the members: 0.1 is one of ten.")] = None
    teams: Annotated[list[Text] | None, says("Write a list of teams.")] = None
    channels: Annotated[list[Text] | None, says("Write a list of channels, such as [voice].")] = None


class PiecesShape(Shape):
    at_least: Annotated[Whole, says("Write how many pieces of evidence it takes, such as 3.", stand_in=2)]
    within_days: Annotated[Whole, says("Write within how many days, such as 60.", stand_in=60)]


class JudgedShape(MatchShape):
    name: Annotated[Text, says("Write what a member reads, such as community champion.", stand_in="?")]
    description: Annotated[Text, says("Write what it is given for, in words that a member reads.", stand_in="?")]
    criteria: Annotated[Text, says("Write what must be seen to earn it; members read this too.", stand_in="?")]
    owner: Annotated[Text, says("Name who answers for it.", stand_in="?")]
    review_on: Annotated[
        Day, says("Write the day on which somebody looks whether it still fits: 2027-05-01.", stand_in="2027-05-01")
    ]
    since: Annotated[Day, says("Write the first day on which it is judged: 2026-10-01.", stand_in="2026-10-01")]
    perseverance: Annotated[
        PerseveranceShape | None, says("Write {subject: module, failed: {when: …, where: …}, after_failures: 3}.")
    ] = None
    pieces: Annotated[PiecesShape | None, says("Write {at_least: 3, within_days: 60}.")] = None
    confirmed_by: Annotated[
        Tests | None, says("Write which numbers a reviewer is shown, such as {helpful: {at_least: 3}}.")
    ] = None
    policy: Annotated[Policy | None, says("Write suggest or approve; auto is for perseverance.")] = None
    confidence: Annotated[Number | None, says("Write more than 0 and at most 1, such as 0.8.")] = None
    probation_days: Annotated[Whole | None, says("Write 30 to 60.")] = None
    phase: Annotated[Phase | None, says("Write pilot, expansion or scale.")] = None
    pilot: Annotated[CohortShape | None, says("Write {share: 0.1}, or {teams: [north]}.")] = None
    expansion: Annotated[CohortShape | None, says("Write {share: 0.5}, or {teams: [north, south]}.")] = None
    per_member_daily: Annotated[Whole | None, says("Write how many cases of a member a day, such as 3.")] = None


_PLAIN = {
    "name", "description", "criteria", "owner", "review_on", "since",
    "policy", "confidence", "probation_days", "phase", "per_member_daily",
}  # fmt: skip


def judge_model(shape: JudgeShape) -> JudgeModel:
    return JudgeModel(**written(shape))


def judged(key: str, shape: JudgedShape) -> JudgedBadge:
    return JudgedBadge(
        key=key,
        match=match(shape),
        perseverance=perseverance(shape.perseverance) if shape.perseverance else None,
        pieces=Pieces(**written(shape.pieces)) if shape.pieces else None,
        confirmed_by=tests(shape.confirmed_by),
        pilot=Cohort(**written(shape.pilot)),
        expansion=Cohort(**written(shape.expansion)),
        **written(shape, _PLAIN),
    )
