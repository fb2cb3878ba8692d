"""Publishing upon what one has seen, and pausing: versions like any other."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.metric_files import Measure, MetricFiles
from ladder.domain.errors import Conflict, InvalidRequest, NotAuthorized, NotFound
from ladder.domain.members.roster import Member
from ladder.domain.message import Message, verbatim
from ladder.domain.points.apply import evaluate
from ladder.domain.points.judged_badge import JudgeModel
from ladder.domain.points.ledger import State
from ladder.domain.points.rulebook import Level
from ladder.domain.programs.pausing import compile_program, pauses
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff
from publishing.trial import effects_on_members
from publishing.versions import pause
from tests.builders.academy import RULE, academy, book, rules
from tests.builders.capped_academy import event
from tests.builders.planning import program
from tests.builders.programs import with_values
from tests.builders.second_admin import publish_alone
from tests.fakes import MemoryPrograms
from tests.fakes.administration import MemoryPublications
from tests.fakes.members import MemoryLedger

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = Staff(subject="anna", program="academy", role="admin", declared=True)
BEN = replace(ANNA, subject="ben")


class Publishing:
    def __init__(self) -> None:
        self.programs = MemoryPrograms()
        self.publications = MemoryPublications(self.programs)

    def publish(self, draft: Program, staff: Staff = ANNA, *, after: int, now: datetime = NOW) -> Any:
        return publish_alone(
            staff,
            draft,
            after=after,
            reason="spring",
            now=now,
            models={"granted": date(2999, 1, 1), "over": date(2026, 1, 1)},
            programs=self.programs,
            publications=self.publications,
        )

    def pause(self, what: Any, key: str, *, paused: bool = True) -> Any:
        return pause(
            ANNA,
            what,
            key,
            paused=paused,
            reason="too generous",
            now=NOW,
            programs=self.programs,
            publications=self.publications,
        )


def test_a_first_version_is_published_upon_none_and_audited() -> None:
    publishing = Publishing()
    assert publishing.publish(academy(), after=0).version == 1
    record = publishing.publications.audit["academy", "PUBLISHED#000001"]
    assert (record.who, record.why) == ("anna", verbatim("spring"))
    assert record.about == {"program_version": 1, "alone": "only_admin"}


def test_a_judge_is_one_of_the_models_that_the_bundle_may_ask() -> None:
    publishing = Publishing()
    with pytest.raises(InvalidRequest, match=r'judge\.model: "grated" is not a model .* Did you mean granted\?'):
        publishing.publish(academy(judge=JudgeModel(model="grated")), after=0)
    assert publishing.publish(academy(judge=JudgeModel(model="granted")), after=0).version == 1


def test_a_model_that_has_ended_is_published_no_more() -> None:
    with pytest.raises(InvalidRequest, match=r'judge\.model: "over" ended on 2026-01-01\. Name another one'):
        Publishing().publish(academy(judge=JudgeModel(model="over")), after=0)


def test_a_model_that_is_reached_by_a_secret_is_nobodys_to_grant() -> None:
    elsewhere = JudgeModel(kind="openai", model="any")
    assert Publishing().publish(academy(judge=elsewhere), after=0).version == 1


def test_publishing_the_same_again_is_no_new_version() -> None:
    publishing = Publishing()
    publishing.publish(academy(), after=0)
    again = publishing.publish(academy(), after=0, now=NOW + timedelta(hours=1))
    assert (again.version, again.again) == (1, True)
    assert publishing.publish(academy(), after=1).version == 1


def test_who_publishes_upon_an_older_version_hears_who_was_faster_and_when() -> None:
    publishing = Publishing()
    publishing.publish(academy(), after=0)
    publishing.publish(academy(name="Anna's"), after=1)
    with pytest.raises(Conflict, match=r"admin\.published_meanwhile_by version=2 by=anna day=2026-11-22 time=12:00"):
        publishing.publish(academy(name="Ben's"), BEN, after=1)
    assert publishing.programs.current("academy").name == "Anna's"


def test_a_draft_upon_a_version_that_never_was_is_refused() -> None:
    publishing = Publishing()
    publishing.publish(academy(), after=0)
    with pytest.raises(Conflict, match=r"admin\.no_version_to_follow program=academy version=7"):
        publishing.publish(academy(name="new"), after=7)


def test_a_draft_that_cannot_be_played_says_every_place_to_mend() -> None:
    locked = rules(replace(RULE, requires="NONE"), replace(RULE, key="OTHER", requires="NONE"))
    with pytest.raises(InvalidRequest, match=r"rules\.PASSED\.requires: .*; rules\.OTHER\.requires: "):
        Publishing().publish(locked, after=0)


def test_a_draft_of_another_program_is_refused() -> None:
    with pytest.raises(InvalidRequest, match=r"admin\.draft_of_another_program draft=academy program=bank"):
        Publishing().publish(academy(), replace(ANNA, program="bank"), after=0)


def test_only_an_admin_publishes() -> None:
    with pytest.raises(NotAuthorized):
        Publishing().publish(academy(), replace(ANNA, role="reviewer"), after=0)


def test_what_is_paused_stays_so_in_the_next_draft_and_only_resuming_resumes() -> None:
    publishing = Publishing()
    publishing.publish(academy(), after=0)
    assert publishing.pause("rule", "PASSED").version == 2
    assert publishing.pause("rule", "PASSED").again
    publishing.publish(academy(name="new"), after=2)
    assert list(pauses(publishing.programs.current("academy"))) == [("rule", "PASSED")]
    publishing.pause("rule", "PASSED", paused=False)
    assert list(pauses(publishing.programs.current("academy"))) == []


def test_what_a_program_does_not_have_is_not_paused() -> None:
    publishing = Publishing()
    publishing.publish(academy(), after=0)
    with pytest.raises(NotFound):
        publishing.pause("badge", "NOBODYS")


def passed(n: int) -> Any:
    return event("assessment.submitted", NOW + timedelta(hours=n), f"e{n}", passed=True, module=f"m{n}")


@pytest.mark.parametrize(("what", "key"), [("rule", "PASSED"), ("program", "academy")])
def test_a_paused_rule_pays_nothing_and_what_it_would_have_noted_still_counts_after_it(what: Any, key: str) -> None:
    publishing = Publishing()
    publishing.publish(book(paths=()), after=0)
    publishing.pause(what, key)
    state, (entry,) = evaluate(
        compile_program(publishing.programs.current("academy")), State(), [passed(1)], allowances={}
    )
    assert (state.earned, entry.lines[0].because) == (0, Message("points.paused"))
    publishing.pause(what, key, paused=False)
    after, _ = evaluate(
        compile_program(publishing.programs.current("academy")),
        state,
        [replace(passed(2), attributes=passed(1).attributes)],
        allowances={},
    )
    assert after.earned == RULE.points


def test_a_paused_badge_comes_with_the_first_event_after_the_pause() -> None:
    publishing = Publishing()
    publishing.publish(academy(), after=0)
    publishing.pause("badge", "SHARER")
    state, _ = evaluate(
        compile_program(publishing.programs.current("academy")), State(), [passed(n) for n in range(3)], allowances={}
    )
    assert state.badges == {}
    publishing.pause("badge", "SHARER", paused=False)
    after, _ = evaluate(compile_program(publishing.programs.current("academy")), state, [passed(3)], allowances={})
    assert after.badges.keys() == {"SHARER"}


def test_who_publishes_a_cap_that_is_too_small_for_the_members_there_are_is_told_which_would_be_enough() -> None:
    publishing = Publishing()
    roster = tuple(Member(id=f"{slot:032x}", user=f"u{slot}", active=slot < 900) for slot in range(1_000))
    publishing.programs.enrol("academy", roster)
    small, large = (
        program(key="academy", caps=Caps(program_daily_points=points, member_daily_points=300))
        for points in (20_000, 60_000)
    )

    result, quiet = publishing.publish(small, after=0).warnings, publishing.publish(large, after=1).warnings

    (warning,) = result
    assert "caps.program_daily_points: 20,000 points a day are not enough for 900 members" in warning
    assert re.search(r"Write about [3-9]\d,000", warning)
    assert quiet == ()


def test_who_takes_a_program_off_a_platform_or_onto_one_is_told_what_the_next_night_does() -> None:
    publishing, files = Publishing(), MetricFiles(measures={"AHT": Measure(columns=("AHT",), count="n")})
    outside = program(key="academy", metric_files=files)
    alone = with_values(outside, platform=None)

    first, left, joined, same = (
        publishing.publish(version, after=after).warnings
        for after, version in enumerate((outside, alone, outside, with_values(outside, caps=Caps())))
    )

    assert not [warning for warning in (*first, *same) if "platform" in warning]
    assert any("leaves the platform wem: its next night ends its challenges there" in warning for warning in left)
    assert any("moves to the platform wem: its next night puts members into" in warning for warning in joined)


def test_a_key_that_comes_back_still_means_what_it_meant_when_it_was_taken_away() -> None:
    publishing = Publishing()
    days = academy().rulebook.streaks[0]
    for after, streaks in enumerate(((days,), (), ())):
        publishing.publish(replace(book(streaks=streaks), name=f"{after}"), after=after)
    with pytest.raises(InvalidRequest, match=r"streaks\.DAYS\.every: was day so far, and the length of everybody's"):
        publishing.publish(book(streaks=(replace(days, every="week"),)), after=3)
    assert publishing.publish(book(streaks=(days, replace(days, key="WEEKS", every="week"))), after=3).version == 4


def test_a_key_may_mean_another_thing_once_a_version_without_the_old_one_was_published() -> None:
    publishing = Publishing()
    publishing.publish(book(rules=(RULE,)), after=0)
    renamed = book(rules=(replace(RULE, key="DONE"),))
    with pytest.raises(InvalidRequest, match="publish once without PASSED first"):
        publishing.publish(renamed, after=1)
    publishing.publish(
        book(rules=(replace(RULE, key="TALK", match=replace(RULE.match, types=("forum.posted",))),)), after=1
    )
    assert publishing.publish(renamed, after=2).version == 3


def test_what_an_edit_does_at_once_is_told_of_members_drawn_evenly_and_always_the_same() -> None:
    publishing, ledger = Publishing(), MemoryLedger()
    roster = tuple(Member(id=f"m{slot:04}", user=f"u{slot}", active=slot % 4 != 0) for slot in range(3_000))
    levels = (Level(name="Newcomer", points=0), Level(name="Regular", points=400))
    live = replace(book(levels=levels), version=1)
    publishing.programs.publish(live)
    publishing.programs.enrol("academy", roster)
    ledger.states = {("academy", member.id): State(version=1, earned=450) for member in roster}
    higher = book(levels=(levels[0], replace(levels[1], points=500)))
    told = [effects_on_members(live, higher, programs=publishing.programs, states=ledger, now=NOW) for _ in range(2)]
    (looked_at, (lost,)) = told[0]
    assert told[0] == told[1]
    assert (looked_at, lost.kind, lost.members, len(lost.examples)) == (450, "loses", 450, 5)
    assert effects_on_members(live, live, programs=publishing.programs, states=ledger, now=NOW) == (450, ())
