"""`ladder program notice FILE`: for members and works councils, what a program processes, why, and who sees it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from infra.cli.arguments import file_argument, language_option
from infra.cli.pages import render
from infra.cli.program_file import load_program
from infra.cli.texts import Texts, texts
from ladder.adapters.dynamodb.table import RETENTION_DAYS
from ladder.domain.activities.event_filter import Condition, EventFilter, Tests
from ladder.domain.challenges.rules import ChallengeRules, QualityGate
from ladder.domain.points.rulebook import Rulebook, matches
from ladder.domain.points.rules import Rule
from ladder.domain.points.task_confirmations import CONFIRMATIONS_A_DAY
from ladder.domain.programs.program import Program

DONE = 0


@dataclass(frozen=True, slots=True)
class Processed:
    """A kind of data about people, in words: where it comes from, what for, who sees it, how long it is kept."""

    what: str
    origin: str
    purpose: str
    seen_by: str
    kept: str


@dataclass(frozen=True, slots=True)
class Score:
    """Something that can be earned, and the sentences that say how."""

    name: str
    sentences: tuple[str, ...]


@click.command()
@file_argument
@language_option
def notice(*, file: Path, language: str) -> int:
    """Print a page for members and works councils: what is processed, why, how a score comes about, who sees it.

    It is HTML, made of the program file alone: ladder program notice FILE > notice.html
    """
    program, say = load_program(file), texts(language)
    print(
        render(
            Path(__file__).with_suffix(".html.jinja"),
            language=language,
            file=file.name,
            program=program,
            never=[*never(program, say)],
            processed=[*processed(program, say)],
            tiers=program.challenges.tier_rule if program.challenges.categories else None,
            scores=[*challenge_scores(program.challenges, say), *rule_scores(program.rulebook, say)],
            limits=[*limits(program, say)],
            people=[*decided_by_people(program, say)],
            rights=[*rights(program, say)],
        )
    )
    return DONE


def never(program: Program, say: Texts) -> Iterator[str]:
    """Say what does not happen under this program, whatever its numbers are."""
    yield say("notice.never_emotion")
    yield say("notice.never_ranking")
    yield say("notice.never_punishment")
    for metric in program.challenges.metrics:
        if metric.speed and metric.quality_gate:
            yield say(
                "notice.never_speed_alone", metric=metric.name, gate=_gate(program.challenges, metric.quality_gate, say)
            )
    yield say("notice.never_model" if program.rulebook.judged else "notice.no_model")
    yield say("notice.never_employment")


def processed(program: Program, say: Texts) -> Iterator[Processed]:
    """List what is processed of a member: who they are, figures, events, texts, and what is made of them."""

    def row(what: str, origin: str, purpose: str, seen_by: str, kept: str) -> Processed:
        return Processed(what, say(origin), purpose, say(seen_by), say(kept, days=RETENTION_DAYS))

    rules, seen_by, for_good = program.challenges, "notice.seen_by_member_and_staff", "notice.kept_anonymous_for_good"
    roster = say("notice.for_roster")
    kept = say("notice.kept_roster", days=program.leavers.erased_after_days)
    supervisors = say("notice.seen_by_supervisors")
    yield Processed(say("notice.roster"), say("notice.from_roster"), roster, supervisors, kept)
    origin = "notice.from_metric_files" if rules.metric_files else "notice.from_platform"
    for metric in rules.metrics:
        purposes = list[str]()
        if names := [category.tiers[0].name for category in rules.categories if category.metric == metric.key]:
            purposes.append(say("notice.for_challenges", names=", ".join(names)))
        gates = [(other.name, other.quality_gate) for other in rules.metrics if other.quality_gate]
        if gated := [name for name, gate in gates if gate.metric == metric.key]:
            purposes.append(say("notice.for_gate", names=", ".join(gated)))
        if rules.guard and metric.key in (rules.guard.short_contacts, rules.guard.repeat_contacts):
            purposes.append(say("notice.for_guard"))
        if purposes:
            what = say("notice.daily_figure", metric=metric.name, unit=metric.unit)
            yield row(what, origin, " ".join(purposes), "notice.seen_by_member_and_supervisors", "notice.kept_days")
    if hours := rules.today_every_hours:
        what, purpose = say("notice.today", hours=hours), say("notice.for_today")
        yield row(what, origin, purpose, "notice.seen_by_member", "notice.kept_today")
    if types := program.challenges.contact_types:
        what = say("notice.contacts_by_type", names=", ".join(kind.key for kind in types))
        yield row(what, origin, say("notice.for_usual_mix"), "notice.seen_by_admins", "notice.kept_days")
    if load := program.challenges.load:
        what = say("notice.contacts_by_load", names=", ".join(load.conditions))
        yield row(what, origin, say("notice.for_usual_load"), "notice.seen_by_admins", "notice.kept_days")
    if program.challenges.opt_in:
        choices, purpose = say("notice.choices"), say("notice.for_choices")
        yield row(choices, "notice.from_member", purpose, "notice.seen_by_member", "notice.kept_choices")
    yield from _from_sources(program, say)
    yield row(say("notice.points"), "notice.from_ladder", say("notice.for_points"), seen_by, for_good)
    decisions, staff = say("notice.decisions"), "notice.from_staff"
    yield row(decisions, staff, say("notice.for_decisions"), "notice.seen_by_auditors", "notice.kept_for_good")


def _from_sources(program: Program, say: Texts) -> Iterator[Processed]:
    """List events by their type, with the names of what looks at them, and texts by the badge they are read for."""
    origin = say("notice.from_sources", names=", ".join(source.key for source in program.sources))
    seen_by, for_good = say("notice.seen_by_member_and_staff"), say("notice.kept_anonymous_for_good")
    sections = ("rules", "streaks", "paths", "unlocks", "badges", "judged")
    names = {(key, part.key): part.name for key in sections for part in getattr(program.rulebook, key)}
    names_by_event = defaultdict[str, list[str]](list)
    for path, match in matches(program.rulebook):
        for event in match.types:
            names_by_event[event].append(names[str(path[0]), str(path[1])])
    for event, named in names_by_event.items():
        purpose = say("notice.for_event", names=", ".join(dict.fromkeys(named)))
        yield Processed(say("notice.event", event=event), origin, purpose, seen_by, for_good)
    for badge in program.rulebook.judged:
        events, purpose = ", ".join(badge.match.types), say("notice.for_judged", name=badge.name)
        if badge.perseverance:  # such a case shows no text
            tries, model = say("notice.tries", event=events), say("notice.seen_by_model")
            yield Processed(tries, origin, purpose, model, for_good)
        else:
            days = badge.days_stored
            kept = say("notice.kept_pieces", days=days) if days else say("notice.kept_until_judged")
            masked = say("notice.seen_by_model_masked")
            yield Processed(say("notice.text", event=events), origin, purpose, masked, kept)


def challenge_scores(rules: ChallengeRules, say: Texts) -> Iterator[Score]:
    """Say of each category when a day counts, and what it pays."""
    for category in rules.categories:
        metric, first = rules.metric(category.metric), category.tiers[0]
        points = " / ".join(say.number(challenge.points) for challenge in category.tiers)
        sentences = [
            say("notice.challenge", metric=metric.name, direction=metric.direction, points=points),
            say("notice.counts_from", contacts=metric.at_least) if metric.at_least else say("notice.counts_by_peers"),
        ]
        if category.opt_in:
            sentences.insert(0, say("notice.opt_in"))
        if metric.normalise_by:
            sentences.append(say("notice.usual_load" if rules.load else "notice.usual_mix"))
        if metric.quality_gate:
            sentences.append(say("notice.gated", gate=_gate(rules, metric.quality_gate, say)))
        yield Score(first.name, tuple(sentences))
    for bonus in rules.reward_rules:
        yield Score(bonus.name, (bonus.description,))


def rule_scores(rulebook: Rulebook, say: Texts) -> Iterator[Score]:
    """Say of each rule, streak, path, badge and team achievement what it takes and what it pays."""
    for rule in rulebook.rules:
        yield Score(rule.name, tuple(_rule(rulebook, rule, say)))
    for streak in rulebook.streaks:
        sentences = [say("notice.streak", events=_filter(streak.match, say), every=streak.every, times=streak.at_least)]
        sentences += [say("notice.grace", every=streak.every, missed=streak.grace)] if streak.grace else []
        sentences += [
            say("notice.milestone", every=streak.every, length=milestone.length, points=milestone.points)
            for milestone in streak.milestones
        ]
        yield Score(streak.name, tuple(sentences))
    for path in rulebook.paths:
        steps = ", ".join(step.name for step in path.steps)
        yield Score(path.name, (say("notice.path", steps=steps, points=path.points),))
    for team in rulebook.teams:
        percent = round(100 * team.share)
        reached = say("notice.team", every=team.every, target=team.target, floor=team.floor, percent=percent)
        yield Score(team.name, (reached, say("notice.team_pays", points=team.points)))
    for badge in rulebook.badges:
        yield Score(
            badge.name, (badge.description, say("notice.badge", owner=badge.owner, day=badge.review_on.isoformat()))
        )
    for judged in rulebook.judged:
        day = judged.review_on.isoformat()
        decided = say("notice.judged_auto" if judged.policy == "auto" else "notice.judged_by_person")
        yield Score(judged.name, (judged.criteria, decided, say("notice.badge", owner=judged.owner, day=day)))


def _rule(rulebook: Rulebook, rule: Rule, say: Texts) -> Iterator[str]:
    events = _filter(rule.match, say)
    if rule.points_from:
        yield say("notice.rule_from", events=events, attribute=rule.points_from)
    else:
        yield say("notice.rule", events=events, points=rule.points)
    for bonus in rule.bonuses:
        tests = _tests(bonus.where, say)
        code = "notice.bonus" if tests else "notice.bonus_always"
        yield say(code, name=bonus.name, tests=tests, percentage=bonus.percentage)
    if rule.once:
        days = rule.once.again_after_days
        yield (
            say("notice.once_again", attribute=rule.once.per, days=days)
            if days
            else say("notice.once", attribute=rule.once.per)
        )
    if rule.count:
        yield say("notice.every", count=rule.count.of, days=rule.count.within_days)
    if rule.perseverance:
        yield say("notice.perseverance", times=rule.perseverance.after_failures, attribute=rule.perseverance.subject)
    if rule.improvement:
        yield say(
            "notice.improvement",
            attribute=rule.improvement.attribute,
            percent=rule.improvement.percent,
            weeks=rule.improvement.weeks,
        )
    if rule.daily_points:
        yield say("notice.daily_points", points=rule.daily_points)
    if rule.starts_on:
        yield say("notice.from_day", day=rule.starts_on.isoformat())
    if rule.ends_on:
        yield say("notice.until_day", day=rule.ends_on.isoformat())
    if rule.requires:
        unlock = next(unlock.name for unlock in rulebook.unlocks if unlock.key == rule.requires)
        yield say("notice.requires", name=unlock)
    yield from _waits(rulebook, rule, say)


def _waits(rulebook: Rulebook, rule: Rule, say: Texts) -> Iterator[str]:
    """Say for whom an award of the rule waits before it pays."""
    if rule.hold:
        yield say("notice.hold", reason=rule.hold, days=rulebook.hold_days)
    if rule.confirm:
        yield say("notice.confirm", most=CONFIRMATIONS_A_DAY)


def limits(program: Program, say: Texts) -> Iterator[str]:
    """Say the caps on points, and what points can be spent on."""
    caps = program.caps
    for code, limit in (
        ("notice.cap_day", caps.member_daily_points),
        ("notice.cap_bonus", caps.member_daily_bonus_points),
        ("notice.cap_week", caps.member_weekly_points),
        ("notice.cap_program", caps.program_daily_points),
    ):
        if limit is not None:
            yield say(code, points=limit)
    if caps.bonus_percent_of_base is not None:
        yield say("notice.cap_share", percent=caps.bonus_percent_of_base)
    if catalogue := program.rulebook.catalogue:
        yield say("notice.catalogue", items=", ".join(item.name for item in catalogue))
    else:
        yield say("notice.no_catalogue")


def decided_by_people(program: Program, say: Texts) -> Iterator[str]:
    """Say where people decide, and what a member can do about a decision."""
    if program.challenges.guard:
        yield say("notice.people_guard")
    if program.rulebook.judged:
        yield say("notice.people_judged")
        yield say("notice.people_contest")
    for badge in program.rulebook.judged:
        if confirmed := badge.confirmations:
            yield say("notice.people_confirmed", name=badge.name, count=confirmed.at_least, days=confirmed.within_days)
    if any(rule.hold for rule in program.rulebook.rules):
        yield say("notice.people_holds", days=program.rulebook.hold_days)
    if per_thousand := program.rulebook.audited_per_thousand:
        yield say("notice.people_audits", awards=per_thousand)
    if most := program.rulebook.most_granted:
        yield say("notice.people_grants", points=most)
        alone = program.second_person.granted_alone(most)
        yield say("notice.people_large_grants", points=alone)
    if program.second_person.publishing:
        yield say("notice.people_publishing")
    if program.second_person.erasing:
        yield say("notice.people_erasing")
    yield say("notice.people_disputes")
    yield say("notice.people_own_team")
    yield say("notice.people_four_eyes")


def rights(program: Program, say: Texts) -> Iterator[str]:
    """Say what a member can do: read, dispute, object, have a copy, leave."""
    yield say("notice.right_read")
    yield say("notice.right_dispute")
    if program.rulebook.judged:
        yield say("notice.right_object_judging")
    if program.challenges.categories:
        yield say("notice.right_object_difficulty")
    yield say("notice.right_copy")
    yield say("notice.right_erasure")
    yield say("notice.right_leaving", days=program.leavers.erased_after_days)


def _filter(match: EventFilter, say: Texts) -> str:
    """Return the types of event, and what must hold of them: `assessment.submitted (score at least 80)`."""
    events = " / ".join(match.types)
    return f"{events} ({_tests(match.where, say)})" if match.where else events


def _tests(where: Tests, say: Texts) -> str:
    return ", ".join(_condition(test, say) for test in where)


def _condition(test: Condition, say: Texts) -> str:
    for code, bound in (("notice.at_least", test.at_least), ("notice.at_most", test.at_most)):
        if bound is not None:
            return say(code, name=test.attribute, value=bound)
    values = test.one_of or (test.equals,)
    if isinstance(test.equals, bool):
        return say("notice.is_true" if test.equals else "notice.is_false", name=test.attribute)
    return say("notice.is_one_of", name=test.attribute, values=" / ".join(map(str, values)))


def _gate(rules: ChallengeRules, gate: QualityGate, say: Texts) -> str:
    metric = rules.metric(gate.metric)
    for code, bound in (("notice.at_least_unit", gate.at_least), ("notice.at_most_unit", gate.at_most)):
        if bound is not None:
            return say(code, name=metric.name, value=bound, unit=metric.unit)
    return metric.name
