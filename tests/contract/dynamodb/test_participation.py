"""Choices on opt-in categories twice over, in memory and on DynamoDB; and what is of DynamoDB alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest

from ladder.adapters.dynamodb.participation import DynamoParticipation
from ladder.adapters.dynamodb.personal_data import DynamoErasures, DynamoPersonalData
from ladder.domain.challenges.participation import Choice, choose
from ladder.domain.challenges.ports import Participation
from ladder.domain.errors import MemberErased
from tests.builders.academy import academy
from tests.builders.ledger_stores import stack_tables
from tests.builders.review_queues import members_of
from tests.builders.reviews import MEMBER, NOW
from tests.builders.stores import Tables
from tests.fakes.participation import MemoryParticipation

SCHEDULE = academy().schedule
COLLEAGUE = "0" * 32
YES = Choice(takes_part=True, since=NOW, before=False)


@dataclass(frozen=True, slots=True)
class ChoiceStores:
    choices: Participation
    erase: Callable[[str, str], object]


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> ChoiceStores:
    if request.param == "memory":
        memory = MemoryParticipation()
        return ChoiceStores(memory, lambda program, member: memory.erased.add(member))
    tables: Tables = request.getfixturevalue("tables")
    members = members_of(stack_tables(tables))
    erasures = DynamoErasures(members, tables.table())
    return ChoiceStores(DynamoParticipation(members), partial(erasures.close, at=NOW))


def choice(choices: Participation, *, takes_part: bool, now: datetime = NOW, member: str = MEMBER) -> Choice | None:
    change = partial(choose, schedule=SCHEDULE, takes_part=takes_part, now=now)
    return choices.change("academy", member, "AHT_SPRINT", change)


def test_a_choice_is_stored_and_found_by_member_and_by_program(kept: ChoiceStores) -> None:
    assert choice(kept.choices, takes_part=True) == YES
    choice(kept.choices, takes_part=True, member=COLLEAGUE)

    assert kept.choices.of("academy", MEMBER) == {"AHT_SPRINT": YES}
    assert sorted(kept.choices.everybody("academy")) == [
        (COLLEAGUE, "AHT_SPRINT", YES),
        (MEMBER, "AHT_SPRINT", YES),
    ]
    assert list(kept.choices.everybody("bank")) == []
    assert kept.choices.of("bank", MEMBER) == {}


def test_a_later_choice_replaces_an_earlier_one_and_knows_it(kept: ChoiceStores) -> None:
    choice(kept.choices, takes_part=True)
    later = NOW + timedelta(days=2)

    assert choice(kept.choices, takes_part=False, now=later) == Choice(takes_part=False, since=later, before=True)
    assert [stored for _, _, stored in kept.choices.everybody("academy")] == [
        Choice(takes_part=False, since=later, before=True)
    ]


def test_the_same_choice_again_and_none_at_all_write_nothing(kept: ChoiceStores) -> None:
    assert choice(kept.choices, takes_part=False) is None
    choice(kept.choices, takes_part=True)

    assert choice(kept.choices, takes_part=True, now=NOW + timedelta(days=1)) == YES
    assert kept.choices.of("academy", MEMBER) == {"AHT_SPRINT": YES}


def test_an_erased_member_chooses_nothing_any_more(kept: ChoiceStores) -> None:
    kept.erase("academy", MEMBER)

    with pytest.raises(MemberErased):
        choice(kept.choices, takes_part=True)
    assert list(kept.choices.everybody("academy")) == []


def test_of_two_choices_at_once_the_second_builds_on_the_first(tables: Tables) -> None:
    choices, seen = DynamoParticipation(members_of(stack_tables(tables))), list[Choice | None]()

    def change(known: Choice | None) -> Choice | None:
        seen.append(known)
        if len(seen) == 1:
            choice(choices, takes_part=True)
        return choose(known, SCHEDULE, takes_part=False, now=NOW + timedelta(days=2)) or YES

    choices.change("academy", MEMBER, "AHT_SPRINT", change)

    assert seen == [None, YES]
    assert choices.of("academy", MEMBER)["AHT_SPRINT"].before


def test_a_change_with_the_moment_of_the_one_before_is_not_overwritten_unseen(tables: Tables) -> None:
    choices, seen = DynamoParticipation(members_of(stack_tables(tables))), list[Choice | None]()
    choice(choices, takes_part=True)
    slow_clock = NOW - timedelta(seconds=1)

    def change(known: Choice | None) -> Choice | None:
        seen.append(known)
        if len(seen) == 1:
            choice(choices, takes_part=False, now=slow_clock)
        return choose(known, SCHEDULE, takes_part=False, now=slow_clock)

    no = Choice(takes_part=False, since=NOW, before=False)
    assert choices.change("academy", MEMBER, "AHT_SPRINT", change) == no
    assert seen == [YES, no]


def test_choices_are_exported_and_erased_with_their_member(tables: Tables) -> None:
    live = stack_tables(tables)
    members = members_of(live)
    choices = DynamoParticipation(members)
    for member in (MEMBER, COLLEAGUE):
        choice(choices, takes_part=True, member=member)

    exported = DynamoPersonalData(members, tables.table(), live.stores().ledger(academy())).of("academy", MEMBER)
    DynamoErasures(members, tables.table()).forget("academy", MEMBER, user=None)

    assert [item["takes_part"] for item in exported["participation"]] == [True]
    assert choices.of("academy", MEMBER) == {}
    assert choices.of("academy", COLLEAGUE) == {"AHT_SPRINT": YES}


def test_a_night_reads_the_choices_of_thousands_in_a_few_calls(tables: Tables) -> None:
    members = members_of(stack_tables(tables))
    choices = DynamoParticipation(members)
    for number in range(200):
        choice(choices, takes_part=True, member=f"{number:032x}")
    before = tables.usage.read_units

    assert len(list(choices.everybody("academy"))) == 200
    assert tables.usage.read_units - before <= 10
