from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from ladder.domain.challenges.ownership import is_ours, taken_metrics
from ladder.domain.challenges.rotation import Claim, Launch, Rotation
from tests.builders.planning import NIGHT, metric, program

PROGRAM = program(metrics=(metric(), metric("QA")))
OUR_GROUP, RECORDED = "AHT_SPRINT_1", "c-17"
ROTATION = Rotation(
    claim=Claim(program="bank-north", date=NIGHT, revision=1, attempt=1),
    actor="the schedule",
    reason="nightly",
    claimed_at=datetime(2026, 3, 10, tzinfo=UTC),
    program_version=1,
    launches={
        "AHT_SPRINT#1": Launch(state="created", challenge=RECORDED),
        "AHT_SPRINT#2": Launch(state="intent"),
    },
)


@dataclass(frozen=True)
class Listed:
    id: str
    metric: str
    groups: tuple[str, ...]
    starts_at: datetime = datetime(2026, 3, 1, tzinfo=UTC)
    ends_at: datetime | None = None


@pytest.mark.parametrize(
    ("challenge", "ours"),
    [
        (Listed(RECORDED, "QA", ("renamed by hand",)), True),
        (Listed("unknown", "AHT", (OUR_GROUP,)), True),
        (Listed("unknown", "QA", (OUR_GROUP,)), False),
        (Listed("unknown", "AHT", (OUR_GROUP, "everybody")), False),
        (Listed("unknown", "AHT", ("AHT_SPRINT_3", OUR_GROUP)), True),  # one for several tiers
        (Listed("unknown", "AHT", ("AHT_SPRINT_1", "AHT_SPRINT_2", "AHT_SPRINT_3")), True),
        (Listed("unknown", "QA", ("AHT_SPRINT_1", "AHT_SPRINT_2", "AHT_SPRINT_3")), False),
        (Listed("unknown", "AHT", ("a team lead's group",)), False),
        (Listed("unknown", "AHT", ()), False),
    ],
)
def test_ours_is_what_we_recorded_or_what_stands_on_our_metric_and_groups(challenge: Listed, ours: bool) -> None:  # noqa: FBT001
    assert is_ours(challenge, PROGRAM.challenges, [ROTATION]) is ours


def test_what_another_program_launched_is_theirs_whatever_groups_ours_names() -> None:
    """An admin of one program could name another's metrics and groups, and its night ended the other's challenges."""
    theirs = replace(ROTATION, claim=replace(ROTATION.claim, program="bank-south"))
    on_our_ground = Listed(RECORDED, "AHT", (OUR_GROUP,))
    assert not is_ours(on_our_ground, PROGRAM.challenges, [], [theirs])
    assert is_ours(on_our_ground, PROGRAM.challenges, [ROTATION], [theirs])
    assert is_ours(replace(on_our_ground, id="unknown"), PROGRAM.challenges, [], [theirs])


def test_a_foreign_challenge_takes_its_metric_and_ours_do_not() -> None:
    listed = [
        Listed("c-2", "AHT", (OUR_GROUP,)),
        Listed("c-3", "AHT", ("g",)),
        Listed(RECORDED, "QA", ("g",)),
        Listed("c-4", "CSAT", ("g",)),  # no metric of this program
    ]

    assert taken(listed) == {"AHT": "c-3"}


FIRST, LAST = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 10, 23, 59, 59, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def taken(listed: Sequence[Listed]) -> dict[str, str]:
    return taken_metrics(listed, PROGRAM.challenges, iter([ROTATION]), first=FIRST, last=LAST)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "in_the_way"),
    [
        (FIRST - timedelta(days=9), None, True),  # nobody says when it ends
        (FIRST - timedelta(days=9), FIRST, True),
        (FIRST - timedelta(days=9), FIRST - A_SECOND, False),
        (LAST, LAST + timedelta(days=9), True),
        (LAST + A_SECOND, LAST + timedelta(days=9), False),
        (LAST + A_SECOND, None, False),
    ],
)
def test_a_foreign_challenge_takes_its_metric_only_while_its_own_time_lasts(
    starts_at: datetime,
    ends_at: datetime | None,
    in_the_way: bool,  # noqa: FBT001
) -> None:
    listed = [Listed("c-3", "AHT", ("g",), starts_at, ends_at)]
    assert taken(listed) == ({"AHT": "c-3"} if in_the_way else {})
