"""Events as they come: few ids, few subjects, few days, so that they meet."""

import os
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import (
    AMENDMENTS,
    BADGE_GRANTED,
    COMPLETED,
    CORRECTED,
    DAY_OFF,
    DENIED,
    ORDERED,
    POINTS_GRANTED,
    RELEASED,
    REVERSED,
    ROTATION,
    TEAM_ACHIEVED,
    UPHELD,
    Activity,
)
from ladder.domain.points.ledger import State
from ladder.domain.validation.constraints import Plain
from tests.builders.capped_academy import MONDAY

THOROUGH = int(os.environ.get("LADDER_THOROUGH", "1"))  # so many times as many examples

MEMBERS = st.sampled_from(["m", "m", "m", "n"])

calm = settings(
    max_examples=50 * THOROUGH,
    stateful_step_count=20,
    deadline=None,
    derandomize=THOROUGH == 1,
    suppress_health_check=list(HealthCheck),
)

IDS = [f"e{n}" for n in range(24)]
START = datetime.combine(MONDAY, time(), tzinfo=UTC)
SUBJECTS = {"module": st.sampled_from(["m1", "m2", "m3"])}


def some(**optional: Any) -> st.SearchStrategy[dict[str, Plain]]:
    return st.fixed_dictionaries({}, optional=optional)


def always(**given: Any) -> st.SearchStrategy[dict[str, Plain]]:
    return st.fixed_dictionaries(given)


KINDS: dict[str, st.SearchStrategy[dict[str, Plain]]] = {
    "learner.completed_module": st.fixed_dictionaries(
        SUBJECTS, optional={"score": st.sampled_from([40, 89.5, 90, "95"]), "first": st.booleans()}
    ),
    "assessment.submitted": always(**SUBJECTS, passed=st.sampled_from([True, False, False, 1])),
    "forum.posted": st.just({}),
    "peer.assisted": always(colleague=st.sampled_from(["c1", "c2"])),
    "peer.mentored": always(worth=st.sampled_from([0, 25, 70, -3, "9"])),
    "task.completed": st.just({}),
    "record.updated": always(score=st.sampled_from([10, 11, 12.1, 20])),
    COMPLETED: st.fixed_dictionaries(
        {"category": st.just("SPRINT"), "points": st.sampled_from([50, 81]), "tier": st.sampled_from([1, 3])},
        optional={
            "metric": st.just("AHT"),
            "value": st.sampled_from([149, 150]),
            "bonus_percentage": st.just(10.0),
            "held": st.just("short calls"),
            "mirrored": st.just(True),  # noqa: FBT003
        },
    ),
}
MOMENTS = st.builds(
    lambda day, hour, minute: START + timedelta(days=day, hours=hour, minutes=minute),
    st.sampled_from([0, 1, 1, 1, 2, 2, 3, 4, 5, 7, 8, 9]),
    st.sampled_from([2, 3, 9, 17]),
    st.sampled_from([0, 30]),
)
DELAYS = st.sampled_from([timedelta(hours=1)] * 8 + [timedelta(days=5), timedelta(days=6), timedelta(hours=-1)])


@st.composite
def events(draw: st.DrawFn, ids: st.SearchStrategy[str] | None = None) -> Activity:
    kind = draw(st.sampled_from([*sorted(KINDS), *3 * ["learner.completed_module"]]))
    at = draw(MOMENTS)
    return Activity(
        source=ROTATION if kind == COMPLETED else "lms",
        id=draw(ids or st.sampled_from(IDS)),
        type=kind,
        occurred_at=at,
        received_at=at + draw(DELAYS),
        attributes=draw(KINDS[kind]),
    )


CHANGES = some(
    score=st.sampled_from([40, 95]),
    passed=st.booleans(),
    module=st.sampled_from(["m1", "m3"]),
    colleague=st.just("c2"),
    worth=st.just(12),
    points=st.just(20),
)


DECISIONS = (REVERSED, CORRECTED, RELEASED, DENIED, UPHELD)
CLAIMS = some(
    upheld=st.just(True),  # noqa: FBT003
    released=st.sampled_from([True, 500]),
    settled=st.just(500),
    denied=st.just(True),  # noqa: FBT003
    held=st.sampled_from([None, "so"]),
)
SEEN = st.sampled_from([0, 5, 15, 23, 40, 45, 60, 90])  # points that somebody saw, of whatever an event was worth
SEEN_BY: dict[str, st.SearchStrategy[dict[str, Plain]]] = {
    **dict.fromkeys((RELEASED, DENIED, UPHELD), some(points=SEEN)),
    CORRECTED: some(settled=SEEN, released=SEEN),
    REVERSED: st.just({}),
}


@st.composite
def amendments(draw: st.DrawFn, kinds: tuple[str, ...] = DECISIONS) -> Activity:
    """Of Ladder, whose word counts; and of sources, which correct their own and may claim whatever they like."""
    kind, key, number = draw(st.sampled_from(kinds)), draw(st.sampled_from(IDS)), draw(st.integers(0, 2))
    at, about = draw(MOMENTS) + timedelta(minutes=7), {"source": draw(st.sampled_from(["lms", ROTATION])), "id": key}
    if kind == CORRECTED and draw(st.booleans()):
        changes = {**draw(CHANGES), **draw(CLAIMS), "id": key}
        return Activity(
            source="lms", id=f"c{number}:{key}", type=kind, occurred_at=at, received_at=at, attributes=changes
        )
    changes = {**(draw(CHANGES) if kind == CORRECTED else {"reason": "so"}), **draw(SEEN_BY[kind])}
    return Activity(source="ladder", id=f"{kind}:{number}:{key}", type=kind, occurred_at=at, attributes=changes | about)


@st.composite
def pretended(draw: st.DrawFn) -> Activity:
    """What only Ladder says, said by a source: it is refused when it is received, and means nothing in the ledger."""
    said = draw(amendments(tuple(AMENDMENTS - {CORRECTED})))
    return replace(said, source="lms", received_at=said.occurred_at)


@st.composite
def orders(draw: st.DrawFn) -> Activity:
    number, price = draw(st.integers(0, 3)), draw(st.sampled_from([5, 40]))
    return Activity(
        source="ladder",
        id=f"order{number}",
        type=ORDERED,
        occurred_at=draw(MOMENTS),
        attributes={"item": "EARLY", "price": price},
    )


@st.composite
def days_off(draw: st.DrawFn, most: int = 3) -> Activity:
    first, number = MONDAY + timedelta(days=draw(st.integers(0, 14))), draw(st.integers(0, most))
    last = first + timedelta(days=draw(st.integers(0, 4)))
    at = draw(MOMENTS)
    return Activity(
        source="hr",
        id=f"off{number}",
        type=DAY_OFF,
        occurred_at=at,
        received_at=at,
        attributes={"first": first.isoformat(), "last": last.isoformat()},
    )


@st.composite
def moved_days_off(draw: st.DrawFn, most: int = 3) -> Activity:
    """Moved, shortened or drawn out by their source or a reviewer, or withdrawn."""
    number, at, key = draw(st.integers(0, 1)), draw(MOMENTS) + timedelta(minutes=9), f"off{draw(st.integers(0, most))}"
    if draw(st.integers(0, 3)) == 0:
        told: dict[str, Plain] = {"source": "hr", "id": key}
        return Activity(source="ladder", id=f"without:{key}", type=REVERSED, occurred_at=at, attributes=told)
    first = MONDAY + timedelta(days=draw(st.integers(0, 14)))
    last = first + timedelta(days=draw(st.integers(0, 4)))
    changes = {"first": st.just(first.isoformat()), "last": st.just(last.isoformat())}
    told = {**draw(some(**changes)), "id": key}
    ours = draw(st.booleans())
    return Activity(
        source="ladder" if ours else "hr",
        id=f"moved{number}:{key}",
        type=CORRECTED,
        occurred_at=at,
        received_at=None if ours else at,
        attributes=told | {"source": "hr"} if ours else told,
    )


@st.composite
def attendance(draw: st.DrawFn) -> list[Activity]:
    """Posts on some days of two weeks, and days off between them that are moved, shortened or withdrawn."""
    days = draw(st.sets(st.integers(0, 13), min_size=2, max_size=6))
    at = [START + timedelta(days=day, hours=9) for day in sorted(days)]
    posts = [
        Activity(source="lms", id=f"post{each:%d}", type="forum.posted", occurred_at=each, received_at=each)
        for each in at
    ]
    told = [draw(days_off(0)), *draw(st.lists(moved_days_off(0), min_size=1, max_size=3))]
    return list({each.key: each for each in (*posts, *told)}.values())


@st.composite
def grants(draw: st.DrawFn) -> Activity:
    """What Ladder gives by hand, for a judged text, or to everybody of a team."""
    given: list[tuple[str, dict[str, Plain]]] = [
        (POINTS_GRANTED, {"points": 25, "by": "anna.l"}),
        (BADGE_GRANTED, {"badge": "B0", "verdict": "v"}),
        (TEAM_ACHIEVED, {"achievement": "TOGETHER", "points": 30}),
    ]
    kind, attributes = draw(st.sampled_from(given))
    key = f"{kind}:{draw(st.integers(0, 2))}"
    return Activity(source="ladder", id=key, type=kind, occurred_at=draw(MOMENTS), attributes=attributes)


NEVER = [datetime.min, datetime(1979, 12, 31, 12), datetime(2100, 1, 1), datetime.max]  # noqa: DTZ001, DTZ901
ODD = st.sampled_from(["\uffff", "\x00", "\u202e", "e\u0301", " ", "#", "ladder#", "\U0001f3f3\ufe0f", "ß", "İ"])


@st.composite
def hostile(draw: st.DrawFn) -> Activity:
    """A source's event that was made up to decide something, to stand in the way, or to look like another."""
    honest = draw(st.one_of(events(), pretended(), amendments((CORRECTED,)), days_off()))
    match draw(st.integers(0, 3)):
        case 0:
            at = draw(st.sampled_from(NEVER)).replace(tzinfo=UTC)
            return replace(honest, id=f"never {honest.id}", occurred_at=at)
        case 1:
            return replace(honest, source="lms", attributes={**honest.attributes, **draw(CLAIMS), **draw(CLAIMS)})
        case 2:
            odd = draw(ODD)
            said = {**honest.attributes, "module": f"m1{odd}", odd: odd}
            return replace(honest, id=f"{honest.id}{odd}", attributes=said)
        case _:
            other = draw(events())
            return replace(honest, source="lms", type=draw(st.sampled_from([other.type, COMPLETED, POINTS_GRANTED])))


ANYTHING = st.one_of(
    events(), events(), events(), events(), amendments(), pretended(), orders(), days_off(), moved_days_off()
)


def undated(state: State) -> State:
    """Nor when a badge was reached: one that an edit brought, and that looks back, is dated by what was folded then."""
    plain = bare(state)
    plain.badges = {key: (tier, 0) for key, (tier, _) in plain.badges.items()}
    return plain


def bare(state: State) -> State:
    """Without what only says how it is stored, and of marks only whether they are known."""
    marks = {**state.archive, **state.seen}
    return replace(state.copy(), version=0, sequence=0, archive={}, seen=dict(sorted(marks.items())))
