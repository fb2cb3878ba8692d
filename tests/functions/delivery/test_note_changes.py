"""What a change of a member gives to say, to whom, and what it takes back."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from delivery.note_changes import NewsServices, note_change
from ladder.domain.activities.activity import (
    BADGE_GRANTED,
    LADDER,
    RELEASED,
    REVERSED,
    TEAM_ACHIEVED,
    Activity,
)
from ladder.domain.delivery.member_change import (
    Change,
    ContestDeclined,
    DisputeAnswered,
    EntryRecorded,
    KudosGiven,
    MemberChange,
    PreferencesChanged,
)
from ladder.domain.delivery.rules import DeliveryRules, KudosRules
from ladder.domain.members.preferences import Preferences
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.points.entry_text import EntryTexts
from ladder.domain.points.ledger import FOR_COLLEAGUE, Entry, EntryLine
from tests.builders.delivery import HOOK, JO, KIM, NOON, ROOM, TEAM, DeliveryWorld, reader
from tests.fakes.outbox import FakeChannel
from tests.paths import DATA

FILE = DATA / "security" / "prompt_injection.jsonl.gz"
RULES = DeliveryRules(channels=(ROOM, HOOK), kudos=KudosRules(values={"helpful": "helped me"}), weekly_messages=200)
AL = "7a" * 16
ROSTER = {
    who: Member(id=who, user=name, name=name.title(), team=TEAM) for who, name in ((JO, "jo"), (KIM, "kim"), (AL, "al"))
}
LEVEL = Message("points.level_reached", {"number": 2, "name": "Regular"})
BADGE = Message("points.badge_reached", {"badge": "sharer", "tier": "bronze"})


class PreferencesOfReaders:
    """The preferences that the readers of a world have."""

    def __init__(self, world: DeliveryWorld) -> None:
        self._world = world

    def of(self, program: str, member: str) -> Preferences:
        known = self._world.readers.find(program, member)
        return known.preferences if known else Preferences()


def world() -> DeliveryWorld:
    made = DeliveryWorld(rules=RULES, channels={"room": FakeChannel(), "hook": FakeChannel("idempotent")})
    made.readers.readers[AL] = reader("Al", "private")
    return made


def note(made: DeliveryWorld, change: Change, member: str = JO) -> int:
    texts = EntryTexts(made.program.rulebook, made.program.challenges)
    services = NewsServices(
        outbox=made.outbox,
        preferences=PreferencesOfReaders(made),  # type: ignore[arg-type]
        texts=lambda program, version: texts,
        find=lambda program, whose: ROSTER.get(whose),
        teammates=lambda program, team: [*ROSTER],
        now=made.now,
    )
    return note_change(made.program, MemberChange("academy", member, change), services)


def entry(event: str = "e1", *lines: EntryLine, **more: Any) -> EntryRecorded:
    attributes = more.pop("attributes", {"module": "kyc"})
    activity = Activity(
        source=more.pop("source", "academy"),
        id=event,
        type=more.pop("type", "learner.completed_module"),
        occurred_at=more.pop("occurred_at", NOON),
        attributes=attributes,
    )
    points = sum(line.paid for line in lines)
    held = sum(line.held for line in lines)
    values: dict[str, Any] = {"points": points, "spent": 0, "held": held, "program_version": 1, **more}
    return EntryRecorded(Entry(activity=activity, lines=lines, **values))


def said(made: DeliveryWorld, member: str = JO) -> dict[str, list[str]]:
    """Return the audiences that each occasion reaches."""
    told = dict[str, list[str]]()
    for item in made.items(member):
        told.setdefault(item.notification.news.occasion, []).append(item.notification.audience)
    return {occasion: sorted(audiences) for occasion, audiences in told.items()}


def titles(made: DeliveryWorld, channel: str = "room") -> set[str]:
    made.send()
    return {shown.title for shown in made.shown(channel)}


def test_a_level_is_news_for_the_member_their_team_and_systems_and_points_for_systems_alone() -> None:
    made = world()
    assert note(made, entry("e1", EntryLine("PASSED", base=50, paid=50), reached=(LEVEL,))) == 4
    assert said(made) == {"level": ["member", "system", "team"], "points": ["system"]}
    assert titles(made) == {"You are now at level 2: Regular.", "Jo is now at level 2: Regular."}
    (level,) = (shown.facts for shown in made.shown("hook") if shown.occasion == "level")
    assert (level["level"], level["level_name"], level["entry"]) == (2, "Regular", "academy#e1")


def test_a_finished_path_is_news_for_the_member_their_team_and_systems_by_its_key() -> None:
    made = world()
    finished = Message("points.path_finished", {"name": "the first month"})
    note(made, entry("e1", EntryLine("PASSED"), reached=(finished,)))
    assert said(made) == {"path": ["member", "system", "team"]}
    assert titles(made) == {"You finished the path the first month.", "Jo finished the path the first month."}
    (path,) = (shown.facts for shown in made.shown("hook"))
    assert (path["path"], path["path_name"], path["entry"]) == ("FIRST", "the first month", "academy#e1")


def test_noted_again_in_any_order_nothing_is_said_twice() -> None:
    made = world()
    change = entry("e1", EntryLine("PASSED", base=50, paid=50), reached=(LEVEL, BADGE))
    assert [note(made, change), note(made, change)] == [6 + 1, 0]


def test_a_badge_that_people_granted_is_said_once_and_by_its_key() -> None:
    made = world()
    granted = entry(
        "badge:KUDOS", EntryLine("SHARER"), source=LADDER, type=BADGE_GRANTED, attributes={"badge": "SHARER"}
    )
    note(made, granted)
    assert said(made) == {"badge": ["member", "system", "team"]}
    assert titles(made) == {"You received the badge sharer.", "Jo has the badge sharer."}
    assert made.shown("hook")[0].facts["badge"] == "SHARER"


def test_what_is_lost_or_never_counted_is_no_news() -> None:
    made = world()
    lost = (Message("points.badge_lost", dict(BADGE.parameters)), Message("points.level_lost", dict(LEVEL.parameters)))
    assert note(made, entry("e1", EntryLine("PASSED", base=50), reached=lost)) == 0


def test_whoever_finished_with_a_poor_score_is_congratulated_and_nobody_else_hears_of_it() -> None:
    made = world()
    note(made, entry("e1", EntryLine("PASSED", base=5, paid=5), attributes={"module": "kyc", "score": 41}))
    assert said(made) == {"well_done": ["member"], "points": ["system"]}
    made.send()
    (shown,) = made.shown()
    assert shown.to == "jo"
    assert "41" not in shown.title + "".join(shown.paragraphs)


def test_what_a_team_reached_is_said_to_it_once_however_many_members_share_it() -> None:
    made = world()
    for member in ROSTER:
        shared = entry(
            "team:TEAM:2026-11-23",
            EntryLine("TEAM", base=50, paid=50),
            source=LADDER,
            type=TEAM_ACHIEVED,
            attributes={"achievement": "TEAM", "points": 50},
        )
        note(made, shared, member)
    assert said(made, f"team:{TEAM}") == {"completed": ["team"]}
    assert "The team has reached its goal together: together." in titles(made)


def test_two_colleagues_are_asked_to_confirm_and_nobody_once_it_is_decided() -> None:
    made = world()
    held = entry("e1", EntryLine("PASSED", base=50, held=50, because=FOR_COLLEAGUE))
    note(made, held)
    asked = [item.notification for item in made.items()]
    assert {(one.news.occasion, one.audience) for one in asked} == {("confirm", "member")}
    assert {one.reader for one in asked} == {KIM, AL}
    assert titles(made) == {"Jo waits for a colleague to confirm: an assessment passed."}
    assert [button.value for button in made.shown()[0].actions] == [f"{JO}#academy#e1"]
    reason = json.dumps({"code": "points.confirmed_by_a_colleague"})
    release = entry(
        "release:academy:e1",
        EntryLine("#adjusted", paid=50),
        source=LADDER,
        type=RELEASED,
        attributes={"source": "academy", "id": "e1", "reason": reason},
    )
    note(made, release)
    note(made, replace(held))
    assert titles(made) == {"A colleague confirmed what you did: 50 points."}


def test_a_reversal_takes_back_what_was_said_and_nothing_comes_after_it_in_whatever_order() -> None:
    made, change = world(), entry("e1", EntryLine("PASSED", base=50, paid=50), reached=(LEVEL,))
    reversal = entry("r1", source=LADDER, type=REVERSED, attributes={"source": "academy", "id": "e1"})
    note(made, change)
    made.send()
    note(made, reversal)
    assert titles(made) == set()
    late = world()
    note(late, reversal)
    assert note(late, change) == 0


def test_a_member_who_no_longer_shares_takes_back_what_their_team_has_read() -> None:
    made = world()
    note(made, entry("e1", EntryLine("PASSED", base=50, paid=50), reached=(LEVEL,)))
    made.send()
    note(made, PreferencesChanged(Preferences(recognition="private")))
    assert titles(made) == {"You are now at level 2: Regular."}


def test_answers_to_disputes_and_contests_reach_the_member_alone() -> None:
    made = world()
    note(made, DisputeAnswered(event="academy#e1", upheld=True, answer="You were right."))
    note(made, ContestDeclined(verdict="v1", badge="KUDOS", event="academy#e2", at=NOON))
    assert said(made) == {"dispute": ["member", "system"], "verdict": ["member", "system"]}
    made.send()
    assert [shown.paragraphs for shown in made.shown()] == [("You were right.",), ()]
    assert all("right" not in str(shown.paragraphs) for shown in made.shown("hook"))


def test_an_imported_history_is_no_news_for_people_and_complete_for_systems() -> None:
    made = world()
    note(
        made,
        entry("e1", EntryLine("PASSED", base=50, paid=50), reached=(LEVEL,), occurred_at=NOON - timedelta(days=30)),
    )
    assert said(made) == {"level": ["system"], "points": ["system"]}


@pytest.mark.skipif(not FILE.exists(), reason="../shared/data/security is not here")
@pytest.mark.slow
def test_every_known_attack_as_kudos_arrives_as_the_text_it_is_and_reaches_no_system() -> None:
    made = world()
    with gzip.open(FILE) as lines:
        texts = [json.loads(line)["text"][:280] for line in lines]
    for number, text in enumerate(texts):
        note(made, KudosGiven(id=f"k{number}", by=KIM, value="helpful", text=text, at=NOON), KIM if number % 2 else JO)
    for _ in range(3):
        made.send()
    feed = [shown for shown in made.shown() if shown.to == "C-north"]
    assert {shown.title for shown in feed} == {"Kim thanks Jo: helped me"}
    assert {shown.paragraphs for shown in feed} <= {(text,) for text in texts}
    assert len(feed) == len(texts[::2])
    assert {shown.paragraphs for shown in made.shown("hook")} == {()}
    assert {tuple(shown.facts) for shown in made.shown("hook")} == {("value", "by")}
