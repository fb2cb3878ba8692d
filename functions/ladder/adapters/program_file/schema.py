"""The shape of a program file: its sections, in the order that a person writes them."""

from typing import Annotated

from pydantic import BeforeValidator

from ladder.adapters.program_file.sections.challenges import CategoryShape, DrawShape, RewardRuleShape
from ladder.adapters.program_file.sections.goals import BadgeShape, PathShape, StreakShape, UnlockShape
from ladder.adapters.program_file.sections.judged import JudgedShape, JudgeShape
from ladder.adapters.program_file.sections.kinds import Clock, Day, Shape, Text, Weekday, Whole, by_key, says
from ladder.adapters.program_file.sections.metrics import (
    ContactTypeShape,
    GuardShape,
    HardContactsShape,
    MetricFilesShape,
    MetricShape,
)
from ladder.adapters.program_file.sections.pay import CapsShape, CatalogueItemShape, TeamShape
from ladder.adapters.program_file.sections.rules import RuleShape
from ladder.adapters.program_file.sections.systems import PlatformShape, SourceShape
from ladder.adapters.program_file.sections.tiers import PeersShape, TierRuleShape
from ladder.domain.program import Payer

NIGHTS = ("rotation_time", "platform", "metrics", "challenge_library")  # needed wherever there are nightly challenges
OF_NIGHTS = (
    *NIGHTS, "peers", "contact_types", "metric_files", "guard", "reward_rules", "hard_contacts", "draw", "tiers"
)  # fmt: skip


class ProgramShape(Shape):
    program: Annotated[Text, says("Write the program's key, such as bank-north.", stand_in="program")]
    name: Annotated[Text, says("Write the program's name as people say it.", stand_in="?")]
    time_zone: Annotated[Text, says("Write an IANA name such as Asia/Jerusalem.", stand_in="UTC")]
    rotation_time: Annotated[Clock | None, says('Write hours and minutes: "00:15".')] = None
    day_starts_at: Annotated[Clock | None, says('Write hours and minutes: "06:00" for a night shift.')] = None
    propagation_seconds: Annotated[Whole | None, says("Write whole seconds, such as 300.")] = None
    payer: Annotated[Payer | None, says("Write ladder, or platform when the platform's own points count.")] = None
    platform: Annotated[PlatformShape | None, says("Write {kind: wem}.")] = None
    sources: Annotated[dict[str, SourceShape] | None, says("Write each source's key and {kind: standard}.")] = None
    peers: Annotated[PeersShape | None, says("Write {by_channel: true, tenure_bands_days: [90]}.")] = None
    metrics: Annotated[dict[str, MetricShape] | None, says("Write each metric under the platform's key.")] = None
    contact_types: Annotated[
        dict[str, ContactTypeShape] | None,
        BeforeValidator(by_key),
        says("Write a list of keys, such as [NEW, REGULAR], or each with {contacts: …, seconds: …}."),
    ] = None
    metric_files: Annotated[MetricFilesShape | None, says("Write {measures: {AHT: {column: …, count: …}}}.")] = None
    guard: Annotated[GuardShape | None, says("Write {short_contacts: …, repeat_contacts: …}.")] = None
    challenge_library: Annotated[
        dict[str, CategoryShape] | None, says("Write each category with tier_1 to tier_3, or {file: library.json}.")
    ] = None
    reward_rules: Annotated[list[RewardRuleShape] | None, says("Write a list of rules, or {file: rules.json}.")] = None
    hard_contacts: Annotated[HardContactsShape | None, says("Write {ratio: 1.1, bonus_percentage: 10}.")] = None
    draw: Annotated[DrawShape | None, says("Write {per_night: 1}.")] = None
    tiers: Annotated[TierRuleShape | None, says("Write {rule: bands}, or leave it out.")] = None
    rules: Annotated[
        dict[str, RuleShape] | None, says("Write each rule's key and {name: …, when: …, where: …, points: …}.")
    ] = None
    streaks: Annotated[dict[str, StreakShape] | None, says("Write each streak's key and {name: …, when: …}.")] = None
    levels: Annotated[
        dict[Text, Whole] | None,
        says("Write each level with the points it is reached at: {Newcomer: 0, Regular: 500}."),
    ] = None
    unlocks: Annotated[dict[str, UnlockShape] | None, says("Write each unlock's key and {name: …, requires: […]}.")] = (
        None
    )
    paths: Annotated[dict[str, PathShape] | None, says("Write each path's key and {name: …, steps: {…}}.")] = None
    badges: Annotated[
        dict[str, BadgeShape] | None,
        says("Write each badge's key with name, description, owner, review_on and tiers."),
    ] = None
    judge: Annotated[JudgeShape | None, says("Write {kind: bedrock, model: …}, or leave it out.")] = None
    judged: Annotated[
        dict[str, JudgedShape] | None, says("Write each badge's key with name, criteria, when, since and policy.")
    ] = None
    teams: Annotated[
        dict[str, TeamShape] | None, says("Write each key and {name: …, target: …, floor: …, points: …}.")
    ] = None
    catalogue: Annotated[
        dict[str, CatalogueItemShape] | None, says("Write each item's key and {name: …, kind: …, price: …}.")
    ] = None
    caps: Annotated[CapsShape | None, says("Write {member_daily_points: …}.")] = None
    work_days: Annotated[list[Weekday] | None, says("Write a list such as [mon, tue, wed], or numbers from 1.")] = None
    holidays: Annotated[list[Day] | None, says("Write a list of dates such as [2026-12-25].")] = None
    late_days: Annotated[Whole | None, says("Write for how many days an event may be late, such as 7.")] = None
    hold_days: Annotated[Whole | None, says("Write after how many days a held award pays, such as 14.")] = None
    audited_per_thousand: Annotated[
        Whole | None, says("Write how many awards of a thousand are drawn for a person to look at, such as 10.")
    ] = None
    most_granted: Annotated[Whole | None, says("Write how many points a person may give at once, such as 500.")] = None
