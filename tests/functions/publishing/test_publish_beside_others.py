"""Publishing a program beside others on one platform: what they share is refused or said, and nobody is named."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ladder.domain.challenges.rules import Platform
from ladder.domain.errors import InvalidRequest
from ladder.domain.members.roster import Member
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff
from publishing.versions import Published
from tests.builders.bank import CARE, SPRINT, grouped, program
from tests.builders.programs import with_values
from tests.builders.second_admin import publish_alone
from tests.fakes import MemoryPrograms
from tests.fakes.administration import MemoryPublications

BANK = replace(program(), key="bank")
OWN = tuple(grouped(each, *(f"south-{group}" for group in each.groups)) for each in (SPRINT, CARE))
SOUTH = with_values(replace(BANK, key="south"), categories=OWN)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def published_beside_bank(draft: Program, bank: Program = BANK, *, shared: int = 0) -> Published:
    """`shared`: how many of the five agents of each are the same."""
    programs = MemoryPrograms()
    programs.publish(bank)
    for key, first in (("bank", 0), (draft.key, 5 - shared)):
        programs.enrol(key, tuple(Member(id=f"{key[0]}{n:031x}", user=f"agent{n}") for n in range(first, first + 5)))
    return publish_alone(
        Staff(subject="anna", program=draft.key, role="admin", declared=True),
        draft,
        after=0,
        reason="spring",
        now=NOW,
        models={},
        programs=programs,
        publications=MemoryPublications(programs),
    )


def test_a_group_of_another_program_is_refused_with_its_place_and_the_other_one_is_not_named() -> None:
    borrowed = with_values(SOUTH, categories=(OWN[0], grouped(CARE, "SPRINT-2", "south-CARE-2", "south-CARE-3")))
    with pytest.raises(InvalidRequest) as refused:
        published_beside_bank(borrowed)
    problems = str(refused.value.args[0].parameters["problems"])
    assert "challenge_library.CARE.tier_1.group_id: SPRINT-2 is a group of another program" in problems
    assert problems.count("is a group of another program") == 1
    assert "bank" not in problems


@pytest.mark.parametrize(
    "changed",
    [{"platform": Platform(kind="wem", instance="south")}, {"platform": None, "metrics": (), "categories": ()}],
    ids=["another platform", "no nights"],
)
def test_groups_of_the_same_name_on_another_platform_are_others(changed: dict[str, Any]) -> None:
    bank = with_values(BANK, **changed)
    assert published_beside_bank(replace(BANK, key="south"), bank, shared=5).warnings == ()


def test_a_program_may_keep_its_own_groups_in_its_next_version() -> None:
    programs = MemoryPrograms()
    programs.publish(BANK)
    again = publish_alone(
        Staff(subject="anna", program="bank", role="admin", declared=True),
        replace(BANK, name="The bank"),
        after=1,
        reason="spring",
        now=NOW,
        models={},
        programs=programs,
        publications=MemoryPublications(programs),
    )
    assert (again.version, again.warnings) == (2, ())


@pytest.mark.parametrize(("key", "asks"), [("south", "the other one"), ("annex", "this program")])
def test_agents_of_two_programs_are_counted_and_it_is_said_which_one_asks_them(key: str, asks: str) -> None:
    (warning,) = published_beside_bank(replace(SOUTH, key=key), shared=2).warnings
    assert "2 of its agents are enrolled in another program" in warning
    assert f"only {asks}, whose key comes first, asks them for AHT, QA" in warning
    assert "bank" not in warning


def test_where_a_platform_allows_one_challenge_a_metric_two_programs_on_it_are_warned() -> None:
    (warning,) = published_beside_bank(
        with_values(SOUTH, platform=Platform(kind="wem", one_active_per_metric=True))
    ).warnings
    assert "platform.one_active_per_metric: another program has challenges on AHT, QA, too" in warning
