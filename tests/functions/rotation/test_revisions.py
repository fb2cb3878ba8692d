"""Of several revisions of one date, the one counts that pays most of those that were met."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ladder.domain.challenges.completion import OUTCOMES, Outcome
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.settlement import ChallengesAsked, outcome_code
from ladder.domain.members.roster import Member
from rotation.activated_dates import ActivatedDate, CategoryResult
from rotation.revisions import counted, together
from tests.builders.planning import YESTERDAY, alike, category, metric, program

AHT = metric()
ROTATION = Rotation(
    claim=Claim(program="bank-north", date=YESTERDAY, revision=1, attempt=1),
    actor="an admin",
    reason="",
    claimed_at=datetime(2026, 3, 9, tzinfo=UTC) - timedelta(days=1),
    program_version=1,
)
NIGHT = ActivatedDate(
    ROTATION, program(categories=(category(), category("CARE", "AHT"))), (Member(id="0" * 32, user="one"),), {}
)


def result(tier: int, outcome: Outcome) -> CategoryResult:
    """Of one member; the tiers pay 50, 100 and 150 points."""
    tiers, value = np.array([tier], dtype=np.uint8), np.array([200], dtype=np.float32)
    asked = ChallengesAsked(AHT, YESTERDAY, tiers, np.array([300.0]), alike(1))
    after = np.array([outcome_code(outcome)], dtype=np.uint8)
    return CategoryResult("AHT_SPRINT", asked, value, value, np.zeros(1, dtype=np.uint8), after)


@pytest.mark.parametrize(
    ("earlier", "later", "counts"),
    [
        ((3, "completed"), (1, "completed"), 0),
        ((1, "completed"), (3, "completed"), 1),
        ((2, "completed"), (2, "completed"), 1),
        ((1, "completed"), (3, "missed"), 0),
        ((3, "missed"), (1, "missed"), 1),
        ((1, "completed"), (0, "not playing"), 0),
        ((1, "completed"), (3, "provisional"), 1),  # it may still pay more
        ((3, "completed"), (1, "provisional"), 0),
        ((2, "provisional"), (2, "completed"), 1),
        ((2, "completed"), (2, "open"), 0),
        ((3, "unproven"), (1, "completed"), 1),
        ((1, "unproven"), (3, "gate failed"), 0),
        ((1, "too few contacts"), (0, "not playing"), 0),
    ],
)
def test_a_member_is_paid_by_the_revision_that_pays_most_of_those_that_they_met(
    earlier: tuple[int, Outcome], later: tuple[int, Outcome], counts: int
) -> None:
    both = [(NIGHT, [result(*earlier)]), (NIGHT, [result(*later)])]

    by_revision = counted(both)

    (merged,) = together(by_revision)
    tier, outcome = (earlier, later)[counts]
    assert (merged.asked.tiers.tolist(), OUTCOMES[merged.after[0]]) == ([tier], outcome)
    assert [OUTCOMES[results[0].after[0]] for results in by_revision][1 - counts] == "not playing"


def test_a_category_of_one_revision_alone_counts() -> None:
    care = replace(result(1, "completed"), category="CARE")

    by_revision = counted([(NIGHT, [result(1, "completed"), care]), (NIGHT, [result(3, "missed")])])

    merged = {each.category: (int(each.asked.tiers[0]), OUTCOMES[each.after[0]]) for each in together(by_revision)}
    assert merged == {"AHT_SPRINT": (1, "completed"), "CARE": (1, "completed")}
