"""Programs: every version is kept, a slot is never reused."""

from dataclasses import replace
from secrets import token_hex

import pytest

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.programs import DynamoPrograms, DynamoPublications, DynamoWrittenPrograms
from ladder.adapters.dynamodb.table import Clause, Put
from ladder.domain.errors import InvalidRequest, ProgramRefused, Rejected
from ladder.domain.programs.files import ProgramFiles
from tests.builders.full_program import PROGRAM, program, roster
from tests.builders.stores import Stores, Tables


def test_a_program_comes_back_with_every_field_as_it_was_published(stores: Stores) -> None:
    stores.programs.publish(program())
    assert stores.programs.current(PROGRAM) == program(version=1)


def test_versions_count_from_one_and_the_last_published_is_current(stores: Stores) -> None:
    stores.programs.publish(program(name="first"))
    assert stores.programs.publish(program(name="second")).version == 2
    assert stores.programs.current(PROGRAM).name == "second"


def test_an_earlier_version_stays_as_it_was(stores: Stores) -> None:
    stores.programs.publish(program(name="first"))
    stores.programs.publish(program(name="second"))
    assert stores.programs.version(PROGRAM, 1).name == "first"


def test_an_unknown_program_and_an_unknown_version_are_rejected(stores: Stores) -> None:
    stores.programs.publish(program())
    with pytest.raises(Rejected):
        stores.programs.current("nobody")
    with pytest.raises(Rejected):
        stores.programs.version(PROGRAM, 2)


def test_each_published_program_is_listed_once(stores: Stores) -> None:
    assert stores.programs.keys() == []
    for key in ("b", "a", "b"):
        stores.programs.publish(program(key))
    assert stores.programs.keys() == ["a", "b"]


def test_a_key_that_would_look_like_the_registry_is_refused(stores: Stores) -> None:
    with pytest.raises(ProgramRefused):
        stores.programs.publish(program("#programs"))


def test_a_roster_of_three_blocks_comes_back_in_its_order(stores: Stores) -> None:
    stores.programs.enrol(PROGRAM, roster(10_000))
    assert stores.programs.roster(PROGRAM) == roster(10_000)


def test_a_program_without_members_has_an_empty_roster(stores: Stores) -> None:
    assert stores.programs.roster(PROGRAM) == ()


def test_a_roster_grows_over_the_end_of_a_block(stores: Stores) -> None:
    stores.programs.enrol(PROGRAM, roster(4_090))
    stores.programs.enrol(PROGRAM, roster(4_100))
    assert stores.programs.roster(PROGRAM) == roster(4_100)


def test_a_member_may_change_but_not_move(stores: Stores) -> None:
    first, second, third = roster(3)
    stores.programs.enrol(PROGRAM, (first, second, third))
    renamed = replace(second, user="somebody", active=False)
    stores.programs.enrol(PROGRAM, (first, renamed, third))
    assert stores.programs.roster(PROGRAM)[1] == renamed


def test_addresses_of_members_come_back_and_more_than_fit_change_nothing(tables: Tables) -> None:
    programs = DynamoPrograms(tables.table())
    few = tuple(replace(member, addresses={"chat": f"U{member.user}"}) for member in roster(30))
    programs.enrol(PROGRAM, few)
    assert programs.roster(PROGRAM) == few
    many = tuple(replace(member, addresses={"chat": token_hex(90)}) for member in roster(5_000))
    with pytest.raises(InvalidRequest) as refused:
        programs.enrol(PROGRAM, (*few, *many[30:]))
    assert refused.value.args[0].code == "members.roster_too_large"
    assert programs.roster(PROGRAM) == few


@pytest.mark.parametrize("slots", [(0, 2, 1), (0, 1), ()])
def test_a_roster_that_moves_or_forgets_a_member_is_rejected_and_changes_nothing(
    stores: Stores, slots: tuple[int, ...]
) -> None:
    known = roster(3)
    stores.programs.enrol(PROGRAM, known)
    with pytest.raises(Rejected):
        stores.programs.enrol(PROGRAM, tuple(known[slot] for slot in slots))
    assert stores.programs.roster(PROGRAM) == known


def test_one_program_sees_nothing_of_another(stores: Stores) -> None:
    stores.programs.publish(program("a"))
    stores.programs.enrol("a", roster(3))
    assert stores.programs.roster("ab") == ()
    with pytest.raises(Rejected):
        stores.programs.current("ab")


def test_a_version_that_cannot_be_read_says_which_and_what_to_do(tables: Tables) -> None:
    programs = DynamoPrograms(tables.table())
    programs.publish(program())
    broken = {"pk": PROGRAM, "sk": keys.config(1), "program": '{"key": 7}'}
    tables.table().write(Put(item=broken, only_if=Clause("attribute_exists(pk)", {})))
    with pytest.raises(ProgramRefused, match=rf"version 1 of '{PROGRAM}' cannot be read .*: publish the program again"):
        programs.current(PROGRAM)


def test_the_files_of_a_program_come_back_whatever_is_paused_in_it_since(tables: Tables) -> None:
    written = DynamoWrittenPrograms(tables.table())
    files = ProgramFiles(file="a.yaml", texts={"a.yaml": "name: Zoë  # so\n", "b.json": "{}"})
    written.keep(program(), files)
    assert written.of(replace(program(version=7), paused=True)) == files
    assert written.of(program(name="another")) is None


def test_versions_come_newest_first_with_who_published_them(tables: Tables) -> None:
    publications, programs = DynamoPublications(tables.table(), audit=tables.audit), DynamoPrograms(tables.table())
    for name in ("first", "second", "third"):
        programs.publish(program(name=name))
    newest = publications.newest(PROGRAM, before=3, limit=5)
    assert [(each.program.version, each.program.name, each.by) for each in newest] == [
        (2, "second", None),
        (1, "first", None),
    ]
    assert [each.program.version for each in publications.newest(PROGRAM, before=99, limit=1)] == [3]
    assert publications.newest(PROGRAM, before=1, limit=5) == []
    assert publications.newest("nobody", before=99, limit=5) == []
