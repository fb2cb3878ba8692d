"""What is sent to a system is what it has a place for: nothing is refused there that could have been left out."""

from typing import Any, get_args

import pytest

from ladder.domain.delivery.addressing import notifications
from ladder.domain.delivery.occasion import RULES, Occasion
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules, SystemKind
from ladder.domain.members.preferences import Preferences
from tests.builders.delivery import NOON, news

BADGE: dict[str, Any] = {"badge": "KUDOS", "badge_name": "Kudos"}
MARKING = ("docebo", "absorb", "cornerstone", "talentlms", "moodle", "lti")


def told(kind: SystemKind, occasion: Occasion, facts: dict[str, Any]) -> bool:
    channel = ChannelRules(key="lms", kind=kind, member="{user}", options={"marker.KUDOS": "42"})
    said = news(occasion=occasion, facts=facts, audiences=("system",))
    rules = DeliveryRules(channels=(channel,))
    return bool([*notifications(said, rules, preferences=Preferences(), now=NOON)])


@pytest.mark.parametrize("kind", get_args(SystemKind))
def test_a_system_of_badges_is_told_of_badges_and_one_of_points_of_points(kind: SystemKind) -> None:
    assert told(kind, "badge", BADGE) == (kind != "ispring")
    assert told(kind, "points", {"points": 40}) == (kind in {"webhook", "eventbridge", "points_api", "ispring"})


@pytest.mark.parametrize("points", [-40, 0, "40", None])
def test_points_that_are_no_award_are_not_written_as_one(points: Any) -> None:
    assert not told("ispring", "points", {"points": points})
    assert not told("points_api", "points", {"points": points})
    assert told("webhook", "points", {"points": points})


@pytest.mark.parametrize("kind", MARKING)
def test_a_badge_that_nothing_stands_for_is_left_out(kind: SystemKind) -> None:
    assert not told(kind, "badge", {"badge": "PERSEVERANCE"})


def test_a_record_of_learning_holds_what_was_reached_and_nothing_of_disputes_and_orders() -> None:
    for_systems: list[Occasion] = [occasion for occasion, rules in RULES.items() if "system" in rules.audiences]
    kept = {occasion for occasion in for_systems if told("xapi", occasion, BADGE)}
    assert kept == {"badge", "level", "path", "completed"}
    assert {occasion for occasion in for_systems if told("webhook", occasion, BADGE)} == {*for_systems}
