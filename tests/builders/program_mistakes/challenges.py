"""Each rule of a program broken once: errors with their path and hint, and what is only doubtful."""

from dataclasses import replace
from datetime import time

from ladder.domain.challenges.metric_files import Load, TypeInRows
from ladder.domain.challenges.rules import ContactType, Guard, HardContacts, Peers, Platform, SelectionRule, TierRule
from ladder.domain.programs.program import Program
from tests.builders.bank import (
    CARE,
    GATE,
    HANDLE_TIME,
    QUALITY,
    SHARES_GROUPS,
    SHARES_ONE_GROUP,
    SPRINT,
    STEADY,
    caps,
    care,
    category,
    chance,
    gate,
    grouped,
    guarded,
    handle_time,
    hard,
    kinds,
    library,
    many,
    measured,
    program,
    rule,
    schedule,
    selecting,
    stars,
    tiers,
    under,
    worth,
)
from tests.builders.programs import with_values
from tests.builders.without_platform import without_platform

CHOSEN_CARE = replace(CARE, participation="opt_in")
SHARED = replace(HANDLE_TIME, exclusive=False)
ONE_A_METRIC = Platform(kind="wem", one_active_per_metric=True)
ONE_GROUP = Platform(kind="wem", membership="replaces")
SPACED = replace(QUALITY, key="Q A")
SCORE = replace(QUALITY, unit="points", speed=False)


def undeclared(**changed: object) -> Program:
    """Handle time of which nobody has said whether it rewards speed."""
    plain = {"speed": None, "normalise_by": None, "quality_gate": None}
    return handle_time(**(plain | changed))


def more(**changed: object) -> Program:
    """The same, where more is better."""
    program = undeclared(direction="higher", **changed)
    return with_values(program, categories=(category("SPRINT", "AHT", (1, 2, 3)), CARE))


GUARDED = replace(QUALITY, key="QB", quality_gate=GATE)
SHORT = replace(QUALITY, key="SHORT", direction="lower")
NEW, OLD = (ContactType(key=key, contacts=f"calls_{key}") for key in ("NEW", "OLD"))

# the program, the place, words of the message, words of the hint
MISTAKES: dict[str, tuple[Program, str, str, str]] = {
    "a key in capitals": (program(key="Bank"), "program", '"Bank"', "lower-case"),
    "a key with a double hyphen": (
        program(key="bank--north"), "program", '"bank--north" is not a program\'s key', "single hyphens",
    ),
    "a key of 31 letters": (program(key="b" * 31), "program", '"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" is not a', "30"),
    "a misspelt time zone": (schedule(time_zone="Asia/Jerusalm"), "time_zone", "not a time zone", "Asia/Jerusalem?"),
    "a folder as a time zone": (schedule(time_zone="Europe"), "time_zone", "not a time zone", "IANA"),
    "a path as a time zone": (schedule(time_zone="../etc"), "time_zone", "not a time zone", "IANA"),
    "a night before the day": (schedule(day_starts_at=time(6)), "rotation_time", "has begun", "06:00 or later"),
    "a negative wait": (schedule(propagation_seconds=-1), "propagation_seconds", "-1", "0 to 3600"),
    "a wait of a day": (schedule(propagation_seconds=86_400), "propagation_seconds", "86400", "0 to 3600"),
    "no metric": (program(metrics=(), categories=()), "metrics", "no metric", "Describe"),
    "four north stars": (program(metrics=(HANDLE_TIME, QUALITY, *stars(4))), "metrics.Q3.north_star", "3", "few"),
    "a metric with a space": (program(metrics=(HANDLE_TIME, QUALITY, SPACED)), "metrics.Q A", "Q A", "without spaces"),
    "a step of nothing": (handle_time(step=0), "metrics.AHT.step", "0 is too small", "such as 5"),
    "no contacts needed": (handle_time(at_least=0), "metrics.AHT.at_least", "0 is too small", "1 or more"),
    "a range of nothing": (handle_time(range=(60.0, 60.0)), "metrics.AHT.range", "60, 60 are not", "least and the"),
    "a range upside down": (handle_time(range=(9.0, 0.0)), "metrics.AHT.range", "9, 0 are not", "the least and the"),
    "never final": (handle_time(final_after_days=30), "metrics.AHT.final_after_days", "never", "0 to 29"),
    "final beyond what is kept": (
        with_values(handle_time(final_after_days=200), tier_rule=TierRule(window_days=255)),
        "metrics.AHT.final_after_days",
        "figures are kept for no longer",
        "Write 145 or less",
    ),
    "final before the day": (handle_time(final_after_days=-1), "metrics.AHT.final_after_days", "-1", "0 or more"),
    "speed not comparable": (handle_time(normalise_by=None), "metrics.AHT.normalise_by", "speed", "contact_type"),
    "speed unguarded": (handle_time(quality_gate=None), "metrics.AHT.quality_gate", "hanging up", "at_most"),
    "a gate that everything passes": (
        gate(at_least=0), "metrics.AHT.quality_gate.at_least", "everything passes 0", "poor quality",
    ),
    "a gate below the range": (
        program(metrics=(replace(HANDLE_TIME, quality_gate=replace(GATE, at_least=1)), replace(SCORE, range=(1, 5)))),
        "metrics.AHT.quality_gate.at_least", "everything passes 1: QA is from 1 to 5 points", "poor quality",
    ),
    "a gate that only the best fail": (
        gate(at_least=None, at_most=90), "metrics.AHT.quality_gate", "lets the worst pass", "Write at_least",
    ),
    "a gate of speed": (
        program(metrics=(HANDLE_TIME, replace(QUALITY, unit="calls/h"))),
        "metrics.AHT.quality_gate.metric", "rewards speed itself", "metric of quality",
    ),
    "a gate on an unknown metric": (gate(metric="QB"), "metrics.AHT.quality_gate.metric", "QB", "Known here: QA."),
    "a gate on itself": (gate(metric="AHT"), "metrics.AHT.quality_gate.metric", "guards itself", "quality"),
    "a gate with no bound": (gate(at_least=None), "metrics.AHT.quality_gate", "exactly one bound", "either"),
    "a gate with two bounds": (gate(at_most=90), "metrics.AHT.quality_gate", "exactly one bound", "either"),
    "a gate over no days": (gate(over_days=0), "metrics.AHT.quality_gate.over_days", "0 is too small", "1 or more"),
    "21 metrics": (many(21), "metrics", "holds 21 values", "up to 20"),
    "compared by what nobody knows": (
        handle_time(normalise_by="weather"), "metrics.AHT.normalise_by", '"weather" is not contact_type',
        "contact_type",
    ),
    "compared by types that nobody named": (kinds(), "metrics.AHT.normalise_by", "no contact type", "contact_types: ["),
    "a type with a space": (kinds(replace(NEW, key="N W")), "contact_types.N W", '"N W"', "without spaces"),
    "two types in one column": (
        kinds(NEW, replace(OLD, contacts="calls_NEW")),
        "contact_types.OLD.contacts", "read for contact type NEW already", "this type alone",
    ),
    "seconds that are contacts": (
        kinds(replace(NEW, seconds="calls_NEW"), OLD), "contact_types.NEW.seconds", "contact type NEW", "column",
    ),
    "contacts that are a metric": (
        kinds(NEW, replace(OLD, contacts="QA")), "contact_types.OLD.contacts", "read for metric QA", "column",
    ),
    "21 types": (
        kinds(*(ContactType(key=f"K{n}", contacts=f"K{n}") for n in range(21))), "contact_types", "21", "up to 20",
    ),
    "a guard that looks at nothing": (guarded(Guard()), "guard", "no metric", "short_contacts, repeat_contacts"),
    "a guard on an unknown metric": (guarded(Guard(short_contacts="SHRT")), "guard.short_contacts", "SHRT", "SHORT?"),
    "a guard on repeats nobody knows": (
        guarded(Guard(repeat_contacts="AGAIN")), "guard.repeat_contacts", "not described", "Known here: AHT, QA, SHORT",
    ),
    "a guard on what is good": (
        guarded(Guard(short_contacts="QA")), "guard.short_contacts", "higher better", "direction: lower",
    ),
    "a guard on seconds": (guarded(Guard(short_contacts="AHT")), "guard.short_contacts", "in s", 'unit: "%"'),
    "no false alarm ever": (
        guarded(Guard(short_contacts="SHORT", false_alarms=0)), "guard.false_alarms", "0 is too small", "more than 0",
    ),
    "false alarms for a fifth": (
        guarded(Guard(short_contacts="SHORT", false_alarms=0.2)), "guard.false_alarms", "0.2", "at most 0.1",
    ),
    "a guard on no contacts": (
        guarded(Guard(short_contacts="SHORT", min_contacts=0)), "guard.min_contacts", "0 is too small", "1 or more",
    ),
    "hard that is usual": (hard(HardContacts(ratio=1)), "hard_contacts.ratio", "1 is too small", "more than 1"),
    "a hard bonus that takes": (
        hard(HardContacts(bonus_percentage=-5)), "hard_contacts.bonus_percentage", "-5 is too small", "to what other",
    ),
    "a metric without a column": (measured("AHT"), "metric_files.measures", "QA has no column", "Add QA: {column"),
    "one column for agent and date": (
        measured("AHT", "QA", agent="date"), "metric_files.date", "cannot hold both the agent", "two columns",
    ),
    "a figure in the date": (
        measured("AHT", "QA", date="QA"), "metric_files.measures.QA", "the agent or the date", "values",
    ),
    "a queue's column alone": (
        under(Load(queue="line")), "metric_files.load.queues", "which queues of line differ", "queues: [Billing",
    ),
    "queues without a column": (
        under(Load(queues=("Night",))), "metric_files.load.queue", "no column is named", "Write queue:",
    ),
    "a queue that is the type": (
        under(Load(queue="q", queues=("Night",)), contact_type=TypeInRows(column="q", count="n")),
        "metric_files.load.queue", "the column of the contact type", "compared already",
    ),
    "hours of rows that are days": (
        under(Load(hours=(time(0), time(12)))), "metric_files.load.hours", "do not say at what time", "instant",
    ),
    "hours that do not rise": (
        under(Load(hours=(time(12), time(0))), date_format="instant"), "metric_files.load.hours", "", "10:00",
    ),
    "more conditions than a night can read": (
        under(Load(hours=tuple(map(time, range(12))), queue="q", queues=("Night",)), date_format="instant"),
        "metric_files.load", "24 queues and parts of the day", "fewer parts",
    ),
    "a guard where the platform pays": (
        with_values(guarded(Guard(short_contacts="SHORT")), payer="platform"), "guard", "at once", "leave guard out",
    ),
    "a hard bonus where the platform pays": (
        with_values(hard(HardContacts()), payer="platform"), "hard_contacts", "at once", "leave hard_contacts out",
    ),
    "no category": (library(), "challenge_library", "no category", "tier_1"),
    "25 categories": (many(25), "challenge_library", "holds 25 values", "24"),
    "an unknown metric": (care(metric="QB"), "challenge_library.CARE.metric", "QB", "Known here: AHT, QA."),
    "a category with #": (library(category("A#1", "QA", (1, 2, 3))), "challenge_library.A#1", "#", "digits"),
    "easier targets": (library(category("C", "AHT", (1, 2, 3))), "challenge_library.C", "1, 2, 3", "target_value fall"),
    "unordered targets": (library(category("C", "QA", (1, 3, 2))), "challenge_library.C", "1, 3, 2", "rise"),
    "worth nothing": (worth(0, 80, 120), "challenge_library.CARE.tier_1.points", "0 is too small", "1 or more"),
    "worth less than nothing": (
        worth(-5, 80, 120), "challenge_library.CARE.tier_1.points", "-5 is too small", "1 or more",
    ),
    "one group for two tiers": (
        library(grouped(CARE, "a", "b", "b")), "challenge_library.CARE.tier_3.group_id", "group of 2", "of its own",
    ),
    "one group of three in common": (
        library(SPRINT, SHARES_ONE_GROUP), "challenge_library.SPRINT.tier_1.group_id", "shares SPRINT-1", "same order",
    ),
    "a platform's tier without a group": (
        library(replace(CARE, tiers=(CARE.tiers[0], replace(CARE.tiers[1], group_id=None), CARE.tiers[2]))),
        "challenge_library.CARE.tier_2.group_id", "is missing", "id of this tier's group",
    ),
    "metrics from nowhere": (
        without_platform(metric_files=None), "metric_files", "is missing: platform.kind is ladder", "inspect writes it",
    ),
    "metrics from nowhere, said so": (
        without_platform(metric_files=None, platform=Platform()), "metric_files", "kind is ladder", "platform: {kind:",
    ),
    "a payer without a platform": (without_platform(payer="platform"), "payer", "no platform that", "payer: ladder"),
    "a membership without groups": (
        without_platform(platform=Platform(membership="replaces")), "platform.membership", "kind: ladder", "Leave it",
    ),
    "a limit of a platform that is not there": (
        without_platform(platform=Platform(one_active_per_metric=True)),
        "platform.one_active_per_metric", "there is none", "Leave it out",
    ),
    "a language of a platform that is not there": (
        without_platform(platform=Platform(language="de")), "platform.language", "outside platform", "your platform",
    ),
    "today's values all the time": (program(today_every_hours=0), "today_every_hours", "0 is too small", "1 to 12"),
    "no chance": (chance(weight=0.0), "selection.categories.CARE.weight", "0 is too small", "more than 0"),
    "a negative rest": (chance(cooldown_days=-1), "selection.categories.CARE.cooldown_days", "-1", "0 or more"),
    "a rest for what always runs": (
        chance(cooldown_days=1, always=("CARE",)),
        "selection.categories.CARE.cooldown_days", "never rests", "selection.always",
    ),
    "always an unknown one": (selecting(1, "CAER"), "selection.always[0]", "CAER", "mean CARE?"),
    "always one twice": (selecting(2, "CARE", "CARE"), "selection.always[1]", "twice", "once"),
    "always two on one metric": (
        selecting(2, "SPRINT", "STEADY"), "selection.always", "both on AHT", "Keep SPRINT or STEADY",
    ),
    "always two with one group": (
        with_values(selecting(2, "SPRINT", "CARE"), categories=(SPRINT, SHARES_GROUPS)),
        "selection.always", "share the group SPRINT-1", "Keep SPRINT or CARE",
    ),
    "always an opt-in one": (
        with_values(selecting(2, "CARE"), categories=(SPRINT, STEADY, CHOSEN_CARE)),
        "selection.always[0]", "CARE is an opt-in category", "Remove it here",
    ),
    "an opt-in category with the groups of another": (
        library(SPRINT, replace(SHARES_GROUPS, participation="opt_in")),
        "challenge_library.CARE.tier_1.group_id", "SPRINT has the same groups", "three groups of its own",
    ),
    "more than fit together with an opt-in one beside them": (
        with_values(selecting(2), categories=(SPRINT, STEADY, CHOSEN_CARE)),
        "selection.per_night", "at most 1 can run together", "1 or less",
    ),
    "an opt-in category where a user is in one group": (
        with_values(selecting(1), categories=(SPRINT, CHOSEN_CARE), platform=ONE_GROUP), "platform.membership",
        "the last of 2 categories", "no opt-in category",
    ),
    "more than fit together": (selecting(3), "selection.per_night", "SPRINT and STEADY are both on AHT", "2 or less"),
    "more than there are": (program(categories=(CARE,)), "selection.per_night", "no more categories", "1 or less"),
    "nothing a night": (selecting(0), "selection.per_night", "0 a night", "1 or more"),
    "less than what always runs": (
        selecting(1, "SPRINT", "CARE"), "selection.per_night", "2 that always run", "2 or more",
    ),
    "two categories where a user is in one group": (
        with_values(selecting(2), platform=ONE_GROUP), "platform.membership",
        "the last of 2 categories", "per_night: 1",
    ),
    "two that always run where a user is in one group": (
        with_values(selecting(2, "SPRINT", "CARE"), platform=ONE_GROUP), "platform.membership",
        "only the last", "in always",
    ),
    "one challenge for all tiers where the platform pays": (
        with_values(care(), payer="platform", metrics=(QUALITY,), peers=Peers(by_channel=False, tenure_bands_days=()),
                platform=ONE_A_METRIC),
        "platform.one_active_per_metric", "pay everybody the same", "payer: ladder",
    ),
    "two that always run on a metric of which the platform allows one": (
        with_values(selecting(2, "SPRINT", "STEADY"), metrics=(SHARED, QUALITY), platform=ONE_A_METRIC),
        "selection.always", "are both on AHT", "Keep SPRINT or STEADY",
    ),
    "a gate where the platform pays": (
        program(payer="platform", metrics=(QUALITY, GUARDED)),
        "metrics.QB.quality_gate", "pays at once", "payer: ladder",
    ),
    "speed where the platform pays": (program(payer="platform"), "metrics.AHT.speed", "pays at once", "payer: ladder"),
    "a bonus that takes": (
        rule(bonus_percentage=-1), "reward_rules[0].conditions[0].bonus_percentage", "-1 is too small", "0 or more",
    ),
    "a fourth tier": (rule(value="TIER_4"), "reward_rules[0].conditions[0].value", "TIER_4", "TIER_3"),
    "an odd comparison": (rule(operator="ABOVE"), "reward_rules[0].conditions[0].operator", "ABOVE", "EQUALS"),
    "a rule that pays nothing": (
        rule(limit=0), "reward_rules[0].max_daily_bonus_points", "0 is too small", "1 or more",
    ),
    "a cap of nothing": (caps(program_daily_points=0), "caps.program_daily_points", "0 is too small", "1 or more"),
    "a negative share": (caps(bonus_percent_of_base=-1), "caps.bonus_percent_of_base", "-1 is too small", "0 or more"),
    "too small a reserve": (caps(reserve_percent=4), "caps.reserve_percent", "4 is too small", "5 to 90"),
    "all in reserve": (caps(reserve_percent=100), "caps.reserve_percent", "100 is too large", "5 to 90"),
    "a bonus above the day": (
        caps(member_daily_points=99, member_daily_bonus_points=100),
        "caps.member_daily_bonus_points", "100", "99 or less",
    ),
    "a day too short": (caps(member_daily_points=49), "caps.member_daily_points", "nobody can complete", "50 or more"),
    "a percentile of 101": (tiers(up=(48, 101)), "tiers.up[1]", "101", "0 to 100"),
    "tier 2 above tier 3": (
        tiers(up=(74, 48), down=(42, 43)), "tiers.up", "74, 48", "Write two percentiles: from tier 1 to 2,",
    ),
    "targets that do not rise": (
        tiers(targets=(25, 75, 50)), "tiers.targets", "25, 75, 50", "such as [25, 50, 75]",
    ),
    "completion that rises": (
        tiers(completion=(55, 60, 66)), "tiers.completion", "55, 60, 66", "such as [66, 63, 57]",
    ),
    "a clamp upside down": (tiers(clamp=(95, 5)), "tiers.clamp", "95, 5", "Write two percentiles, such as [5, 95]."),
    "down above up": (tiers(up=(48, 74), down=(42, 75)), "tiers.down[1]", "both", "74 or less"),
    "up after no day": (tiers(up_after_days=0), "tiers.up_after_days", "0 is too small", "1 to 255"),
    "back after no day": (tiers(return_after_days=0), "tiers.return_after_days", "0 is too small", "1 to 255"),
    "home before it is reached": (
        tiers(previous_after_days=-1), "tiers.previous_after_days", "-1 is too small", "0 to 255",
    ),
    "home for a year": (tiers(previous_kept_days=256), "tiers.previous_kept_days", "256 is too large", "0 to 255"),
    "a way back below the fall": (tiers(return_margin=-1), "tiers.return_margin", "-1 is too small", "0 to 100"),
    "a way back that is harder": (
        tiers(up=(51, 76), down=(43, 68), return_margin=8.5),
        "tiers.return_margin", "8.5 above 43 is beyond 51", "8 or less, or previous_kept_days",
    ),
    "a way back to the top that is harder": (
        tiers(up=(60, 70), down=(43, 68)), "tiers.return_margin", "3 above 68 is beyond 70", "2 or less",
    ),
    "placed after a year": (tiers(placed_after_days=365), "tiers.placed_after_days", "365", "1 to 255"),
    "smoothing beyond the window": (tiers(window_days=9), "tiers.smoothing_days", "9 calendar days", "9 or less"),
    "peer groups of nobody": (tiers(min_peers=0), "tiers.min_peers", "0 is too small", "1 or more"),
    "bands that fall": (program(peers=Peers(tenure_bands_days=(9, 3))), "peers.tenure_bands_days", "9, 3", "rise"),
}  # fmt: skip

# the program, the place, words of the message
DOUBTS: dict[str, tuple[Program, str, str]] = {
    "a night in the afternoon": (schedule(rotation_time=time(14)), "rotation_time", "only for the rest of it"),
    "one contact type": (kinds(NEW), "contact_types", "every mix is the same"),
    "seconds for one type of two": (
        kinds(NEW, replace(OLD, seconds="s")), "contact_types.NEW", "only where every type has them, and NEW has none",
    ),
    "hard contacts that nothing tells": (
        with_values(hard(HardContacts()), metrics=(QUALITY,), categories=(CARE,), selection=SelectionRule()),
        "hard_contacts", "no metric shows",
    ),
    "groups without a platform": (
        without_platform(categories=(SPRINT, CARE)), "challenge_library", "2 of 2 categories name groups",
    ),
    "a wait without a platform": (
        with_values(without_platform(), schedule=replace(program().schedule, propagation_seconds=60)),
        "propagation_seconds", "no platform to wait for",
    ),
    "a column for an old metric": (measured("AHT", "QA", "QB"), "metric_files.measures.QB", "earlier versions"),
    "a load of nothing that is compared": (
        with_values(
            under(Load(queue="q", queues=("Night",))),
            metrics=(replace(HANDLE_TIME, normalise_by=None, speed=False), QUALITY),
        ),
        "metric_files.load", "no metric is compared at the usual load",
    ),
    "a bonus for whoever chooses the slow queue": (
        with_values(
            under(Load(queue="q", queues=("Night",))), hard_contacts=HardContacts(ratio=1.1, bonus_percentage=10)
        ),
        "metric_files.load", "count as hard contacts, which pay a bonus",
    ),
    "one part of the day": (
        under(Load(hours=(time(0),)), date_format="instant"), "metric_files.load.hours", "the whole day",
    ),
    "six categories": (many(6), "challenge_library", "6 categories"),
    "points that fall": (worth(50, 80, 70), "challenge_library.CARE", "pays less: 50, 80, 70"),
    "tiers that ask the same": (library(category("C", "QA", (1, 2, 2))), "challenge_library.C", "the same: 1, 2, 2"),
    "seconds of which nobody says whether they are speed": (
        undeclared(), "metrics.AHT.speed", "less s is better here, which rewards speed, and nothing says whether",
    ),
    "hours": (undeclared(unit="h"), "metrics.AHT.speed", "less h is better"),
    "minutes a call": (undeclared(unit="Minuten/Anruf"), "metrics.AHT.speed", "less Minuten/Anruf is better"),
    "contacts an hour": (
        more(unit="contacts/h"), "metrics.AHT.speed", "more contacts/h is better",
    ),
    "calls a shift": (
        more(unit="calls per shift"), "metrics.AHT.speed", "more calls per shift is better",
    ),
    "calls a day": (more(unit="calls"), "metrics.AHT.speed", "more calls is better"),
    "speed by its name": (undeclared(name="Gesprächsdauer", unit="Index"), "metrics.AHT.speed", "a time by its name"),
    "a share of the quick": (
        more(name="calls within 3 minutes", unit="%"),
        "metrics.AHT.speed", "counts what is quick by its name",
    ),
    "seconds marked as no speed": (
        handle_time(speed=False, normalise_by=None, quality_gate=None), "metrics.AHT.speed", "rewards speed",
    ),
    "a gate that hardly anything fails": (
        gate(at_least=1), "metrics.AHT.quality_gate.at_least", "hardly anything fails 1: QA is from 0 to 100 %",
    ),
    "a gate at nothing of a score without a range": (
        program(metrics=(replace(HANDLE_TIME, quality_gate=replace(GATE, at_least=0)), SCORE)),
        "metrics.AHT.quality_gate.at_least", "everything passes 0, unless QA is below it",
    ),
    "rests that empty the nights": (chance(cooldown_days=3), "selection", "some nights have fewer"),
    "a shared metric where the platform allows one challenge on it": (
        program(metrics=(SHARED, QUALITY), platform=ONE_A_METRIC), "metrics.AHT.exclusive", "one challenge on it",
    ),
    "peers where the platform pays": (with_values(care(), payer="platform", metrics=(QUALITY,)), "payer", "program's"),
    "a bonus on what nobody measures": (rule(metric="STREAK"), "reward_rules[0].conditions[0].metric", "never adds"),
    "a rule's limit above the day's": (rule(limit=500), "reward_rules[0].max_daily_bonus_points", "at most 300 a day"),
    "an opt-in category beside what always runs on its metric": (
        with_values(selecting(1, "SPRINT"), categories=(SPRINT, replace(STEADY, participation="opt_in"))),
        "challenge_library.STEADY.participation", "SPRINT runs every night, so STEADY never runs",
    ),
    "a purse for nobody": (caps(program_daily_points=52), "caps.program_daily_points", "do not pay for one"),
}  # fmt: skip
