"""Each rule of judged badges broken once."""

from dataclasses import replace
from typing import Any

from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.points.judged_badge import Cohort, Confirmations, Pieces
from ladder.domain.programs.program import Program
from tests.builders.judged_badges import CHAMPION, FAILED, HELPFUL, PERSEVERANCE, TRIED, WRITER, program


def champion(**changed: Any) -> Program:
    return program(replace(CHAMPION, **changed))


TRIES = PERSEVERANCE.perseverance
assert TRIES
# the program, the place below `judged`, words of the message, words of the hint
MISTAKES: dict[str, tuple[Program, str, str, str]] = {
    "auto without probation": (champion(probation_days=0), "CHAMPION.probation_days", "0 is too small", "30 to 60"),
    "a short probation": (champion(probation_days=29, policy="approve"), "CHAMPION.probation_days", "29", "person"),
    "an endless probation": (champion(probation_days=61), "CHAMPION.probation_days", "61 is too large", "30 to 60"),
    "no confidence": (champion(confidence=0.0), "CHAMPION.confidence", "0 is too small", "at most 1"),
    "more than sure": (champion(confidence=1.2), "CHAMPION.confidence", "1.2", "at most 1"),
    "auto on a text alone": (
        champion(policy="auto"), "CHAMPION.policy", "what a member wrote", "policy: approve",
    ),
    "auto on a number that comes with the text": (
        champion(policy="auto", confirmed_by=HELPFUL),
        "CHAMPION.policy", "the numbers sent with it (helpful)", "policy: approve",
    ),
    "auto on the numbers of several pieces": (
        program(replace(WRITER, policy="auto", confirmed_by=HELPFUL)),
        "WRITER.policy", "(helpful)", "policy: approve",
    ),
    "auto on one friend": (
        champion(policy="auto", confirmations=Confirmations(at_least=1)),
        "CHAMPION.confirmations.at_least", "one friend alone", "at_least: 2",
    ),
    "confirmed tries": (
        program(replace(PERSEVERANCE, confirmations=Confirmations(at_least=2))),
        "PERSEVERANCE.confirmations", "no text", "Keep perseverance",
    ),
    "confirmed by nobody": (
        champion(confirmations=Confirmations(at_least=0)),
        "CHAMPION.confirmations.at_least", "0 is too small", "1 to 20",
    ),
    "what Ladder reports": (
        champion(match=EventFilter(types=("forum.posted", "challenge.completed"))),
        "CHAMPION.when", "challenge.completed", "forum.posted",
    ),
    "nobody in charge": (champion(owner=" "), "CHAMPION.owner", "is empty", "Name who"),
    "no cases a day": (champion(per_member_daily=0), "CHAMPION.per_member_daily", "0 is too small", "1 to 20"),
    "a share of two": (champion(pilot=Cohort(share=2)), "CHAMPION.pilot.share", "2 is too large", "0 to 1"),
    "a pilot of nobody": (champion(phase="pilot"), "CHAMPION.pilot", "nobody is judged", "phase: scale"),
    "an expansion of nobody": (champion(phase="expansion"), "CHAMPION.expansion", "nobody is judged", "share: 0.1"),
    "one piece": (
        program(replace(WRITER, pieces=Pieces(at_least=1, within_days=9))), "WRITER.pieces.at_least",
        "1 is too small", "2 to",
    ),
    "pieces of years": (
        program(replace(WRITER, pieces=Pieces(at_least=3, within_days=365))), "WRITER.pieces.within_days", "365", "92",
    ),
    "both at once": (
        program(replace(PERSEVERANCE, pieces=WRITER.pieces)), "PERSEVERANCE.pieces", "already makes a case", "Keep",
    ),
    "no failures": (
        program(replace(PERSEVERANCE, perseverance=replace(TRIES, after_failures=0))),
        "PERSEVERANCE.perseverance.after_failures", "0 is too small", "1 to 20",
    ),
    "failing is passing": (
        program(replace(PERSEVERANCE, match=FAILED)), "PERSEVERANCE.perseverance.failed", "successful", "passed: false",
    ),
    "two things tested": (
        champion(confirmed_by=(Holds(attribute="helpful", at_least=1, at_most=2),)),
        "CHAMPION.confirmed_by.helpful", "at once", "Write one value",
    ),
    "what Ladder books": (
        champion(match=replace(TRIED, types=("badge.granted",))), "CHAMPION.when", "recorded by Ladder", "somebody did",
    ),
}  # fmt: skip
