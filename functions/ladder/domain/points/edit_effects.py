"""Say what an edit gives members or takes from them at once, by their states as they are: who gains, loses or is stuck.

Points that were paid stay. What changes is what a state means under other rules: levels, badges, steps of paths,
running streaks, what can be ordered, and rules that wait for an unlock. What badges count for the first time is known
once a ledger is replayed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ladder.domain.message import Message
from ladder.domain.points.achievements import award_achievements, badge_messages
from ladder.domain.points.compiled import CompiledProgram, level_at, tier_reached
from ladder.domain.points.ledger import State
from ladder.domain.points.member_progress import MemberProgress, PathNow, member_progress

MOST_EXAMPLES = 5

type Kind = Literal["loses", "stuck", "gains"]
KINDS: tuple[Kind, ...] = ("loses", "stuck", "gains")


@dataclass(frozen=True, slots=True)
class Effect:
    """A thing that a member loses, is stuck at, or gains."""

    kind: Kind
    what: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSummary:
    """`members`: how many of those who were looked at; `examples`: some of them."""

    kind: Kind
    what: Message
    members: int
    examples: tuple[str, ...]


def summarise(effects: Iterable[tuple[str, Iterable[Effect]]]) -> tuple[EffectSummary, ...]:
    """Return the effects with the members who have them: losses first, what most members have first."""
    members = dict[Effect, list[str]]()
    for member, of_member in effects:
        for effect in dict.fromkeys(of_member):
            members.setdefault(effect, []).append(member)
    summaries = [
        EffectSummary(
            kind=effect.kind,
            what=effect.what,
            members=len(having),
            examples=tuple(sorted(having)[:MOST_EXAMPLES]),
        )
        for effect, having in members.items()
    ]
    return tuple(sorted(summaries, key=lambda each: (KINDS.index(each.kind), -each.members, str(each.what))))


def edit_effects(live: CompiledProgram, draft: CompiledProgram, state: State, today: date) -> Iterator[Effect]:
    """Yield what the edit changes for a member. Pure: the same programs, state and day give the same effects."""
    before, after = state.copy(), state.copy()
    award_achievements(live, before)
    award_achievements(draft, after)
    now, then = member_progress(live, before, today), member_progress(draft, after, today)
    yield from _level(live, draft, state.earned)
    yield from _badges(live, draft, before, after)
    names = {unlock.key: unlock.name for unlock in draft.rulebook.unlocks}
    yield from (
        Effect("gains", Message("edits.unlock", {"name": names[key]}))
        for key in sorted(after.unlocks - before.unlocks)
        if key in names
    )
    yield from _paths(now, then)
    yield from _streaks(now, then)
    prices = {item.key: item.price for item in draft.rulebook.catalogue}
    for item in live.rulebook.catalogue:
        if item.price <= state.spendable < prices.get(item.key, state.spendable + 1):
            yield Effect("loses", Message("edits.item", {"name": item.name}))
    open_before = {rule.key: rule.requires in {None, *before.unlocks} for rule in live.rulebook.rules}
    for rule in draft.rulebook.rules:
        if rule.requires and rule.requires not in after.unlocks and open_before.get(rule.key):
            about = {"name": rule.name, "unlock": names.get(rule.requires, rule.requires)}
            yield Effect("stuck", Message("edits.rule_locked", about))


def _level(live: CompiledProgram, draft: CompiledProgram, earned: int) -> Iterator[Effect]:
    """A level is the same by its name; one whose name is gone, by its points. Their numbers are only counted."""
    levels, reached = live.rulebook.levels, draft.rulebook.levels[: level_at(draft.rulebook, earned)]
    if not levels:
        return
    had, names = levels[level_at(live.rulebook, earned) - 1], {level.name for level in draft.rulebook.levels}
    same = [had.name == level.name or (had.name not in names and had.points == level.points) for level in reached]
    if not any(same):
        yield Effect("loses", Message("edits.level", {"name": had.name}))
    elif not same[-1]:
        yield Effect("gains", Message("edits.level", {"name": reached[-1].name}))


def _badges(live: CompiledProgram, draft: CompiledProgram, before: State, after: State) -> Iterator[Effect]:
    for key in sorted({*live.tiers, *draft.tiers} & {*before.badges, *after.badges}):
        had, has = _shown(live, key, before), _shown(draft, key, after)
        if had == has:
            continue
        tiers = {str(told.parameters.get("tier", "")) for told in badge_messages(draft.rulebook, key)}
        kept = had is None or had[1] in tiers
        if shown := has if kept else had:
            badge, tier = shown
            told = Message("edits.badge", {"badge": badge, "tier": tier}) if tier else None
            yield Effect("gains" if kept else "loses", told or Message("edits.given_badge", {"badge": badge}))


def _shown(program: CompiledProgram, key: str, state: State) -> tuple[str, str] | None:
    """Return the names of a badge and of the tier that a member has; the tier's is empty where a judge gives it."""
    tier = tier_reached(program.tiers.get(key, ()), state.badges.get(key))
    if not tier:
        return None
    told = badge_messages(program.rulebook, key)[tier - 1].parameters
    return str(told["badge"]), str(told.get("tier", ""))


def _paths(now: MemberProgress, then: MemberProgress) -> Iterator[Effect]:
    """What is done of a path that is not finished yet; who has finished one is paid, and keeps that."""
    edited = {path.key: path for path in then.paths}
    for path in now.paths:
        done, later = _done(path), edited.get(path.key)
        if path.done or not done:
            continue
        if later and later.done:
            yield Effect("gains", Message("edits.path_finished", {"name": path.name, "points": later.points}))
        elif later is None or done - _done(later):
            yield Effect("loses", Message("edits.steps", {"name": path.name}))
        elif len(later.steps) - len(_done(later)) > len(path.steps) - len(done):
            yield Effect("stuck", Message("edits.more_steps", {"name": path.name}))


def _streaks(now: MemberProgress, then: MemberProgress) -> Iterator[Effect]:
    """What is running now, and the milestone ahead of it: one that is moved below the longest run is never reached."""
    edited = {streak.key: streak for streak in then.streaks}
    for streak in now.streaks:
        later = edited.get(streak.key)
        if streak.current > (later.current if later else 0):
            yield Effect("loses", Message("edits.streak", {"name": streak.name}))
        elif later and streak.current and streak.next and (not later.next or later.next.length > streak.next.length):
            yield Effect("stuck", Message("edits.milestone", {"name": streak.name, "length": streak.next.length}))


def _done(path: PathNow) -> set[str]:
    return {step.key for step in path.steps if step.state == "done"}
