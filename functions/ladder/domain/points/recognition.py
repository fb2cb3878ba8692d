"""What points and deeds add up to: levels, paths, unlocks and badges. None of them is ever taken for being slow."""

from collections.abc import Iterator

from ladder.domain.activities.activity import Activity
from ladder.domain.points.compiled import CompiledProgram, Counter, ReadyStep
from ladder.domain.points.matching import Attributes, subject_fingerprint
from ladder.domain.points.requirements import all_met, level
from ladder.domain.points.state import FINISHED, State
from ladder.domain.programs.rulebook import BadgeTier, Path, Rulebook


def levels_since(book: Rulebook, before: int, earned: int) -> list[str]:
    """The level that was reached, in words, if it is another than `before`."""
    now = level(book, earned)
    return [f"level {now}: {book.levels[now - 1].name}"] if now > before else []


def changes(book: CompiledProgram, before: State, after: State) -> tuple[str, ...]:
    """What was reached, and what is no longer reached, when everything was counted anew."""
    rules = book.rulebook
    old, new = level(rules, before.earned), level(rules, after.earned)
    moved = [f"{'now' if new > old else 'back to'} level {new}: {rules.levels[new - 1].name}"] if new != old else []
    for badge in rules.badges:
        had, has = (state.badges.get(badge.key, (0, 0))[0] for state in (before, after))
        if has > had:
            moved.append(f"badge: {badge.name}, {tier_name(badge.tiers, has)}")
        elif has < had:
            moved.append(f"no longer reached: badge {badge.name}, {tier_name(badge.tiers, had)}")
    for judged in rules.judged:
        if (judged.key in before.badges) != (judged.key in after.badges):
            moved.append(f"{'badge' if judged.key in after.badges else 'no longer reached: badge'}: {judged.name}")
    opened = [each.name for each in rules.unlocks if each.key in after.unlocks - before.unlocks]
    return (*moved, *(f"unlocked: {name}" for name in opened))


def take_step(step: ReadyStep, state: State) -> None:
    """A step is known by its key: wherever an edit of the path puts it, it stays done."""
    done = state.paths.get(step.path, frozenset())
    if step.mark not in done and step.after <= done:
        state.paths[step.path] = done | {step.mark}


def finished(book: CompiledProgram, state: State) -> Iterator[Path]:
    """Paths of which every step is done now; each once, though an edit adds a step to it later."""
    for path, steps in book.paths:
        done = state.paths.get(path.key)
        if done and FINISHED not in done and steps <= done:
            state.paths[path.key] = done | {FINISHED}
            yield path


def count(books: tuple[CompiledProgram, CompiledProgram], state: State, activity: Activity) -> None:
    """Notes an activity wherever badges and unlocks of either book count it, once."""
    first, second = (book.counts.get(activity.type, ()) for book in books)
    known = {ready.thing.mark for ready in first}
    for ready in first if first is second else (*first, *(each for each in second if each.thing.mark not in known)):
        if ready.fits(activity.attributes) and _is_new(ready.thing, state, activity.attributes):
            state.counts[ready.thing.mark] = state.counts.get(ready.thing.mark, 0) + 1


def recognise(book: CompiledProgram, state: State) -> list[str]:
    """Opens what is open now and gives what is reached now; in words, what is new."""
    new = list[str]()
    while found := [*_unlocked(book, state), *_awarded(book, state)]:
        new += found
    return new


def tiers_of(book: Rulebook, badge: str) -> list[str]:
    """What each tier of a badge is called, lowest first; a judged badge has one, what is no badge none."""
    judged = [each.name for each in book.judged if each.key == badge]
    return judged or [f"{each.name}, {tier.name}" for each in book.badges if each.key == badge for tier in each.tiers]


def tier_name(tiers: tuple[BadgeTier, ...], reached: int) -> str:
    return tiers[reached - 1].name


def _unlocked(book: CompiledProgram, state: State) -> list[str]:
    new = [unlock for unlock, goals in book.unlocks if unlock.key not in state.unlocks and all_met(goals, state)]
    state.unlocks |= {each.key for each in new}
    return [f"unlocked: {each.name}" for each in new]


def _awarded(book: CompiledProgram, state: State) -> list[str]:
    new = list[str]()
    for badge, tiers in book.badges:
        reached = state.badges[badge.key][0] if badge.key in state.badges else 0
        while reached < len(tiers) and all_met(tiers[reached], state):
            reached += 1
            state.badges[badge.key] = (reached, state.day)
            new.append(f"badge: {badge.name}, {tier_name(badge.tiers, reached)}")
    return new


def _is_new(counted: Counter, state: State, attributes: Attributes) -> bool:
    """Each value of `distinct` counts once; an activity that does not have it does not count."""
    if counted.distinct is None:
        return True
    subject = attributes.get(counted.distinct)
    key = subject_fingerprint(counted.mark.hex(), subject)
    if subject is None or state.last_seen(key) is not None:
        return False
    state.seen[key] = state.day
    return True
