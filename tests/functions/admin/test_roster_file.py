"""A list of members as a spreadsheet writes it: each problem at its line, in any separator, and nothing guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.roster_file import LONGEST_CELL, MOST_ROWS, read_roster
from ladder.domain.members.roster import RosterRow
from ladder.messages.render import languages, render

GOOD = "user,name,team,hired_on,channel\nA01,Olga Ost,early,2024-05-01,chat\nA02,,,,\n"
ROWS = (
    RosterRow(user="A01", name="Olga Ost", team="early", hired_on=date(2024, 5, 1), channel="chat"),
    RosterRow(user="A02"),
)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("Olga Ost", '"Olga Ost"'),
        GOOD.replace("A01,", " A01 ,"),
        GOOD + "\n",
    ],
)
def test_a_list_reads_the_same_in_every_form_that_a_spreadsheet_writes(text: str) -> None:
    found = read_roster(text)
    assert (found.rows, found.problems) == (ROWS, ())


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [(1, None, "members.file_lacks_user")]),
        ("user\n", [(1, None, "members.file_empty")]),
        ("user,user\nA,B\n", [(1, "user", "members.file_column_twice")]),
        ("user,salary\nA,1\n", [(1, "salary", "members.file_unknown_column")]),
        ("user,team\n,early\n", [(2, "user", "members.file_user_missing")]),
        ("user\nA\nB\nA\n", [(4, "user", "members.file_listed_twice")]),
        ("user,hired_on\nA,2026-02-30\n", [(2, "hired_on", "members.file_not_a_date")]),
        ("user,team\nA,one;two\n", [(2, "team", "members.file_two_teams")]),
        ("user,team\nA,b,c\n", [(2, None, "members.file_cell_too_many")]),
        ('user\n"A\n', [(2, None, "members.file_unreadable")]),
        (f"user\n{'A' * (LONGEST_CELL + 1)}\n", [(2, "user", "members.file_cell_too_long")]),
        (
            "user,hired_on\nA,soon\n,never\n",
            [
                (2, "hired_on", "members.file_not_a_date"),
                (3, "user", "members.file_user_missing"),
                (3, "hired_on", "members.file_not_a_date"),
            ],
        ),
    ],
)
def test_what_is_wrong_is_named_at_its_line_and_column(text: str, problems: list[tuple[int, str | None, str]]) -> None:
    found = read_roster(text).problems
    assert [(each.line, each.column, each.problem.code) for each in found] == problems
    assert all(render(each.problem, language) for each in found for language in languages())


def test_the_addresses_of_members_stand_in_a_column_for_each_channel_that_has_them() -> None:
    text = "user,address.chat,address.phone\nA01,U0123456789,\nA02,,+49 30 1234\n"
    found = read_roster(text, channels=("chat", "phone"))
    assert found.problems == ()
    assert [row.addresses for row in found.rows] == [{"chat": "U0123456789"}, {"phone": "+49 30 1234"}]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("user,address.fax\nA,1\n", (1, "address.fax", "members.file_unknown_column")),
        ("user,address.chat\nA,U01\nB,\nC,u01\n", (4, "address.chat", "members.file_address_twice")),
        ("user,address.chat\nA,U0\u200b1\n", (2, "address.chat", "members.file_address_illegible")),
    ],
)
def test_an_address_for_no_channel_of_two_members_or_with_hidden_characters_is_refused(
    text: str, problem: tuple[int, str, str]
) -> None:
    (found,) = read_roster(text, channels=("chat",)).problems
    assert (found.line, found.column, found.problem.code) == problem
    assert all(render(found.problem, language) for language in languages())


def test_a_list_of_more_than_a_program_can_have_is_refused_after_its_last_possible_member() -> None:
    found = read_roster("user\n" + "".join(f"A{number}\n" for number in range(MOST_ROWS + 5)))
    assert len(found.rows) == MOST_ROWS
    assert [(each.line, each.problem.code) for each in found.problems] == [(MOST_ROWS + 2, "members.file_too_long")]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read_roster(text)
    assert found.rows or found.problems
