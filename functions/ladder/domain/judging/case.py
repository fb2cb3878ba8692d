"""What one member did and wrote, as it stands by now."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ladder.domain.activities.activity import Activity, Key
from ladder.domain.activities.written_text import TEXT, TEXT_DIGEST
from ladder.domain.calendar import LocalDays
from ladder.domain.judging.question import clean, prepare_texts
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.compiled import predicate, same
from ladder.domain.programs.judged_badge import JudgedBadge, Pieces
from ladder.domain.programs.rules import EventFilter, Perseverance, Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberHistory:
    """What one member did, as it stands: nothing that was taken back, everything as it was corrected.

    `rewritten`: what was said afterwards to have another text than it had.
    """

    program: str
    member: str
    activities: Sequence[Activity]
    days: LocalDays
    rewritten: frozenset[Key] = frozenset()

    @classmethod
    def of(cls, program: str, member: str, told: Iterable[Activity], days: LocalDays) -> "MemberHistory":
        """An event that is told twice, first by its entry, is as the entry has it, with the message's text."""
        known = dict[Key, Activity]()
        for each in told:
            first = known.setdefault(each.key, each)
            if text := each.attributes.get(TEXT):
                known[each.key] = replace(first, attributes={**first.attributes, TEXT: text})
        amendments = Amendments.among(known.values())
        standing = [amendments.applied(each) for key, each in known.items() if not amendments.reverses(key)]
        rewritten = (each.key for each in standing if _mark(each) != _mark(known[each.key]))
        return cls(
            program=program,
            member=member,
            activities=sorted(standing, key=lambda each: each.order),
            days=days,
            rewritten=frozenset(rewritten),
        )

    def reading(self, texts: Mapping[Key, str]) -> "MemberHistory":
        """With what was written, by event; without the first words of what was rewritten."""
        return replace(self, activities=[self._with_text(each, texts.get(each.key)) for each in self.activities])

    def _with_text(self, activity: Activity, text: str | None) -> Activity:
        if activity.key in self.rewritten:
            return replace(activity, attributes={**activity.attributes, TEXT: ""})
        return replace(activity, attributes={**activity.attributes, TEXT: text}) if text else activity

    def find(self, key: Key) -> Activity | None:
        return next((each for each in self.activities if each.key == key), None)


def _mark(activity: Activity) -> Plain:
    return activity.attributes.get(TEXT_DIGEST)


MAX_FACTS = 24
MAX_PIECES = 8
_TOLD = ("passed", "score", "attempt", "accepted", "helpful", "answers")  # attributes that say how it went
_NAME = re.compile(r"[a-z][a-z_]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question about one badge. `texts` are as a model may see them.

    `vouched`: something speaks for it beside what the member wrote and what came in the same event.
    """

    program: str
    member: str
    badge: str
    id: str
    event: Key
    facts: tuple[str, ...]
    texts: tuple[str, ...]
    vouched: bool

    @property
    def parts(self) -> tuple[str, ...]:
        """Everything that evidence may be quoted from, each by itself."""
        return (*self.texts, *self.facts)


def matches(match: EventFilter, activity: Activity) -> bool:
    return activity.type in match.types and predicate(match.where)(activity.attributes)


def build_case(badge: JudgedBadge, event: Key, past: MemberHistory) -> Case | None:
    """What the event asks of a model, or None where it asks nothing."""
    activity = past.find(event)
    if activity is None:
        return None
    if badge.perseverance:
        return _of_tries(badge, badge.perseverance, activity, past)
    if not matches(badge.match, activity):
        return None
    if badge.pieces:
        return _of_pieces(badge, badge.pieces, activity, past)
    return _case(badge, activity, [activity], past) if activity.attributes.get(TEXT) else None


def events_with_texts(badge: JudgedBadge, event: Key, past: MemberHistory) -> list[Key]:
    """The events whose texts a case of this one may show, where the badge asks for several pieces: never many."""
    activity = past.find(event)
    if badge.pieces is None or activity is None:
        return []
    pieces = [each for each in past.activities if matches(badge.match, each) and _is_written(each)]
    before = [each.key for each in pieces if each.order <= activity.order]
    after = [each.key for each in pieces if each.order > activity.order]
    return [*before[-MAX_PIECES:], *after[: badge.pieces.at_least]]


def case_id(program: str, member: str, badge: str, event: Key) -> str:
    """The same event is the same case, however often it is told and by which way it comes."""
    told = json.dumps([program, member, badge, *event], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _case(
    badge: JudgedBadge, activity: Activity, spoken_of: Sequence[Activity], past: MemberHistory, *, texts: bool = True
) -> Case | None:
    written = prepare_texts(
        [str(each.attributes[TEXT]) for each in spoken_of if each.attributes.get(TEXT)] if texts else []
    )
    if texts and not written and not badge.pieces:
        return None  # nothing in it that anybody can see
    return Case(
        program=past.program,
        member=past.member,
        badge=badge.key,
        id=case_id(past.program, past.member, badge.key, activity.key),
        event=activity.key,
        facts=tuple(_facts(badge, spoken_of[-MAX_FACTS:], activity, past.days)),
        texts=written,
        vouched=badge.perseverance is not None and not any(map(_is_written, spoken_of)),
    )


def _is_written(activity: Activity) -> bool:
    """Whether it brought a text. Whoever sends a text can send any number beside it, so neither vouches for it."""
    return not {TEXT, TEXT_DIGEST}.isdisjoint(activity.attributes)


def _of_tries(badge: JudgedBadge, tried: Perseverance, activity: Activity, past: MemberHistory) -> Case | None:
    """The event's, or that of the pass that followed it: what was done is told in any order."""
    subject = activity.attributes.get(tried.subject)
    after = (each for each in past.activities if each.order >= activity.order and matches(badge.match, each))
    passed = next((each for each in after if same(each.attributes.get(tried.subject), subject)), None)
    if passed is None:
        return None
    told = [*_tries(tried, passed, past), passed]
    if activity not in told or len(told) <= tried.after_failures:
        return None
    return _case(badge, passed, told, past, texts=False)


def _tries(tried: Perseverance, activity: Activity, past: MemberHistory) -> Iterator[Activity]:
    """Failed tries at the same subject since it was last passed."""
    subject = activity.attributes.get(tried.subject)
    found = list[Activity]()
    for each in past.activities:
        if each.order >= activity.order or not same(each.attributes.get(tried.subject), subject):
            continue
        if matches(tried.failed, each):
            found.append(each)
        elif each.type == activity.type:
            found.clear()
    yield from found


def _of_pieces(badge: JudgedBadge, pieces: Pieces, activity: Activity, past: MemberHistory) -> Case | None:
    """The event's, or that of the first piece after it which it makes enough: what was done is told in any order."""
    found = [each for each in past.activities if matches(badge.match, each) and _is_seen(each)]
    after = [each for each in found if each.order >= activity.order]
    for last in after[: pieces.at_least]:
        together = _together(pieces, found, last, past.days)
        if activity not in together:
            return None
        if len(together) >= pieces.at_least:
            return _case(badge, last, together, past)
    return None


def _together(pieces: Pieces, found: Iterable[Activity], last: Activity, days: LocalDays) -> list[Activity]:
    """The latest pieces up to this one."""
    first = days.day(last.occurred_at).toordinal() - pieces.within_days
    up_to = (each for each in found if each.order <= last.order)
    return [each for each in up_to if days.day(each.occurred_at).toordinal() > first][-MAX_PIECES:]


def _is_seen(activity: Activity) -> bool:
    """What was written counts while its text can be shown; what never was, by what systems recorded of it."""
    text = activity.attributes.get(TEXT)
    return bool(clean(str(text))) if text else TEXT_DIGEST not in activity.attributes


def _facts(badge: JudgedBadge, told: Sequence[Activity], last: Activity, days: LocalDays) -> Iterator[str]:
    names = (*_TOLD, *(test.attribute for test in (*badge.match.where, *badge.confirmed_by)))
    for number, each in enumerate(told, start=1):
        ago = (days.day(last.occurred_at) - days.day(each.occurred_at)).days
        when = "on the day" if not ago else f"{ago} day{'s' * (ago != 1)} before"
        kind = each.type.replace(".", " ").replace("_", " ")
        yield ", ".join([f"{number}. {when}: {kind}", *_figures(dict.fromkeys(names), each)])


def _figures(names: Iterable[str], activity: Activity) -> Iterator[str]:
    """Numbers, yes and no: a text may name somebody, and may be somebody's own words."""
    for name in names:
        value: Plain = activity.attributes.get(name)
        if _NAME.fullmatch(name) and isinstance(value, int | float):
            told = ("yes" if value else "no") if isinstance(value, bool) else f"{value:g}"
            yield f"{name.replace('_', ' ')} {told}"
