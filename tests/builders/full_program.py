"""Values to store, with every field set to something that is not its default."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np

from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.assignment import COLUMNS, Standing
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.completion import Completion
from ladder.domain.challenges.history import DayColumn, Row
from ladder.domain.challenges.metric_files import Load, Measure, MetricFiles, SkippedRows, TypeInRows
from ladder.domain.challenges.rotation import Claim, Launch, Rotation, RotationPlan, Targets
from ladder.domain.challenges.rules import (
    Category,
    Challenge,
    ContactType,
    Guard,
    HardContacts,
    Metric,
    Peers,
    Platform,
    QualityGate,
    RewardCondition,
    RewardRule,
    SelectionRule,
    SelectionWeight,
    TierRule,
)
from ladder.domain.credentials.rules import Alignment, CredentialRules, Skill
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules, KudosRules
from ladder.domain.members.leavers import Leavers
from ladder.domain.members.roster import Member, Roster
from ladder.domain.message import Message
from ladder.domain.points.judged_badge import JudgeModel
from ladder.domain.programs.program import Program, SecondPerson
from tests.builders.full_rulebook import RULEBOOK, SOURCE
from tests.builders.programs import composed

DAY = date(2026, 3, 29)
NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
PROGRAM = "berlin-voice"

CREDENTIALS = CredentialRules(
    name="Bank academy",
    url="https://academy.bank.example",
    address="https://ladder.bank.example",
    alignments=(
        Alignment(
            badge="SHARER",
            skills=(Skill(name="share", url="http://data.europa.eu/esco/s", code="S1.2", framework="ESCO"),),
        ),
    ),
)
DELIVERY = DeliveryRules(
    channels=(
        ChannelRules(
            key="team-room",
            kind="slack",
            occasions=("badge", "kudos"),
            member="{user}@bank.example",
            teams={"North": "C0123456789"},
            supervisors={"North": "U0123456789"},
            address="C9876543210",
            otherwise="hook",
            options={"icon": "trophy"},
        ),
        ChannelRules(key="hook", kind="webhook", address="https://hooks.bank.example/ladder"),
    ),
    quiet_from=time(17, 30),
    quiet_until=time(8, 30),
    daily_messages=2,
    weekly_messages=6,
    digest_at=time(15, 30),
    reminders_at=time(13, 30),
    weekly_note_on=5,
    poor_score=70.0,
    kudos=KudosRules(weekly=2, same_colleague_after_days=21, values={"helpful": "helped me with a hard case"}),
    language="de",
    console_url="https://ladder.bank.example/console",
)
GATE = QualityGate(metric="QA", at_least=80.0, at_most=100.0, over_days=7)
HANDLE_TIME = Metric(
    key="AHT",
    name="average handle time",
    unit="s",
    direction="lower",
    step=5.0,
    north_star=True,
    speed=True,
    exclusive=False,
    range=(0.0, 3600.0),
    final_after_days=2,
    normalise_by="contact_type",
    quality_gate=GATE,
    at_least=4,
)
RUNGS = tuple(
    Challenge(
        name=f"Sprint {n}",
        description=f"Under {500 - n} s: größer geht's nicht",
        target_value=500.5 - n,
        points=n,
        group_id=f"g{n}",
    )
    for n in (1, 2, 3)
)
SPRINT = Category(key="AHT_SPRINT", metric="AHT", tiers=(RUNGS[0], RUNGS[1], RUNGS[2]), participation="opt_in")
CHANCE = SelectionWeight(key="AHT_SPRINT", weight=2.5, cooldown_days=3)
CONDITION = RewardCondition(metric="CHALLENGE_COMPLETED", operator="EQUALS", value="TIER_3", bonus_percentage=0.2)
BONUS = RewardRule(
    name="tier 3", description="more", evaluation_scope="DAILY", conditions=(CONDITION,), max_daily_bonus_points=50
)


def program(key: str = PROGRAM, **changes: Any) -> Program:
    fields: dict[str, Any] = {
        "key": key,
        "name": "Berlin, voice",
        "schedule": Schedule(
            time_zone="Europe/Berlin",
            rotation_time=time(4, 15),
            day_starts_at=time(5, 30),
            propagation_seconds=301,
            playable_hours=5.0,
        ),
        "platform": Platform(
            kind="wem", instance="berlin", membership="replaces", one_active_per_metric=True, language="de"
        ),
        "metrics": (HANDLE_TIME,),
        "categories": (SPRINT,),
        "payer": "platform",
        "today_every_hours": 6,
        "reward_rules": (BONUS,),
        "caps": Caps(
            member_daily_points=300,
            member_weekly_points=1200,
            member_daily_bonus_points=100,
            bonus_percent_of_base=50.0,
            program_daily_points=9000,
            reserve_percent=6.0,
        ),
        "tier_rule": TierRule(
            rule="literal",
            up=(50.0, 75.0),
            down=(40.0, 65.0),
            up_after_days=9,
            completion=(65.0, 60.0, 55.0),
            targets=(20.0, 45.0, 70.0),
            down_after_days=4,
            window_days=28,
            smoothing_days=9,
            placed_after_days=8,
            clamp=(4.0, 96.0),
            min_peers=21,
            min_members=6,
            previous_after_days=39,
            previous_kept_days=119,
            return_after_days=6,
            return_margin=2.5,
        ),
        "selection": SelectionRule(per_night=2, always=("AHT_SPRINT",), categories=(CHANCE,)),
        "peers": Peers(by_channel=False, tenure_bands_days=(30, 90)),
        "contact_types": (ContactType(key="NW", contacts="calls_NW", seconds="seconds_NW"),),
        "guard": Guard(short_contacts="SHORT", repeat_contacts="REPEAT", false_alarms=0.01, min_contacts=99),
        "hard_contacts": HardContacts(ratio=1.2, bonus_percentage=10.0),
        "metric_files": MetricFiles(
            measures={"REPEAT": Measure(columns=("repeats",), count="known", statistic="share", format="min")},
            agent="user",
            agent_ids="wfm",
            date="day",
            date_format="dd.mm.yyyy hh:mm",
            time_zone="UTC",
            rows_by=("media",),
            repeats=("user",),
            load=Load(queue="line", queues=("Night",), hours=(time(8), time(14))),
            contact_type=TypeInRows(column="queue", count="known", seconds="time", format="ms", names={"7": "NW"}),
            skip=(SkippedRows(column="user", like=("Total*",)),),
            header=4,
            encoding="cp1252",
            separator=";",
            sheets=("Days",),
            decimal=",",
            thousands=".",
            empty=("k. A.",),
        ),
        "judge": JudgeModel(kind="openai", model="m-1", daily_tokens=9, member_share=0.5, timeout_seconds=7),
        "second_person": SecondPerson(publishing=False, erasing=False, grants_above=50),
        "leavers": Leavers(erased_after_days=90),
        "delivery": DELIVERY,
        "credentials": CREDENTIALS,
        "calendar": CalendarRules(
            reminder_hours=(48.0, 2.0), deadline_hours=(96.0,), due_soon_hours=48.0, invitations=False
        ),
        "paused": True,
        "sources": (SOURCE,),
        "rulebook": RULEBOOK,
        "version": 7,
    }
    return composed(**fields | changes)


def roster(size: int) -> Roster:
    """Distinct ids; every third member with all fields set, every seventh no longer active."""
    rng = np.random.default_rng(7)
    return tuple(
        Member(
            id=rng.bytes(16).hex(),
            user=f"agent-{slot:05d}",
            channel="chat" if slot % 3 == 0 else "voice",
            hired_on=date(2020, 1, 1 + slot % 28) if slot % 3 == 0 else None,
            active=slot % 7 != 0,
        )
        for slot in range(size)
    )


def claim(*, day: date = DAY, revision: int = 1, attempt: int = 1, program: str = PROGRAM) -> Claim:
    return Claim(program=program, date=day, revision=revision, attempt=attempt)


def rotation(of: Claim, **changes: Any) -> Rotation:
    fields: dict[str, Any] = {
        "claim": of,
        "actor": "the schedule",
        "reason": "",
        "claimed_at": NOW,
        "program_version": 3,
    }
    return Rotation(**(fields | changes))


REFUSED_READING = Message(
    "rotation.reading_refused",
    {
        "day": "2026-03-28",
        "series": "AHT",
        "reason": Message("rotation.impossible_seconds", {"seconds": 400_000.0}),
    },
)


def full_rotation(of: Claim) -> Rotation:
    return rotation(
        of,
        step="verified",
        superseded=True,
        replaces="berlin-voice--2026-03-28--r1--a1",
        failed="the platform was down",
        warnings=(Message("rotation.readings_refused", {"series": "AHT", "readings": 1}),),
        left_out={"agent-00007": (REFUSED_READING,)},
        unsettled_since=date(2026, 3, 20),
        plan=night(),
        launches={
            "AHT_SPRINT#2": Launch(state="created", challenge="c-17"),
            "AHT_SPRINT#1": Launch(state="retired", challenge="c-16"),
        },
        refused={"agent-00007": "unknown user"},
        group_mismatches={"AHT_SPRINT": 4},
    )


def night() -> RotationPlan:
    return RotationPlan(
        selected=("AHT_SPRINT",),
        deferred={"FCR_STREAK": Message("rotation.metric_taken", {"metric": "FCR"})},
        targets={
            "AHT_SPRINT": Targets(
                shown=(480.0, 450.5, 420.0),
                by_peers={"voice, 90": (481.0, 451.0, 421.0)},
                from_history=True,
                likely=(0.66, 0.63, 0.57),
            )
        },
        last_selected={"AHT_SPRINT": DAY, "FCR_STREAK": date(2026, 3, 20)},
        lowered=3,
        dropped=1,
        lowered_by_tier=(1, 2, 3),
        dropped_by_tier=(3, 2, 1),
        warnings=(Message("rotation.nobody_plays"),),
        joint={"AHT_SPRINT": 420.0},
    )


def standing(members: int, *, seed: int = 0) -> Standing:
    rng = np.random.default_rng(seed)

    def column(most: int) -> bytes:
        return rng.integers(0, most, size=members, endpoint=True, dtype=np.uint8).tobytes()

    columns = {name: column(3) for name in COLUMNS}
    return replace(Standing.new(members), **columns, as_of=DAY)


def row(*values: float) -> Row:
    return np.array(values, dtype=np.float32)


def day_of(values: Row, counts: Row | None = None) -> DayColumn:
    return DayColumn(values, np.where(np.isnan(values), np.nan, 20).astype(np.float32) if counts is None else counts)


def completion(member: str = "0" * 31 + "a", **changes: Any) -> Completion:
    fields: dict[str, Any] = {
        "program": PROGRAM,
        "member": member,
        "date": DAY,
        "category": "AHT_SPRINT",
        "tier": 2,
        "metric": "AHT",
        "value": 441.5,
        "measured": 460.5,
        "target": 450.0,
        "points": 20,
        "occurred_at": datetime.fromisoformat("2026-03-30T05:30:00+02:00"),
        "rotation": "2026-03-29#0001",
        "program_version": 3,
        "sentence": Message("challenges.met_on_platform", {"metric": "größer", "target": 450.0, "unit": "s"}),
    }
    return Completion(**(fields | changes))
