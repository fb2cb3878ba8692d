"""Messages to the owner of a program about a planned night: who is not asked, and why, and what is missing."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import numpy as np

from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.contacts_needed import ContactsNeeded, contacts_on
from ladder.domain.challenges.daily_tiers import DailyTiers
from ladder.domain.challenges.history import History
from ladder.domain.challenges.peers import Population
from ladder.domain.challenges.performance import MetricValues
from ladder.domain.challenges.program_cap import Mask
from ladder.domain.challenges.quality_gates import gates_nobody_fails
from ladder.domain.challenges.rotation import RotationPlan, Targets
from ladder.domain.challenges.rules import TIERS, ChallengeRules
from ladder.domain.challenges.targets import target_day
from ladder.domain.challenges.tied_members import tied_members
from ladder.domain.message import Message, Parameter

LONG_WEEKEND = timedelta(days=4)


def members_not_asked(
    rules: ChallengeRules,
    plan: RotationPlan,
    play: DailyTiers,
    *,
    elsewhere: Mask,
    population: Population,
    too_late: Message | None,
) -> Iterator[Message]:
    """Yield how many members another program asks for a metric of tonight's, and why nobody has a challenge at all.

    `elsewhere`: whom another program asks, (K, M).
    """
    for metric, asked in {
        rules.category(key).metric: int(elsewhere[row].sum()) for row, key in enumerate(plan.selected)
    }.items():
        if asked:
            yield Message("rotation.asked_elsewhere", {"metric": metric, "members": asked})
    if play.played.any():
        return
    if too_late:
        yield too_late
    elif not population.active.any():
        yield Message("rotation.no_active_members")
    elif not plan.selected:
        yield Message("rotation.no_category_runs", {"deferred": len(plan.deferred)})
    elif play.relieved.any():
        yield Message("rotation.nobody_plays")
    else:
        yield Message("rotation.all_asked_elsewhere")


def night_warnings(
    rules: ChallengeRules,
    caps: Caps,
    tonight: date,
    *,
    plan: RotationPlan,
    play: DailyTiers,
    history: History,
    values: Mapping[str, MetricValues],
) -> Iterator[Message]:
    """Yield categories that do not run, what the program's cap takes, missing values, and tiers that are one.

    Values are late when they are missing for longer than a long weekend.
    """
    for key, reason in plan.deferred.items():
        yield Message("rotation.deferred", {"category": key, "reason": reason})
    if play.enough is not None:
        taken = play.played < play.capped
        points: dict[str, Parameter] = {"points": caps.program_daily_points or 0, "enough": play.enough}
        for effect, which in (("lowered", taken & (play.played > 0)), ("dropped", taken & (play.played == 0))):
            by_tier = zip(TIERS, play.by_tier(which), strict=True)
            points[effect] = int(which.any(axis=0).sum())  # members; and their challenges, by tier of record
            points |= {f"{effect}_{tier}": challenges for tier, challenges in by_tier}
        yield Message("rotation.program_cap_too_small", points)
    yield from gates_nobody_fails(rules, history, tonight)
    yield from _missing_values(rules, history, tonight)
    yield from _fewer_tiers(rules, plan.targets, tonight, values=values, play=play)


def _missing_values(rules: ChallengeRules, history: History, tonight: date) -> Iterator[Message]:
    everybody = np.zeros(history.members, dtype=np.int16)
    for metric in rules.metrics:
        known_until = metric.known_until(tonight)
        last = history.last_known(metric.key, known_until)
        if last is None:
            yield Message("rotation.no_values", {"metric": metric.key})
            continue
        if known_until - last > LONG_WEEKEND:
            yield Message("rotation.no_values_since", {"metric": metric.key, "day": last.isoformat()})
        if contacts_on(history, metric.key, history.row(last)) is None:
            yield Message("rotation.no_contact_counts", {"metric": metric.key})
        elif ContactsNeeded(history, metric, everybody, rules.tier_rule).too_few_for_a_share(last):
            yield Message("rotation.few_known_contacts", {"metric": metric.key})


def _fewer_tiers(
    rules: ChallengeRules,
    targets: Mapping[str, Targets],
    tonight: date,
    *,
    values: Mapping[str, MetricValues],
    play: DailyTiers,
) -> Iterator[Message]:
    """Yield which categories run with fewer than three tiers, because members are tied, or because the tiers that they
    are in would have to ask for the same.
    """
    for row, key in enumerate(targets):
        metric = rules.metric(rules.category(key).metric)
        if tie := tied_members(values[key], metric, target_day(metric, tonight, values[key])):
            tied: dict[str, Parameter] = {"tied": tie.tied, "members": tie.members, "tiers": tie.tiers}
            value: dict[str, Parameter] = {"value": float(f"{tie.value:.4g}"), "unit": metric.unit}
            yield Message("rotation.tied_members", {"category": key, **tied, **value})
            continue
        shared = any(len(set(triple)) < len(TIERS) for triple in targets[key].by_peers.values())
        of_record, run = (
            np.count_nonzero(np.bincount(tiers[row], minlength=4)[1:]) for tiers in (play.record, play.relieved)
        )
        if shared and run < of_record:
            yield Message("rotation.fewer_tiers", {"category": key, "tiers": int(run)})
