"""The options of channels: what a kind needs, what it does not know, and badges that nothing stands for."""

from dataclasses import replace
from typing import get_args

import pytest

from ladder.domain.delivery.options import OPTIONS, check_options
from ladder.domain.delivery.rules import ChannelKind, ChannelRules, DeliveryRules, PeopleKind, SystemKind
from ladder.domain.programs.check import check
from tests.builders import bank
from tests.builders.judged_badges import CHAMPION
from tests.builders.programs import with_values

PATH = ("delivery", "channels", "out")
BADGES = ("KUDOS", "PERSEVERANCE")


def said(kind: ChannelKind, **options: str) -> list[tuple[str, str, str, str]]:
    named = {name.replace("__", "."): text for name, text in options.items()}
    channel = ChannelRules(key="out", kind=kind, options=named)
    found = check_options(channel, BADGES, PATH)
    return [(problem.severity, problem.where, problem.message, problem.hint) for problem in found]


def test_every_kind_says_what_it_leaves_to_configuration() -> None:
    assert set(OPTIONS) == {*get_args(PeopleKind), *get_args(SystemKind)}


def test_an_option_that_the_kind_does_not_know_is_an_error_with_what_was_meant() -> None:
    (problem,) = said("mail", **{"from": "a@b.example", "unsubscibe": "https://x.example"})
    assert problem == (
        "error",
        "delivery.channels.out.options.unsubscibe",
        "a channel of kind mail has no such option",
        "Did you mean unsubscribe?",
    )
    assert said("slack", token="xoxb")[0][2:] == ("a channel of kind slack has no such option", "Known here: answers.")
    assert said("teams", token="x")[0][2:] == ("a channel of kind teams has no such option", "Leave it out.")
    assert said("slack", marker__KUDOS="42")[0][0] == "error"


def test_an_option_that_the_kind_needs_is_named() -> None:
    assert [message for _, _, message, _ in said("xapi", home_page="https://lms.example")] == [
        "a channel of kind xapi needs the option activities"
    ]
    assert said("mail", **{"from": "a@b.example"}) == []


@pytest.mark.parametrize("kind", [kind for kind, options in OPTIONS.items() if options.marks])
def test_a_learning_system_needs_a_marker_for_each_badge(kind: ChannelKind) -> None:
    (none,) = said(kind)
    assert none[:2] == ("error", "delivery.channels.out.options")
    (unmarked,) = said(kind, marker__KUDOS="42")
    assert unmarked[0] == "warning"
    assert "nothing there stands for PERSEVERANCE" in unmarked[2]
    assert said(kind, marker__KUDOS="42", marker__PERSEVERANCE="77") == []


def test_a_marker_of_a_badge_that_there_is_not_is_an_error() -> None:
    problems = said("moodle", marker__KUDOZ="42", marker__KUDOS="42", marker__PERSEVERANCE="77")
    assert problems == [
        ("error", "delivery.channels.out.options.marker.KUDOZ", "there is no such badge", "Did you mean KUDOS?")
    ]


def test_the_check_of_a_program_knows_its_badges() -> None:
    program = with_values(bank.program(), judged=(CHAMPION,))
    options = {f"marker.{CHAMPION.key}": "42", "marker.NOBODY": "77"}
    channel = ChannelRules(key="lms", kind="moodle", options=options)
    found = check(replace(program, delivery=DeliveryRules(channels=(channel,))))
    assert [problem.where for problem in found if "options" in problem.path] == [
        "delivery.channels.lms.options.marker.NOBODY"
    ]
