"""Who is judged for a badge, a member's history as it is now, and the case that one of its events makes for a badge."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ladder.domain.activities.activity import TEXT, TEXT_DIGEST, Activity, Key
from ladder.domain.activities.event_filter import EventFilter, Perseverance
from ladder.domain.calendar.schedule import LocalDays
from ladder.domain.judging.confirmations import Confirmed
from ladder.domain.judging.question import clean, prepare_texts
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.compiled import predicate, same
from ladder.domain.points.judged_badge import JudgedBadge, Pieces

if TYPE_CHECKING:
    from ladder.domain.validation.constraints import Plain

MAX_FACTS = 24
MAX_PIECES = 8
MAX_CONFIRMED = 40  # pieces whose confirmations are read: the latest
_FACT_ATTRIBUTES = ("passed", "score", "attempt", "accepted", "helpful", "answers")  # attributes that say how it went
_NO_LETTER = re.compile(r"[\W_]+")  # nor a digit
_NAME = re.compile(r"[a-z][a-z_]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberHistory:
    """A member's activities: without those that were reversed, and as they were corrected.

    `rewritten`: events whose text was corrected to another one. `confirmed`: texts that other members confirmed.
    """

    program: str
    member: str
    activities: Sequence[Activity]
    days: LocalDays
    rewritten: frozenset[Key] = frozenset()
    confirmed: Mapping[Key, Confirmed] = field(default_factory=dict)

    @classmethod
    def of(cls, program: str, member: str, activities: Iterable[Activity], days: LocalDays) -> "MemberHistory":
        """Return the history; of an event that is given twice, its ledger entry, with the text of the message."""
        by_key = dict[Key, Activity]()
        for activity in activities:
            first = by_key.setdefault(activity.key, activity)
            if text := activity.attributes.get(TEXT):
                by_key[activity.key] = replace(first, attributes={**first.attributes, TEXT: text})
        amendments = Amendments.among(by_key.values())
        current = [amendments.applied(activity) for key, activity in by_key.items() if not amendments.reverses(key)]
        rewritten = (
            activity.key
            for activity in current
            if activity.attributes.get(TEXT_DIGEST) != by_key[activity.key].attributes.get(TEXT_DIGEST)
        )
        return cls(
            program=program,
            member=member,
            activities=sorted(current, key=lambda activity: activity.order),
            days=days,
            rewritten=frozenset(rewritten),
        )

    def with_texts(self, texts: Mapping[Key, str]) -> "MemberHistory":
        """Return the history with these texts, by event, and without the first text of what was rewritten."""
        activities = list[Activity]()
        for activity in self.activities:
            text = "" if activity.key in self.rewritten else texts.get(activity.key) or None
            if text is not None:
                activity = replace(activity, attributes={**activity.attributes, TEXT: text})  # noqa: PLW2901
            activities.append(activity)
        return replace(self, activities=activities)

    def find(self, key: Key) -> Activity | None:
        return next((activity for activity in self.activities if activity.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question about one badge. `texts` are as a model may see them.

    `facts`: what systems recorded, in the words that the model reads; `recorded`: the same, for people.
    `corroborated`: there is evidence beside what the member wrote and what came in the same event.
    """

    program: str
    member: str
    badge: str
    id: str
    event: Key
    facts: tuple[str, ...]
    recorded: tuple[Message, ...]
    texts: tuple[str, ...]
    corroborated: bool

    @property
    def parts(self) -> tuple[str, ...]:
        """Return everything that evidence may be quoted from, each part by itself."""
        return (*self.texts, *self.facts)


def is_judged(badge: JudgedBadge, member: str, find: Callable[[], Member | None]) -> bool:
    """Return whether the phase of the badge includes the member: a pilot first, then more, then everybody.

    A share includes them by their random id alone; who is included at a share stays at a larger one. Each badge draws
    differently, so that nobody is in every pilot. `find` reads their team and channel, only where those matter.
    """
    if badge.phase == "scale":
        return True
    cohorts = (badge.pilot,) if badge.phase == "pilot" else (badge.pilot, badge.expansion)
    digest = hashlib.sha256(f"{badge.key}:{member}".encode()).digest()
    if int.from_bytes(digest[:4]) / 2**32 < max(cohort.share for cohort in cohorts):
        return True
    if not any(cohort.teams or cohort.channels for cohort in cohorts):
        return False
    enrolled = find()
    return enrolled is not None and any(
        enrolled.team in cohort.teams or enrolled.channel in cohort.channels for cohort in cohorts
    )


def matches(match: EventFilter, activity: Activity) -> bool:
    return activity.type in match.types and predicate(match.where)(activity.attributes)


def build_case(badge: JudgedBadge, event: Key, history: MemberHistory) -> Case | None:
    """Return the case that the event makes for the badge, or None where it makes none."""
    activity = history.find(event)
    if activity is None:
        return None
    if badge.perseverance:
        return _perseverance_case(badge, badge.perseverance, activity, history)
    if not matches(badge.match, activity):
        return None
    if badge.pieces:
        return _pieces_case(badge, badge.pieces, activity, history)
    if not activity.attributes.get(TEXT) or not _is_confirmed(badge, activity, history):
        return None
    return _case(badge, activity, [activity], history)


def _is_confirmed(badge: JudgedBadge, activity: Activity, history: MemberHistory) -> bool:
    required = badge.confirmations
    return required is None or history.confirmed.get(activity.key, Confirmed()).members >= required.at_least


def confirmable(badge: JudgedBadge, event: Key, history: MemberHistory) -> list[Activity]:
    """Return the events whose confirmations a case of this event needs, where the badge asks for confirmations."""
    activity = history.find(event)
    if badge.confirmations is None or activity is None or not matches(badge.match, activity):
        return []
    if badge.pieces is None:
        return [activity]
    return [piece for piece in history.activities if matches(badge.match, piece)][-MAX_CONFIRMED:]


def events_with_texts(badge: JudgedBadge, event: Key, history: MemberHistory) -> list[Key]:
    """Return the events whose stored texts a case of this event may show: a few, or none where its message has it."""
    activity = history.find(event)
    if activity is None or not (badge.pieces or badge.confirmations):
        return []
    if badge.pieces is None:
        return [event]
    pieces = [
        piece
        for piece in history.activities
        if matches(badge.match, piece) and has_text(piece) and _is_confirmed(badge, piece, history)
    ]
    before = [piece.key for piece in pieces if piece.order <= activity.order]
    after = [piece.key for piece in pieces if piece.order > activity.order]
    return [*before[-MAX_PIECES:], *after[: badge.pieces.at_least]]


def _case(
    badge: JudgedBadge, activity: Activity, shown: Sequence[Activity], history: MemberHistory, *, texts: bool = True
) -> Case | None:
    """Return the case of `activity` that shows these activities, or None where a text has nothing visible."""
    written = [str(other.attributes[TEXT]) for other in shown if texts and other.attributes.get(TEXT)]
    prepared = prepare_texts(written)
    if texts and not prepared and not badge.pieces:
        return None
    # The same event is the same case, however often and by which way it arrives.
    facts = [*_facts(badge, shown[-MAX_FACTS:], activity, history)]
    identity = json.dumps([history.program, history.member, badge.key, *activity.key], ensure_ascii=False)
    return Case(
        program=history.program,
        member=history.member,
        badge=badge.key,
        id=hashlib.sha256(identity.encode()).hexdigest()[:32],
        event=activity.key,
        facts=tuple(line for line, _ in facts),
        recorded=tuple(message for _, message in facts),
        texts=prepared,
        corroborated=_is_corroborated(badge, shown, history),
    )


def _is_corroborated(badge: JudgedBadge, shown: Sequence[Activity], history: MemberHistory) -> bool:
    if required := badge.confirmations:
        confirmed = (history.confirmed.get(activity.key, Confirmed()) for activity in shown)
        return all(confirmed_by.independent >= required.at_least for confirmed_by in confirmed)
    return badge.perseverance is not None and not any(map(has_text, shown))


def has_text(activity: Activity) -> bool:
    """Return whether it brought a text. Whoever sends a text can send any number beside it: neither is evidence."""
    return not {TEXT, TEXT_DIGEST}.isdisjoint(activity.attributes)


def _perseverance_case(
    badge: JudgedBadge, perseverance: Perseverance, activity: Activity, history: MemberHistory
) -> Case | None:
    """Return the case of the event, or of the pass that followed it: events arrive in any order."""
    subject = activity.attributes.get(perseverance.subject)
    tries = [other for other in history.activities if same(other.attributes.get(perseverance.subject), subject)]
    passes = (other for other in tries if other.order >= activity.order and matches(badge.match, other))
    passed = next(passes, None)
    if passed is None:
        return None
    shown = list[Activity]()  # the failed tries since the subject was last passed, then the pass
    for other in tries:
        if other.order >= passed.order:
            continue
        if matches(perseverance.failed, other):
            shown.append(other)
        elif other.type == passed.type:
            shown.clear()
    shown.append(passed)
    if activity not in shown or len(shown) <= perseverance.after_failures:
        return None
    return _case(badge, passed, shown, history, texts=False)


def _pieces_case(badge: JudgedBadge, required: Pieces, activity: Activity, history: MemberHistory) -> Case | None:
    """Return the case of the event, or of the first piece after it that makes the number full.

    A piece counts while its text can be shown; where there never was a text, by what systems recorded of it. The same
    words again, whatever their spelling, are no other piece.
    """
    pieces, seen = list[Activity](), set[str]()
    for piece in history.activities:
        text = clean(str(piece.attributes.get(TEXT) or ""))
        words = _NO_LETTER.sub("", text.casefold())
        if not (matches(badge.match, piece) and _is_confirmed(badge, piece, history)) or words in seen:
            continue
        if text or TEXT_DIGEST not in piece.attributes:
            pieces.append(piece)
            seen.update({words} - {""})
    after = [piece for piece in pieces if piece.order >= activity.order]
    for last in after[: required.at_least]:
        first_day = history.days.day(last.occurred_at).toordinal() - required.within_days
        before = (piece for piece in pieces if piece.order <= last.order)
        latest = [piece for piece in before if history.days.day(piece.occurred_at).toordinal() > first_day]
        latest = latest[-MAX_PIECES:]
        if activity not in latest:
            return None
        if len(latest) >= required.at_least:
            return _case(badge, last, latest, history)
    return None


def _facts(
    badge: JudgedBadge, shown: Sequence[Activity], last: Activity, history: MemberHistory
) -> Iterator[tuple[str, Message]]:
    """Yield a line for the model and a message for people for each activity.

    Only numbers, yes and no: a text may name somebody, or be the member's own.
    """
    tests = (*badge.match.where, *badge.confirmed_by)
    names, days = dict.fromkeys((*_FACT_ATTRIBUTES, *(test.attribute for test in tests))), history.days
    for number, activity in enumerate(shown, start=1):
        ago = (days.day(last.occurred_at) - days.day(activity.occurred_at)).days
        when = "on the day" if not ago else f"{ago} day{'s' * (ago != 1)} before"
        event = activity.type.replace(".", " ").replace("_", " ")
        parts, values = [f"{number}. {when}: {event}"], list[Message]()
        for name in names:
            value: Plain = activity.attributes.get(name)
            if _NAME.fullmatch(name) and isinstance(value, int | float):
                words = name.replace("_", " ")
                if isinstance(value, bool):
                    parts.append(f"{words} {'yes' if value else 'no'}")
                    values.append(Message("judging.fact_yes" if value else "judging.fact_no", {"name": words}))
                else:
                    parts.append(f"{words} {value:g}")
                    values.append(Message("judging.fact_number", {"name": words, "value": value}))
        if badge.confirmations and (confirmed := history.confirmed.get(activity.key)):
            parts.append(f"confirmed by {confirmed.members} other members")
            values += confirmed.messages
        if values:
            yield ", ".join(parts), Message("judging.fact", {"days": ago, "event": event, "values": tuple(values)})
        else:
            yield parts[0], Message("judging.fact_without_values", {"days": ago, "event": event})
