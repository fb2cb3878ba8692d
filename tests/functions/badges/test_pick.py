"""Which cases an event makes: of badges whose time, cohort and case it is, that the member does not have yet."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from ladder.adapters.memory.writings import MemoryWritings
from ladder.domain.activity import CORRECTED, LADDER, REVERSED, Activity, Key
from ladder.domain.calendar import day_bounds
from ladder.domain.errors import Gone
from ladder.domain.judged_badge import Cohort, JudgedBadge, Pieces
from ladder.domain.judging.case import Case
from ladder.domain.judging.guards import MASK
from ladder.domain.judging.ruling import granted
from ladder.domain.members import Member
from ladder.domain.rules import Perseverance
from tests.functions.badges.court import (
    ANSWER,
    CHAMPION,
    FAILED,
    MEMBER,
    NOW,
    PERSEVERANCE,
    WRITER,
    World,
    activity,
    five_tries,
    marked,
    post,
    program,
)


def picked(world: World, done: Activity, **given: object) -> list[str]:
    return [badge.key for badge, _ in world.cases(done, **given)]  # type: ignore[arg-type]


def test_each_badge_whose_case_it_is() -> None:
    world = World(program=program(CHAMPION, PERSEVERANCE, WRITER))
    assert picked(world, post(1)) == ["CHAMPION"]
    world.record(*(post(number, at=NOW - timedelta(hours=9 - number)) for number in (1, 2, 3)))
    assert picked(world, post(3, at=NOW - timedelta(hours=6))) == ["CHAMPION", "WRITER"]
    world.record(*five_tries()[-1:])
    assert picked(world, five_tries()[-1]) == []


def test_a_post_is_judged_by_its_text_though_its_entry_is_there_already_without_one() -> None:
    world = World(program=program(CHAMPION))
    world.record(post(1, text="", text_digest="ab", text_length=9))
    ((_, case),) = world.cases(post(1))
    assert case.texts == (ANSWER,)


def test_what_the_ledger_has_of_an_event_weighs_more_than_what_a_message_says_of_it() -> None:
    """The same id with another body is refused there, and vouches for nothing here."""
    world = World(program=program(CHAMPION))
    world.record(marked(post(1, helpful=0)))
    ((_, case),) = world.cases(post(1, helpful=9))
    assert (case.texts, case.vouched) == ((ANSWER,), False)


@pytest.mark.parametrize("late", range(5))
def test_in_whatever_order_tries_are_told_the_case_of_the_pass_is_made(late: int) -> None:
    four = Perseverance(subject="module", failed=FAILED, after_failures=4)
    world = World(program=program(replace(PERSEVERANCE, perseverance=four)))
    tries = five_tries()
    last = tries.pop(late)
    world.record(*tries)
    assert [picked(world, each) for each in tries] == [[]] * 4
    world.record(last)
    ((_, case),) = world.cases(last)
    assert (case.event, len(case.facts)) == (five_tries()[-1].key, 5)


def test_nothing_is_read_for_an_event_that_no_badge_asks_for() -> None:
    class Closed:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

    world = World(ledger=Closed())  # type: ignore[arg-type]
    assert picked(world, five_tries()[0]) == []
    world.program = program(replace(CHAMPION, phase="pilot"))
    assert picked(world, post()) == []


def test_not_before_its_first_day() -> None:
    world = World(program=program(replace(CHAMPION, since=NOW.date())))
    assert picked(world, post(), now=NOW - timedelta(days=1)) == []
    assert picked(world, post()) == ["CHAMPION"]


def test_nobody_is_judged_while_the_badge_or_the_program_is_paused() -> None:
    assert picked(World(program=program(replace(CHAMPION, paused=True))), post()) == []
    assert picked(World(program=replace(program(), paused=True)), post()) == []


def test_a_pilot_judges_its_teams_and_nobody_else() -> None:
    world = World(program=program(replace(CHAMPION, phase="pilot", pilot=Cohort(teams=("north",)))))
    world.programs.enrol("academy", (Member(id=MEMBER, user="u", team="north"), Member(id="0" * 32, user="v")))
    assert picked(world, post()) == ["CHAMPION"]
    assert picked(world, post(), member="0" * 32) == []
    assert picked(world, post(), member="1" * 32) == []


def test_who_has_the_badge_is_not_judged_for_it_again() -> None:
    world = World()
    world.record(granted(badge="CHAMPION", case="c", verdict="v", by="anna.l", at=NOW))
    assert picked(world, post()) == []


def essays(*days: int) -> list[Activity]:
    """Posts of so many days ago, each with words of its own."""
    return [
        post(number, f"Essay {number} explains it step by step.", at=NOW - timedelta(days=ago))
        for number, ago in enumerate(days, start=1)
    ]


def reversed_(done: Activity) -> Activity:
    told = {"source": done.source, "id": done.id, "reason": "posted for somebody else"}
    return Activity(source=LADDER, id=f"reverse:{done.id}", type=REVERSED, occurred_at=NOW, attributes=told)


def writers(**changed: object) -> World:
    return World(program=program(replace(WRITER, **changed)))  # type: ignore[arg-type]


def test_three_posts_over_days_are_one_case_with_their_texts_in_order_and_two_are_none() -> None:
    world = writers()
    *early, last = essays(9, 4, 0)
    assert world.write(*early) == []
    ((_, case),) = world.cases(last)
    assert case.texts == tuple(str(each.attributes["text"]) for each in (*early, last))
    assert case.event == last.key
    assert len(case.facts) == 3


def test_a_post_that_is_told_again_is_the_same_case() -> None:
    world = writers()
    posts = essays(9, 4, 0)
    (first,) = world.write(*posts)
    ((_, again),) = world.cases(posts[-1])
    ((_, by_entry),) = world.cases(marked(posts[-1]))
    assert (again.id, by_entry) == (first, again)
    assert len(again.texts) == 3


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("entries_first", [True, False])
def test_in_whatever_order_posts_and_entries_are_told_the_case_is_made(
    order: tuple[int, ...], *, entries_first: bool
) -> None:
    world = writers()
    posts = essays(9, 4, 0)
    told = [posts[place] for place in order]
    found = list[Case]()
    for step in ("entries", "posts") if entries_first else ("posts", "entries"):
        for each in told:
            if step == "entries":
                world.record(marked(each))
            found += [case for _, case in world.cases(each if step == "posts" else marked(each))]
    assert {case.event for case in found} == {posts[-1].key}
    assert {len(case.texts) for case in found} == {3}


def test_what_others_recorded_later_completes_a_case() -> None:
    world = writers(match=replace(WRITER.match, where=CHAMPION.confirmed_by))
    posts = essays(9, 4, 1)
    assert world.write(*posts) == []
    for number, done in enumerate(posts, start=1):
        marks = activity(f"marks-{number}", CORRECTED, id=done.id, helpful=3)
        world.record(marks)
        found = list(world.cases(marks))
        assert len(found) == (number == 3)
    ((_, case),) = found
    assert (case.event, len(case.texts)) == (posts[-1].key, 3)
    assert list(world.cases(activity("m", CORRECTED, id="of nothing known"))) == []


@pytest.mark.parametrize("beyond", [30, 31, 90])
def test_a_piece_beyond_the_days_is_none_and_its_text_is_not_there(beyond: int) -> None:
    world = writers()
    posts = essays(beyond, 4, 0)
    assert world.write(*posts) == []
    assert writers().write(*essays(29, 4, 0))


def test_a_text_is_kept_for_the_days_of_the_longest_badge_and_no_longer() -> None:
    longer = replace(WRITER, key="LONGER", pieces=Pieces(at_least=2, within_days=60))
    world = World(program=program(WRITER, longer))
    world.write(*essays(0))
    ((_, until),) = world.writings.kept.values()
    first, _ = day_bounds(world.program.schedule, NOW.date() + timedelta(days=60))
    assert until == first
    late = World(program=program(WRITER))
    list(late.cases(post(at=NOW - timedelta(days=31)), now=NOW))
    assert not late.writings.kept


def test_what_was_taken_back_or_rewritten_is_no_piece() -> None:
    world = writers()
    posts = essays(9, 4, 0)
    world.write(*posts[:2])
    world.record(reversed_(posts[0]))
    assert world.write(posts[2]) == []
    list(world.cases(posts[0]))
    rewritten = writers()
    rewritten.write(*posts[:2])
    rewritten.record(activity("c1", CORRECTED, id=posts[1].id, text_digest="mark of other words", text_length=20))
    assert rewritten.write(posts[2]) == []


def test_nothing_of_what_was_taken_back_is_kept() -> None:
    world = writers()
    (done,) = essays(0)
    world.record(marked(done), reversed_(done))
    assert picked(world, done) == []
    assert not world.writings.kept


def test_of_an_erased_member_nothing_is_kept() -> None:
    world = writers()
    world.ledger.erased.add(("academy", MEMBER))
    with pytest.raises(Gone):
        picked(world, essays(0)[0])
    raced = writers()
    raced.writings.erased.add(("academy", MEMBER))  # between the two looks
    with pytest.raises(Gone):
        picked(raced, essays(0)[0])
    assert not world.writings.kept
    assert not raced.writings.kept


@pytest.mark.parametrize(
    "badge",
    [
        CHAMPION,
        replace(WRITER, paused=True),
        replace(WRITER, phase="pilot"),
        replace(WRITER, since=NOW.date() + timedelta(days=1)),
        replace(WRITER, match=replace(WRITER.match, types=("article.contributed",))),
    ],
    ids=["one piece", "paused", "nobody's pilot", "not begun", "another type"],
)
def test_no_text_is_kept_that_no_badge_asks_several_pieces_of(badge: JudgedBadge) -> None:
    world = World(program=program(badge))
    world.write(*essays(0))
    assert not world.writings.kept


def test_no_text_is_kept_of_who_has_the_badge() -> None:
    world = writers()
    world.record(granted(badge="WRITER", case="c", verdict="v", by="anna.l", at=NOW))
    world.write(*essays(0))
    assert not world.writings.kept


def test_what_is_kept_is_what_a_model_may_see() -> None:
    world = writers()
    world.write(post(1, "First mail jo@example.com,\u200b\n then wait."), post(2, "\u200b \n"))
    assert [text for text, _ in world.writings.kept.values()] == [f"First mail {MASK}, then wait."]


def test_a_case_reads_no_more_texts_than_it_may_show_or_complete() -> None:
    class Counting(MemoryWritings):
        asked = 0

        def texts(self, program: str, member: str, events: Collection[Key], *, now: datetime) -> dict[Key, str]:
            self.asked = max(self.asked, len(events))
            return super().texts(program, member, events, now=now)

    world = World(program=program(CHAMPION, WRITER), writings=Counting())
    world.write(*essays(*range(28, 0, -1)))
    ((_, one), (_, several)) = world.cases(post(29))
    assert (len(one.texts), len(several.texts)) == (1, 8)
    assert several.texts[0] == "Essay 22 explains it step by step."
    assert world.writings.asked <= 11
