"""News of a ledger entry: what its member, their team and other systems may hear of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ladder.domain.activities.activity import (
    BADGE_GRANTED,
    COMPLETED,
    ORDERED,
    RELEASED,
    TEAM_ACHIEVED,
    number,
)
from ladder.domain.delivery.notification import Action, News, Text, person
from ladder.domain.delivery.occasion import Audience, Occasion
from ladder.domain.delivery.rules import DeliveryRules
from ladder.domain.message import Message
from ladder.domain.points.entry_text import EntryTexts, from_attribute
from ladder.domain.points.ledger import ADJUSTED, FOR_COLLEAGUE, Entry, EntryLine

FINISHED = frozenset({"learner.completed_module", "user.completed", "assessment.submitted"})
BY_COLLEAGUE = Message("points.confirmed_by_a_colleague")
BADGES = {"points.badge_reached", "points.badge_given"}
SYSTEMS: tuple[Audience, ...] = ("system",)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNews:
    """Makes the news of one entry. `team`: the member's; `colleagues`: who may be asked to confirm what they did."""

    program: str
    member: str
    team: str | None
    entry: Entry
    texts: EntryTexts
    rules: DeliveryRules
    colleagues: tuple[str, ...] = ()

    def all(self) -> Iterator[News]:
        """Yield the news, the most welcome first; none of an entry that was never counted or says what is lost."""
        entry, activity = self.entry, self.entry.activity
        yield from self._reached()
        match activity.type:
            case type_ if type_ == COMPLETED and entry.points > 0:
                yield from self._paid("completed")
            case type_ if type_ == TEAM_ACHIEVED and entry.points > 0:
                yield from self._paid("completed", audiences=("member", "system"))
                yield from self._team_goal()
            case type_ if type_ == ORDERED:
                yield self._order()
            case type_ if type_ == RELEASED and BY_COLLEAGUE in from_attribute(activity.attributes.get("reason")):
                yield self._confirmed()
            case type_ if type_ in FINISHED and self._is_poor():
                yield self._well_done()
        if entry.waits_for_colleague and self.colleagues:
            yield self._asked()
        if entry.points:
            yield self._points()

    def _news(self, occasion: Occasion, title: Message, *paragraphs: Message, **more: Any) -> News:
        """Return news of the entry; `more`: further fields of it."""
        facts = {"entry": "#".join(self.entry.key), "occurred_at": self.entry.activity.occurred_at.isoformat()}
        return News(
            program=self.program,
            member=self.member,
            occasion=occasion,
            about=self._about,
            text=Text(title, paragraphs),
            facts={**facts, **more.pop("facts", {})},
            team=self.team,
            at=self.entry.activity.occurred_at,
            **more,
        )

    @property
    def _about(self) -> str:
        """Return the event that its reversal would name: a release stands for the event that it releases."""
        activity = self.entry.activity
        return "#".join(activity.target or activity.key)

    def _reached(self) -> Iterator[News]:
        """Yield badges, levels and paths that the entry brought, and a badge that it grants."""
        entry, reached = self.entry, list(self.entry.reached)
        if entry.activity.type == BADGE_GRANTED and not any(message.code in BADGES for message in reached):
            reached += [message for message in self.texts.messages(entry) if message.code == "points.badge_given"]
        for message in dict.fromkeys(reached):
            parameters = message.parameters
            if message.code in BADGES:
                name, tier = str(parameters["badge"]), str(parameters.get("tier", ""))
                key = self._badge_key(name)
                facts = {"badge": key, "badge_name": name, **({"tier": tier} if tier else {})}
                who = person(self.member)
                feed = Text(Message("delivery.feed_badge", {"who": who, "badge": name, "tier": tier or "none"}))
                yield self._news("badge", message, feed=feed, facts=facts, subject=f"{key}/{tier}")
            elif message.code == "points.level_reached":
                level, name = int(str(parameters["number"])), str(parameters["name"])
                feed = Text(Message("delivery.feed_level", {"who": person(self.member), "level": level, "name": name}))
                level_facts = {"level": level, "level_name": name}
                yield self._news("level", message, feed=feed, facts=level_facts, subject=str(level))
            elif message.code == "points.path_finished":
                name = str(parameters["name"])
                key = next((path.key for path in self.texts.rulebook.paths if path.name == name), name)
                feed = Text(Message("delivery.feed_path", {"who": person(self.member), "name": name}))
                yield self._news("path", message, feed=feed, facts={"path": key, "path_name": name}, subject=key)

    def _badge_key(self, name: str) -> str:
        rulebook = self.texts.rulebook
        keys = {badge.name: badge.key for badge in rulebook.badges}
        return keys.get(name) or next((badge.key for badge in rulebook.judged if badge.name == name), name)

    def _paid_lines(self) -> Iterable[EntryLine]:
        return (line for line in self.entry.lines if line.rule != ADJUSTED and line.paid)

    def _paid(self, occasion: Occasion, **more: Any) -> Iterator[News]:
        for line in self._paid_lines():
            name = self.texts.name(line.rule, self.entry.activity)
            facts = {"rule": line.rule, "points": line.paid}
            title = Message("delivery.paid", {"points": line.paid, "name": name})
            feed = Text(Message("delivery.feed_completed", {"who": person(self.member), "name": name}))
            yield self._news(occasion, title, feed=feed, facts=facts, subject=line.rule, **more)

    def _team_goal(self) -> Iterator[News]:
        """Yield what a team reached together, once for all of its members, whoever's entry comes first."""
        goal = str(self.entry.activity.attributes.get("achievement", ""))
        if self.team is None or not goal:
            return
        title = Message("delivery.feed_team_goal", {"name": self.texts.name(goal, self.entry.activity)})
        yield News(
            program=self.program,
            member=f"team:{self.team}",
            occasion="completed",
            about="#".join(self.entry.key),
            subject=goal,
            text=Text(title),
            feed=Text(title),
            facts={"team": self.team, "rule": goal},
            team=self.team,
            audiences=("team",),
            at=self.entry.activity.occurred_at,
        )

    def _order(self) -> News:
        attributes = self.entry.activity.attributes
        facts = {"item": str(attributes.get("item", "")), "price": int(number(attributes.get("price")) or 0)}
        facts |= {"order": self.entry.activity.id.removeprefix("order:"), "state": "placed"}
        return self._news("order", self.texts.messages(self.entry)[0], facts=facts, audiences=SYSTEMS, subject="placed")

    def _confirmed(self) -> News:
        return self._news("confirmed", Message("delivery.confirmed", {"points": self.entry.points}))

    def _is_poor(self) -> bool:
        score = number(self.entry.activity.attributes.get("score"))
        return score is not None and score < self.rules.poor_score

    def _well_done(self) -> News:
        """Congratulate on finishing something hard; the score is not mentioned, and nobody else hears of it."""
        return self._news("well_done", Message("delivery.well_done"), Message("delivery.well_done_why"))

    def _asked(self) -> News:
        """Ask colleagues to confirm what was done. Points are not mentioned: they are not what is asked about."""
        activity = self.entry.activity
        names = [
            self.texts.name(line.rule, activity)
            for line in self.entry.lines
            if line.held and line.because == FOR_COLLEAGUE
        ]
        value = f"{self.member}#{'#'.join(self.entry.key)}"
        return self._news(
            "confirm",
            Message("delivery.confirm_asked", {"who": person(self.member), "what": tuple(names)}),
            Message("delivery.confirm_asked_how"),
            actions=(Action("confirm", Message("delivery.confirm_button"), value),),
            link="#/confirmations",
            readers=self.colleagues,
        )

    def _points(self) -> News:
        entry = self.entry
        rules = ",".join(dict.fromkeys(line.rule for line in self._paid_lines()))
        facts = {"points": entry.points, "type": entry.activity.type, "rules": rules}
        title = Message("delivery.points", {"points": entry.points})
        return self._news("points", title, facts=facts, audiences=SYSTEMS, subject="#".join(entry.key))
